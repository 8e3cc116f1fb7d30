"""One door for every move of every matter: scoped, locked, decided, applied, recorded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework import queries
from sanhu.domains.casework.models import Contact, Matter, Step
from sanhu.domains.casework.routing import may_lead
from sanhu.domains.casework.rules import MATTER, may_move
from sanhu.domains.casework.services.clocks import apply_effects
from sanhu.domains.casework.services.errors import MatterNotFound, StaleForm
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.evidence import outbox, requests
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move


@dataclass(frozen=True)
class MoveRequest:
    """A move as somebody asks for it.

    `revision` is the matter's as the form showed it. `duty_id` and `public_title` belong to acceptance, `lead_id` to
    assignment; `reply` is told to the reporter.
    """

    move: str
    revision: int
    reason: str = ""
    article: str = ""
    reply: str = ""
    duty_id: int | None = None
    lead_id: int | None = None
    public_title: str = ""

    def asked(self, number: str) -> dict[str, object]:
        """What a repeated request is compared by."""
        return {"number": number, **self.__dict__}


def make_move(*, actor: Actor, at: datetime, client_id: UUID, number: str, request: MoveRequest) -> Matter:
    """Make one move on one matter.

    Raises MatterNotFound for what the actor may not see, Refused with the decision when rules or input forbid it,
    StaleForm when a colleague acted meanwhile, requests.ConflictError for a client_id used for something else.
    """
    asked = request.asked(number)
    if requests.answered(client_id=client_id, actor=actor, asked=asked) is None:
        try:
            _make_move(actor=actor, at=at, client_id=client_id, number=number, request=request)
        except requests.AlreadyAnsweredError:
            pass
    return queries.matter_for(actor, number)


@transaction.atomic
def _make_move(*, actor: Actor, at: datetime, client_id: UUID, number: str, request: MoveRequest) -> None:
    matter = locked(actor, number)
    if matter.revision != request.revision:
        raise StaleForm(list(matter.steps.filter(ordinal__gt=request.revision).select_related("organisation")))
    decision = may_move(standing=queries.standing_of(matter), move=request.move, actor=actor)
    if not decision:
        raise Refused(decision)
    move = MATTER.move(request.move)
    _check_words(move, request)
    _apply_choice(matter, request, at=at)
    step = apply_move(matter, move, actor=actor, at=at, request=request)
    requests.remember(client_id=client_id, actor=actor, asked=request.asked(number), result=f"step:{step.pk}", at=at)


def locked(actor: Actor, number: str) -> Matter:
    """The one door to one matter: what the actor may see, locked until the transaction ends."""
    matter = (
        Matter.objects.select_for_update(of=("self",))
        .filter(pk__in=queries.visible_to(actor).filter(number=number).values("pk"))
        .select_related("item", "duty__item__version", "lead")
        .first()
    )
    if matter is None:
        raise MatterNotFound(number)
    return matter


def apply_move(matter: Matter, move: Move, *, actor: Actor, at: datetime, request: MoveRequest | None = None) -> Step:
    """Apply a decided move: state, clocks, step, entry, and the notice that waits in the outbox."""
    before = matter.state
    matter.move_to(move.target, at=at)
    clocks = apply_effects(matter, move.clock, at=at)
    matter.save()
    step = Step.objects.create(
        matter=matter,
        ordinal=matter.revision,
        move=move.code,
        from_state=before,
        to_state=matter.state,
        at=at,
        post_id=actor.post_id,
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        reason=request.reason if request else "",
        article=(request.article if request else "") or move.citation,
        reply=request.reply if request else "",
    )
    record(
        event=move.event,
        actor=actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[matter, step, *clocks],
        facts={"from": before, "to": matter.state},
    )
    if move.notice:
        tell_reporter(matter, step, at=at)
    return step


def tell_reporter(matter: Matter, step: Step, *, at: datetime) -> None:
    """Put a notice of the new state into the outbox, if the reporter left an address. It holds no personal value."""
    contact = Contact.objects.filter(matter=matter, erased_at__isnull=True).first()
    if contact is None:
        return
    outbox.enqueue(
        key=f"{matter.number}:{step.ordinal}",
        district=matter.district,
        subject_ref=matter.ref,
        channel=contact.channel,
        address=contact.address,
        text=f"您反映的事项 {matter.number}：{MATTER.state(matter.state).public_label}。凭回执码可查看全部经过。",
        at=at,
    )


def _check_words(move: Move, request: MoveRequest) -> None:
    missing = []
    if move.needs_reason and not request.reason.strip():
        missing.append(_("理由：这一步须写明理由"))
    if move.needs_article and not request.article.strip():
        missing.append(_("依据：这一步须写明法律、法规或办法的条款"))
    if missing:
        raise Refused(refuse(*missing, citations=(move.citation,)))


def _apply_choice(matter: Matter, request: MoveRequest, *, at: datetime) -> None:
    if request.move == "accept":
        _choose_duty(matter, request, at=at)
        matter.accepted_at = at
    elif request.move == "assign":
        _choose_lead(matter, request, at=at)


def _choose_duty(matter: Matter, request: MoveRequest, *, at: datetime) -> None:
    version = current_version(matter.district, legal_day(at))
    duty = (
        Duty.objects.filter(pk=request.duty_id, item__version=version).select_related("item__version").first()
        if version and request.duty_id
        else None
    )
    if duty is None:
        raise Refused(refuse(_("事项：请从现行清单中选择一项"), citations=("分类管理办法第五条",)))
    matter.duty, matter.item, matter.publicity = duty, duty.item, duty.item.publicity
    matter.public_title = request.public_title.strip()


def _choose_lead(matter: Matter, request: MoveRequest, *, at: datetime) -> None:
    assert matter.duty is not None, "an accepted matter has its duty"
    body = Organisation.objects.filter(
        pk=request.lead_id, district=matter.district, active_from__lte=legal_day(at)
    ).first()
    if body is None or (body.active_to and body.active_to <= legal_day(at)):
        raise Refused(refuse(_("主责单位：请选择本区在册的一个单位"), citations=("分类管理办法第九条",), code="X-03"))
    decision = may_lead(duty=matter.duty, body=body)
    if not decision:
        raise Refused(decision)
    matter.lead = body
