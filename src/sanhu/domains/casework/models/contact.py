"""How to reach whoever reported, if they want to be reached."""

from django.db import models

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.models.notice import Channel


class Contact(Witnessed):
    """An address for call-back and notices of change; erased some days after the final close."""

    privacy_default = "internal"

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="contact")
    channel = models.CharField(max_length=10, choices=Channel)
    address = PersonalTextField(blank=True)
    given_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
