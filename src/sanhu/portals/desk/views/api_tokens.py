"""Tokens for programs: one's own, and for their keeper those of the district; each is shown once, when it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanhu.domains.subjects.models import ApiToken
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.tokens import NEVER_OF_SYSTEMS, OF_THE_API, offered
from sanhu.domains.subjects.services.api_tokens import (
    Made,
    make_own_token,
    make_system_token,
    posts_for_systems,
    revoke_token,
    tokens_in_force,
    tokens_visible_to,
)
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.api_tokens import SystemTokenForm, TokenForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.signing_in import signed_in_lately
from sanhu.portals.desk.submitting import submit
from sanhu.portals.desk.wording import PERMISSIONS
from sanhu.portals.look.keyset import page_of

PAGE_SIZE = 50
_CRUMBS = (_("令牌"), "desk:tokens")


@dataclass(frozen=True)
class Row:
    """A token in the list."""

    token: ApiToken
    scopes: list[str]
    standing: Promise
    is_in_force: bool


@require_safe
@at_the_desk()
def tokens(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List one's own tokens, and for their keeper all of the district."""
    return _show(request, acting)


def _show(request: HttpRequest, acting: Acting, *, decision: Decision | None = None, status: int = 200) -> HttpResponse:
    at = clock.now()
    visible = tokens_visible_to(acting.actor)
    page = page_of(
        visible, after=request.GET.get("after", ""), size=PAGE_SIZE, url=request.get_full_path(), known=visible
    )
    in_force = set(tokens_in_force(page.rows, at=at))
    context = {
        "page": page,
        "rows": [_row(token, legal_day(at), is_in_force=token.pk in in_force) for token in page.rows],
        "may_make": bool(offered(acting.actor.permissions, is_system=False)) and not acting.actor.through,
        "keeps": acting.actor.may(Permission.TOKEN_MANAGE),
        "decision": decision,
    }
    return desk_page(request, "tokens", acting, context, status=status)


def _row(token: ApiToken, today: date, *, is_in_force: bool) -> Row:
    if token.revoked_at is not None:
        standing = _("已撤销")
    elif token.expires_on < today:
        standing = _("已到期")
    else:
        standing = _("有效") if is_in_force else _("岗位或者账号已停用")
    words = [str(PERMISSIONS[Permission(scope)]) for scope in token.scopes]
    return Row(token=token, scopes=words, standing=standing, is_in_force=is_in_force)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*OF_THE_API)
def token_add(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Make a token of one's own."""
    at, actor = clock.now(), acting.actor
    scopes = offered(actor.permissions, is_system=False)
    form = TokenForm(request.POST or None, scopes=scopes, today=legal_day(at))
    asked = Asked(
        title=_("生成自己的令牌"),
        lead=_("程序拿着它，就是您本人在办事：看到的、能办的、要两个人办的，都和您在页面上一样。"),
        submit=_("生成"),
        form=form,
        crumbs=[(_CRUMBS[0], reverse(_CRUMBS[1])), (_("生成自己的令牌"), "")],
    )

    def make() -> Made:
        said = form.cleaned_data
        return make_own_token(
            name=said["name"], scopes=said["scopes"], expires_on=said["expires_on"], actor=actor, at=at
        )

    return _make(request, acting, asked, form, make)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.TOKEN_MANAGE)
def system_token_add(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Make a token for a program of the district."""
    at, actor = clock.now(), acting.actor
    scopes = [scope for scope in OF_THE_API if scope not in NEVER_OF_SYSTEMS]
    posts = list(posts_for_systems(actor, at=at))
    form = SystemTokenForm(request.POST or None, scopes=scopes, today=legal_day(at), posts=posts)
    asked = Asked(
        title=_("给系统发放令牌"),
        lead=_("系统不能代人核查、办结、批准、审查、签批或者表决，也看不到个人信息原文。"),
        submit=_("发放"),
        form=form,
        crumbs=[(_CRUMBS[0], reverse(_CRUMBS[1])), (_("给系统发放令牌"), "")],
    )

    def make() -> Made:
        said = form.cleaned_data
        return make_system_token(
            post_id=said["post"],
            name=said["name"],
            scopes=said["scopes"],
            expires_on=said["expires_on"],
            actor=actor,
            at=at,
        )

    return _make(request, acting, asked, form, make)


def _make(
    request: HttpRequest, acting: Acting, asked: Asked, form: TokenForm, make: Callable[[], Made]
) -> HttpResponse:
    """Make it once, soon after signing in, and show it in this answer alone: not in the session, after no redirect."""
    if not signed_in_lately(request, at=clock.now()):
        return desk_page(request, "security_again", acting, {"crumbs": asked.crumbs}, status=403)
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    made: list[Made] = []

    def write() -> str:
        made.append(make())
        return f"api_token:{made[0].token.pk}"

    written = submit(form, acting, write, about="token")
    if not written.is_done:
        return ask(request, acting, asked, written)
    if not made:
        messages.warning(request, _("这张表已经提交过，令牌只显示那一次。没有记下的，请撤销后重新生成。"))
        return redirect("desk:tokens")
    return desk_page(request, "token_made", acting, {"made": made[0], "scopes": made[0].token.scopes})


@require_POST
@at_the_desk()
def token_revoke(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """End a token at once."""
    try:
        revoke_token(token_id=pk, actor=acting.actor, at=clock.now())
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        return _show(request, acting, decision=refused.decision, status=422)
    messages.success(request, _("令牌已撤销，马上失效。"))
    return redirect("desk:tokens")
