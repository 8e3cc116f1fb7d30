"""The record, its proofs, attachments and the outbox."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Step 1 of the staircase."""

    name = "sanhu.domains.evidence"
    label = "evidence"
