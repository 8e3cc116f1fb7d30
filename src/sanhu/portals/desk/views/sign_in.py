"""Signing in with a password and out, and changing the password."""

from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.rules.signing_in import Way
from sanhu.domains.subjects.services.accounts import change_password as set_new_password
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.domains.subjects.services.sign_ins import count_failure, is_address_locked, is_locked
from sanhu.portals import clock
from sanhu.portals.desk.forms.signing_in import ChangePasswordForm, SignInForm
from sanhu.portals.desk.own_account import own_actor
from sanhu.portals.desk.signing_in import TOO_MANY, first_step_done, may_open, page_wanted, show_sign_in
from sanhu.portals.look.addresses import address_of


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for account and password. After some failures the account waits, and so does the address."""
    if request.user.is_authenticated:
        return redirect("desk:inbox")
    form = SignInForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return show_sign_in(request, form, status=422 if form.is_bound else 200)
    at, address = clock.now(), address_of(request)
    username = form.cleaned_data["username"].strip().lower()
    if is_locked(username, at=at) or is_address_locked(address, at=at):
        form.add_error(None, TOO_MANY)
        return show_sign_in(request, form, status=429)
    account = authenticate(request, username=username, password=form.cleaned_data["password"])
    if not isinstance(account, Account) or not may_open(account):
        count_failure(username, address=address, at=at)
        form.add_error(None, _("账号或密码不对。"))
        return show_sign_in(request, form, status=422)
    wanted = page_wanted(request, request.POST.get("next", ""))
    return first_step_done(request, account, way=Way.PASSWORD, wanted=wanted)


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
    at, address = clock.now(), address_of(request)
    if is_locked(account.username, at=at) or is_address_locked(address, at=at):
        form.add_error(None, TOO_MANY)
        return render(request, "desk/change_password.html", {"form": form}, status=429)
    try:
        changed = set_new_password(
            account_id=account.pk,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            actor=own_actor(account, at=at),
            at=at,
        )
    except FieldRefused as refused:
        if refused.field == "old":
            count_failure(account.username, address=address, at=at)
        for reason in refused.decision.reasons:
            form.add_error(refused.field, gettext(reason))
        return render(request, "desk/change_password.html", {"form": form}, status=422)
    update_session_auth_hash(request, changed)
    messages.success(request, _("密码已经换好。"))
    return redirect("desk:inbox")
