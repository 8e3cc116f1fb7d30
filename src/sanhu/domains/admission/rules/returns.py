"""May a task or an item go back (回归, R14): may it be proposed, may it move so now, and may this person move it?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.parties import MONEY_ARTICLE, RETURN_ARTICLE, Party
from sanhu.domains.admission.rules.persons import NOT_PERMITTED
from sanhu.domains.admission.tables import RETURN
from sanhu.domains.admission.terms import Contradiction
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.workflow import Move

NO_LEADING_CODE, NO_LEADING = "X-02", "城市居民委员会组织法第十条第八项"
MOST_REASON, MOST_FIGURES, MOST_CITED = 2000, 500, 200
_NO_BEARERS = frozenset({SubjectKind.RESIDENTS, SubjectKind.DISTRICT_COORDINATION_BODY})
_IMPARTIAL = frozenset({Party.CHAIR, Party.EXAMINER})
ANSWERS = frozenset({"answer", "answer_last"})


def may_propose(*, kind: SubjectKind | None, actor: Actor) -> Decision:
    """May this person propose a return? Committees and the bodies that may ask for help; never whoever decides."""
    if actor.kind is not ActorKind.POST:
        return refuse(NOT_PERMITTED, citations=(RETURN_ARTICLE,))
    if kind is SubjectKind.DISTRICT_COORDINATION_BODY:
        reason = _("区社区建设协调管理机构对回归作出决定，不由它自己提出")
        return refuse(reason, citations=(RETURN_ARTICLE,))
    needed = Permission.DEMAND_RECORD if kind is SubjectKind.RESIDENTS_COMMITTEE else Permission.ADMISSION_APPLY
    return ALLOWED if actor.may(needed) else refuse(NOT_PERMITTED, citations=(RETURN_ARTICLE,))


@dataclass(frozen=True)
class Wanted:
    """What is to leave whom for whom, as far as the rules must know.

    `is_government_duty` is that it is of the first class or the government's by law; `is_statutory_item` that a law
    makes helping with the item the committees' own duty. `lawful_lead` is the answer to "may the bearer lead what the
    committees led of the item?".
    """

    committee_id: int
    bearer_id: int
    bearer_kind: SubjectKind
    is_government_duty: bool
    has_task: bool
    is_task_open: bool = True
    has_item: bool = False
    has_part: bool = True
    is_statutory_item: bool = False
    lawful_lead: Decision = ALLOWED


def check_wanted(wanted: Wanted) -> Decision:
    """Can that leave the committee for this bearer at all?"""
    if wanted.is_government_duty and wanted.bearer_kind is SubjectKind.RESIDENTS_COMMITTEE:
        reason = _("承担单位：政府职责不能从一个居民委员会转到另一个居民委员会，居民委员会只能协助")
        return refuse(reason, citations=(NO_LEADING,), code=NO_LEADING_CODE)
    faults = (
        (wanted.bearer_id == wanted.committee_id, _("承担单位：须是居民委员会以外的单位")),
        (wanted.bearer_kind in _NO_BEARERS, _("承担单位：作出决定的机构和居民个人不能作为承担单位")),
        (
            wanted.has_item and wanted.bearer_kind is SubjectKind.RESIDENTS_COMMITTEE,
            _("承担单位：清单上的事项对所有居民委员会一样，须交给居民委员会以外的单位"),
        ),
        (not wanted.is_task_open, _("协助任务：已经结束，不必再回归")),
        (wanted.has_item and not wanted.has_part, _("清单事项：居民委员会在这一项里没有主责或者协助的任务")),
        (
            wanted.has_item and wanted.is_statutory_item,
            _("清单事项：法律规定居民委员会应当办理或者协助的，不能以回归免除；须由法律修改"),
        ),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    if reasons:
        return refuse(*reasons, citations=(RETURN_ARTICLE,))
    return wanted.lawful_lead


@dataclass(frozen=True)
class Words:
    """What somebody says when proposing."""

    reason: str
    figures: str
    article: str
    power_words: str
    money_words: str
    contradictions: tuple[str, ...]


def faults_of(words: Words) -> list[str]:
    """Name every field that breaks its rule."""
    short = (
        ("依据", _("依据：写 1 至 200 个字"), words.article),
        ("权力", _("权力：写明移交哪些授权、资料和系统，1 至 200 个字"), words.power_words),
        ("经费", _("经费：写明经费怎样随事划转，1 至 200 个字"), words.money_words),
    )
    faults = (
        (not 1 <= len(words.reason.strip()) <= MOST_REASON, _("理由：写 1 至 2000 个字")),
        (len(words.figures) > MOST_FIGURES, _("负担数据：不超过 500 个字")),
        *((not 1 <= len(said.strip()) <= MOST_CITED, fault) for _name, fault, said in short),
        (not set(words.contradictions) <= set(Contradiction.values), _("矛盾：没有这一类")),
    )
    return [fault for is_faulty, fault in faults if is_faulty]


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a return on a day, for whoever acts.

    `asked` are the bodies that are heard, `heard` those that spoke. `authors` are the persons who proposed it,
    `bodies_of_person` all bodies in which the acting person holds a post. `has_item` is that the list is to change;
    `is_listed` that a change of it was proposed and not turned down, `is_in_force` that its version is in force.
    """

    district: str
    state: str
    today: date
    proposer_id: int
    committee_id: int
    asked: frozenset[int]
    coordination_id: int | None
    heard: frozenset[int] = frozenset()
    authors: frozenset[int] = frozenset()
    bodies_of_person: frozenset[int] = frozenset()
    transfers_on: date | None = None
    has_item: bool = False
    is_listed: bool = False
    is_in_force: bool = False
    has_stated: bool = False
    check_due_on: date | None = None

    @property
    def unheard(self) -> frozenset[int]:
        """The bodies that have not spoken yet."""
        return self.asked - self.heard

    @property
    def is_partial(self) -> bool:
        """Whether the acting person belongs to whoever proposes, bears, or commissioned it."""
        return bool({self.proposer_id, self.committee_id, *self.asked} & self.bodies_of_person)


