"""May this application move so now, and may this person move it? What opinions, votes and the chair are held to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.parties import ADMISSION_ARTICLE, COMMITTEE_LAW_43, MONEY_ARTICLE, Party
from sanhu.domains.admission.rules.demands import may_demand
from sanhu.domains.admission.rules.persons import NOT_PERMITTED, Parties, may_person
from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.admission.terms import Choice, OpinionKind
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.workflow import Move

LEAST_RETURN_WORDS = 10

# Which kind of opinion a move gives.
KIND_OF = {
    "check_legality": OpinionKind.LEGALITY,
    "check_funding": OpinionKind.FUNDING,
    "hear": OpinionKind.HEARING,
}
_RETURNS = frozenset({"return", "return_by_legality"})
_IMPARTIAL = frozenset({Party.EXAMINER, Party.LEGALITY, Party.FUNDING, Party.CHAIR})


@dataclass(frozen=True)
class Said:
    """An opinion of this round: of what kind, whose, for which committee, and whether it agrees."""

    kind: str
    persons: frozenset[int]
    committee_id: int | None
    agrees: bool


@dataclass(frozen=True)
class Tally:
    """How the joint meeting stands. `members` are all, `recused` those who had to stay out or chose to.

    `needed` is how many of the others must say yes or no for a quorum.
    """

    members: int
    recused: int
    approve: int
    reject: int
    needed: int
    has_quorum: bool

    @property
    def voted(self) -> int:
        """How many said yes or no."""
        return self.approve + self.reject

    @property
    def approves(self) -> bool:
        """Whether more than half of those voting agree."""
        return 2 * self.approve > self.voted


def count(*, members: int, recused: int, approve: int, reject: int, quorum_percent: int) -> Tally:
    """Count a meeting: a quorum is more than so many percent of the members who take part."""
    needed = (members - recused) * quorum_percent // 100 + 1
    return Tally(members, recused, approve, reject, needed, has_quorum=approve + reject >= needed)


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of an application, beside the bodies concerned.

    `opinions_due_on` is the last day on which the meeting waits for opinions. `authors` are the persons who drafted,
    changed or submitted it, `checkers` those who spoke or decided on its law or its money in either round, `opinions`
    what was said in this one, `voters` who has voted in it. `tally` is there while the joint meeting sits.
    """

    parties: Parties
    state: str
    round: int
    today: date
    ends_on: date
    meets_on: date | None = None
    opinions_due_on: date | None = None
    authors: frozenset[int] = frozenset()
    checkers: frozenset[int] = frozenset()
    opinions: tuple[Said, ...] = ()
    committees: Mapping[int, str] = field(default_factory=dict)
    voters: frozenset[int] = frozenset()
    tally: Tally | None = None

    def said(self, kind: str) -> Said | None:
        """Give the opinion on the law or on the money."""
        return next((opinion for opinion in self.opinions if opinion.kind == kind), None)

    def has_heard(self, committee_id: int | None) -> bool:
        """Tell whether a committee has spoken."""
        return any(opinion.committee_id == committee_id for opinion in self.opinions if opinion.committee_id)

    def must_recuse(self, actor: Actor) -> bool:
        """Tell whether the person takes no part in deciding: of the organ that asks, or an author."""
        return self.parties.is_partial or bool(actor.persons & self.authors)


def may_draft(*, actor: Actor, kind: SubjectKind | None) -> Decision:
    """May this person draft an application? Whoever the Measure lets demand may ask; other bodies and residents not."""
    if actor.kind is not ActorKind.POST or not actor.may(Permission.ADMISSION_APPLY):
        return refuse(NOT_PERMITTED, citations=(ADMISSION_ARTICLE,))
    if kind is None or not may_demand(kind):
        return refuse(_("只有政府部门和公营企事业单位可以申请准入"), citations=(ADMISSION_ARTICLE,))
    return ALLOWED


def may_move(*, standing: Standing, move: str, actor: Actor) -> Decision:
    """May this application move so now, by this person?"""
    by_table = APPLICATION.may_move(state=standing.state, move=move)
    if not by_table:
        return by_table
    found = APPLICATION.move(move)
    by_person = may_take_part(standing, found, actor)
    if not by_person:
        return by_person
    reasons = list(_against(standing, found, actor))
    return refuse(*reasons, citations=(found.citation,)) if reasons else _may_decide(standing, found)


def may_take_part(standing: Standing, move: Move, actor: Actor) -> Decision:
    """May this person make that move at all, whatever else speaks against it now?"""
    if move.party == Party.MEMBER:
        # Whoever belongs to the organ that asks comes to the meeting and says so: recusing is theirs to choose.
        return may_person(parties=replace(standing.parties, bodies_of_person=frozenset()), move=move, actor=actor)
    decision = may_person(parties=standing.parties, move=move, actor=actor)
    if not decision:
        return decision
    if move.party == Party.COMMITTEE and standing.parties.is_partial:
        return refuse(_("您在申请部门任职，请由居民委员会的其他成员发表意见"), citations=(move.citation,))
    if move.party in _IMPARTIAL and actor.persons & standing.authors:
        return refuse(_("您起草或者提交过这件申请，须由其他人办理，换岗位也不行"), citations=(move.citation,))
    return ALLOWED


