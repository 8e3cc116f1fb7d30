"""Taking back text messages that wait for the gateway, when what they were about was erased meanwhile."""

from datetime import datetime, timedelta

from django.conf import settings

from sanhu.domains.evidence.models import Notice
from sanhu.portals.retention import text_message_folder
from sanhu.portals.worker.handed_over import name_of

_DAY = timedelta(days=1)


def withdraw_text_messages(at: datetime) -> int:
    """Remove the files of notices whose words are gone, and give how many. What was fetched cannot be called back."""
    waiting = {file.stem: file for file in text_message_folder().glob("*")}
    if not waiting:
        return 0
    since = at - timedelta(days=settings.SANHU_TEXT_MESSAGES_KEPT_DAYS) - _DAY
    erased = {name_of(notice) for notice in Notice.objects.filter(text="", sent_at__gte=since)}
    gone = [waiting[name] for name in erased & waiting.keys()]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)
