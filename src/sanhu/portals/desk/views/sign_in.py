"""Signing in and out, switching posts, changing the password."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.services.accounts import change_password as set_new_password
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from sanhu.portals import clock
from sanhu.portals.desk.acting import POST_KEY, Acting, acting_in, at_the_desk
from sanhu.portals.desk.forms.signing_in import ChangePasswordForm, SignInForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.look.addresses import address_of
from sanhu.portals.look.again import carried

_FROM_ONE_ADDRESS = 20  # as many times as one account: a street office shares an address


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for account and password. After some failures the account waits, and so does the address."""
    if request.user.is_authenticated:
        return redirect("desk:inbox")
    form = SignInForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, status=422 if form.is_bound else 200)
    at, window = clock.now(), timedelta(minutes=settings.SANHU_SIGN_IN_WINDOW_MINUTES)
    username = form.cleaned_data["username"].strip().lower()
    by_account = throttle.key_of("sign_in", username)
    by_address = throttle.key_of("sign_in_from", address_of(request))
    most = settings.SANHU_SIGN_IN_FAILURES
    if (
        throttle.tries(by_account, at=at, window=window) >= most
        or throttle.tries(by_address, at=at, window=window) >= most * _FROM_ONE_ADDRESS
    ):
        form.add_error(None, _("失败次数太多，请 15 分钟以后再试，或请安全管理员解锁。"))
        return _show(request, form, status=429)
    account = authenticate(request, username=username, password=form.cleaned_data["password"])
    if not isinstance(account, Account) or (settings.SANHU_PRODUCTION and account.is_demonstration):
        throttle.count_try(by_account, at=at, window=window)
        throttle.count_try(by_address, at=at, window=window)
        form.add_error(None, _("账号或密码不对。"))
        return _show(request, form, status=422)
    throttle.forget(by_account)
    login(request, account)
    with transaction.atomic():
        record(
            event="account.signed_in",
            actor=SYSTEM,
            at=at,
            subject=f"account:{account.pk}",
            district=account.person.district,
        )
    kept = carried(request, action=_next(request))
    if kept is not None:
        text = gettext("您已登录。登录过期前填写的内容还没有提交；要提交，请按下面的按钮。")
        return render(request, "look/trouble.html", {"title": gettext("再提交一次"), "text": text, "again": kept})
    return HttpResponseRedirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("desk:inbox")


def _show(request: HttpRequest, form: SignInForm, *, status: int) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "next": wanted, "kept": carried(request, action=wanted)}
    return render(request, "desk/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("public:home")


@never_cache
@sensitive_post_parameters("old", "new", "again")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Choose a password of one's own; whoever was given one must."""
    account = request.user
    assert isinstance(account, Account), "login_required"
    form = ChangePasswordForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/change_password.html", {"form": form}, status=422 if form.is_bound else 200)
    acting = acting_in(request)
    actor = acting.actor if acting else Actor(kind=ActorKind.POST, person_id=account.person_id)
    try:
        changed = set_new_password(
            account_id=account.pk,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            actor=actor,
            at=clock.now(),
        )
    except FieldRefused as refused:
        for reason in refused.decision.reasons:
            form.add_error(refused.field, gettext(reason))
        return render(request, "desk/change_password.html", {"form": form}, status=422)
    update_session_auth_hash(request, changed)
    messages.success(request, _("密码已经换好。"))
    return redirect("desk:inbox")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk()
def posts(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Choose the post to act through."""
    mine = (acting.post, *acting.others)
    if request.method == "POST":
        wanted = next((post for post in mine if str(post.pk) == request.POST.get("post")), None)
        if wanted is not None:
            request.session[POST_KEY] = wanted.pk
            return redirect("desk:inbox")
    return desk_page(request, "posts", acting, {"posts": mine})
