"""Requests that no database could be asked about."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

_NUL = "\x00"


class UnkeepableMiddleware:
    """Answers 400 to a NUL in an address or a cookie: no text holds one, and PostgreSQL will not even compare with it.

    Forms refuse one in their fields.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = (request.path_info, *request.COOKIES.values())
        if any(_NUL in text for text in named) or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("neither an address nor a cookie holds a NUL")
        return self.get_response(request)
