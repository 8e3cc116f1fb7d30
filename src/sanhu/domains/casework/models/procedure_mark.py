"""The steps of an item's procedure that were done on a matter (R44): by whom, when, with which words and paper."""

from django.db import models
from django.db.models import Q

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.catalogue.models import AffairItem
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Person, Post


class ProcedureMark(Witnessed):
    """One step of the procedure, done. The item is of the version the matter is under, so its procedure never changes.

    A matter that was opened again goes through its procedure once more; under another item it begins anew.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="procedure_marks", db_index=False)
    item = models.ForeignKey(AffairItem, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    words = PersonalTextField(blank=True)
    output_name = PersonalTextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "item", "round", "position"], name="procedure_step_done_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="procedure_step_numbered"),
        ]
