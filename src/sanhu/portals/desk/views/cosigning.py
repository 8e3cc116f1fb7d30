"""Co-signing at the desk: asking other bodies, answering for one's own, taking a question back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.casework import cosigning as rules
from sanhu.domains.casework.cosigners import asked_of, cosignings_of
from sanhu.domains.casework.models import CoSigning, Matter
from sanhu.domains.casework.queries import standing_of
from sanhu.domains.casework.services.cosigning import answer_cosigning, ask_to_cosign, withdraw_cosigning
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.decisions import Decision
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.cosigning import AnswerForm, AskForm, WithdrawForm
from sanhu.portals.desk.matter_rows import summary
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import SentForm, send
from sanhu.portals.desk.views.matters import visible_or_404


@dataclass(frozen=True)
class Deed:
    """One of the three things one may do: its words, its form, whether one may, and how it is done."""

    title: str | Promise
    submit: str | Promise
    done: str
    matter: Matter
    form: SentForm
    decision: Decision
    write: Callable[[], None]
    question: CoSigning | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_VIEW)
def cosigning_ask(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Ask other bodies to co-sign."""
    matter, at = visible_or_404(acting.actor, number), clock.now()
    form = AskForm(request.POST or None, matter=matter, at=at)
    deed = Deed(
        title=_("请其他单位会签"),
        submit=_("提出会签"),
        done=gettext("已记下：请其他单位会签。"),
        matter=matter,
        form=form,
        decision=rules.may_ask(standing=standing_of(matter), actor=acting.actor),
        write=lambda: ask_to_cosign(
            actor=acting.actor,
            at=at,
            client_id=form.cleaned_data["client_id"],
            number=matter.number,
            question=form.asked_question(),
        ),
    )
    return _answer(request, acting, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_VIEW)
def cosigning_answer(request: HttpRequest, *, acting: Acting, number: str, question: int) -> HttpResponse:
    """Agree or object for the body that was asked."""
    matter, row = _question_or_404(acting, number, question)
    form = AnswerForm(request.POST or None)
    deed = Deed(
        title=_("答复会签"),
        submit=_("提交会签意见"),
        done=gettext("已记下：答复会签。"),
        matter=matter,
        form=form,
        decision=rules.may_answer(asked=asked_of(row), actor=acting.actor),
        write=lambda: answer_cosigning(
            actor=acting.actor,
            at=clock.now(),
            client_id=form.cleaned_data["client_id"],
            number=matter.number,
            cosigning_id=row.pk,
            answer=form.given_answer(),
        ),
        question=row,
    )
    return _answer(request, acting, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_VIEW)
def cosigning_withdraw(request: HttpRequest, *, acting: Acting, number: str, question: int) -> HttpResponse:
    """Take a question back that nobody has answered."""
    matter, row = _question_or_404(acting, number, question)
    form = WithdrawForm(request.POST or None)
    deed = Deed(
        title=_("撤回会签"),
        submit=_("撤回会签"),
        done=gettext("已记下：撤回会签。"),
        matter=matter,
        form=form,
        decision=rules.may_withdraw(standing=standing_of(matter), asked=asked_of(row), actor=acting.actor),
        write=lambda: withdraw_cosigning(
            actor=acting.actor,
            at=clock.now(),
            client_id=form.cleaned_data["client_id"],
            number=matter.number,
            cosigning_id=row.pk,
            reason=form.cleaned_data["reason"],
        ),
        question=row,
    )
    return _answer(request, acting, deed)


def _question_or_404(acting: Acting, number: str, question: int) -> tuple[Matter, CoSigning]:
    matter = visible_or_404(acting.actor, number)
    row = cosignings_of(matter).filter(pk=question).first()
    if row is None:
        raise Http404
    return matter, row


def _answer(request: HttpRequest, acting: Acting, deed: Deed) -> HttpResponse:
    """Show the form; do it. Whether one may is asked of the service too, which knows a form sent a second time."""
    if request.method != "POST":
        return _show(request, acting, deed)
    if not deed.form.is_valid():
        return _show(request, acting, deed, status=422)
    written = send(deed.form, deed.write)
    if not written.is_done:
        return _show(request, acting, deed, status=written.status, refused=written.decision)
    messages.success(request, deed.done)
    return redirect("desk:matter", number=deed.matter.number)


def _show(
    request: HttpRequest, acting: Acting, deed: Deed, *, status: int = 200, refused: Decision | None = None
) -> HttpResponse:
    back_url = reverse("desk:matter", kwargs={"number": deed.matter.number})
    context = {
        "deed": deed,
        "matter": deed.matter,
        "summary": summary(deed.matter),
        "form": deed.form if deed.decision else None,
        "decision": refused if deed.decision else deed.decision,
        "crumbs": [
            (_("办件"), reverse("desk:matters")),
            (display(deed.matter.number), back_url),
            (deed.title, ""),
        ],
        "back_url": back_url,
    }
    return desk_page(request, "cosigning", acting, context, status=status if deed.decision else 403)
