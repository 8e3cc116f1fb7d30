"""Signing in through the district's own sign-on, and linking one's account to it."""

import logging

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.rules.signing_in import Way
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.external_identities import (
    account_of,
    link_own,
    stands_for_both_steps,
    unlink_own,
)
from sanhu.engines.decisions import Refused
from sanhu.portals import clock
from sanhu.portals.desk.forms.signing_in import SignInForm
from sanhu.portals.desk.own_account import at_own_account, own_actor, own_page
from sanhu.portals.desk.refusing import say_refusal
from sanhu.portals.desk.sign_on_client import SignOnFailedError, is_configured, lead_to_sign_on, named_by_sign_on
from sanhu.portals.desk.signing_in import first_step_done, may_open, open_desk, page_wanted, show_sign_in

_log = logging.getLogger(__name__)
_WANTED, _TO_LINK = "sign_on_wanted", "sign_on_to_link"
_FAILED = _("统一身份认证没有成功，请再试一次，或者用账号密码登录。")


@never_cache
@require_safe
def sign_on(request: HttpRequest) -> HttpResponse:
    """Lead to the district's sign-on. A link, not a form: our policy lets no form leave for another address."""
    _ask_for_sign_on()
    if request.user.is_authenticated:
        return redirect("desk:inbox")
    request.session[_WANTED] = page_wanted(request, request.GET.get("next", ""))
    return _lead(request)


@never_cache
@require_safe
def sign_on_back(request: HttpRequest) -> HttpResponse:
    """Take what the sign-on says: whose account it is, or, for whoever is signed in already, whom to link."""
    _ask_for_sign_on()
    try:
        shown = named_by_sign_on(request)
    except SignOnFailedError as failed:
        # Only of what kind: its words may come from the address itself, written by anybody.
        _log.warning("the district's sign-on failed: %s", type(failed.__cause__ or failed).__name__)
        return _refuse(request, _FAILED, status=422)
    if request.user.is_authenticated:
        request.session[_TO_LINK] = shown.subject
        return redirect("desk:sign_on_confirm")
    wanted = request.session.pop(_WANTED, reverse("desk:inbox"))
    account = account_of(issuer=settings.SANHU_OIDC_ISSUER, subject=shown.subject)
    if account is None or not may_open(account):
        words = _("这一身份没有关联可用的账号。请先用账号密码登录，在“账号安全”里关联，或者请系统管理员关联。")
        return _refuse(request, words, status=403)
    if shown.by_two_factors and stands_for_both_steps(account, issuer=settings.SANHU_OIDC_ISSUER):
        return open_desk(request, account, ways=(Way.DISTRICT,), wanted=wanted)
    return first_step_done(request, account, way=Way.DISTRICT, wanted=wanted)


@require_safe
@at_own_account()
def sign_on_link(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Lead to the sign-on, to link whom it names with one's own account."""
    del account
    _ask_for_sign_on()
    return _lead(request)


@at_own_account()
def sign_on_confirm(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Show whom the sign-on named, and link on purpose: a link somebody else had one follow links nothing."""
    subject = request.session.get(_TO_LINK)
    if not subject:
        return redirect("desk:security")
    if request.method != "POST":
        context = {"subject": subject, "sign_on": settings.SANHU_OIDC_NAME}
        return own_page(request, account, "sign_on_confirm", context)
    del request.session[_TO_LINK]
    at = clock.now()
    try:
        link_own(
            account_id=account.pk,
            issuer=settings.SANHU_OIDC_ISSUER,
            subject=subject,
            actor=own_actor(account, at=at),
            at=at,
        )
    except Refused as refused:
        return say_refusal(request, refused)
    messages.success(request, gettext("已关联，以后可以用%(name)s登录。") % {"name": settings.SANHU_OIDC_NAME})
    return redirect("desk:security")


@require_POST
@at_own_account()
def sign_on_unlink(request: HttpRequest, *, account: Account) -> HttpResponse:
    """Undo the link."""
    at = clock.now()
    try:
        unlink_own(account_id=account.pk, issuer=settings.SANHU_OIDC_ISSUER, actor=own_actor(account, at=at), at=at)
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        return say_refusal(request, refused)
    messages.success(request, _("关联已解除。"))
    return redirect("desk:security")


def _ask_for_sign_on() -> None:
    if not is_configured():
        raise Http404


def _lead(request: HttpRequest) -> HttpResponse:
    try:
        return lead_to_sign_on(request, back_url=request.build_absolute_uri(reverse("desk:sign_on_back")))
    except SignOnFailedError as failed:
        _log.warning("the district's sign-on cannot be reached: %s", type(failed.__cause__ or failed).__name__)
        return _refuse(request, _("统一身份认证现在打不开，请用账号密码登录。"), status=503)


def _refuse(request: HttpRequest, words: object, *, status: int) -> HttpResponse:
    if request.user.is_authenticated:
        messages.error(request, str(words))
        return redirect("desk:security")
    form = SignInForm({})
    form.errors.clear()
    form.add_error(None, str(words))
    return show_sign_in(request, form, status=status)
