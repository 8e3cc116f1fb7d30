"""Registering, and ending, the article of a local instrument that lets committees refuse what nobody admitted (R30)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import RefusalRight
from sanhu.domains.admission.parties import NOTICE_ARTICLE
from sanhu.domains.admission.queries.demands import rights_visible_to
from sanhu.domains.admission.queries.parties import coordination_body
from sanhu.domains.admission.rules.persons import NOT_PERMITTED
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.catalogue.models import Article
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse


def register_right(*, actor: Actor, at: datetime, client_id: UUID, article_id: int) -> RefusalRight:
    """Register the article of one of the district's instruments. There is one right at a time.

    The instrument need not be in force yet: letters refuse only while it is. Raises Refused and
    requests.ConflictError.
    """
    once = Once(client_id=client_id, actor=actor, asked={"article": article_id}, at=at)
    return _right(actor, once.answer(lambda: _register(once, article_id, at=at)))


@transaction.atomic
def _register(once: Once, article_id: int, *, at: datetime) -> str:
    _require(once.actor, at=at)
    district = once.actor.district
    article = Article.objects.filter(pk=article_id, instrument__district=district).first()
    faults = (
        (article is None, _("条款：须是本区已登记的文件中的一条")),
        (
            RefusalRight.objects.filter(district=district, ended_at=None).exists(),
            _("已经登记了一条拒绝承接的依据；请先终止它"),
        ),
    )
    if reasons := [reason for is_faulty, reason in faults if is_faulty]:
        raise Refused(refuse(*reasons, citations=(NOTICE_ARTICLE,)))
    right = RefusalRight.objects.create(district=district, article_id=article_id, registered_at=at)
    return _recorded(once, right, AdmissionEvent.REFUSAL_RIGHT_REGISTERED, at=at)


def end_right(*, actor: Actor, at: datetime, client_id: UUID, right_id: int) -> RefusalRight:
    """End a right: from now on letters only ask to apply. Raises GateNotFound, Refused and requests.ConflictError."""
    once = Once(client_id=client_id, actor=actor, asked={"right": right_id}, at=at)
    return _right(actor, once.answer(lambda: _end(once, right_id, at=at)))


@transaction.atomic
def _end(once: Once, right_id: int, *, at: datetime) -> str:
    _require(once.actor, at=at)
    right = RefusalRight.objects.select_for_update().filter(district=once.actor.district, pk=right_id).first()
    if right is None:
        raise GateNotFound(right_id)
    if right.ended_at is not None:
        raise Refused(refuse(_("这一条依据已经终止"), citations=(NOTICE_ARTICLE,)))
    right.ended_at = at
    right.save()
    return _recorded(once, right, AdmissionEvent.REFUSAL_RIGHT_ENDED, at=at)


def _recorded(once: Once, right: RefusalRight, event: AdmissionEvent, *, at: datetime) -> str:
    article = right.article
    record(
        event=event,
        actor=once.actor,
        at=at,
        subject=f"refusal_right:{right.pk}",
        district=right.district,
        rows=[right],
        facts={"instrument": article.instrument.number, "article": article.number},
    )
    return once.remember(str(right.pk))


def _right(actor: Actor, key: str) -> RefusalRight:
    return rights_visible_to(actor).get(pk=int(key))


def _require(actor: Actor, *, at: datetime) -> None:
    decision = may_register(actor, coordination_id=coordination_body(actor.district, at=at))
    if not decision:
        raise Refused(decision)


def may_register(actor: Actor, *, coordination_id: int | None) -> Decision:
    """May this person register and end rights to refuse? Whoever examines for the coordinating body may."""
    is_theirs = actor.kind is ActorKind.POST and actor.organisation_id == coordination_id
    if is_theirs and actor.may(Permission.ADMISSION_EXAMINE):
        return ALLOWED
    return refuse(NOT_PERMITTED, citations=(NOTICE_ARTICLE,))
