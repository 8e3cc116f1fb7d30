"""The ticket: what a browser holds for half an hour after its reader showed a receipt code.

It carries the code's hash, signed, so that pages, photos and prints can be opened without the code ever standing in an
address.
"""

from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "ticket"
_LIFE = timedelta(minutes=30)
_SALT = "sanhu.receipt"


def hand_ticket(response: HttpResponse, receipt_hash: str, *, secure: bool) -> None:
    """Put a ticket into a response."""
    response.set_cookie(
        COOKIE,
        signing.dumps(receipt_hash, salt=_SALT),
        max_age=_LIFE,
        httponly=True,
        samesite="Strict",
        secure=secure,
        path="/receipt/",
    )


def shown_ticket(request: HttpRequest) -> str | None:
    """Give the receipt hash of a request's ticket; None when there is none, or it is too old or not ours."""
    try:
        shown = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_LIFE)
    except signing.BadSignature:
        return None
    return str(shown)


def take_ticket(response: HttpResponse) -> None:
    """Take the ticket back."""
    response.delete_cookie(COOKIE, path="/receipt/", samesite="Strict")
