"""The ways into one's own account, and who came in by them lately."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.services.external_identities import identity_of
from sanhu.domains.subjects.services.second_factors import factors_of, second_factor_missing
from sanhu.domains.subjects.services.sign_ins import last_sign_ins
from sanhu.portals import clock
from sanhu.portals.desk.own_account import at_own_account, own_page
from sanhu.portals.desk.passkey_answers import can_have_passkeys
from sanhu.portals.desk.signing_in import signed_in_lately


@require_safe
@at_own_account(fresh=False)
def security(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Show the ways in: password, app, passkeys, recovery codes, the district's sign-on, and the last sign-ins."""
    at, issuer = clock.now(), settings.SANHU_OIDC_ISSUER
    context = {
        "own": account,
        "factors": factors_of(account),
        "is_missing": second_factor_missing(account, at=at),
        "is_fresh": signed_in_lately(request, at=at),
        "can_have_passkeys": can_have_passkeys(request),
        "sign_on": settings.SANHU_OIDC_NAME if issuer else "",
        "identity": identity_of(account, issuer=issuer) if issuer else None,
        "sign_ins": last_sign_ins(account),
        "crumbs": [],
    }
    return own_page(request, account, "security", context)


@require_POST
@at_own_account(fresh=False)
def sign_in_again(request: HttpRequest, *, account: Account) -> HttpResponse:
    """End this session and ask for a new sign-in, which leads back here."""
    del account
    logout(request)
    return redirect_to_login(reverse("desk:security"))
