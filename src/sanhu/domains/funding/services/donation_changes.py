"""What happens to a donation after it was taken: another purpose as the donor agreed, publication, the donor erased."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.attachments import adopt, erase_photos
from sanhu.domains.evidence.erasure import all_erased, destroy_salts_of
from sanhu.domains.evidence.events import PersonalDataEvent
from sanhu.domains.evidence.fields import personal_fields
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding import donation_rules as rules
from sanhu.domains.funding.donation_queries import is_waiting
from sanhu.domains.funding.donation_terms import DonationEvent
from sanhu.domains.funding.donation_way import postings_of, sums_of
from sanhu.domains.funding.earmark_queries import left_fen
from sanhu.domains.funding.models import Donation, DonationNotice, DonorKey, Earmark, PurposeChange
from sanhu.domains.funding.rules import DONATION_ARTICLE
from sanhu.domains.funding.services.caps import locked_accounts
from sanhu.domains.funding.services.donating import kept_donation, seen_donation
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse

NOTHING_TO_PUBLISH = _("公布：还没有到账，没有可以公布的收支")
NOTHING_NEW = _("公布：已经公布过，以后没有新的收支")


def change_purpose(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, purpose: str, consent: str, draft_id: UUID
) -> PurposeChange:
    """Change what a donation is for as its donor agreed in writing, once; what was spent before stays as it was.

    Raises FundingNotFound for what the actor may not see, Refused.
    """
    asked = {"donation": number, "purpose": purpose, "consent": consent, "draft_id": draft_id}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    answer = once.answer(lambda: _change_purpose(once, number, purpose.strip(), consent.strip(), draft_id, at=at))
    return PurposeChange.objects.get(pk=int(answer.rpartition(":")[2]))


@transaction.atomic
def _change_purpose(once: Once, number: str, purpose: str, consent: str, draft_id: UUID, *, at: datetime) -> str:
    donation = kept_donation(once.actor, number)
    earmark = Earmark.objects.select_for_update().get(pk=donation.earmark_id)
    for field, decision in rules.check_change(before=earmark.purpose, after=purpose, consent=consent).items():
        require(decision, field=field)
    assert once.actor.person_id is not None, "a post is held by somebody"
    change = PurposeChange.objects.create(
        donation=donation,
        ordinal=donation.purpose_changes.count() + 1,
        before=earmark.purpose,
        after=purpose,
        consent=consent,
        changed_at=at,
        changed_by_id=once.actor.person_id,
    )
    scans = adopt(draft_id=draft_id, owner_ref=change.ref, at=at)
    if not scans or any(scan.district != donation.district for scan in scans):
        reason = _("书面同意扫描件：至少附一张")
        raise FieldRefused("draft_id", refuse(reason, citations=(DONATION_ARTICLE,)))
    earmark.purpose = purpose
    earmark.save(update_fields=["purpose"])
    _enter(donation, DonationEvent.PURPOSE_CHANGED, [change, earmark, *scans], actor=once.actor, at=at)
    return once.remember(change.ref)


def publish(*, actor: Actor, at: datetime, client_id: UUID, number: str) -> DonationNotice:
    """Publish what came in of a donation and what it was spent on, once, and again when more was posted.

    Raises FundingNotFound for what the actor may not see, Refused.
    """
    once = Once(client_id=client_id, actor=actor, asked={"publish_donation": number}, at=at)
    answer = once.answer(lambda: _publish(once, number, at=at))
    return DonationNotice.objects.get(pk=int(answer.rpartition(":")[2]))


@transaction.atomic
def _publish(once: Once, number: str, *, at: datetime) -> str:
    actor = once.actor
    donation = seen_donation(actor, number)
    body_id = donation.earmark.body_id
    require(rules.may_publish_donation(body_id=body_id, district=donation.district, actor=actor))
    postings = postings_of(donation.earmark)
    locked_accounts(*set(postings.values_list("account_id", flat=True)))  # nobody posts meanwhile
    newest = postings.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        raise Refused(refuse(NOTHING_TO_PUBLISH, citations=(rules.USE_ARTICLE,)))
    before = donation.notices.order_by("ordinal").last()
    if before is not None and before.last_posting_id == newest:
        raise Refused(refuse(NOTHING_NEW, citations=(rules.USE_ARTICLE,)))
    sums = sums_of(donation.earmark)
    assert actor.person_id is not None, "a post is held by somebody"
    assert actor.organisation_id is not None, "a post belongs to a body"
    notice = DonationNotice.objects.create(
        donation=donation,
        ordinal=1 if before is None else before.ordinal + 1,
        body_id=actor.organisation_id,
        last_posting_id=newest,
        received_fen=sums.received_fen,
        spent_fen=sums.spent_fen,
        left_fen=sums.left_fen,
        published_at=at,
        published_by_id=actor.person_id,
    )
    _enter(donation, DonationEvent.PUBLISHED, [notice], actor=actor, at=at)
    return once.remember(f"donation_notice:{notice.pk}")


def erase_donor(*, actor: Actor, at: datetime, client_id: UUID, number: str) -> Donation:
    """Erase who gave a donation of which nothing is left: name, contact, own words, consents and how they were checked.

    Number, purpose, amounts and every movement of the money stay, and the donor's key still opens them. Raises
    FundingNotFound for what is not in the actor's district, Refused.
    """
    once = Once(client_id=client_id, actor=actor, asked={"erase_donor": number}, at=at)
    return Donation.objects.get(number=once.answer(lambda: _erase_donor(once, number, at=at)))


@transaction.atomic
def _erase_donor(once: Once, number: str, *, at: datetime) -> str:
    actor = once.actor
    if actor.kind is not ActorKind.POST:
        raise FundingNotFound(number)
    found = Donation.objects.select_for_update().filter(district=actor.district, number=number).first()
    if found is None:
        raise FundingNotFound(number)
    require(
        rules.may_erase_donor(
            left_fen=left_fen(found.earmark),
            is_waiting=is_waiting(found),
            is_erased=found.erased_at is not None,
            actor=actor,
        )
    )
    rows: list[Witnessed] = [found, *DonorKey.objects.select_for_update().filter(donation=found).order_by("ordinal")]
    fields = {row.row_ref: list(personal_fields(type(row))) for row in rows}
    for row in rows:
        for name in personal_fields(type(row)):
            setattr(row, name, "")
    found.erased_at = at
    for row in rows:
        row.save()
    for change in found.purpose_changes.all():
        fields |= erase_photos(change.ref)
    destroy_salts_of(fields, subjects=[found.ref])
    facts = all_erased(fields)
    record(
        event=PersonalDataEvent.ERASED,
        actor=actor,
        at=at,
        subject=found.ref,
        district=found.district,
        rows=rows,
        facts=facts,
    )
    return once.remember(found.number)


def _enter(donation: Donation, event: DonationEvent, rows: list[Witnessed], *, actor: Actor, at: datetime) -> None:
    record(event=event, actor=actor, at=at, subject=donation.ref, district=donation.district, rows=rows)
