"""What a community's money was for, in words; which period an address names."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from sanhu.domains.admission.models import Task
from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.earmark_queries import is_earmark
from sanhu.domains.funding.earmark_terms import EarmarkKind
from sanhu.domains.funding.models import Earmark
from sanhu.domains.funding.public_account import Sums
from sanhu.portals.disclosures import period_of

_TASK = "task"


def period_or_404(code: str) -> Period:
    """Give the period an address names."""
    found = period_of(code)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class PurposeLine:
    """What money was for: a task by its name and number, or a number alone; and its sums."""

    number: str
    name: str
    url: str
    sums: Sums


def purpose_lines(by_purpose: Iterable[tuple[str, Sums]], *, area_code: str) -> list[PurposeLine]:
    """Name what money was for; what was given for nothing in particular stands first."""
    found = list(by_purpose)
    numbers = [ref.partition(":")[2] for ref, _sums in found if ref.startswith(f"{_TASK}:")]
    names = dict(Task.objects.filter(number__in=numbers).values_list("number", "application__name"))
    register = reverse("public:register_of", args=[area_code])
    earmarks = _earmarks([ref.partition(":")[2] for ref, _sums in found if is_earmark(ref)])
    lines = []
    for ref, sums in found:
        number = ref.partition(":")[2]
        name, url = earmarks.get(number, ("", ""))
        if number in names:
            name, url = names[number], f"{register}#{number}"
        lines.append(PurposeLine(number, name or (gettext("未指定用途") if not ref else ""), url, sums))
    return lines


def _earmarks(numbers: list[str]) -> dict[str, tuple[str, str]]:
    """Give what earmarks are for, and the page of a lottery project."""
    return {
        one.number: (
            one.purpose,
            reverse("public:lottery_project", args=[one.number]) if one.kind == EarmarkKind.LOTTERY_PROJECT else "",
        )
        for one in Earmark.objects.filter(number__in=numbers)
    }
