"""Each time a matter passed to another item, duty or lead, or was handed back: what it was, and what it became."""

from django.db import models

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.casework.models.step import Step
from sanhu.domains.catalogue.models import AffairItem, Duty
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation


class Reclassification(Witnessed):
    """One change of what a matter is or of who answers for it. Who made it, when and why stands in the step.

    `to_lead` is empty while nobody answers for the matter: it was handed back.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="reclassifications", db_index=False)
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="reclassification")
    from_item = models.ForeignKey(AffairItem, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    to_item = models.ForeignKey(AffairItem, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["matter", "id"], name="reclassification_of_matter")]
