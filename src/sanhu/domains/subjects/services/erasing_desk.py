"""What goes with somebody's name: every way in, and what they set up at the desk."""

from dataclasses import dataclass, field
from datetime import datetime

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import (
    Account,
    ApiToken,
    DigestSubscription,
    ExportChunk,
    ExternalIdentity,
    Passkey,
    Person,
    SavedView,
)
from sanhu.domains.subjects.services.exports import exports_of
from sanhu.domains.subjects.services.second_factors import end_factors


@dataclass
class Gone:
    """Rows that changed, the fields of each that were erased, and what the entries about them are filed under."""

    rows: list[Witnessed] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)

    def add(self, row: Witnessed, *names: str, subject: str = "") -> None:
        """Note a changed row, and the names of its erased fields."""
        self.rows.append(row)
        if names:
            self.fields[row.row_ref] = list(names)
        if subject:
            self.subjects.append(subject)


def erase_ways_in(account: Account, gone: Gone, *, at: datetime) -> None:
    """End second factors, recovery codes and links; blank secrets, the names of devices, and who one was elsewhere."""
    ended = {row.row_ref for row in end_factors(account, at=at)}
    for app in account.one_time_codes.all():
        if app.confirmed_at is not None or app.row_ref in ended:
            gone.add(app, "secret")
    for passkey in account.passkeys.all():
        _blank(passkey)
        gone.add(passkey, "name", "credential_id", "public_key")
    for code in account.recovery_codes.all():
        if code.row_ref in ended:
            gone.add(code)
    for identity in account.external_identities.all():
        _unlink(identity, at=at)
        gone.add(identity, "subject")


def erase_desk(person: Person, gone: Gone, *, at: datetime) -> None:
    """Revoke tokens, end digests and blank where they went, also where one still waits to be sent.

    Lists under names of their own go, and files made: in their own posts, and as anybody's deputy.
    """
    SavedView.objects.filter(person=person).delete()
    exports = exports_of(person.pk)
    ExportChunk.objects.filter(job__in=exports).delete()
    exports.delete()
    for digest in DigestSubscription.objects.filter(post__person=person):
        digest.address, digest.ended_at = "", digest.ended_at or at
        digest.save(update_fields=["address", "ended_at"])
        outbox.forget_addresses(subject_ref=f"digest:{digest.pk}", at=at)
        gone.add(digest, "address", subject=f"post:{digest.post_id}")
    for token in ApiToken.objects.filter(post__person=person, revoked_at__isnull=True):
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        gone.add(token)


def _blank(passkey: Passkey) -> None:
    passkey.name, passkey.credential_id, passkey.public_key = "", f"erased-{passkey.pk}", ""
    passkey.save(update_fields=["name", "credential_id", "public_key"])


def _unlink(identity: ExternalIdentity, *, at: datetime) -> None:
    identity.subject, identity.removed_at = f"erased-{identity.pk}", identity.removed_at or at
    identity.save(update_fields=["subject", "removed_at"])
