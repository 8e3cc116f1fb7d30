"""Donations: who gave for what, the keys by which the donor follows it, and what was published of it."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.donation_terms import CameBy, DonorKind, Naming
from sanhu.domains.funding.earmark_terms import MOST_PURPOSE
from sanhu.domains.funding.models.earmark import Earmark
from sanhu.domains.funding.models.voucher import Voucher
from sanhu.domains.funding.terms import MOST_FEN
from sanhu.domains.subjects.models import Organisation, Person


class Donation(Witnessed):
    """One donation of money, as it was agreed: `earmark` holds its money and what everybody reads it is for.

    `donor_words` are the donor's own words for it. `agreed_expenses` names what of the expenses that a donation does
    not pay for by itself the agreement allows in writing. Who the donor is, is erased by a deed once nothing is left
    of the money; number, amounts and what they were spent on stay.
    """

    privacy_default = "internal"

    earmark = models.OneToOneField(Earmark, on_delete=models.PROTECT, related_name="donation")
    district = models.CharField(max_length=6)
    number = models.CharField(max_length=20, unique=True)
    donor_kind = models.CharField(max_length=12, choices=DonorKind)
    donor_name = PersonalTextField(blank=True)
    donor_contact = PersonalTextField(blank=True)
    donor_words = PersonalTextField(blank=True)
    are_words_public = models.BooleanField()
    naming = models.CharField(max_length=6, choices=Naming)
    came_by = models.CharField(max_length=13, choices=CameBy)
    charity = models.CharField(max_length=100, blank=True)
    agreement = models.CharField(max_length=100)
    agreed_on = models.DateField()
    agreed_fen = models.BigIntegerField()
    agreed_expenses = models.JSONField(default=list)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(agreed_fen__range=(1, MOST_FEN)), name="donation_of_something"),
            models.CheckConstraint(
                condition=Q(donor_kind=DonorKind.ANONYMOUS, donor_name="", naming=Naming.HIDDEN)
                | ~Q(donor_kind=DonorKind.ANONYMOUS),
                name="donation_anonymous_is_nameless",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(donor_name="", donor_contact="", donor_words=""),
                name="donation_erased_tells_nothing",
            ),
        ]

    @property
    def ref(self) -> str:
        """The donation as a typed reference."""
        return f"donation:{self.number}"


class DonorKey(Witnessed):
    """A key by which the donor follows the money; the newest alone opens. Only its keyed hash is kept.

    `checked` says how whoever gave a later one made sure that it was the donor who asked.
    """

    privacy_default = "internal"

    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="keys")
    ordinal = models.PositiveSmallIntegerField()
    key_hash = models.CharField(max_length=64)
    checked = PersonalTextField(blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["donation", "ordinal"], name="donor_key_once")]


class PurposeChange(Witnessed):
    """The donor agreed in writing that their money is for something else from then on; scans of it are attached."""

    privacy_default = "public"

    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="purpose_changes")
    ordinal = models.PositiveSmallIntegerField()
    before = models.CharField(max_length=MOST_PURPOSE)
    after = models.CharField(max_length=MOST_PURPOSE)
    consent = models.CharField(max_length=100)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["donation", "ordinal"], name="purpose_change_once"),
            models.CheckConstraint(condition=~Q(consent="") & ~Q(after=""), name="purpose_change_agreed"),
        ]

    @property
    def ref(self) -> str:
        """The change as a typed reference; the scans of the donor's consent belong to it."""
        return f"purpose_change:{self.pk}"


class DonationUse(Witnessed):
    """How a spending meets the donor's purpose, as whoever asked for it said."""

    privacy_default = "public"

    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="donation_use")
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="uses")
    purpose = models.CharField(max_length=MOST_PURPOSE)
    meets = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(meets=""), name="donation_use_said")]


class DonationNotice(Witnessed):
    """What was published of a donation: everything posted up to `last_posting_id`, with its sums at that moment."""

    privacy_default = "public"

    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="notices")
    ordinal = models.PositiveSmallIntegerField()
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_posting_id = models.BigIntegerField()
    received_fen = models.BigIntegerField()
    spent_fen = models.BigIntegerField()
    left_fen = models.BigIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["donation", "ordinal"], name="donation_notice_once")]
