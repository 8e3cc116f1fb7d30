"""Registering and removing passkeys of one's own account."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.passkeys import offer_registration, register_passkey, remove_passkey
from sanhu.engines.decisions import Refused
from sanhu.portals import clock
from sanhu.portals.desk.forms.signing_in import PasskeyForm
from sanhu.portals.desk.own_account import at_own_account, own_actor, own_page
from sanhu.portals.desk.passkey_answers import answer_of, ask_device, can_have_passkeys, site_of
from sanhu.portals.desk.views.second_factor_codes import show_codes_or_return

_PURPOSE = "register"


@require_http_methods(["GET", "HEAD", "POST"])
@at_own_account()
def second_factor_passkey(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Ask for a name, let the device make a key, and keep its public half."""
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answered = answer_of(request, _PURPOSE)
        if answered is None:
            form.add_error(None, _("没有收到设备的回答，请再按一次按钮。"))
        else:
            state, answer = answered
            at = clock.now()
            try:
                register_passkey(
                    account_id=account.pk,
                    name=form.cleaned_data["name"].strip(),
                    site=site_of(request),
                    state=state,
                    answer=answer,
                    actor=own_actor(account, at=at),
                    at=at,
                )
            except Refused as refused:
                for reason in refused.decision.reasons:
                    form.add_error(None, gettext(reason))
            else:
                messages.success(request, _("通行密钥已登记，下次登录可以用它。"))
                return show_codes_or_return(request, account)
    context = {"form": form, "can_have_passkeys": can_have_passkeys(request)}
    return own_page(request, account, "second_factor_passkey", context, status=422 if form.errors else 200)


@require_POST
@at_own_account()
def second_factor_passkey_options(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Give the browser what it asks the device for."""
    return ask_device(request, _PURPOSE, offer_registration(account, site=site_of(request)))


@require_POST
@at_own_account()
def second_factor_passkey_remove(request: HttpRequest, *, account: Account, pk: int) -> HttpResponse:
    """Let a key count no longer."""
    at = clock.now()
    try:
        remove_passkey(account_id=account.pk, passkey_id=pk, actor=own_actor(account, at=at), at=at)
    except NotFound:
        raise Http404 from None
    messages.success(request, _("通行密钥已停用。"))
    return redirect("desk:security")
