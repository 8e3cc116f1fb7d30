"""Which donations may be taken, for what their money may go, and who sees to them. No models are imported here.

A donation is the donor's own decision, in whether and how much; its money goes to the donor's purpose alone; the
purpose changes only as the donor agrees in writing; and what came in and where it went is published in time.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.disclosure_rules import COMMUNITY_KINDS, DISCLOSURE_ARTICLE, Period, shown_words
from sanhu.domains.funding.donation_terms import (
    MOST_CHECKED,
    MOST_CONTACT,
    MOST_NAME,
    MOST_WORDS,
    AmountSetBy,
    CameBy,
    DonorKind,
    Naming,
)
from sanhu.domains.funding.rules import (
    DONATION_ARTICLE,
    MONEY_ARTICLE,
    NO_CHARGING,
    NO_SUCH_USE,
    NOT_PERMITTED,
    check_basis,
)
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse

APPEAL_ARTICLE = _("慈善法第二十六条")
USE_ARTICLE = _("居民委员会组织法第四十二条")
ERASURE_ARTICLE = _("个人信息保护法第四十七条第一款第一项")

APPORTIONED = _("捐赠：须出于捐赠人自愿，不得由机关定数额、定名单，不得按户、按人或者按单位分摊")
CONDITION = _("捐赠：不得作为办事、享受服务或者参加评比的条件")
FOR_A_DUTY = _("捐赠：政府职责范围内的服务由政府投入，不得以捐赠作为条件变相收费")
OUTSIDE_PURPOSE = _("用途：须说明这笔支出怎样符合捐赠人指定的用途，不符合的不得支出")
NOT_AGREED = _("支出类别：捐赠协议没有书面写明可以用于工资补贴或者办公费用")
SAME_PURPOSE = _("用途：和原来的一样，没有变更")
TELLS_OF_A_PERSON = _("用途：对所有人公开，不能写姓名、电话、门牌等个人信息")
IS_HIDDEN = _("署名方式：匿名捐赠不公开捐赠人，也不登记姓名")


# --- taking a donation


def check_voluntary(*, set_by: str, is_government_duty: bool) -> Decision:
    """May a donation be taken, given who decided on it (慈善法第三十二条)?

    What a resident must give in order to get what the government owes them is a charge for it (R55).
    """
    match set_by:
        case AmountSetBy.DONOR:
            return ALLOWED
        case AmountSetBy.ORGAN | AmountSetBy.APPORTIONED:
            return refuse(APPORTIONED, citations=(DONATION_ARTICLE,), code=NO_SUCH_USE)
        case AmountSetBy.CONDITION if is_government_duty:
            return refuse(FOR_A_DUTY, citations=(MONEY_ARTICLE, DONATION_ARTICLE), code=NO_CHARGING)
        case AmountSetBy.CONDITION:
            return refuse(CONDITION, citations=(DONATION_ARTICLE,), code=NO_SUCH_USE)
        case _:
            return refuse(_("捐赠：没有这种数额的来由"))


def check_receiver(kind: str) -> Decision:
    """May a body of this kind be given to? Those that act for a community; no organ takes donations here."""
    return ALLOWED if kind in COMMUNITY_KINDS else refuse(_("收款单位：须是社区的组织，机关不在这里接受捐赠"))


@dataclass(frozen=True)
class Donor:
    """Who gives, and how they want to be named."""

    kind: str
    name: str = ""
    contact: str = ""
    naming: str = Naming.HIDDEN


def check_donor(donor: Donor) -> dict[str, Decision]:
    """What speaks against how a donor is written down, by field."""
    faults = {}
    if donor.kind == DonorKind.ANONYMOUS:
        if donor.name.strip() or donor.naming != Naming.HIDDEN:
            faults["naming" if donor.naming != Naming.HIDDEN else "donor_name"] = refuse(IS_HIDDEN)
    elif not donor.name.strip():
        faults["donor_name"] = refuse(_("捐赠人：须写明姓名或者名称；不愿写的，按匿名捐赠登记"))
    if len(donor.name.strip()) > MOST_NAME:
        faults["donor_name"] = refuse(_("捐赠人：不超过 60 个字"))
    if len(donor.contact.strip()) > MOST_CONTACT:
        faults["donor_contact"] = refuse(_("联系方式：不超过 60 个字"))
    return faults


def check_way(came_by: str, charity: str) -> Decision:
    """Is a charity named where one has to be? A committee may not raise money in public by itself."""
    if came_by not in set(CameBy):
        return refuse(_("来由：没有这种来由"))
    if came_by != CameBy.OWN_ACCORD and not charity.strip():
        reason = _("慈善组织：居委会不得自行公开募捐，须写明合作的、有公开募捐资格的慈善组织")
        return refuse(reason, citations=(APPEAL_ARTICLE,))
    return refuse(_("慈善组织：不超过 100 个字")) if len(charity.strip()) > 100 else ALLOWED


def check_public_purpose(purpose: str) -> Decision:
    """May these words stand where everybody reads them?"""
    return refuse(TELLS_OF_A_PERSON) if shown_words(purpose) != purpose else ALLOWED


def check_donor_words(words: str) -> Decision:
    """Did the donor say what the money is for, in words that fit?"""
    if not words.strip():
        return refuse(_("捐赠人的原话：须写明捐赠人说的用途"), citations=(DONATION_ARTICLE,))
    return refuse(_("捐赠人的原话：不超过 500 个字")) if len(words.strip()) > MOST_WORDS else ALLOWED


def check_checked(words: str) -> Decision:
    """Is it said how somebody made sure that it is the donor who asks for a new key?"""
    if not words.strip():
        return refuse(_("核对：须写明怎样核对了捐赠人的身份"))
    return refuse(_("核对：不超过 200 个字")) if len(words.strip()) > MOST_CHECKED else ALLOWED


# --- spending it, and changing what it is for


def by_agreement() -> frozenset[str]:
    """The kinds of expense that a donation pays for only where its agreement says so in writing."""
    return frozenset(_data()["expenses_by_agreement"])


def check_use(*, meets: str, expense: str, agreed: Collection[str]) -> Decision:
    """May a donation pay for this, by what is said of it? Whether that is so, is for the second person to judge."""
    if expense in by_agreement() and expense not in agreed:
        return refuse(NOT_AGREED, citations=(DONATION_ARTICLE,), code=NO_SUCH_USE)
    if not meets.strip():
        return refuse(OUTSIDE_PURPOSE, citations=(DONATION_ARTICLE,), code=NO_SUCH_USE)
    return refuse(_("用途：不超过 200 个字")) if len(meets.strip()) > MOST_CHECKED else ALLOWED


def check_change(*, before: str, after: str, consent: str) -> dict[str, Decision]:
    """What speaks against changing what a donation is for, by field."""
    faults = {}
    if not after.strip():
        faults["purpose"] = refuse(_("用途：须写明变更后的用途"))
    elif after.strip() == before:
        faults["purpose"] = refuse(SAME_PURPOSE)
    elif not (fit := check_public_purpose(after)):
        faults["purpose"] = fit
    if not check_basis(consent):
        reason = _("书面同意：须写明捐赠人书面同意文件的编号，不超过 100 个字")
        faults["consent"] = refuse(reason, citations=(DONATION_ARTICLE,))
    return faults


# --- who sees to donations


def may_keep(*, body_id: int, district: str, actor: Actor) -> Decision:
    """May this person register a body's donations, give keys and change a purpose as the donor agreed?"""
    if actor.kind is ActorKind.POST and actor.district == district:
        is_own = actor.organisation_id == body_id
        if actor.may(Permission.FUNDING_BUDGET) or (is_own and actor.may(Permission.FUNDING_PAY)):
            return ALLOWED
    return refuse(NOT_PERMITTED, citations=(USE_ARTICLE,))