def _against(standing: Standing, move: Move, actor: Actor) -> Iterator[str]:
    """Say what speaks against the move in the application as it stands beyond its state."""
    match move.code:
        case "return" | "return_by_legality":
            if standing.round > 1:
                yield _("已经退回补正过一次，不得再次退回；请受理或者出具意见")
        case "check_legality" | "check_funding" | "hear":
            yield from _against_opinion(standing, KIND_OF[move.code], actor)
        case "convene":
            yield from missing_opinions(standing)
        case "vote":
            yield from _against_voting(standing, actor)
        case "approve" | "reject":
            yield from _against_chairing(standing, actor)
        case "put_in_force":
            if standing.ends_on < standing.today:
                yield _("协助期限已过，不能生效")
        case _:
            pass


def _against_opinion(standing: Standing, kind: OpinionKind, actor: Actor) -> Iterator[str]:
    has_said = standing.has_heard(actor.organisation_id) if kind == OpinionKind.HEARING else standing.said(kind)
    if has_said:
        yield _("这一轮已经出具过意见")
    elif any(opinion.persons & actor.persons for opinion in standing.opinions):
        yield _("合法性审查、经费审核和居民委员会意见须由不同的人出具，换岗位也不行")


def missing_opinions(standing: Standing) -> Iterator[str]:
    """Name the opinions that are not there yet; after their last day nobody's silence holds the decision up (R36)."""
    if standing.opinions_due_on is not None and standing.today > standing.opinions_due_on:
        return
    if standing.said(OpinionKind.LEGALITY) is None:
        yield _("缺合法性审查意见")
    if standing.said(OpinionKind.FUNDING) is None:
        yield _("缺经费审核意见")
    for committee_id, name in standing.committees.items():
        if not standing.has_heard(committee_id):
            yield gettext("缺%(committee)s的意见") % {"committee": name}


def _against_voting(standing: Standing, actor: Actor) -> Iterator[str]:
    if standing.meets_on is not None and standing.today < standing.meets_on:
        yield gettext("联席会议定于 %(day)s 召开，当天起才能表决") % {"day": standing.meets_on.isoformat()}
    if actor.persons & standing.voters:
        yield _("您已经表决过；一人一票，换岗位也不能再投")


def _against_chairing(standing: Standing, actor: Actor) -> Iterator[str]:
    if actor.persons & standing.checkers:
        yield _("您出具过合法性审查或者经费审核意见，须由其他人宣布决定，换岗位也不行")


def _may_decide(standing: Standing, move: Move) -> Decision:
    """The chair can only confirm what the meeting said, and what the checks leave open."""
    if move.code not in {"approve", "reject"} or standing.tally is None:
        return ALLOWED
    tally, lawful = standing.tally, _is_lawful_and_funded(standing)
    if not tally.has_quorum:
        reason = gettext(
            "表决人数不足：%(members)s 名成员中 %(recused)s 人回避，须有 %(needed)s 人表决，已有 %(voted)s 人"
        )
        return refuse(reason % figures_of(tally), citations=(ADMISSION_ARTICLE,))
    if move.code == "approve":
        if not tally.approves:
            reason = gettext("同意 %(approve)s 人，不同意 %(reject)s 人，没有过半数同意，不能核准")
            return refuse(reason % figures_of(tally), citations=(ADMISSION_ARTICLE,))
        return lawful
    if tally.approves and lawful:
        reason = gettext("同意 %(approve)s 人，不同意 %(reject)s 人，过半数同意，不能不予核准")
        return refuse(reason % figures_of(tally), citations=(ADMISSION_ARTICLE,))
    return ALLOWED


def figures_of(tally: Tally) -> dict[str, int]:
    """Give a meeting's numbers as refusals and the record tell them."""
    return {
        "members": tally.members,
        "recused": tally.recused,
        "needed": tally.needed,
        "voted": tally.voted,
        "approve": tally.approve,
        "reject": tally.reject,
    }


def _is_lawful_and_funded(standing: Standing) -> Decision:
    """What a meeting cannot vote away: the law (article 43), and money that nobody confirmed."""
    legality, funding = standing.said(OpinionKind.LEGALITY), standing.said(OpinionKind.FUNDING)
    if legality is None or not legality.agrees:
        return refuse(_("合法性审查没有同意，不能核准"), citations=(COMMITTEE_LAW_43,))
    if funding is None or not funding.agrees:
        reason = _("经费审核没有同意，经费没有落实，不能核准")
        return refuse(reason, citations=(MONEY_ARTICLE,), code="X-08")
    return ALLOWED


def check_vote(*, standing: Standing, actor: Actor, choice: str, words: str) -> Decision:
    """May this member say that? Of an organ's own people only recusing is taken; others recuse with words."""
    if choice not in Choice.values:
        return refuse(_("表决：须选择同意、不同意或者回避"), citations=(ADMISSION_ARTICLE,))
    if standing.must_recuse(actor) and choice != Choice.RECUSE:
        reason = _("您在申请部门任职或者参与过起草，只能选择回避")
        return refuse(reason, citations=(ADMISSION_ARTICLE,))
    if choice == Choice.RECUSE and not standing.must_recuse(actor) and not words:
        return refuse(_("理由：主动回避须写明理由"), citations=(ADMISSION_ARTICLE,))
    return ALLOWED


def check_return(move: str, reason: str) -> Decision:
    """A return names every fault at once, so it has something to say."""
    if move in _RETURNS and len(reason) < LEAST_RETURN_WORDS:
        return refuse(_("理由：须一次写明全部问题，不少于 10 个字"), citations=(ADMISSION_ARTICLE,))
    return ALLOWED
