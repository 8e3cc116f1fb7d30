"""The second step of signing in: a code of an app, a passkey, or a recovery code."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sanhu.domains.subjects.rules.signing_in import Way, is_code_of_app
from sanhu.domains.subjects.services.one_time_codes import take_code
from sanhu.domains.subjects.services.passkeys import offer_proof, prove
from sanhu.domains.subjects.services.recovery_codes import take_recovery_code
from sanhu.domains.subjects.services.second_factors import factors_of
from sanhu.domains.subjects.services.sign_ins import count_second_failure, is_address_locked, is_locked
from sanhu.portals import clock
from sanhu.portals.desk.forms.signing_in import SecondStepForm
from sanhu.portals.desk.passkey_answers import answer_of, ask_device, site_of
from sanhu.portals.desk.signing_in import TOO_MANY, FirstStep, first_step, open_desk, show_second_step, start_again
from sanhu.portals.look.addresses import address_of

_PURPOSE = "second_factor"


@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of whoever's password was right a moment ago. The desk is still closed."""
    if request.user.is_authenticated:
        return redirect("desk:inbox")
    step = first_step(request)
    if step is None:
        return start_again(request)
    by_key = "credential" in request.POST
    form = SecondStepForm(None if by_key else request.POST or None)
    if request.method != "POST" or not (by_key or form.is_valid()):
        return show_second_step(request, step, form, status=422 if form.is_bound else 200)
    at, address = clock.now(), address_of(request)
    if is_locked(step.account.username, at=at) or is_address_locked(address, at=at):
        return _refuse(request, step, TOO_MANY, status=429)
    way = _shown_key(request, step) if by_key else _shown_code(step, form.cleaned_data["code"])
    if way is None:
        count_second_failure(step.account.username, address=address, at=at)
        words = _("通行密钥没有通过，请再试一次。") if by_key else _("验证码不对，或者已经用过。")
        return _refuse(request, step, words, status=422)
    if way is Way.RECOVERY_CODE:
        _say_how_many_are_left(request, step)
    return open_desk(request, step.account, ways=(step.way, way), wanted=step.wanted)


@never_cache
@require_POST
def second_factor_options(request: HttpRequest) -> HttpResponse:
    """Give the browser the challenge for a passkey of the account."""
    step = first_step(request)
    if step is None:
        raise Http404
    return ask_device(request, _PURPOSE, offer_proof(step.account, site=site_of(request)))


def _shown_code(step: FirstStep, code: str) -> Way | None:
    at = clock.now()
    if is_code_of_app(code):
        return Way.APP if take_code(step.account, code, at=at) else None
    return Way.RECOVERY_CODE if take_recovery_code(step.account, code, at=at) else None


def _shown_key(request: HttpRequest, step: FirstStep) -> Way | None:
    answered = answer_of(request, _PURPOSE)
    if answered is None:
        return None
    state, answer = answered
    proved = prove(account=step.account, site=site_of(request), state=state, answer=answer, at=clock.now())
    return Way.PASSKEY if proved else None


def _say_how_many_are_left(request: HttpRequest, step: FirstStep) -> None:
    left = factors_of(step.account).recovery_codes_left
    words = gettext("这次登录用掉了一个恢复码，还剩 %(left)d 个。设备丢了的话，请在“账号安全”里停用它。")
    messages.warning(request, words % {"left": left})


def _refuse(request: HttpRequest, step: FirstStep, words: object, *, status: int) -> HttpResponse:
    form = SecondStepForm({"code": ""})
    form.errors.clear()
    form.add_error(None, str(words))
    return show_second_step(request, step, form, status=status)
