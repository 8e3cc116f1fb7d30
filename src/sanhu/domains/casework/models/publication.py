"""Words and pictures before they are public: each is passed, masked or withheld by a person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.casework.models.supplement import Supplement
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Person, Post


class Verdict(models.TextChoices):
    """What a person decided."""

    PENDING = "pending", _("等待审看")
    PASSED = "passed", _("原样公开")
    MASKED = "masked", _("遮盖后公开")
    WITHHELD = "withheld", _("不公开")


class Publication(Witnessed):
    """One text or one photo of a public matter and what was decided about showing it.

    `photo` names the attachment looked at; words are looked at where it is empty, the matter's own where `supplement`
    is too. `public_words` and `public_photo` (a copy with the marked places blackened) are what the public gets.
    `revision` counts the decisions, so that a form opened before a colleague decided is known as stale.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="publications")
    supplement = models.ForeignKey(Supplement, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    photo = models.UUIDField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.PENDING)
    waiting_since = models.DateTimeField()
    public_words = PersonalTextField(blank=True)
    public_photo = models.UUIDField(null=True)
    reason = PersonalTextField(blank=True)
    revision = models.PositiveSmallIntegerField(default=0)
    decided_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["verdict", "waiting_since"], name="publication_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="pending", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(verdict="pending") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="publication_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=("passed", "masked")) | Q(public_words="", public_photo__isnull=True),
                name="publication_shows_nothing_undecided",
            ),
            models.UniqueConstraint(fields=["photo"], name="publication_of_a_photo_once"),
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(photo__isnull=True, supplement__isnull=True),
                name="publication_of_words_once",
            ),
            models.UniqueConstraint(
                fields=["supplement"],
                condition=Q(photo__isnull=True, supplement__isnull=False),
                name="publication_of_a_supplement_once",
            ),
        ]

    @property
    def ref(self) -> str:
        """The decision as a typed reference; it owns the copy with the blackened places."""
        return f"publication:{self.pk}"

    @property
    def is_of_words(self) -> bool:
        """Tell words from a photo."""
        return self.photo is None

    @property
    def is_shown(self) -> bool:
        """Tell whether the public gets something."""
        return self.verdict in (Verdict.PASSED, Verdict.MASKED)
