"""The ticket: what a browser holds for half an hour after its reader showed a receipt code, or a donor's key.

It carries the code's hash, signed, so that pages, photos and prints can be opened without the code ever standing in an
address. A ticket is sent to the pages it opens alone, and opens no others.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "ticket"
_LIFE = timedelta(minutes=30)


@dataclass(frozen=True)
class Door:
    """What tickets of one kind open: the pages below a path."""

    path: str
    salt: str


MATTER = Door("/receipt/", "sanhu.receipt")
DONATION = Door("/donations/mine/", "sanhu.donation")


def hand_ticket(response: HttpResponse, shown: str, *, secure: bool, door: Door = MATTER) -> None:
    """Put a ticket into a response."""
    response.set_cookie(
        COOKIE,
        signing.dumps(shown, salt=door.salt),
        max_age=_LIFE,
        httponly=True,
        samesite="Strict",
        secure=secure,
        path=door.path,
    )


def shown_ticket(request: HttpRequest, *, door: Door = MATTER) -> str | None:
    """Give what a request's ticket carries; None when there is none, or it is too old or not ours."""
    try:
        shown = signing.loads(request.COOKIES.get(COOKIE, ""), salt=door.salt, max_age=_LIFE)
    except signing.BadSignature:
        return None
    return str(shown)


def take_ticket(response: HttpResponse, *, door: Door = MATTER) -> None:
    """Take the ticket back."""
    response.delete_cookie(COOKIE, path=door.path, samesite="Strict")
