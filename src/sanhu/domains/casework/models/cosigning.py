"""Co-signing (会签): other bodies say yes or no before the lead may call a matter done."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation, Person, Post


class CoSigningState(models.TextChoices):
    """What became of the question."""

    ASKED = "asked", _("等待会签")
    AGREED = "agreed", _("同意")
    OBJECTED = "objected", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")
    LAPSED = "lapsed", _("随办件离开主责单位而终止")


class CoSigning(Witnessed):
    """One body asked by the lead to co-sign, and its answer. Another person answers than the one who asked.

    A deputy's question is that of two persons: `asked_on_behalf_of` is whoever was away. `words` are the answer's, or
    why the question was withdrawn; it lapses by itself, in nobody's name, when the matter leaves the lead.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="cosignings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cosigns", db_index=False)
    question = PersonalTextField()
    state = models.CharField(max_length=10, choices=CoSigningState, default=CoSigningState.ASKED)
    asked_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_on_behalf_of = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    words = PersonalTextField(blank=True)
    answered_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="cosigning_of_body")]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "organisation"], condition=Q(state="asked"), name="cosigning_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True, answered_by__isnull=True)
                | Q(state="lapsed", answered_at__isnull=False, answered_by__isnull=True)
                | ~Q(state__in=["asked", "lapsed"]) & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="cosigning_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "objected"])
                | ~Q(answered_by=F("asked_by"))
                & (Q(asked_on_behalf_of__isnull=True) | ~Q(answered_by=F("asked_on_behalf_of"))),
                name="cosigning_answered_by_another",
            ),
        ]
