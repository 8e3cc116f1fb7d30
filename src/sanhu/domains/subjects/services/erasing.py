"""Erasing who somebody was who once held a post: name, telephone and sign-in, when the period after the last is over.

The staff number stays, so that the record can still tell two people apart without saying who they were.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.erasure import all_erased, destroy_salts_of
from sanhu.domains.evidence.events import PersonalDataEvent
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.unmasking import forget_reasons
from sanhu.domains.subjects.models import Account, Person, Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import permit, person_for
from sanhu.domains.subjects.services.erasing_desk import Gone, erase_desk, erase_ways_in
from sanhu.domains.subjects.services.sessions import end_sessions_of
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse
from sanhu.engines.legal_time import day_start, legal_day

STAFF_ARTICLE = _("劳动合同法第五十条")
ERASURE_ARTICLE = _("个人信息保护法第四十七条第一款第二项")


def may_erase_person(person: Person, *, at: datetime) -> Decision:
    """May somebody's name go now? Not while they hold a post, and not before the period after the last is over."""
    if not person.name:
        return refuse(_("此人的资料已经删除"), citations=(ERASURE_ARTICLE,))
    if _held_after(at).filter(person=person).exists():
        return refuse(_("此人还有在任或者将要开始的岗位"), citations=(ERASURE_ARTICLE,))
    if _held_after(_before(at)).filter(person=person).exists():
        return refuse(_("最后一个岗位结束以后的保存期限还没有届满"), citations=(STAFF_ARTICLE, ERASURE_ARTICLE))
    return ALLOWED


def erase_person(*, person_id: int, actor: Actor, at: datetime) -> Person:
    """Erase a person's name, telephone, every way in and what they set up at the desk. Raises NotFound, Refused."""
    permit(actor, Permission.PERSONAL_DATA_ERASE)
    with transaction.atomic():
        person = person_for(actor, person_id)
        decision = may_erase_person(person, at=at)
        if not decision:
            raise Refused(decision)
        _erase(person, actor=actor, at=at)
    return person


def people_due(*, at: datetime) -> QuerySet[Person]:
    """People still named whose period after the last post is over. Who never held one is not among them."""
    held = Post.objects.filter(person=OuterRef("pk"))
    later = _held_after(_before(at)).filter(person=OuterRef("pk"))
    return Person.objects.filter(Exists(held), ~Exists(later)).exclude(name="")


def erase_former_staff(*, at: datetime, limit: int = 100) -> int:
    """Erase everybody whose period is over, and give how many."""
    keys = list(people_due(at=at).order_by("pk").values_list("pk", flat=True)[:limit])
    erased = 0
    for key in keys:
        try:
            erase_person(person_id=key, actor=SYSTEM, at=at)
        except Refused:  # appointed again, or erased by another worker, in this very moment
            continue
        erased += 1
    return erased


def _before(at: datetime) -> datetime:
    return at - timedelta(days=settings.SANHU_STAFF_KEPT_DAYS)


def _held_after(moment: datetime) -> QuerySet[Post]:
    """Posts that were or will be held at some time after a moment."""
    day = legal_day(moment)
    return Post.objects.filter(
        Q(left_at__isnull=True) | Q(left_at__gt=day_start(day)),
        Q(term_ends_on__isnull=True) | Q(term_ends_on__gte=day),
        Q(contract_ends_on__isnull=True) | Q(contract_ends_on__gte=day),
        Q(organisation__active_to__isnull=True) | Q(organisation__active_to__gte=day),
    )


def _erase(person: Person, *, actor: Actor, at: datetime) -> None:
    gone = Gone()
    gone.add(person, "name", "phone", subject=f"person:{person.pk}")
    person.name, person.phone = "", ""
    person.save(update_fields=["name", "phone"])
    account = Account.objects.select_for_update().filter(person=person).first()
    if account is not None:
        _close(account)
        gone.add(account, "username", subject=f"account:{account.pk}")
        erase_ways_in(account, gone, at=at)
    erase_desk(person, gone, at=at)
    looks, reasons = forget_reasons(gone.subjects[0])
    gone.rows += looks
    gone.fields |= {ref: list(names) for ref, names in reasons.items()}
    destroy_salts_of(gone.fields, subjects=gone.subjects)
    record(
        event=PersonalDataEvent.ERASED,
        actor=actor,
        at=at,
        subject=gone.subjects[0],
        district=person.district,
        rows=gone.rows,
        facts=all_erased(gone.fields),
    )


def _close(account: Account) -> None:
    """Leave nothing to sign in with: no name, no password, no session."""
    account.username, account.password = f"erased-{account.pk}", make_password(None)
    account.is_active, account.last_login = False, None
    account.save(update_fields=["username", "password", "is_active", "last_login"])
    end_sessions_of(account)
