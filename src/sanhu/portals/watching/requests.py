"""Each request by one line and in the counts: what was asked by the name of its page, never by its address."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from sanhu.portals.watching.counting import count_request
from sanhu.portals.watching.lines import REQUEST_ID

ACTOR = "sanhu.actor"
_HEADER = "X-Request-Id"
_LOG = logging.getLogger("sanhu.requests")
# What a proxy makes (nginx: $request_id). Anything else could be somebody's words.
_ID = re.compile(r"[0-9a-f]{32}")
_NO_PAGE = "-"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class RequestLineMiddleware:
    """Writes time, method, page, status, milliseconds and the acting post; keeps or makes the request's id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then say that it was answered; the id goes along with the answer."""
        sent = request.headers.get(_HEADER, "")
        request_id = sent if _ID.fullmatch(sent) else uuid4().hex
        request.META[REQUEST_ID] = request_id
        started = time.perf_counter()
        answer = self._get_response(request)
        seconds = time.perf_counter() - started
        answer[_HEADER] = request_id
        match = request.resolver_match
        page = (match.view_name if match else "") or _NO_PAGE
        method = request.method if request.method in _METHODS else _NO_PAGE
        count_request(page=page, method=method, status=answer.status_code, seconds=seconds)
        _LOG.info(
            "method=%s page=%s status=%s ms=%.0f actor=%s id=%s",
            method,
            page,
            answer.status_code,
            seconds * 1000,
            request.META.get(ACTOR, _NO_PAGE),
            request_id,
        )
        return answer
