"""Signing in with a passkey alone: the device knows whose it is and has asked its owner for finger, face or code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from sanhu.domains.subjects.rules.signing_in import Way
from sanhu.domains.subjects.services.passkeys import offer_proof, prove
from sanhu.domains.subjects.services.sign_ins import count_failure_of_address, is_address_locked, is_locked
from sanhu.portals import clock
from sanhu.portals.desk.forms.signing_in import SignInForm
from sanhu.portals.desk.passkey_answers import answer_of, ask_device, site_of
from sanhu.portals.desk.signing_in import TOO_MANY, may_open, open_desk, page_wanted, show_sign_in
from sanhu.portals.look.addresses import address_of

_PURPOSE = "sign_in"


@never_cache
@sensitive_post_parameters("credential")
@require_POST
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Take what a device answered; it counts as two factors, since it holds the key and knew its owner."""
    if request.user.is_authenticated:
        return redirect("desk:inbox")
    at, address = clock.now(), address_of(request)
    if is_address_locked(address, at=at):
        return _refuse(request, TOO_MANY, status=429)
    answered = answer_of(request, _PURPOSE)
    account = None
    if answered is not None:
        state, answer = answered
        account = prove(account=None, site=site_of(request), state=state, answer=answer, at=at)
    if account is None or not may_open(account):
        count_failure_of_address(address, at=at)
        return _refuse(request, _("通行密钥没有通过，请再试一次，或者用密码登录。"), status=422)
    if is_locked(account.username, at=at):
        return _refuse(request, TOO_MANY, status=429)
    wanted = page_wanted(request, request.POST.get("next", ""))
    return open_desk(request, account, ways=(Way.PASSKEY,), wanted=wanted)


@never_cache
@require_POST
def sign_in_passkey_options(request: HttpRequest) -> HttpResponse:
    """Give the browser a challenge for whatever passkey it has for us."""
    if is_address_locked(address_of(request), at=clock.now()):
        return HttpResponse(status=429)
    return ask_device(request, _PURPOSE, offer_proof(None, site=site_of(request)))


def _refuse(request: HttpRequest, words: object, *, status: int) -> HttpResponse:
    form = SignInForm({})
    form.errors.clear()
    form.add_error(None, str(words))
    return show_sign_in(request, form, status=status)
