"""Proposals to change the catalogue at the desk: listed, shown with what they change, moved by their table (R32)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.catalogue.judging import Judged, judge
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.proposals import check_base, may_move
from sanhu.domains.catalogue.queries import proposals_visible_to, versions
from sanhu.domains.catalogue.services.deciding import approve_proposal, reject_proposal
from sanhu.domains.catalogue.services.proposal_door import FaultyProposal
from sanhu.domains.catalogue.services.proposing import rebase_proposal, submit_proposal, withdraw_proposal
from sanhu.domains.catalogue.tables import PROPOSAL
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.evidence.requests import ConflictError, StaleForm
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_visible_to
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, Refused, refuse
from sanhu.engines.diagrams import layout
from sanhu.engines.workflow import Move
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.catalogue_words import shown
from sanhu.portals.desk.forms.proposals import ProposalMoveForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import Written, conflicting
from sanhu.portals.gate import Choice
from sanhu.portals.look.keyset import page_of

SEES_PROPOSALS = (Permission.CATALOGUE_AMEND, Permission.CATALOGUE_APPROVE)
PAGE_SIZE = 50
ITEMS_SHOWN = 100
EDIT = "edit"  # no move with a page of its own: items are changed at their own pages
_MOVES = tuple(move for move in PROPOSAL.moves if move.code != EDIT)


@require_safe
@at_the_desk(*SEES_PROPOSALS)
def proposals(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the proposals of the district, newest first."""
    found = proposals_visible_to(acting.actor).order_by("-number")
    page = page_of(found, after=request.GET.get("after", ""), size=PAGE_SIZE, url=request.get_full_path())
    waiting = [row for row in found.filter(state="submitted") if may(row, "approve", acting.actor)]
    context = {
        "page": page,
        "rows": [(row, _state_words(row)) for row in page.rows],
        "waiting": waiting,
        "may_amend": acting.actor.may(Permission.CATALOGUE_AMEND),
    }
    return desk_page(request, "proposals", acting, context)


@require_safe
@at_the_desk(*SEES_PROPOSALS)
def proposal(request: HttpRequest, *, acting: Acting, number: int) -> HttpResponse:
    """Show one proposal: what it changes, what speaks against it, and its moves with the reason for each refused."""
    found = proposal_or_404(acting.actor, number)
    newest = versions(found.district).first()
    decisions = [(move, may(found, move.code, acting.actor, newest)) for move in PROPOSAL.moves]
    choices = [Choice(move, gettext(move.label), decision) for move, decision in decisions]
    context = {
        **_beside(found, request.GET.get("page", ""), acting.actor),
        "allowed": [choice for choice in choices if choice.decision],
        "refused": [choice for choice in choices if not choice.decision],
        "edit_url": reverse("desk:proposal_contents", kwargs={"number": number}),
        "people": posts_behind(acting.actor, found),
        "diagram": layout(PROPOSAL, found.state, wording=gettext),
        "lines": lines_of(found.ref),
    }
    return desk_page(request, "proposal", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*SEES_PROPOSALS)
def proposal_move(request: HttpRequest, *, acting: Acting, number: int, move: str) -> HttpResponse:
    """Show a move's form; make the move."""
    found = proposal_or_404(acting.actor, number)
    made = next((one for one in _MOVES if one.code == move), None)
    if made is None:
        raise Http404
    decision = may(found, move, acting.actor, versions(found.district).first())
    is_of_before = request.method == "POST" and request.POST.get("revision") != str(found.revision)
    if not decision and not is_of_before:
        return _show(request, acting, found, made, form=None, written=Written(decision=decision, status=403))
    form = ProposalMoveForm(request.POST or None, proposal=found, move=made)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, found, made, form=form, written=Written(status=422 if form.is_bound else 200))
    written = _written(found, made, form, acting.actor)
    if not written.is_done:
        return _show(request, acting, found, made, form=form, written=written)
    messages.success(request, _done(acting.actor, number, made))
    return redirect("desk:proposal", number=number)


