"""Posts: a person in a body, elected for a term, hired on a contract or appointed to an office (R48)."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.appointments import LAWFUL_GROUNDS, Appointment, LeavingGround
from sanhu.domains.subjects.models.organisation import Organisation
from sanhu.domains.subjects.models.person import Person
from sanhu.domains.subjects.models.role import Role

_STILL_HELD = Q(left_at__isnull=True, left_ground="")


def _left_lawfully(appointment: Appointment) -> Q:
    grounds = sorted(ground.value for ground in LAWFUL_GROUNDS[appointment])
    return Q(appointment=appointment.value, left_at__isnull=False, left_ground__in=grounds)


class Post(Witnessed):
    """A post in force from `starts_at` until `left_at` or its last day.

    Elected posts have a term, hired ones a contract and an employer, appointed ones neither; the database holds the
    three apart, and lets none end on a ground of the others (X-09).
    """

    privacy_default = "internal"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(max_length=60)
    appointment = models.CharField(max_length=10, choices=Appointment)
    starts_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    left_ground = models.CharField(max_length=30, choices=LeavingGround, blank=True)
    left_basis = models.CharField(max_length=200, blank=True)
    term_ends_on = models.DateField(null=True, blank=True)
    contract_number = models.CharField(max_length=60, blank=True)
    contract_ends_on = models.DateField(null=True, blank=True)
    employer = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="employs")
    # The law or local rule that lets the holder of an elected post hold a hired one too, or the other way round.
    dual_post_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="elected_hired_separation",
                condition=(
                    Q(
                        appointment="elected",
                        term_ends_on__isnull=False,
                        contract_number="",
                        contract_ends_on__isnull=True,
                        employer__isnull=True,
                    )
                    | (
                        Q(appointment="hired", term_ends_on__isnull=True, employer__isnull=False)
                        & ~Q(contract_number="")
                    )
                    | Q(
                        appointment="appointed",
                        term_ends_on__isnull=True,
                        contract_number="",
                        contract_ends_on__isnull=True,
                        employer__isnull=True,
                    )
                ),
            ),
            models.CheckConstraint(
                name="left_after_start", condition=Q(left_at__isnull=True) | Q(left_at__gte=F("starts_at"))
            ),
            models.CheckConstraint(
                name="left_on_lawful_ground",
                condition=(
                    _STILL_HELD
                    | _left_lawfully(Appointment.ELECTED)
                    | _left_lawfully(Appointment.HIRED)
                    | _left_lawfully(Appointment.APPOINTED)
                ),
            ),
            models.UniqueConstraint(fields=["person", "organisation", "role", "starts_at"], name="post_begun_once"),
        ]
        indexes = [models.Index(fields=["person", "left_at"], name="post_of_person")]

    def leave(self, *, ground: LeavingGround, basis: str, at: datetime) -> None:
        """End the post and its powers."""
        self.left_at, self.left_ground, self.left_basis = at, ground, basis
        self.save(update_fields=["left_at", "left_ground", "left_basis"])
