"""What goes wrong, said one way (RFC 9457): title and detail for a person, reasons, articles, code and fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, gettext_noop
from ninja.errors import HttpError, ValidationError

from sanhu.domains.admission.models import GateStep
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.errors import StaleForm as StaleAtGate
from sanhu.domains.casework.models import Step
from sanhu.domains.casework.services.errors import MatterNotFound, StaleForm
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.engines.decisions import Decision, Refused
from sanhu.portals.gate import step_words
from sanhu.portals.matters import step_title
from sanhu.portals.open.fields import Moment, Shape

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: gettext_noop("这个请求读不懂"),
    401: gettext_noop("需要有效的令牌"),
    403: gettext_noop("不能由您办理"),
    404: gettext_noop("没有找到"),
    405: gettext_noop("这个地址不接受这种请求"),
    409: gettext_noop("现在不能这样办理"),
    413: gettext_noop("内容太大"),
    422: gettext_noop("填写的内容不对"),
    429: gettext_noop("请求太频繁，请稍后再试"),
    500: gettext_noop("系统出错，没有办成"),
    503: gettext_noop("暂时不能提供服务"),
}
# What happened to a key that was used before for something else.
CONFLICT = gettext_noop("这个 Idempotency-Key 已经用在内容不同的请求上")
STALE = gettext_noop("别人先办了一步，请看过变化以后再决定")
# The rules that shapes of fields break, as the library that reads them calls them.
_RULES = {
    "missing": gettext_noop("必须填写"),
    "string_too_long": gettext_noop("太长"),
    "string_too_short": gettext_noop("太短"),
    "less_than_equal": gettext_noop("太大"),
    "greater_than_equal": gettext_noop("太小"),
    "extra_forbidden": gettext_noop("没有这一项"),
}
_WRONG_SHAPE = gettext_noop("格式不对")


@dataclass
class Problem(Exception):  # noqa: N818 - it is the answer, not only a fault
    """An answer that says no."""

    status: int
    reasons: Sequence[str] = ()
    citations: Sequence[str] = ()
    code: str = ""
    fields: Sequence[tuple[str, str]] = ()
    changed: Sequence[Step | GateStep] = ()
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, decision: Decision, *, fields: Sequence[tuple[str, str]] = ()) -> "Problem":
        """Say what a refusal says: the same reasons, articles and code as the page."""
        return cls(status, decision.reasons, decision.citations, decision.code, fields)


class FieldFault(Shape):
    name: str
    message: str


class ChangedStep(Shape):
    ordinal: int
    move: str
    label: str
    at: Moment
    organisation: str


class ProblemBody(Shape):
    type: str
    title: str
    status: int
    detail: str
    reasons: list[str]
    citations: list[str]
    code: str
    fields: list[FieldFault]
    changed: list[ChangedStep]


def answer(request: HttpRequest, fault: Exception) -> HttpResponse:
    """Turn whatever stopped an operation into its answer; what nobody foresaw goes on to Django, which logs it."""
    del request
    problem = _problem_of(fault)
    if problem is None:
        raise fault
    return respond(problem)


def respond(problem: Problem) -> HttpResponse:
    """Write a problem in the reader's language."""
    title = gettext(TITLES.get(problem.status, TITLES[400]))
    reasons = [gettext(reason) for reason in problem.reasons]
    body = {
        "type": f"/api/v1/docs/#problem-{problem.status}",
        "title": title,
        "status": problem.status,
        "detail": gettext("；").join(reasons) or title,
        "reasons": reasons,
        "citations": [gettext(citation) for citation in problem.citations],
        "code": problem.code,
        "fields": [{"name": name, "message": gettext(message)} for name, message in problem.fields],
        "changed": [_changed(step) for step in problem.changed],
    }
    response = JsonResponse(
        body, status=problem.status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _changed(step: Step | GateStep) -> dict[str, Any]:
    shown = ChangedStep(
        ordinal=step.ordinal,
        move=step.move,
        label=step_title(step) if isinstance(step, Step) else step_words(step),
        at=step.at,
        organisation=step.organisation.name if step.organisation else "",
    )
    return shown.model_dump(mode="json")


_NOT_FOUND = (Http404, MatterNotFound, GateNotFound, FundingNotFound)


def _problem_of(fault: Exception) -> Problem | None:
    found: Problem | None = None
    match fault:
        case Problem():
            found = fault
        case Refused():
            found = Problem.of(422, fault.decision)
        case StaleForm() | StaleAtGate():
            found = Problem(409, (STALE,), changed=fault.steps)
        case ConflictError():
            found = Problem(409, (CONFLICT,))
        case ValidationError():
            found = Problem(422, fields=list(_faults(fault.errors)))
        case HttpError():
            found = _by_library(fault)
        case SuspiciousOperation():
            found = Problem(413 if isinstance(fault, RequestDataTooBig) else 400)
        case _:
            found = Problem(404) if isinstance(fault, _NOT_FOUND) else None
    return found


def _by_library(fault: HttpError) -> Problem:
    """Say what the library found amiss: a body its parser refused, or a token that was not sent."""
    if isinstance(fault.__cause__, Problem):
        return fault.__cause__
    return Problem(fault.status_code, headers={"WWW-Authenticate": "Bearer"} if fault.status_code == 401 else {})


def _faults(errors: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name field and rule of each error; never what was written, which may be personal."""
    for error in errors:
        named = [str(part) for part in error["loc"] if isinstance(part, str) and part not in _FRAMES]
        yield named[-1] if named else "", _RULES.get(str(error["type"]), _WRONG_SHAPE)


_FRAMES = frozenset({"body", "query", "path", "header", "filters", "asked"})
