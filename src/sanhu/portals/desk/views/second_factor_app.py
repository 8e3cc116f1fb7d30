"""Setting up and removing an app as the second factor."""

import io

import pyotp
import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanhu.domains.subjects.models import Account, OneTimeCodes
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.domains.subjects.services.one_time_codes import begin_app, confirm_app, remove_app
from sanhu.engines.decisions import Refused
from sanhu.portals import clock
from sanhu.portals.desk.forms.signing_in import AppForm
from sanhu.portals.desk.own_account import at_own_account, own_actor, own_page
from sanhu.portals.desk.refusing import say_refusal
from sanhu.portals.desk.views.second_factor_codes import show_codes_or_return


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_account()
def second_factor_app(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Show the secret to an app, as a picture and in letters, and take the first code it shows."""
    at = clock.now()
    actor = own_actor(account, at=at)
    form = AppForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            confirm_app(account_id=account.pk, code=form.cleaned_data["code"], actor=actor, at=at)
            messages.success(request, _("验证器已经设好，下次登录要用它。"))
            return show_codes_or_return(request, account)
        app = begin_app(account_id=account.pk, actor=actor, at=at)
    except FieldRefused as refused:
        for reason in refused.decision.reasons:
            form.add_error(refused.field, gettext(reason))
        app = begin_app(account_id=account.pk, actor=actor, at=at)
    except Refused as refused:
        return say_refusal(request, refused)
    groups = [app.secret[start : start + 4] for start in range(0, len(app.secret), 4)]
    context = {"form": form, "secret": " ".join(groups), "username": account.username}
    return own_page(request, account, "second_factor_app", context, status=422 if form.errors else 200)


@require_safe
@at_own_account()
def second_factor_app_code(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Draw the secret that waits to be confirmed, for the camera of the app."""
    del request
    app = OneTimeCodes.objects.filter(account=account, confirmed_at__isnull=True, removed_at__isnull=True).first()
    if app is None:
        raise Http404
    address = pyotp.TOTP(app.secret).provisioning_uri(name=account.username, issuer_name=gettext("三互社区事务平台"))
    drawn = io.BytesIO()
    # White around it, in the dark too: cameras read black on white.
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@require_POST
@at_own_account()
def second_factor_app_remove(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Let the app count no longer."""
    at = clock.now()
    try:
        remove_app(account_id=account.pk, actor=own_actor(account, at=at), at=at)
    except Refused as refused:
        return say_refusal(request, refused)
    messages.success(request, _("验证器已停用。"))
    return redirect("desk:security")
