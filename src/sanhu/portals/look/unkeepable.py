"""Addresses that no database could be asked about."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

_NUL = "\x00"


class UnkeepableAddressMiddleware:
    """Answers 400 to an address with a NUL in it: no text holds one, and PostgreSQL will not even compare with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _NUL in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("an address holds no NUL")
        return self.get_response(request)
