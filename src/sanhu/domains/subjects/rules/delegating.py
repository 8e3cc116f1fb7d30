"""Which powers of a post may be lent, to whom and for how long (代办): its holder is away, and somebody acts there."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS, SEPARATION
from sanhu.domains.subjects.rules.powers import ADMINISTRATION
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

NO_DEPUTY_VOTES = _("表决须本人参加，不能由别人代办")
# A member votes in person; the three administrators' offices are never joined to another post, on loan neither.
NOT_LENT = ADMINISTRATION | {Permission.TOKEN_MANAGE, Permission.ADMISSION_VOTE}


class Absence(StrEnum):
    """Why a post's holder is away: no more than a deputy has to know, and nothing of anybody's health."""

    LEAVE = "leave"
    AWAY = "away"
    TRAINING = "training"
    OTHER = "other"


ABSENCE_LABELS = {
    Absence.LEAVE: _("请假、休假"),
    Absence.AWAY: _("公务外出"),
    Absence.TRAINING: _("培训学习"),
    Absence.OTHER: _("其他原因"),
}


@dataclass(frozen=True)
class Held:
    """A post in force as lending reads it: in which body, how its holder came to it, whether it is an administrator's.

    `permissions` are its role's.
    """

    body_id: int
    appointment: str
    is_administrator: bool
    permissions: tuple[str, ...] = ()


def lendable(post: Held) -> tuple[str, ...]:
    """Give those of a post's powers that may be lent, in the order of the list of permissions."""
    if post.is_administrator:
        return ()
    return tuple(one.value for one in Permission if one in post.permissions and one not in NOT_LENT)


@dataclass(frozen=True)
class Loan:
    """What is to be lent, of which post, held by whom, and until when."""

    post: Held
    holder_id: int
    permissions: tuple[str, ...]
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Deputy:
    """Who is to act: a person, whether they can sign in, and the posts they hold."""

    person_id: int
    is_active: bool
    posts: tuple[Held, ...]


def may_lend(loan: Loan) -> Decision:
    """May these powers be lent? Only such as the post has, and none that is exercised in person."""
    if not loan.permissions:
        return refuse(_("代办权限：至少选择一项"))
    if Permission.ADMISSION_VOTE in loan.permissions:
        return refuse(NO_DEPUTY_VOTES)
    if loan.post.is_administrator or NOT_LENT & set(loan.permissions):
        return refuse(_("代办权限：管理员的权限不能由别人代办"), citations=(ADMINISTRATORS,))
    if not set(loan.permissions) <= set(loan.post.permissions):
        return refuse(_("代办权限：只能选择这个岗位现有的权限"))
    return ALLOWED


def may_last(loan: Loan, *, today: date, most_days: int) -> Decision:
    """May it run from its first day to its last, both included?"""
    faults = (
        (loan.starts_on < today, _("从哪天起：不能早于今天")),
        (loan.ends_on < loan.starts_on, _("到哪天止：不能早于起始日期")),
        ((loan.ends_on - loan.starts_on).days >= most_days, _("到哪天止：超过了一次代办的最长天数")),
    )
    refusals = [refuse(reason) for is_faulty, reason in faults if is_faulty]
    return all_of(*refusals) if refusals else ALLOWED


def may_stand_in(deputy: Deputy, *, post: Held, holder_id: int) -> Decision:
    """May this person act in that post?

    What electors gave, none but another of those they elected into the same body may exercise. It is asked again at
    every request, so that a deputy who leaves their own post stands in for nobody any more.
    """
    if deputy.person_id == holder_id:
        return refuse(_("代办人：不能是本人"))
    faults = (
        (not deputy.is_active or not deputy.posts, _("代办人：须有可以登录的账号和在任的岗位"), ()),
        (
            any(held.is_administrator for held in deputy.posts),
            _("代办人：管理员不得兼任其他职务，也不能代办"),
            (ADMINISTRATORS,),
        ),
        (
            post.appointment == Appointment.ELECTED and not _is_elected_into(post.body_id, deputy),
            _("代办人：选举产生的职务，只能由同一组织当选的其他成员代办"),
            (SEPARATION,),
        ),
    )
    refusals = [refuse(reason, citations=citations) for is_faulty, reason, citations in faults if is_faulty]
    return all_of(*refusals) if refusals else ALLOWED


def _is_elected_into(body_id: int, deputy: Deputy) -> bool:
    return any(held.body_id == body_id and held.appointment == Appointment.ELECTED for held in deputy.posts)
