"""The duty table and the post cards of the version in force: to read, to print, to take along (R43)."""

from collections.abc import Iterable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.catalogue.duty_table import CardLine, Column, Part, TableRow, card_of, table_of
from sanhu.domains.catalogue.models import CatalogueVersion, Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.catalogue.rules import AffairClass, LeadKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import (
    active_organisations,
    organisations_visible_to,
    posts_in_force,
    posts_visible_to,
)
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.catalogue_words import lead_or_words, roles_words
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.duties import READS_CATALOGUE
from sanhu.portals.desk.views.imports import csv_download
from sanhu.portals.desk.wording import role_words
from sanhu.portals.look.templatetags.affairs import clock_kind_words, item_name, part_name
from sanhu.portals.look.templatetags.look import amount
from sanhu.portals.look.templatetags.personal_data import person_words


@require_safe
@at_the_desk(*READS_CATALOGUE)
def duty_table(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show who does what in each duty, four columns side by side, by class where asked."""
    version, chosen, rows = _asked(request, acting.actor)
    context = {
        "version": version,
        "rows": [
            (row, [(column.label, [part_words(part) for part in row.parts[column]]) for column in Column])
            for row in rows
        ],
        "columns": [column.label for column in Column],
        "classes": list(AffairClass),
        "chosen": chosen,
        "conflicts": [row for row in rows if row.conflicts],
    }
    return desk_page(request, "duty_table", acting, context)


@require_safe
@at_the_desk(*READS_CATALOGUE)
def duty_table_csv(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Give the duty table as a file."""
    _version, chosen, rows = _asked(request, acting.actor)
    header = [gettext("编号"), gettext("事项"), gettext("任务"), *(str(column.label) for column in Column)]
    header += [gettext("期限"), gettext("办理凭证")]
    lines = [
        [
            row.item.code,
            item_name(row.item),
            part_name(row.duty),
            *(gettext("；").join(part_words(part) for part in row.parts[column]) for column in Column),
            limit_words(row.duty),
            row.evidence,
        ]
        for row in rows
    ]
    return csv_download(f"sanhu-duty-table{f'-{chosen}' if chosen else ''}.csv", header, lines)


@require_safe
@at_the_desk(*READS_CATALOGUE)
def post_cards(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the bodies of the district, each with how much it leads and assists in."""
    version = _version(acting.actor)
    rows = table_of(version) if version else []
    cards: dict[LeadKind, list[CardLine]] = {}
    found = []
    for body in _bodies(acting.actor):
        kind = LeadKind.of(body.kind, body.specialty)
        lines = cards.setdefault(kind, card_of(rows, kind))
        leads = sum(line.part.is_lead for line in lines)
        found.append((body, leads, len(lines) - leads))
    return desk_page(request, "post_cards", acting, {"version": version, "bodies": found})


@require_safe
@at_the_desk(*READS_CATALOGUE)
def post_card(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one body's card: its posts, what they answer for and what they assist in."""
    body, version, lines = _card(acting.actor, pk)
    in_force = posts_in_force(clock.now()).filter(organisation=body).values("pk")
    posts = posts_visible_to(acting.actor).filter(pk__in=in_force).order_by("pk")
    context = {
        "body": body,
        "version": version,
        "posts": [(post, person_words(post.person), role_words(post.role)) for post in posts],
        "led": [line for line in lines if line.part.is_lead],
        "assisted": [(line, roles_words(line.part.roles)) for line in lines if not line.part.is_lead],
        "crumbs": [
            (_("清单"), reverse("desk:duties")),
            (_("岗位职责"), reverse("desk:post_cards")),
            (body.name, ""),
        ],
    }
    return desk_page(request, "post_card", acting, context)


@require_safe
@at_the_desk(*READS_CATALOGUE)
def post_card_csv(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Give one body's card as a file."""
    del request
    body, _, lines = _card(acting.actor, pk)
    header = [gettext("单位"), gettext("编号"), gettext("事项"), gettext("任务"), gettext("职责")]
    header += [gettext("期限"), gettext("依据"), gettext("办理凭证")]
    rows = [
        [
            body.name,
            line.row.item.code,
            item_name(line.row.item),
            part_name(line.row.duty),
            roles_words(line.part.roles),
            limit_words(line.row.duty),
            gettext("；").join(line.row.item.legal_basis),
            line.row.evidence,
        ]
        for line in lines
    ]
    return csv_download(f"sanhu-post-card-{body.pk}.csv", header, rows)


def part_words(part: Part) -> str:
    """One body's part in a duty, in words: 居民委员会（报告、劝阻）."""
    who = lead_or_words(part.kind) if part.kind else part.note
    return gettext("%(who)s（%(does)s）") % {"who": who, "does": roles_words(part.roles)}


def limit_words(duty: Duty) -> str:
    """A duty's time limit and what it rests on."""
    said = {"amount": amount(duty.clock_amount, duty.clock_unit), "kind": clock_kind_words(duty.clock_kind)}
    return gettext("%(amount)s（%(kind)s）") % said


def _asked(request: HttpRequest, actor: Actor) -> tuple[CatalogueVersion | None, str, list[TableRow]]:
    chosen = request.GET.get("class", "")
    if chosen and chosen not in set(AffairClass):
        raise BadRequest("class is one of K1 to K7")
    version = _version(actor)
    return version, chosen, table_of(version, affair_class=chosen) if version else []


def _version(actor: Actor) -> CatalogueVersion | None:
    return current_version(actor.district, legal_day(clock.now()))


def _bodies(actor: Actor) -> Iterable[Organisation]:
    active = active_organisations(clock.now()).filter(district=actor.district).values("pk")
    return organisations_visible_to(actor).filter(pk__in=active).order_by("kind", "name", "pk")


def _card(actor: Actor, pk: int) -> tuple[Organisation, CatalogueVersion | None, list[CardLine]]:
    body = organisations_visible_to(actor).filter(pk=pk, district=actor.district).first()
    if body is None:
        raise Http404
    version = _version(actor)
    rows = table_of(version) if version else []
    return body, version, card_of(rows, LeadKind.of(body.kind, body.specialty))
