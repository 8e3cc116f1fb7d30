"""What a community's public account was published as, and when."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.terms import MOST_FEN
from sanhu.domains.subjects.models import Organisation, Person


class Disclosure(Witnessed):
    """A community's income and spending of one period as `body` published them.

    `quarter` is 0 where the whole year was published. `table` is the published file, byte for byte and packed; its
    hash is witnessed in its stead. It holds the postings up to `last_posting_id`; what was posted in the period
    later is a change that everybody sees, until it is published anew with the next `ordinal`. `record_size` and
    `record_root` are the place of the record at that moment.
    """

    privacy_default = "public"
    unwitnessed = ("table",)

    district = models.CharField(max_length=6)
    area_code = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    ordinal = models.PositiveSmallIntegerField()
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    disclosed_at = models.DateTimeField()
    disclosed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    income_fen = models.BigIntegerField()
    spending_fen = models.BigIntegerField()
    posting_count = models.PositiveIntegerField()
    last_posting_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    record_size = models.BigIntegerField()
    record_root = models.CharField(max_length=64)
    table = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "area_code", "year", "quarter", "ordinal"], name="disclosed_once_each_time"
            ),
            models.CheckConstraint(condition=Q(quarter__range=(0, 4), ordinal__gte=1), name="disclosure_of_a_period"),
            models.CheckConstraint(
                # What is taken back in a later period makes it less than nothing there.
                condition=Q(income_fen__range=(-MOST_FEN, MOST_FEN), spending_fen__range=(-MOST_FEN, MOST_FEN)),
                name="disclosure_sums_sound",
            ),
        ]

    @property
    def ref(self) -> str:
        """The disclosure as a typed reference."""
        return f"disclosure:{self.pk}"
