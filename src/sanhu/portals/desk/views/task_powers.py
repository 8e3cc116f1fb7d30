"""Taking a task's power back before its last day, and giving it anew (R33)."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.models import PowerGrant, Task
from sanhu.domains.admission.queries import tasks as queries
from sanhu.domains.admission.rules.tasks import begins_anew
from sanhu.domains.admission.services.powers import give_anew, withdraw
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, Words, ask
from sanhu.portals.desk.forms.tasks import GiveForm, WithdrawForm
from sanhu.portals.desk.sending import SentForm, send
from sanhu.portals.desk.views.tasks import giving, task_or_404, withdrawing
from sanhu.portals.look.moments import full_day_words


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.POWER_GRANT)
def power_withdraw(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Take a power back before its last day."""
    found = queries.visible_to(acting.actor).filter(grant=pk).first()
    if found is None:
        raise Http404
    task, today = task_or_404(acting.actor, found.number), legal_day(clock.now())
    decision = withdrawing(task.grant, acting.actor, today=today)
    form = WithdrawForm(request.POST or None, initial={"last_day": today})
    note = _("权随责走：最后有效日一过，任务自动中止，居民委员会不再协助。")
    asked = _asked(task, form, title=_("提前收回权限"), submit=_("收回权限"), notes=(note,))

    def write() -> PowerGrant:
        said = form.cleaned_data
        return withdraw(
            actor=acting.actor,
            at=clock.now(),
            client_id=said["client_id"],
            grant_id=pk,
            last_day=said["last_day"],
            reason=said["reason"],
        )

    return _settle(
        request, acting, task, form, asked=asked, write=write, decision=decision, done=_("已记下：权限提前收回。")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.POWER_GRANT)
def power_give(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Give a task's power anew, for the rest of its period, by another document."""
    task, today = task_or_404(acting.actor, number), legal_day(clock.now())
    decision = giving(task, acting.actor, today=today)
    form = GiveForm(request.POST or None)
    since = begins_anew(valid_to=task.grant.valid_to, starts_on=task.starts_on, today=today)
    period = gettext("范围和依据照旧，有效期从%(since)s到%(until)s。") % {
        "since": full_day_words(since),
        "until": full_day_words(task.ends_on),
    }
    notes = (period, _("任务已经因授权到期中止的，重新授权以后由居民委员会恢复。"))
    asked = _asked(task, form, title=_("重新授权"), submit=_("重新授权"), notes=notes)

    def write() -> PowerGrant:
        said = form.cleaned_data
        return give_anew(
            actor=acting.actor,
            at=clock.now(),
            client_id=said["client_id"],
            number=number,
            document_number=said["document_number"],
        )

    return _settle(
        request, acting, task, form, asked=asked, write=write, decision=decision, done=_("已记下：重新授权。")
    )


def _settle(
    request: HttpRequest,
    acting: Acting,
    task: Task,
    form: SentForm,
    *,
    asked: Asked,
    write: Callable[[], PowerGrant],
    decision: Decision,
    done: Words,
) -> HttpResponse:
    """Show the form to whoever may, and to others why not; ask the service, which knows a form that is sent twice."""
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked) if decision else _forbid(request, acting, decision)
    written = send(form, lambda: write().pk)
    if written.decision is not None and not decision:
        return _forbid(request, acting, decision)
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, str(done))
    return redirect("desk:task", number=task.number)


def _asked(task: Task, form: SentForm, *, title: Words, submit: Words, notes: tuple[Words, ...]) -> Asked:
    return Asked(
        title=title,
        lead=gettext("%(name)s，%(committee)s，%(number)s。")
        % {"name": task.application.name, "committee": task.committee.name, "number": task.number},
        submit=submit,
        form=form,
        crumbs=[
            (_("协助任务"), reverse("desk:tasks")),
            (task.number, reverse("desk:task", kwargs={"number": task.number})),
            (title, ""),
        ],
        notes=notes,
    )


def _forbid(request: HttpRequest, acting: Acting, decision: Decision) -> HttpResponse:
    return render(request, "desk/forbidden.html", {"decision": decision, "acting": acting}, status=403)