def _written(found: CatalogueProposal, move: Move, form: ProposalMoveForm, actor: Actor) -> Written:
    """Ask the service for what a valid form says."""
    said = form.cleaned_data
    asked: dict[str, Any] = {
        "actor": actor,
        "at": clock.now(),
        "client_id": said["client_id"],
        "proposal_id": found.pk,
        "revision": said["revision"],
    }
    try:
        match move.code:
            case "submit":
                submit_proposal(**asked)
            case "rebase":
                rebase_proposal(**asked)
            case "withdraw":
                withdraw_proposal(**asked)
            case "approve":
                approve_proposal(**asked, words=said["reason"])
            case _:
                reject_proposal(**asked, reason=said["reason"])
    except FaultyProposal as faulty:
        reason = gettext("有 %(count)d 处不合办法，逐条列在下面。") % {"count": len(faulty.findings)}
        decision = faulty.decision
        return Written(decision=refuse(reason, citations=decision.citations, code=decision.code), status=422)
    except Refused as refused:
        return Written(decision=refused.decision, status=422)
    except StaleForm:
        reason = gettext("您填表的时候，别人已经改动了这份修改建议。请看过现在的内容再办。")
        return Written(decision=refuse(reason), status=409)
    except ConflictError:
        return conflicting(form)
    return Written(ref=str(found.pk))


def _done(actor: Actor, number: int, move: Move) -> str:
    made = proposals_visible_to(actor).filter(number=number).first()
    if move.code == "approve" and made is not None and made.version is not None:
        said = {"number": made.version.number, "day": made.version.in_force_from.isoformat()}
        return gettext("已形成清单第 %(number)s 版，%(day)s起施行。") % said
    return gettext("已记下：%(move)s。") % {"move": gettext(move.label)}


def _show(
    request: HttpRequest,
    acting: Acting,
    found: CatalogueProposal,
    move: Move,
    *,
    form: ProposalMoveForm | None,
    written: Written,
) -> HttpResponse:
    if written.status == 409 and form is not None:
        found = proposal_or_404(acting.actor, found.number)
        form = ProposalMoveForm(initial={"reason": form.cleaned_data.get("reason", "")}, proposal=found, move=move)
        if not may(found, move.code, acting.actor):
            form = None
    back = reverse("desk:proposal", kwargs={"number": found.number})
    label = gettext(move.label)
    context = {
        **_beside(found, "", acting.actor),
        "form": form,
        "move": move,
        "move_label": label,
        "decision": written.decision,
        "back_url": back,
        "crumbs": [(_("清单修改"), reverse("desk:proposals")), (title_of(found), back), (label, "")],
    }
    return desk_page(request, "proposal_move", acting, context, status=written.status)


def _beside(found: CatalogueProposal, page: str, actor: Actor) -> dict[str, object]:
    """What both pages show: the proposal, what it changes a hundred items at a time, and what was found."""
    judged: Judged = judge(found)
    pages = Paginator(judged.differences, ITEMS_SHOWN)
    here = pages.get_page(page)
    newest = versions(found.district).first()
    return {
        "proposal": found,
        "title": title_of(found),
        "state_words": _state_words(found),
        "items": [shown(difference) for difference in here.object_list],
        "may_edit": bool(may(found, EDIT, actor)),
        "here": here,
        "count": pages.count,
        "blocking": judged.blocking if found.state in {"draft", "submitted"} else [],
        "hints": judged.hints,
        "drafts": [(item.row, item.open_questions) for item in judged.drafts],
        "newest": newest if newest and found.version is None and newest.pk != found.base_id else None,
    }


def posts_behind(actor: Actor, found: CatalogueProposal) -> dict[str, str]:
    """Who opened, submitted and decided: the post, not the person."""
    keys = {
        "opened": found.opened_by_post_id,
        "submitted": found.submitted_by_post_id,
        "decided": found.decided_by_post_id,
    }
    posts = posts_visible_to(actor).in_bulk([key for key in keys.values() if key is not None])
    return {
        name: f"{post.organisation.name} {post.title}"
        for name, key in keys.items()
        if key is not None and (post := posts.get(key))
    }


def title_of(found: CatalogueProposal) -> str:
    """What a proposal is called."""
    return gettext("清单修改建议第 %(number)s 号") % {"number": found.number}


def _state_words(found: CatalogueProposal) -> str:
    return gettext(PROPOSAL.state(found.state).label)


def may(found: CatalogueProposal, move: str, actor: Actor, newest: CatalogueVersion | None = None) -> Decision:
    """May this person make that move; and where the newest version is given, may the proposal on its own?"""
    allowed = may_move(state=found.state, district=found.district, authors=found.authors, move=move, actor=actor)
    if not allowed or newest is None:
        return allowed
    return check_base(move, is_newest=newest.pk == found.base_id)


def proposal_or_404(actor: Actor, number: int) -> CatalogueProposal:
    """Give a proposal of the actor's district that they may see."""
    found = proposals_visible_to(actor).filter(number=number, district=actor.district).first()
    if found is None:
        raise Http404
    return found
