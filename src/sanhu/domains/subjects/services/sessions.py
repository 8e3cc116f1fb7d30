"""Ending sessions of an account before they end by themselves."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from sanhu.domains.subjects.models import Account


def end_sessions_of(account: Account) -> int:
    """End every session of an account, wherever it is open; give how many. Sessions name their account only inside."""
    ended = 0
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(account.pk):
            session.delete()
            ended += 1
    return ended
