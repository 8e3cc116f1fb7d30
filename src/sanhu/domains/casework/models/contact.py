"""How to reach whoever reported, if they want to be reached."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.models.notice import PERSONAL_CHANNELS


class Contact(Witnessed):
    """An address for call-back and notices of change; erased some days after the final close."""

    privacy_default = "internal"

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="contact")
    channel = models.CharField(max_length=10, choices=[(channel.value, channel.label) for channel in PERSONAL_CHANNELS])
    address = PersonalTextField(blank=True)
    given_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(address=""), name="contact_erased_with_its_address"
            )
        ]

    def erase(self, *, at: datetime) -> None:
        """Forget the address; that there was one stays known."""
        self.address, self.erased_at = "", at
        self.save(update_fields=["address", "erased_at"])
