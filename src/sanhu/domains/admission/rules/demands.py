"""What is a demand, held against the assist list, statutory assistance and emergencies (B.8), and who may move it?

RC law 10(5) and (8) make some assistance the committee's duty, article 40 lets the street order it, and emergencies
pass (突发事件应对法 22, 77): none of these is refusable. Article 43 sets lawfulness and who pays; it does not itself
give a right to refuse. So only what is none of them is answered on paper (X-05), and that paper is a refusal only where
a local instrument in force gives the right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.parties import ADMISSION_ARTICLE, EMERGENCY_ARTICLE, NOTICE_ARTICLE
from sanhu.domains.admission.rules.persons import NOT_PERMITTED, Parties, may_person
from sanhu.domains.admission.statutory import StatutoryGround, by_item
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.admission.terms import Ground
from sanhu.domains.subjects.kinds import Sector, SubjectKind, sector_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse

UNADMITTED_CODE = "X-05"
# Where no local instrument gives a right to refuse: who pays and what is lawful, and the way to be admitted.
UNADMITTED_ARTICLE = _("城市居民委员会组织法第四十三条、分类管理办法第二十一条")
UNADMITTED = _("未经准入：不在生效的协助清单内，不是法定协助，也不是突发事件应急")
LAPSED = _("应急协助逾期没有补办手续，按未经准入处理")
MOST_NAME, MOST_WORDS, MOST_CITED = 60, 2000, 200
MOST_MINUTES = 6_000_000  # a hundred people for a year's working time


@dataclass(frozen=True)
class ListedTask:
    """A task of the assist list as the judgement reads it; `until` is when it ended, None while it runs.

    A suspended task is on the list still: it is admitted, and the law says what follows from its suspension.
    """

    number: str
    organ_id: int
    committee_id: int
    item_code: str
    starts_at: datetime
    ends_at: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether the task was on the list at a moment; its first and its last day belong to it."""
        return self.starts_at <= at < self.ends_at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Facts:
    """What was demanded of which committee by which organ, when, and what is on the list.

    `task_number` is the task a member chose by hand. `refusal_article` is the article of a local instrument in force
    that gives a right to refuse, empty where there is none.
    """

    organ_id: int
    committee_id: int
    received_at: datetime
    item_code: str = ""
    task_number: str = ""
    is_emergency: bool = False
    emergency_basis: str = ""
    assist_list: tuple[ListedTask, ...] = ()
    refusal_article: str = ""


@dataclass(frozen=True)
class Judgement:
    """What a demand was found to be, on what article; for an admitted one `task_number` is the task.

    `is_refusable` is that the committee may say no on paper.
    """

    ground: Ground
    article: str
    task_number: str = ""
    is_refusable: bool = False


def judge(facts: Facts) -> Judgement:
    """Hold a demand against the assist list, statutory assistance and emergencies, in this order.

    What the law makes a duty only in answer to emergencies goes the way of emergencies once one is declared, so that
    it is recorded afterwards.
    """
    if task := _admitted_by(facts):
        return Judgement(ground=Ground.ADMITTED, article=ADMISSION_ARTICLE, task_number=task.number)
    is_declared = facts.is_emergency and bool(facts.emergency_basis.strip())
    statutory = is_statutory(facts.item_code)
    if statutory and not (is_declared and statutory.is_emergency_response):
        return Judgement(ground=Ground.STATUTORY, article=statutory.article)
    if is_declared:
        return Judgement(ground=Ground.EMERGENCY, article=EMERGENCY_ARTICLE)
    article = facts.refusal_article or UNADMITTED_ARTICLE
    return Judgement(ground=Ground.UNADMITTED, article=article, is_refusable=bool(facts.refusal_article))


def _admitted_by(facts: Facts) -> ListedTask | None:
    """Give the task a demand belongs to: the one chosen by number, else the first of the same item."""
    for task in sorted(facts.assist_list, key=lambda task: task.number):
        is_theirs = (task.organ_id, task.committee_id) == (facts.organ_id, facts.committee_id)
        same = (
            task.number == facts.task_number
            if facts.task_number
            else bool(task.item_code) and task.item_code == facts.item_code
        )
        if is_theirs and same and task.holds(facts.received_at):
            return task
    return None


def is_statutory(item_code: str) -> StatutoryGround | None:
    """Give the statutory assistance an item of the catalogue is; None where a statute demands none."""
    return by_item().get(item_code)


def may_demand(kind: SubjectKind) -> bool:
    """Tell whether a body of this kind is one the Measure means (21: 政府部门和公营企事业单位)."""
    return sector_of(kind) is Sector.GOVERNMENT or kind is SubjectKind.UTILITY


def may_record(*, is_committee: bool, actor: Actor) -> Decision:
    """May this person take down a demand? A member of a committee may, for their own committee."""
    if actor.kind is ActorKind.POST and is_committee and actor.may(Permission.DEMAND_RECORD):
        return ALLOWED
    return refuse(NOT_PERMITTED, citations=(NOTICE_ARTICLE,))


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a demand; `is_late` is that the day for answering or recording has passed."""

    parties: Parties
    state: str
    is_late: bool = False


def may_move(*, standing: Standing, move: str, actor: Actor) -> Decision:
    """May this demand move so now, by this person?"""
    by_table = DEMAND.may_move(state=standing.state, move=move)
    if not by_table:
        return by_table
    found = DEMAND.move(move)
    by_person = may_person(parties=standing.parties, move=found, actor=actor)
    if by_person and move == "record_afterwards" and standing.is_late:
        return refuse(_("补办期限已过，请按准入程序申请"), citations=(found.citation,))
    return by_person


@dataclass(frozen=True)
class Words:
    """What somebody took down, as far as rules without a database can say that it makes sense."""

    name: str
    words: str
    minutes: int
    money_fen: int
    is_emergency: bool
    emergency_basis: str
    received_at: datetime


def faults_of(words: Words, *, most_fen: int, at: datetime) -> list[str]:
    """Name every field that breaks its rule."""
    return _broken(
        (
            (not 1 <= len(words.name.strip()) <= MOST_NAME, _("要做什么：写 1 至 60 个字")),
            (not 1 <= len(words.words.strip()) <= MOST_WORDS, _("原话：写 1 至 2000 个字")),
            (not 1 <= words.minutes <= MOST_MINUTES, _("工作量：必须在 1 至 6000000 分钟之间")),
            (not 0 <= words.money_fen <= most_fen, _("随附经费：不能小于 0，不能超过一千亿元")),
            (words.is_emergency and not words.emergency_basis.strip(), _("应急依据：须写明谁以什么决定、命令宣布的")),
            (len(words.emergency_basis) > MOST_CITED, _("应急依据：不超过 200 个字")),
            (words.received_at > at, _("收到时间：不能晚于现在")),
        )
    )


def _broken(faults: Iterable[tuple[bool, str]]) -> list[str]:
    return [reason for is_faulty, reason in faults if is_faulty]
