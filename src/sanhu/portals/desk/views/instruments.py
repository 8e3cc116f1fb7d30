"""The legal instruments a district's catalogue rests on: read with who cites them, drafted, and led through life."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.catalogue.citing import Citation, citations
from sanhu.domains.catalogue.models import CatalogueVersion, Instrument
from sanhu.domains.catalogue.queries import articles_on, stages_of, versions
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.services.instruments import (
    advance_instrument,
    amend_instrument,
    draft_instrument,
    register_instrument,
    repeal_instrument,
)
from sanhu.domains.catalogue.stages import INSTRUMENT_ARTICLE, OUT_OF_ORDER, Wanted, may_follow, stage_on
from sanhu.domains.catalogue.terms import InstrumentLevel, InstrumentStageKind
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import refuse
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.instruments import DraftInstrumentForm, MadeInstrumentForm, StageForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written, submit
from sanhu.portals.desk.views.duties import READS_CATALOGUE

READS_INSTRUMENTS = (*READS_CATALOGUE, Permission.CATALOGUE_APPROVE)
_STAGES = {stage.value: stage for stage in InstrumentStageKind if stage is not InstrumentStageKind.DRAFT}


@dataclass(frozen=True)
class ArticleShown:
    """An article as it reads on a day, how it read first where an amendment worded it anew, and who cites it.

    `items` counts the items the list as a whole puts under it.
    """

    number: str
    text: str
    first_text: str
    items: int
    cited_by: tuple[Citation, ...]


@require_safe
@at_the_desk(*READS_INSTRUMENTS)
def instruments(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the district's instruments, newest first, each with its stage today and the versions that rest on it."""
    today = legal_day(clock.now())
    found = Instrument.objects.filter(district=acting.actor.district).prefetch_related("stages", "versions")
    context = {
        "rows": [(one, _stage_words(one, today), _numbers_of(one)) for one in found.order_by("-pk")],
        "may_amend": acting.actor.may(Permission.CATALOGUE_AMEND),
        "crumbs": [(_("清单"), reverse("desk:duties")), (_("依据的文件"), "")],
    }
    return desk_page(request, "instruments", acting, context)


