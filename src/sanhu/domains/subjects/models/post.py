"""Posts: a person in a body, elected for a term, hired on a contract or appointed to an office (R48)."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models.organisation import Organisation
from sanhu.domains.subjects.models.person import Person
from sanhu.domains.subjects.models.role import Role


class Appointment(models.TextChoices):
    """How somebody came to a post. The three never blur: each has facts the others may not have."""

    ELECTED = "elected", "选举产生"
    HIRED = "hired", "合同聘用"
    APPOINTED = "appointed", "任命"


class Post(Witnessed):
    """A post in force from `starts_at` until `left_at` or its last day.

    Elected posts have a term, hired ones a contract and an employer, appointed ones neither; the database holds the
    three apart.
    """

    privacy_default = "internal"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(max_length=60)
    appointment = models.CharField(max_length=10, choices=Appointment)
    starts_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    term_ends_on = models.DateField(null=True, blank=True)
    contract_number = models.CharField(max_length=60, blank=True)
    contract_ends_on = models.DateField(null=True, blank=True)
    employer = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="employs")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="elected_hired_separation",
                condition=(
                    Q(appointment="elected", term_ends_on__isnull=False, contract_number="", employer__isnull=True)
                    | (Q(appointment="hired", term_ends_on__isnull=True, employer__isnull=False) & ~Q(contract_number=""))
                    | Q(appointment="appointed", term_ends_on__isnull=True, contract_number="", employer__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="left_after_start", condition=Q(left_at__isnull=True) | Q(left_at__gte=F("starts_at"))
            ),
        ]
        indexes = [models.Index(fields=["person", "left_at"], name="post_of_person")]

    def leave(self, *, at: datetime) -> None:
        """End the post and its powers."""
        self.left_at = at
        self.save(update_fields=["left_at"])