def may_publish_donation(*, body_id: int, district: str, actor: Actor) -> Decision:
    """May this person publish what came of a body's donation?"""
    is_own = actor.kind is ActorKind.POST and (actor.district, actor.organisation_id) == (district, body_id)
    if is_own and actor.may(Permission.FUNDING_DISCLOSE):
        return ALLOWED
    if may_keep(body_id=body_id, district=district, actor=actor):
        return ALLOWED
    return refuse(NOT_PERMITTED, citations=(DISCLOSURE_ARTICLE, USE_ARTICLE))


def may_erase_donor(*, left_fen: int, is_waiting: bool, is_erased: bool, actor: Actor) -> Decision:
    """May who the donor is be erased? Not while the agreement is still being carried out."""
    if not actor.may(Permission.PERSONAL_DATA_ERASE):
        return refuse(NOT_PERMITTED, citations=(ERASURE_ARTICLE,))
    if is_erased:
        return refuse(_("捐赠人的资料已经删除"), citations=(ERASURE_ARTICLE,))
    if left_fen or is_waiting:
        return refuse(_("捐赠还没有用完，协议还在履行，不能删除捐赠人的资料"), citations=(ERASURE_ARTICLE,))
    return ALLOWED


# --- publishing in time


def received_due_on(day: date) -> date:
    """The last day on which what came in on a day may be published."""
    return day + timedelta(days=_data()["received_within_days"])


def used_due_on(day: date) -> date:
    """The last day on which what went out on a day may be published."""
    quarter_end = Period(day.year, (day.month - 1) // 3 + 1).ends_on
    return quarter_end + timedelta(days=_data()["used_within_days_of_quarter_end"])


@cache
def _data() -> dict[str, Any]:
    """Read what is a district's own to set; its source stands beside it."""
    text = resources.files("sanhu.domains.funding").joinpath("data/donations.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