@require_safe
@at_the_desk(*READS_INSTRUMENTS)
def instrument(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one instrument: its stages, its articles as of today with who cites them, and what may come next."""
    found = _instrument_or_404(acting.actor, pk)
    today = legal_day(clock.now())
    newest = versions(found.district).first()
    may_amend = acting.actor.may(Permission.CATALOGUE_AMEND)
    context = {
        "instrument": found,
        "stage_words": _stage_words(found, today),
        "stages": found.stages.order_by("position"),
        "told_stages": () if found.stages.exists() else stages_of(found),
        "articles": _articles(found, today, newest),
        "numbers": _numbers_of(found),
        "newest": newest if newest and newest.instrument_id == found.pk else None,
        "next_stages": _next_stages(found) if may_amend else (),
        "lines": lines_of(f"instrument:{found.district}-{found.pk}"),
        "crumbs": _crumbs(found, ""),
    }
    return desk_page(request, "instrument", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def instrument_draft(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Draft an instrument, to be adopted later."""
    form = DraftInstrumentForm(request.POST or None)

    def write() -> Written:
        said = form.cleaned_data
        asked: dict[str, Any] = {"actor": acting.actor, "at": clock.now(), "client_id": said["client_id"]}
        return send(form, lambda: draft_instrument(**asked, data=form.data_said(), on=said["on"]).pk)

    done = _("已记下起草。通过、批准、施行以后，分别登记。")
    return _new(request, acting, form, write, heading=_("起草文件"), done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def instrument_register(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Register an instrument that was made already."""
    form = MadeInstrumentForm(request.POST or None)

    def write() -> Written:
        asked: dict[str, Any] = {"actor": acting.actor, "at": clock.now(), "district": acting.actor.district}
        return submit(form, acting, lambda: register_instrument(**asked, data=form.data_said()).pk, about="instrument")

    done = _("已登记。新的清单版本可以以它为依据。")
    return _new(request, acting, form, write, heading=_("登记已有的文件"), done=done)


def _new(
    request: HttpRequest,
    acting: Acting,
    form: DraftInstrumentForm | MadeInstrumentForm,
    write: Callable[[], Written],
    *,
    heading: Any,
    done: Any,
) -> HttpResponse:
    """Show the form of a new instrument; write what a valid one says."""
    written = Written(status=422 if form.is_bound else 200)
    if request.method == "POST" and form.is_valid():
        written = write()
        if written.is_done:
            messages.success(request, done)
            return redirect("desk:instrument", pk=int(written.ref))
    context = {
        "form": form,
        "heading": heading,
        "decision": written.decision,
        "back_url": reverse("desk:instruments"),
        "crumbs": [(_("依据的文件"), reverse("desk:instruments")), (heading, "")],
    }
    return desk_page(request, "instrument_form", acting, context, status=written.status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def instrument_stage(request: HttpRequest, *, acting: Acting, pk: int, stage: str) -> HttpResponse:
    """Write down that an instrument was adopted, approved, put in force, amended or repealed."""
    found = _instrument_or_404(acting.actor, pk)
    if stage not in _STAGES:
        raise Http404
    reached = _STAGES[stage]
    if request.method != "POST" and reached not in _next_stages(found):
        refused = refuse(OUT_OF_ORDER, citations=(INSTRUMENT_ARTICLE,))
        return _show_stage(request, acting, found, reached, None, written=Written(decision=refused), status=403)
    form = StageForm(request.POST or None, stage=reached, maker=found.maker)
    if request.method != "POST" or not form.is_valid():
        return _show_stage(request, acting, found, reached, form, status=422 if form.is_bound else 200)
    written = send(form, lambda: _reach(acting.actor, found, reached, form.cleaned_data))
    if not written.is_done:
        return _show_stage(request, acting, found, reached, form, written=written, status=written.status)
    messages.success(request, gettext("已记下：%(move)s。") % {"move": reached.label})
    return redirect("desk:instrument", pk=found.pk)


def _reach(actor: Actor, found: Instrument, stage: InstrumentStageKind, said: dict[str, Any]) -> int:
    """Ask the door of that stage."""
    asked: dict[str, Any] = {
        "actor": actor,
        "at": clock.now(),
        "client_id": said["client_id"],
        "instrument_id": found.pk,
    }
    told = {name: said[name] for name in ("on", "organ", "document_number")}
    match stage:
        case InstrumentStageKind.AMENDED:
            return amend_instrument(**asked, **told, articles=said["articles"]).pk
        case InstrumentStageKind.REPEALED:
            return repeal_instrument(**asked, **told).pk
        case _:
            wanted = Wanted(stage, **told)
            return advance_instrument(**asked, wanted=wanted, in_force_to=said.get("in_force_to")).pk


def _show_stage(
    request: HttpRequest,
    acting: Acting,
    found: Instrument,
    stage: InstrumentStageKind,
    form: StageForm | None,
    *,
    written: Written | None = None,
    status: int,
) -> HttpResponse:
    context = {
        "form": form,
        "heading": gettext("登记：%(stage)s") % {"stage": stage.label},
        "instrument": found,
        "stage_words": _stage_words(found, legal_day(clock.now())),
        "is_repeal": stage is InstrumentStageKind.REPEALED,
        "decision": written.decision if written else None,
        "back_url": reverse("desk:instrument", kwargs={"pk": found.pk}),
        "crumbs": _crumbs(found, stage.label),
    }
    return desk_page(request, "instrument_form", acting, context, status=status)


def _crumbs(found: Instrument, here: Any) -> list[tuple[Any, str]]:
    listed = (_("依据的文件"), reverse("desk:instruments"))
    if not here:
        return [listed, (found.number, "")]
    return [listed, (found.number, reverse("desk:instrument", kwargs={"pk": found.pk})), (here, "")]


def _articles(found: Instrument, today: date, newest: CatalogueVersion | None) -> list[ArticleShown]:
    """The articles as of today; who cites them is read from the newest version that rests on the instrument."""
    first = dict(found.articles.values_list("number", "text"))
    cited: dict[str, list[Citation]] = defaultdict(list)
    items: Counter[str] = Counter()
    if newest is not None and newest.instrument_id == found.pk:
        for citation in citations(rows_of(newest), title=found.title):
            cited[citation.number].append(citation)
        under = newest.items.filter(article__isnull=False)
        items.update(under.values_list("article__number", flat=True))
    return [
        ArticleShown(
            number=number,
            text=text,
            first_text=first[number] if first.get(number, text) != text else "",
            items=items[number],
            cited_by=tuple(cited[number]),
        )
        for number, text in articles_on(found, today).items()
    ]


def _next_stages(found: Instrument) -> list[InstrumentStageKind]:
    reached = stages_of(found)
    if not reached:
        return []
    allowed = may_follow(InstrumentLevel(found.level), reached[-1].stage)
    return [stage for stage in InstrumentStageKind if stage in allowed]


def _stage_words(found: Instrument, today: date) -> str:
    """The stage of today; what only comes later is said to be announced."""
    reached = stages_of(found)
    if (now := stage_on(reached, today)) is None:
        return gettext("还没有起草")
    if found.in_force_to is not None and found.in_force_to < today and now is not InstrumentStageKind.REPEALED:
        return gettext("有效期已满")
    return str(now.label)


def _numbers_of(found: Instrument) -> list[int]:
    return sorted(version.number for version in found.versions.all())


def _instrument_or_404(actor: Actor, pk: int) -> Instrument:
    found = Instrument.objects.filter(pk=pk, district=actor.district).first()
    if found is None:
        raise Http404
    return found
