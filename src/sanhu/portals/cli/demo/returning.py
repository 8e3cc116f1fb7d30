"""Two tales of going back: a task that went home and stayed there, and one that waits for its decision. Invented."""

from dataclasses import dataclass
from datetime import datetime

from sanhu.domains.admission.models import ReturnProposal, Task
from sanhu.domains.admission.services.return_moves import ReturnMove, make_move
from sanhu.domains.admission.services.returns import ReturnWish, propose
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.applying import CHAIR, EXAMINER
from sanhu.portals.cli.demo.telling import Telling, acting, body


@dataclass(frozen=True)
class Homeward:
    """One return: of which admitted task of which committee, to whom, why, and how many days ago each thing happened.

    What has no day did not happen yet. `unspent_fen` is what the committee gives back of what it was paid.
    """

    task: str
    committee: str
    bearer: str
    officer: str
    reason: str
    figures: str
    answer: str
    proposed_ago: int
    answered_ago: int
    decided_ago: int = 0
    transferred_ago: int = 0
    stated_ago: int = 0
    verified_ago: int = 0
    unspent_fen: int = 0


RETURNS: tuple[Homeward, ...] = (
    Homeward(
        task="沿街商户门前责任提醒",
        committee="桃花巷社区居民委员会",
        bearer="示范区城市管理局",
        officer="0022",
        reason="沿街商户的门前责任由城市管理部门与商户签订、检查，居民委员会上门提醒，商户反而分不清谁说了算。",
        figures="开始两周，两名工作人员用去 14 小时。",
        answer="门前责任由我局街面队伍直接联系商户，收回自办。",
        proposed_ago=94,
        answered_ago=92,
        decided_ago=90,
        transferred_ago=88,
        stated_ago=26,
        verified_ago=24,
        unspent_fen=15_000,
    ),
    Homeward(
        task="生活垃圾分类入户宣传",
        committee="湖滨社区居民委员会",
        bearer="示范区城市管理局",
        officer="0022",
        reason="入户宣传已经做了一遍，现在要求反复上门，占去晚上的时间；投放点的调整只有部门说得清。",
        figures="上月协助任务用时 30 小时，没有增加人手。",
        answer="同意由我局在投放点设人讲解，不再请居民委员会入户。",
        proposed_ago=8,
        answered_ago=5,
    ),
)


def go_home(telling: Telling, *, tale: Homeward) -> None:
    """Propose a return and take it as far as it came."""
    at = telling.moment(tale.proposed_ago, 10)
    task = Task.objects.get(application__name=tale.task, committee=body(tale.committee))
    found = propose(
        actor=_member(tale, at),
        at=at,
        client_id=telling.next_id(),
        wish=ReturnWish(
            task_number=task.number,
            bearer_id=body(tale.bearer).pk,
            reason=tale.reason,
            figures=tale.figures,
            contradictions=("C1",),
            article="分类管理办法第七条、第十九条、第二十条",
            power_words="入户的委托收回，名册不留存。",
            money_words="没有拨付的预留释放，没有用完的退回委托部门。",
        ),
    )
    way = _Way(telling, tale, found)
    way.move("answer_last", tale.officer, tale.answered_ago, 11, agrees=True, reason=tale.answer)
    if tale.verified_ago:
        way.be_carried_out()


def _member(tale: Homeward, at: datetime) -> Actor:
    posts = posts_in_force(at).select_related("organisation", "role").filter(organisation=body(tale.committee))
    return actor_of(posts.filter(role__code="committee_member").order_by("pk")[0])


@dataclass
class _Way:
    """The way of one return, each step later in its day than the one before."""

    telling: Telling
    tale: Homeward
    proposal: ReturnProposal

    def move(self, code: str, by: str, ago: int, hour: float, **asked: object) -> None:
        """Let somebody make a move, so many days ago; without a name the committee makes it."""
        at = self.telling.moment(ago, hour)
        self.proposal = make_move(
            actor=acting(by, at) if by else _member(self.tale, at),
            at=at,
            client_id=self.telling.next_id(),
            number=self.proposal.number,
            request=ReturnMove(code, self.proposal.revision, **asked),  # type: ignore[arg-type]
        )

    def be_carried_out(self) -> None:
        """Be decided on, transferred with its money, and looked at when its time had come."""
        tale, transfer = self.tale, self.telling.moment(self.tale.transferred_ago, 15)
        self.move(
            "agree",
            CHAIR,
            tale.decided_ago,
            14,
            document_number=f"示社建联〔{transfer.year}〕6号",
            transfers_on=legal_day(transfer),
            reason="属于部门日常管理，不应再请居民委员会协助。",
        )
        self.move(
            "transfer",
            EXAMINER,
            tale.transferred_ago,
            15,
            unspent_fen=tale.unspent_fen,
            reason="委托收回，未用的宣传费当面点交。",
        )
        self.move("state_outcome", "", tale.stated_ago, 10, still_does=False, reason="没有再请我们上门。")
        said = "查下派登记和办件，移交以后没有同类下派。"
        self.move("verify", EXAMINER, tale.verified_ago, 16, outcome="held", reason=said)
