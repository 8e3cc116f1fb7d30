"""Requests to erase what a matter tells of a person (PIPL 47): taken down at the window, decided by somebody else."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework import queries
from sanhu.domains.casework.erasure_rules import (
    ASKABLE_GROUNDS,
    CITED,
    ERASURE_ARTICLE,
    ErasureGround,
    ErasureScope,
    ErasureState,
    may_erase,
)
from sanhu.domains.casework.models import Erasure, Matter
from sanhu.domains.casework.services.erasing import erase_matter, is_anything_left, is_final
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.evidence.events import PersonalDataEvent
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound, permit, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

MOST_WORDS, MOST_CITED = 2000, 200
_REFUSAL_ARTICLE = _("个人信息保护法第五十条")


@dataclass(frozen=True)
class ErasureWish:
    """What somebody asks to have erased, and why. `article` is needed where another law demands it."""

    scope: ErasureScope
    ground: ErasureGround
    reason: str = ""
    article: str = ""


def ask_erasure(*, actor: Actor, at: datetime, number: str, wish: ErasureWish) -> Erasure:
    """Take a request down at the window.

    Raises MatterNotFound for what the actor may not see, Refused with the article where the law does not let it go yet,
    where nothing is left to erase, or while an earlier request waits.
    """
    permit(actor, Permission.MATTER_REGISTER)
    with transaction.atomic():
        matter = queries.visible_to(actor).select_for_update().filter(number=number).first()
        if matter is None:
            raise MatterNotFound(number)
        _check_words(wish)
        require(may_erase(ground=wish.ground, scope=wish.scope, article=wish.article, is_final=is_final(matter, at=at)))
        if matter.erasures.filter(state=ErasureState.ASKED).exists():
            raise Refused(refuse(_("这件事已有一份删除请求在等待决定")))
        if not is_anything_left(matter, wish.scope):
            raise Refused(refuse(_("已经没有可以删除的内容"), citations=(ERASURE_ARTICLE,)))
        erasure = Erasure.objects.create(
            matter=matter,
            district=matter.district,
            scope=wish.scope,
            ground=wish.ground,
            article=wish.article.strip() or CITED[wish.ground],
            reason=wish.reason.strip(),
            asked_at=at,
            asked_post_id=actor.post_id,
            asked_by_id=actor.person_id,
        )
        _enter(PersonalDataEvent.ERASURE_ASKED, erasure, actor=actor, at=at)
    return erasure


def agree_to_erasure(*, actor: Actor, at: datetime, erasure_id: int) -> Erasure:
    """Decide that the data goes, and erase it. Raises NotFound for another district's request, Refused."""
    with transaction.atomic():
        erasure, matter = _asked(actor, erasure_id)
        ground, scope = ErasureGround(erasure.ground), ErasureScope(erasure.scope)
        require(may_erase(ground=ground, scope=scope, article=erasure.article, is_final=is_final(matter, at=at)))
        erasure.state, erasure.decided_at = ErasureState.ERASED, at
        erasure.decided_post_id, erasure.decided_by_id = actor.post_id, actor.person_id
        erasure.save()
        erase_matter(matter, erasure, actor=actor, at=at)
    return erasure


def refuse_erasure(*, actor: Actor, at: datetime, erasure_id: int, answer: str) -> Erasure:
    """Decide that the data stays, and tell why (PIPL 50). Raises NotFound, Refused."""
    with transaction.atomic():
        erasure, _matter = _asked(actor, erasure_id)
        if not answer.strip():
            raise FieldRefused("answer", refuse(_("不同意删除的，须写明理由"), citations=(_REFUSAL_ARTICLE,)))
        if len(answer) > MOST_WORDS:
            raise FieldRefused("answer", refuse(_("理由：不超过 2000 个字")))
        erasure.state, erasure.decided_at, erasure.answer = ErasureState.REFUSED, at, answer.strip()
        erasure.decided_post_id, erasure.decided_by_id = actor.post_id, actor.person_id
        erasure.save()
        _enter(PersonalDataEvent.ERASURE_REFUSED, erasure, actor=actor, at=at)
    return erasure


def _check_words(wish: ErasureWish) -> None:
    if wish.ground not in ASKABLE_GROUNDS:
        raise FieldRefused("ground", refuse(_("保存期限届满的，系统会自己删除，不用登记")))
    if not wish.reason.strip():
        raise FieldRefused("reason", refuse(_("须写明请求人怎样说的、怎样确认是本人"), citations=(ERASURE_ARTICLE,)))
    if len(wish.reason) > MOST_WORDS:
        raise FieldRefused("reason", refuse(_("理由：不超过 2000 个字")))
    if len(wish.article) > MOST_CITED:
        raise FieldRefused("article", refuse(_("依据：不超过 200 个字")))


def _asked(actor: Actor, erasure_id: int) -> tuple[Erasure, Matter]:
    """The one door to a request that waits, its matter locked before it."""
    permit(actor, Permission.PERSONAL_DATA_ERASE)
    found = Erasure.objects.filter(pk=erasure_id, district=actor.district).values_list("matter_id", flat=True).first()
    if found is None:
        raise NotFound
    matter = Matter.objects.select_for_update().get(pk=found)
    erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
    if erasure.state != ErasureState.ASKED:
        raise Refused(refuse(_("这份请求已经决定过"), citations=(ERASURE_ARTICLE,)))
    asked_for = erasure.asked_post.person_id if erasure.asked_post else None
    if actor.persons & {erasure.asked_by_id, asked_for}:
        raise Refused(refuse(_("登记请求的人不能自己决定"), citations=(ADMINISTRATORS,)))
    return erasure, matter


def _enter(event: PersonalDataEvent, erasure: Erasure, *, actor: Actor, at: datetime) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=erasure.matter.ref,
        district=erasure.district,
        rows=[erasure],
        facts={"scope": erasure.scope, "ground": erasure.ground},
    )
