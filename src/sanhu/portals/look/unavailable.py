"""When the database is locked or gone in the middle of a request: say so, and what has become of the reader's words."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from sanhu.portals.look.again import words_kept
from sanhu.portals.look.context import page

_LOG = logging.getLogger(__name__)
_TRY_AGAIN_AFTER_SECONDS = 10


def is_database_away(exception: BaseException | None) -> bool:
    """Tell whether an exception means that the database cannot be reached or does not answer in time."""
    return isinstance(exception, OperationalError | InterfaceError)


def database_away(request: HttpRequest) -> HttpResponse:
    """Answer 503, without asking the database anything: no session, no user, no messages."""
    text = gettext("这一次没有保存。请过十几秒再试；再提交一次，不会重复登记。")
    if request.method in {"GET", "HEAD"}:
        text = gettext("请过十几秒再打开本页。")
    context = {"title": gettext("系统暂时连不上数据库"), "text": text, "again": words_kept(request), **page(request)}
    body = render_to_string("look/trouble.html", context)
    return HttpResponse(body, status=503, headers={"Retry-After": str(_TRY_AGAIN_AFTER_SECONDS)})


class DatabaseAwayMiddleware:
    """Turns a database that went away inside a view into a page; what fails outside views ends in `server_error`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the view when the database went away under it."""
        if not is_database_away(exception):
            return None
        _LOG.error("database away during %s", request.method, exc_info=exception)
        return database_away(request)
