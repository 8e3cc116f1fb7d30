"""Writing a body's templates: new, changed, taken out of use."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import ReplyTemplateEvent
from sanhu.domains.casework.models import ReplyTemplate
from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.reply_templates import KEEPING, known_items, templates_of
from sanhu.domains.casework.reply_words import faults_of
from sanhu.domains.casework.rules import MATTER, NOT_PERMITTED
from sanhu.domains.casework.services.moves import MOST_WORDS
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Decision, Refused, refuse

MOST_NAME = 40
OVERTAKEN = _("这一条刚刚由同事改过，请看过现在的内容再决定")


@dataclass(frozen=True)
class Draft:
    """A template as somebody writes it; an empty move or item stands for any."""

    name: str
    text: str
    move: str = ""
    item_code: str = ""


def may_keep(actor: Actor) -> Decision:
    """May this person write templates for their body?"""
    is_able = actor.kind is ActorKind.POST and any(actor.may(permission) for permission in KEEPING)
    return Decision(allowed=True) if is_able else refuse(NOT_PERMITTED)


@transaction.atomic
def add_template(*, actor: Actor, at: datetime, draft: Draft) -> ReplyTemplate:
    """Write a new template. Raises FieldRefused for what a field says, Refused for who may not."""
    _permit(actor)
    assert actor.organisation_id is not None, "only a post keeps templates"
    template = ReplyTemplate(organisation_id=actor.organisation_id)
    _write(template, draft, actor=actor, at=at)
    template.save()
    _record(ReplyTemplateEvent.ADDED, template, actor=actor, at=at)
    return template


@transaction.atomic
def change_template(*, actor: Actor, at: datetime, template_id: int, revision: int, draft: Draft) -> ReplyTemplate:
    """Change a template as it stood at a revision. Raises NotFound for another body's; else as adding does."""
    template = _locked(actor, template_id, revision)
    _write(template, draft, actor=actor, at=at)
    template.revision += 1
    template.save()
    _record(ReplyTemplateEvent.CHANGED, template, actor=actor, at=at)
    return template


@transaction.atomic
def retire_template(*, actor: Actor, at: datetime, template_id: int, revision: int) -> ReplyTemplate:
    """Take a template out of use. Raises as changing does."""
    template = _locked(actor, template_id, revision)
    template.retired_at = at
    _sign(template, actor=actor, at=at)
    template.revision += 1
    template.save()
    _record(ReplyTemplateEvent.RETIRED, template, actor=actor, at=at)
    return template


def _permit(actor: Actor) -> None:
    decision = may_keep(actor)
    if not decision:
        raise Refused(decision)


def _locked(actor: Actor, template_id: int, revision: int) -> ReplyTemplate:
    _permit(actor)
    own = templates_of(actor).select_related(None)
    template = own.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise NotFound
    if template.revision != revision:
        raise Refused(refuse(OVERTAKEN))
    return template


def _write(template: ReplyTemplate, draft: Draft, *, actor: Actor, at: datetime) -> None:
    name, text = draft.name.strip(), draft.text.strip()
    is_taken = templates_of(actor).exclude(pk=template.pk).filter(name=name).exists()
    moves = {move.code for move in MATTER.moves if move.party not in NAMELESS}
    items = {item.code for item in known_items(actor.district, at=at)} | {template.item_code}
    _check("name", (not name, _("名称：请写一个名称")), (len(name) > MOST_NAME, _("名称：不超过 40 个字")))
    _check("name", (is_taken, _("名称：本单位已有同名的一条")))
    _check("move", (draft.move not in {"", *moves}, _("步骤：请从列出的步骤里选")))
    _check("item_code", (draft.item_code not in {"", *items}, _("事项：请从现行清单里选")))
    _check("text", (not text, _("内容：请写内容")), (len(text) > MOST_WORDS, _("内容：不超过 2000 个字")))
    _check("text", *((True, fault) for fault in faults_of(text)))
    template.name, template.text, template.move, template.item_code = name, text, draft.move, draft.item_code
    _sign(template, actor=actor, at=at)


def _sign(template: ReplyTemplate, *, actor: Actor, at: datetime) -> None:
    assert actor.person_id is not None, "only a post keeps templates"
    template.changed_by_id, template.changed_at = actor.person_id, at


def _check(field: str, *faults: tuple[bool, str]) -> None:
    if reasons := [reason for is_faulty, reason in faults if is_faulty]:
        raise FieldRefused(field, refuse(*reasons))


def _record(event: ReplyTemplateEvent, template: ReplyTemplate, *, actor: Actor, at: datetime) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"organisation:{template.organisation_id}",
        district=actor.district,
        rows=[template],
        facts={"revision": template.revision},
    )
