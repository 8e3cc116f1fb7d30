"""A proposal to change the catalogue: prepared by one person, decided on by another (R32)."""

from django.db import models
from django.db.models import Q

from sanhu.domains.catalogue.models.instrument import Instrument
from sanhu.domains.catalogue.models.version import CatalogueVersion
from sanhu.domains.catalogue.tables import PROPOSAL
from sanhu.domains.evidence.models import Witnessed

_DECIDED = ("approved", "rejected")


class CatalogueProposal(Witnessed):
    """The whole catalogue as it would be: one row holds every item, so that nothing is ever half brought in.

    `base` is the version it starts from, none where the district has no catalogue. `authors` are the persons who had a
    hand in it, and those they stood in for: none of them decides on it. `version` is what its approval made.
    """

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    number = models.PositiveIntegerField()
    base = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, null=True, related_name="proposals")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, related_name="proposals")
    reason = models.TextField()
    in_force_from = models.DateField()
    rows = models.JSONField()
    state = models.CharField(max_length=12, default=PROPOSAL.initial)
    revision = models.PositiveIntegerField(default=1)
    authors = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    opened_by_post_id = models.BigIntegerField(null=True)
    opened_by_person_id = models.BigIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by_post_id = models.BigIntegerField(null=True)
    submitted_by_person_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_post_id = models.BigIntegerField(null=True)
    decided_by_person_id = models.BigIntegerField(null=True)
    decision_words = models.TextField(blank=True)
    version = models.OneToOneField(CatalogueVersion, on_delete=models.PROTECT, null=True, related_name="proposal")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="proposal_number_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_has_reason"),
            models.CheckConstraint(
                condition=Q(state__in=[state.code for state in PROPOSAL.states]), name="proposal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="approved", version__isnull=False) | ~Q(state="approved") & Q(version__isnull=True),
                name="proposal_makes_its_version",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_DECIDED, decided_at__isnull=False, decided_by_person_id__isnull=False)
                | ~Q(state__in=_DECIDED) & Q(decided_at__isnull=True),
                name="proposal_is_decided_by_somebody",
            ),
        ]

    table = PROPOSAL

    @property
    def ref(self) -> str:
        """The proposal as a typed reference."""
        return f"catalogue_proposal:{self.district}-{self.number}"