def may_move(*, standing: Standing, move: str, actor: Actor) -> Decision:
    """May this return move so now, by this person?"""
    by_table = RETURN.may_move(state=standing.state, move=move)
    if not by_table:
        return by_table
    found = RETURN.move(move)
    by_person = may_person(standing, found, actor)
    if not by_person:
        return by_person
    reasons = list(_against(standing, found, actor))
    return refuse(*reasons, citations=(found.citation,)) if reasons else ALLOWED


def may_person(standing: Standing, move: Move, actor: Actor) -> Decision:
    """May this person make that move? Nobody decides on what their own body proposes, bears or commissioned."""
    if move.party == Party.SYSTEM:
        return ALLOWED if actor.kind is ActorKind.SYSTEM else refuse(_("这一步由系统按期限自动记录"))
    is_here = actor.kind is ActorKind.POST and actor.district == standing.district
    if not is_here or not _has_power(move, actor):
        return refuse(NOT_PERMITTED, citations=(move.citation,))
    own = actor.organisation_id
    faults = (
        (move.party == Party.PROPOSER and own != standing.proposer_id, _("只有提出建议的单位可以办理这一步")),
        (move.party == Party.BEARER and own not in standing.asked, _("只有被征求意见的单位可以答复")),
        (move.party == Party.COMMITTEE and own != standing.committee_id, _("只有移出任务的居民委员会可以说明")),
        (
            move.party in _IMPARTIAL and own != standing.coordination_id,
            _("只有区社区建设协调管理机构可以办理这一步"),
        ),
        (
            move.party in _IMPARTIAL and standing.is_partial,
            _("您在提出、移出、承担或者委托这件事的单位任职，应当回避，换岗位也不行"),
        ),
        (
            move.party in _IMPARTIAL and bool(actor.persons & standing.authors),
            _("您提出过这件建议，须由其他人办理，换岗位也不行"),
        ),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(move.citation,)) if reasons else ALLOWED


def _has_power(move: Move, actor: Actor) -> bool:
    """A body answers, a committee too; whoever may propose may withdraw."""
    match move.party:
        case Party.BEARER:
            return actor.may(Permission.DEMAND_ANSWER) or actor.may(Permission.ADMISSION_HEAR)
        case Party.PROPOSER:
            return actor.may(Permission.DEMAND_RECORD) or actor.may(Permission.ADMISSION_APPLY)
        case _:
            return actor.may(move.permission)


def _against(standing: Standing, move: Move, actor: Actor) -> Iterator[str]:
    """Say what speaks against the move in the return as it stands beyond its state."""
    match move.code:
        case "answer" | "answer_last":
            yield from _against_answering(standing, move, actor)
        case "change_list":
            yield from _against_listing(standing)
        case "transfer":
            yield from _against_transfer(standing)
        case "state_outcome":
            if standing.has_stated:
                yield _("居民委员会已经说明过")
        case "verify":
            is_silent = standing.check_due_on is not None and standing.today > standing.check_due_on
            if not (standing.has_stated or is_silent):
                yield _("居民委员会还没有说明；核验期满以后可以不等")
        case _:
            pass


def _against_listing(standing: Standing) -> Iterator[str]:
    if not standing.has_item:
        yield _("这件建议不涉及清单，直接移交")
    elif standing.is_listed:
        yield _("清单修改建议已经提出")


def _against_transfer(standing: Standing) -> Iterator[str]:
    if standing.transfers_on is not None and standing.today < standing.transfers_on:
        yield gettext("决定自 %(day)s 起移交") % {"day": standing.transfers_on.isoformat()}
    if standing.has_item and not standing.is_in_force:
        yield _("清单的新版本还没有经另一人批准并施行，不能移交")


def _against_answering(standing: Standing, move: Move, actor: Actor) -> Iterator[str]:
    if actor.organisation_id in standing.heard:
        yield _("您的单位已经答复过")
    elif (move.code == "answer_last") != (len(standing.unheard) == 1):
        yield _("还有其他单位没有答复") if move.code == "answer_last" else _("其他单位都已答复，答复后即听取完毕")


def check_agree(*, document_number: str, transfers_on: date | None, today: date) -> Decision:
    """A decision has its number, and a day from which it is carried out."""
    faults = (
        (not document_number.strip(), _("决定文号：须写明联席会议纪要或者决定的文号")),
        (transfers_on is None or transfers_on < today, _("移交日期：须为今天或者以后的日期")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(RETURN_ARTICLE,)) if reasons else ALLOWED


def check_outcome(*, has_held: bool, check_from: date, today: date) -> Decision:
    """That it came back can be said on any day; that it stayed away only after it had the time to come back."""
    if has_held and today < check_from:
        reason = gettext("成效：%(day)s 起才能说没有再落回来") % {"day": check_from.isoformat()}
        return refuse(reason, citations=(RETURN_ARTICLE,))
    return ALLOWED


def may_end_task(*, awaits_signature: bool) -> Decision:
    """A payment that waits for its second person is signed or rejected first, or the money would go two ways."""
    if awaits_signature:
        reason = _("有一笔拨付正等待第二人签批；请先签批或者退回，再移交")
        return refuse(reason, citations=(MONEY_ARTICLE,))
    return ALLOWED
