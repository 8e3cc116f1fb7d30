"""Recovery codes: a sheet that is shown once, to be printed or copied."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.services.recovery_codes import issue_recovery_codes
from sanhu.domains.subjects.services.second_factors import factors_of
from sanhu.engines.decisions import Refused
from sanhu.portals import clock
from sanhu.portals.desk.own_account import at_own_account, own_actor, own_page
from sanhu.portals.desk.refusing import say_refusal


@require_POST
@at_own_account()
def second_factor_codes(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Draw a new set and show it in this answer, and nowhere else."""
    try:
        return _show(request, account)
    except Refused as refused:
        return say_refusal(request, refused)


def show_codes_or_return(request: HttpRequest, account: Account) -> HttpResponse:
    """Show a first set to whoever has just set up a second factor and has none; else go back to the ways in."""
    return redirect("desk:security") if factors_of(account).recovery_codes_left else _show(request, account)


def _show(request: HttpRequest, account: Account) -> HttpResponse:
    at = clock.now()
    codes = issue_recovery_codes(account_id=account.pk, actor=own_actor(account, at=at), at=at)
    return own_page(request, account, "second_factor_codes", {"codes": codes, "own": account, "made_at": at})
