"""The aggregates of evidence."""

from sanhu.domains.evidence.models.attachment import Attachment, AttachmentBlob
from sanhu.domains.evidence.models.entry import Checkpoint, Entry, Head, Opening, TreeNode
from sanhu.domains.evidence.models.letter import Letter
from sanhu.domains.evidence.models.notice import Notice
from sanhu.domains.evidence.models.request import Request
from sanhu.domains.evidence.models.retention import RetentionRun
from sanhu.domains.evidence.models.serial import Serial
from sanhu.domains.evidence.models.throttle import Throttle
from sanhu.domains.evidence.models.unmasking import Unmasking
from sanhu.domains.evidence.models.witnessed import Witnessed

__all__ = [
    "Attachment",
    "AttachmentBlob",
    "Checkpoint",
    "Entry",
    "Head",
    "Letter",
    "Notice",
    "Opening",
    "Request",
    "RetentionRun",
    "Serial",
    "Throttle",
    "TreeNode",
    "Unmasking",
    "Witnessed",
]
