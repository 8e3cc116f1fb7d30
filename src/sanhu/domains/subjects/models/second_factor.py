"""What somebody signs in with beside or instead of the password: codes of an app, passkeys, recovery codes, the
district's own sign-on.

None is ever deleted: `removed_at` ends it, and its secret is blanked then.
"""

from django.db import models

from sanhu.domains.evidence.fields import SensitiveTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models.account import Account

_IN_USE = models.Q(removed_at__isnull=True)


class OneTimeCodes(Witnessed):
    """An app that shows a new code every thirty seconds (TOTP, RFC 6238); it counts once it was confirmed.

    `last_step` is the time step of the last code that was taken, so that none is taken twice.
    """

    privacy_default = "internal"
    unwitnessed = ("last_step",)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="one_time_codes")
    secret = SensitiveTextField(blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], condition=_IN_USE, name="one_time_codes_of_one_app")]

    @property
    def needs_witness(self) -> bool:
        """What was begun and never confirmed opened nothing: the record does not speak of it."""
        return self.confirmed_at is not None


class Passkey(Witnessed):
    """A key that never leaves its owner's device (WebAuthn); here lies only the public half."""

    privacy_default = "internal"
    unwitnessed = ("sign_count", "last_used_at")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    sign_count = models.BigIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)


class RecoveryCode(Witnessed):
    """One of a set of codes on paper, each good once, for whoever lost the second factor."""

    privacy_default = "internal"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)


class ExternalIdentity(Witnessed):
    """Who somebody is to the district's own sign-on (OIDC): issuer and subject, never a name."""

    privacy_default = "internal"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="external_identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], condition=_IN_USE, name="external_identity_once"),
            models.UniqueConstraint(
                fields=["account", "issuer"], condition=_IN_USE, name="external_identity_of_account"
            ),
        ]
