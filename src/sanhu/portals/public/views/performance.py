"""How well public money was used (R53), for everybody to read: the lines whose result another person reviewed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.funding.performance_queries import public_results
from sanhu.domains.funding.performance_scheme import source_in
from sanhu.portals import site
from sanhu.portals.budget_words import budget_words
from sanhu.portals.performance import points_words, score_rows
from sanhu.portals.public.page import public_page

_HOME = (_("社区账目"), "public:accounts")


@require_safe
def performances(request: HttpRequest) -> HttpResponse:
    """List the budgets of which a result is public, the newest year first."""
    found = [
        (
            budget,
            budget_words(budget),
            [(line, points_words(line.result.score), line.result) for line in lines if line.result],
        )
        for budget, lines in public_results(site.home_district())
    ]
    context = {
        "found": found,
        "sources": source_in(get_language() or ""),
        "crumbs": [(_HOME[0], reverse(_HOME[1])), (_("钱用得怎么样"), "")],
    }
    return public_page(request, "performances", context)


@require_safe
def performance(request: HttpRequest, number: str) -> HttpResponse:
    """Show one budget's results, each with how its score came about; evidence and names stay inside."""
    found = {budget.number: (budget, lines) for budget, lines in public_results(site.home_district())}.get(number)
    if found is None:
        raise Http404
    budget, lines = found
    context = {
        "title": budget_words(budget),
        "results": [
            (line, points_words(line.result.score), score_rows(line), line.result) for line in lines if line.result
        ],
        "sources": source_in(get_language() or ""),
        "crumbs": [
            (_HOME[0], reverse(_HOME[1])),
            (_("钱用得怎么样"), reverse("public:performances")),
            (budget_words(budget), ""),
        ],
    }
    return public_page(request, "performance", context)
