"""What answers under /api/v1/ whoever gave it: errors are problems, and nothing personal stays in a cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from sanhu.portals.open.problems import MEDIA_TYPE, Problem, respond

ROOT = "/api/v1/"
_NOBODY_KEEPS, _SHORTLY_KEPT = "no-store", "public, max-age=60"
# Whose answers are for one reader alone.
_PRIVATE = (f"{ROOT}desk/", f"{ROOT}receipts", f"{ROOT}reports")
_FIRST_ERROR = 400
_CARRIED = ("Allow", "Retry-After")


class ApiAnswersMiddleware:
    """Rewords pages that say what went wrong, since a program reads no page: unknown address, NUL, database away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(ROOT):
            return response
        if response.status_code >= _FIRST_ERROR and response.get("Content-Type", "") != MEDIA_TYPE:
            response = _reworded(request, response)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = _kept(request, response)
        return response


def _kept(request: HttpRequest, response: HttpResponse) -> str:
    is_open = request.method in {"GET", "HEAD"} and response.status_code == 200
    return _SHORTLY_KEPT if is_open and not request.path_info.startswith(_PRIVATE) else _NOBODY_KEEPS


def _reworded(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    kept = {name: response[name] for name in _CARRIED if response.has_header(name)}
    with translation.override(translation.get_language_from_request(request)):
        return respond(Problem(response.status_code, headers=kept))
