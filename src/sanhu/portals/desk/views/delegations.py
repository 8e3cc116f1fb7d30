"""In what one acts: one's own posts and those one stands in for; lending a post's powers and taking them back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.subjects.models import Delegation, Post
from sanhu.domains.subjects.queries import Capacity, delegations_visible_to, held, not_over, posts_in_force
from sanhu.domains.subjects.rules.delegating import ABSENCE_LABELS, Absence, lendable
from sanhu.domains.subjects.services.delegations import delegate, end, may_arrange
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import POST_KEY, Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.delegations import DelegationEndForm, DelegationForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.wording import permission_words
from sanhu.portals.look.templatetags.personal_data import person_words

_NOTES = (
    _("代办人以这个岗位办的每一步，都记作两个人办的：代办人和您以后都不能自己核查、签批或者批准它。"),
    _("表决须本人参加；管理员的权限不能代办。选举产生的职务，只能由同一组织当选的其他成员代办。"),
)


@dataclass(frozen=True)
class DelegationRow:
    """A delegation in words: whose post, who stands in, with which powers and why."""

    delegation: Delegation
    permissions: Sequence[str]
    reason: str
    is_begun: bool


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk()
def posts(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Choose through which post to act; see who stands in for whom."""
    here = Capacity(acting.post, acting.delegation)
    capacities = sorted(
        (here, *acting.others),
        key=lambda capacity: (capacity.delegation is not None, capacity.post.starts_at, capacity.key),
    )
    if request.method == "POST":
        wanted = next((capacity for capacity in capacities if capacity.key == request.POST.get("post")), None)
        if wanted is not None:
            request.session[POST_KEY] = wanted.key
            return redirect("desk:inbox")
    person, at = acting.actor.person_id, clock.now()
    concerned = list(not_over(delegations_visible_to(acting.actor), at=at))
    context = {
        "capacities": capacities,
        "present": here,
        "own": [
            capacity.post for capacity in capacities if capacity.delegation is None and lendable(held(capacity.post))
        ],
        "given": rows_of([one for one in concerned if one.post.person_id == person], at=at),
        "taken": rows_of([one for one in concerned if one.deputy_id == person], at=at),
    }
    return desk_page(request, "posts", acting, context)


def rows_of(delegations: Iterable[Delegation], *, at: datetime) -> list[DelegationRow]:
    """Put delegations into words."""
    return [
        DelegationRow(
            delegation=one,
            permissions=[permission_words(permission) for permission in one.permissions],
            reason=gettext(ABSENCE_LABELS[Absence(one.reason)]),
            is_begun=one.starts_on <= legal_day(at),
        )
        for one in delegations
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk()
def delegation_new(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Lend the powers of one's own post, or, for who keeps the posts, of somebody's who fell ill."""
    at = clock.now()
    post = _post_or_404(acting, pk, at=at)
    form = DelegationForm(request.POST or None, post=post, today=legal_day(at))
    name = gettext("%(body)s %(title)s（%(person)s）") % {
        "body": post.organisation.name,
        "title": post.title,
        "person": person_words(post.person),
    }
    asked = Asked(
        title=_("安排代办"),
        lead=name,
        submit=_("安排代办"),
        form=form,
        crumbs=[(_("岗位和代办"), reverse("desk:posts")), (_("安排代办"), "")],
        notes=_NOTES,
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    written = send(form, lambda: delegate(post_id=post.pk, actor=acting.actor, at=at, **said).pk)
    if not written.is_done:
        return ask(request, acting, asked, written)
    given = delegations_visible_to(acting.actor).get(pk=int(written.ref))
    messages.success(request, gettext("已安排：由%(deputy)s代办。") % {"deputy": person_words(given.deputy)})
    if post.person_id != acting.actor.person_id:
        return redirect("desk:person", pk=post.person_id)
    return redirect("desk:posts")


def _post_or_404(acting: Acting, pk: int, *, at: datetime) -> Post:
    """Give a post whose powers the person may lend; what one may not arrange is not found."""
    found = posts_in_force(at).filter(pk=pk, organisation__district=acting.actor.district)
    post = found.select_related("organisation", "role", "person").first()
    if post is None or not may_arrange(post, acting.actor) or not lendable(held(post)):
        raise Http404
    return post


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk()
def delegation_end(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Take a delegation back before its last day."""
    at = clock.now()
    found = delegations_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = DelegationEndForm(request.POST or None)
    names = {"deputy": person_words(found.deputy), "absent": person_words(found.post.person)}
    asked = Asked(
        title=_("结束代办"),
        lead=gettext("%(deputy)s不再代%(absent)s办理；已经办的不变。") % names,
        submit=_("结束代办"),
        form=form,
        crumbs=[(_("岗位和代办"), reverse("desk:posts")), (_("结束代办"), "")],
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    client_id = form.cleaned_data["client_id"]
    written = send(form, lambda: end(delegation_id=pk, actor=acting.actor, at=at, client_id=client_id).pk)
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, _("代办已经结束。"))
    is_own = acting.actor.person_id in {found.post.person_id, found.deputy_id}
    return redirect("desk:posts") if is_own else redirect("desk:person", pk=found.post.person_id)
