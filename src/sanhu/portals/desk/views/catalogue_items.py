"""One item of the catalogue at the desk: the four questions of R1 answered on one page, with boundary and procedure."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.rules.demands import is_statutory
from sanhu.domains.admission.rules.returned_items import parts_of_committee
from sanhu.domains.casework.item_figures import item_figures
from sanhu.domains.catalogue.citing import cited_by_duty
from sanhu.domains.catalogue.decision_key import propose_class
from sanhu.domains.catalogue.lawfulness import FUNCTIONS, sectors_of
from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion, Duty
from sanhu.domains.catalogue.queries import (
    current_version,
    item_by_code,
    missing_answers,
    review_periods,
    reviews_of,
    versions,
)
from sanhu.domains.catalogue.reading import row_of
from sanhu.domains.catalogue.rows import DutyRow, ItemRow, as_data
from sanhu.domains.catalogue.terms import ItemStatus
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.catalogue_words import lead_or_words, value_words
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.duties import READS_CATALOGUE
from sanhu.portals.desk.views.item_reviews import due_of
from sanhu.portals.desk.views.returns import may_propose_return


@require_safe
@at_the_desk(*READS_CATALOGUE)
def catalogue_item(request: HttpRequest, *, acting: Acting, code: str) -> HttpResponse:
    """Show one item of the version in force, or of the one asked for."""
    version = _version_asked(acting.actor, request.GET.get("version", ""))
    found = item_by_code(version, code) if version else None
    if version is None or found is None:
        raise Http404
    row = row_of(found)
    placed = {duty.part: duty for duty in found.duties.all()}
    title = version.instrument.title if version.instrument else ""
    context = {
        "item": found,
        "version": version,
        "row": row,
        "standing": found.standing(legal_day(clock.now())),
        "missing": missing_answers(found),
        "duties": [_shown(row, duty, placed.get(duty.part), title) for duty in row.duties],
        "steps": [(step, lead_or_words(step.actor)) for step in row.procedure],
        "proposed": propose_class(row.nature) if row.nature else None,
        "findings": [one for one in version.findings if one["item_code"] == code],
        **_lasting(acting.actor, found),
        "may_amend": _may_amend(acting.actor, code),
        "may_return": _may_return(acting.actor, row),
        "crumbs": [(_("清单"), reverse("desk:duties")), (found.code, "")],
    }
    return desk_page(request, "catalogue_item", acting, context)


def _lasting(actor: Actor, found: AffairItem) -> dict[str, object]:
    """When the item is to be reviewed, and the last review; nothing of what is not in force.

    What the review went by counts matters of the whole district: it is for whoever keeps the catalogue.
    """
    district = actor.district
    current = current_version(district, legal_day(clock.now()))
    if current is None or found.version_id != current.pk or found.status != ItemStatus.EFFECTIVE:
        return {}
    last = reviews_of(district, found.code).first()
    keeps = actor.may(Permission.CATALOGUE_AMEND)
    figures = item_figures(district, found.code, since=last.since, until=last.on) if last and keeps else None
    since = review_periods(district, code=found.code)[found.code]
    return {"due": due_of(found, since), "last_review": [last] if last else [], "last_figures": figures}


def _shown(row: ItemRow, duty: DutyRow, placed: Duty | None, title: str) -> dict[str, object]:
    """A duty in words: without a lawful lead it has no page of its own; `title` is the own instrument's."""
    said = next(one for one in as_data(row)["duties"] if one["part"] == duty.part)
    sectors = sectors_of(duty, placed.lead if placed else None)
    return {
        "part": duty.part,
        "duty": placed,
        "lead": lead_or_words(str(placed.lead)) if placed else "",
        "assist": value_words("assist", said["assist"]),
        "functions": [FUNCTIONS[sector] for sector in sectors],
        "bases": value_words("bases", said["bases"]) if said["bases"] else value_words("", list(row.legal_basis)),
        "clock": value_words("clock", said["clock"]),
        "cited": cited_by_duty(duty, title=title),
        "money": value_words("money", said["money"] or [source.value for source in row.money]),
        "evidence": duty.evidence,
    }


def _may_return(actor: Actor, row: ItemRow) -> bool:
    """May this person propose that committees have no part in the item any more?"""
    can_leave = bool(parts_of_committee(row)) and is_statutory(row.code) is None
    return can_leave and may_propose_return(actor)


def _may_amend(actor: Actor, code: str) -> bool:
    """May this person change the item? A change starts from the newest version, which may lack it."""
    newest = versions(actor.district).first() if actor.may(Permission.CATALOGUE_AMEND) else None
    return newest is not None and item_by_code(newest, code) is not None


def _version_asked(actor: Actor, asked: str) -> CatalogueVersion | None:
    if not asked:
        return current_version(actor.district, legal_day(clock.now())) or versions(actor.district).first()
    return next((one for one in versions(actor.district) if str(one.number) == asked), None)
