"""Printed letters (文书): what left the house on paper, word for word."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models.witnessed import Witnessed


class Letter(Witnessed):
    """A letter as it was issued. It never changes; who holds the paper compares it by its check code.

    `number` is the document number (发文字号), `subject_ref` what it is about as a typed reference. Letters go
    from body to body and name no person.
    """

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    issuer = models.CharField(max_length=100)
    issuer_id = models.PositiveBigIntegerField()
    addressee = models.CharField(max_length=100)
    addressee_id = models.PositiveBigIntegerField()
    copied_to = models.CharField(max_length=100, blank=True)
    copied_to_id = models.PositiveBigIntegerField(null=True)
    title = models.CharField(max_length=120)
    paragraphs = models.JSONField()
    issued_at = models.DateTimeField()
    subject_ref = models.CharField(max_length=80)
    check_code = models.CharField(max_length=20, unique=True)

    class Meta:
        indexes = [models.Index(fields=["subject_ref"], name="letter_about")]
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="letter_number_once"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(number=""), name="letter_is_named"),
        ]
