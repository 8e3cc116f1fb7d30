"""Who says of a public matter that it is theirs too: a receipt of their own, and where they are told of it."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.models.notice import PERSONAL_CHANNELS


class Joining(Witnessed):
    """Somebody who joined a matter instead of reporting it once more.

    Of others who joined nobody learns more than how many they are: entries and notices stand under a reference of
    this row's own, not under the matter's. Whoever left is counted no longer, and of their address nothing stays.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="joinings")
    receipt_hash = models.CharField(max_length=64, unique=True)
    channel = models.CharField(
        max_length=10, blank=True, choices=[(channel.value, channel.label) for channel in PERSONAL_CHANNELS]
    )
    address = PersonalTextField(blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, erased_at__isnull=True) | Q(address=""),
                name="joining_left_without_address",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("joined_at")), name="joining_left_later"
            ),
        ]

    @property
    def ref(self) -> str:
        """The joining as a typed reference; its notices and entries stand under it."""
        return f"joining:{self.pk}"

    def leave(self, *, at: datetime) -> None:
        """Follow the matter no longer."""
        self.address, self.left_at = "", at
        self.save(update_fields=["address", "left_at"])

    def erase(self, *, at: datetime) -> None:
        """Forget the address; that somebody joined stays known."""
        self.address, self.erased_at = "", at
        self.save(update_fields=["address", "erased_at"])
