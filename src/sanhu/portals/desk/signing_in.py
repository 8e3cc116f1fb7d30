"""The steps of signing in: what is proved so far waits in the session, and only the last step opens the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.rules.signing_in import Way
from sanhu.domains.subjects.services.second_factors import factors_of, has_second_factor
from sanhu.domains.subjects.services.sign_ins import enter_sign_in, forget_failures, was_reset_since_last
from sanhu.portals import clock
from sanhu.portals.desk.forms.signing_in import SecondStepForm, SignInForm
from sanhu.portals.desk.passkey_answers import can_have_passkeys
from sanhu.portals.look.again import carried

TOO_MANY = _("失败次数太多，请 15 分钟以后再试，或请安全管理员解锁。")
_WAITING = "second_step"
_SIGNED_IN_AT = "signed_in_at"


@dataclass(frozen=True)
class FirstStep:
    """Whose first step was right, by what way, and where they wanted to go."""

    account: Account
    way: Way
    wanted: str


def may_open(account: Account) -> bool:
    """Tell whether an account opens anything here. In production one made for a demonstration opens nothing."""
    return account.is_active and not (settings.SANHU_PRODUCTION and account.is_demonstration)


def first_step_done(request: HttpRequest, account: Account, *, way: Way, wanted: str) -> HttpResponse:
    """Go on to the second step where the account has one; else open the desk."""
    if not has_second_factor(account):
        return open_desk(request, account, ways=(way,), wanted=wanted)
    request.session.flush()
    request.session[_WAITING] = {
        "account": account.pk,
        "hash": account.get_session_auth_hash(),  # a password changed meanwhile ends the waiting too
        "way": str(way),
        "at": int(clock.now().timestamp()),
        "wanted": wanted,
    }
    if carried(request, action=wanted) is not None:
        # What somebody wrote goes along in the page itself.
        return show_second_step(request, FirstStep(account=account, way=way, wanted=wanted))
    return redirect("desk:second_factor")


def first_step(request: HttpRequest) -> FirstStep | None:
    """Give whose second step is waited for, or None when there is none or it took too long."""
    waiting = request.session.get(_WAITING)
    if not waiting:
        return None
    oldest = clock.now() - timedelta(minutes=settings.SANHU_SECOND_STEP_MINUTES)
    account = Account.objects.select_related("person").filter(pk=waiting["account"]).first()
    if (
        account is None
        or waiting["at"] < oldest.timestamp()
        or not may_open(account)
        or not constant_time_compare(waiting["hash"], account.get_session_auth_hash())
    ):
        del request.session[_WAITING]
        return None
    return FirstStep(account=account, way=Way(waiting["way"]), wanted=waiting["wanted"])


def open_desk(request: HttpRequest, account: Account, *, ways: Sequence[Way], wanted: str) -> HttpResponse:
    """Begin the session, enter it in the record, and go where the person wanted to go."""
    at = clock.now()
    request.session.pop(_WAITING, None)
    with transaction.atomic():
        was_reset = was_reset_since_last(account)
        forget_failures(account.username)
        login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
        enter_sign_in(account, ways=ways, at=at)
    request.session[_SIGNED_IN_AT] = int(at.timestamp())
    if was_reset:
        messages.warning(
            request, _("您的第二重验证已由管理员重置。如果不是您本人请求的，请立即换密码，并告诉安全管理员。")
        )
    kept = carried(request, action=wanted)
    if kept is not None:
        text = gettext("您已登录。登录过期前填写的内容还没有提交；要提交，请按下面的按钮。")
        return render(request, "look/trouble.html", {"title": gettext("再提交一次"), "text": text, "again": kept})
    return HttpResponseRedirect(wanted)


def signed_in_lately(request: HttpRequest, *, at: datetime) -> bool:
    """Tell whether the session is young enough for changing the ways in."""
    since = at - timedelta(minutes=settings.SANHU_FRESH_SIGN_IN_MINUTES)
    return int(request.session.get(_SIGNED_IN_AT, 0)) >= since.timestamp()


def page_wanted(request: HttpRequest, wanted: str) -> str:
    """Give where the person wanted to go, if that is a page of ours; else the inbox."""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("desk:inbox")


def show_sign_in(request: HttpRequest, form: SignInForm | None = None, *, status: int = 200) -> HttpResponse:
    """Show the first step: password, passkey or the district's own sign-on."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    context = {
        "form": form or SignInForm(),
        "next": wanted,
        "kept": carried(request, action=wanted),
        "can_have_passkeys": can_have_passkeys(request),
        "sign_on": settings.SANHU_OIDC_NAME if settings.SANHU_OIDC_ISSUER else "",
    }
    return render(request, "desk/sign_in.html", context, status=status)


def show_second_step(
    request: HttpRequest, step: FirstStep, form: SecondStepForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Show the second step with what the account has for it."""
    context = {
        "form": form or SecondStepForm(),
        "factors": factors_of(step.account),
        "username": step.account.username,
        "kept": carried(request, action=step.wanted),
        "can_have_passkeys": can_have_passkeys(request),
    }
    return render(request, "desk/second_factor.html", context, status=status)


def start_again(request: HttpRequest) -> HttpResponse:
    """Lead back to the first step, whose answer has grown too old; what somebody wrote goes along."""
    form = SignInForm()
    messages.warning(request, _("登录的第一步已经过期，请重新登录。"))
    return show_sign_in(request, form, status=401) if carried(request, action="") else redirect("desk:sign_in")
