"""Applications on their way through the gate, each step made through the services by whoever may make it.

孙 of 区城市管理局 drafts and submits on Thursday 2026-09-10 for help from Wednesday 2026-10-28 on, which is thirty
working days later; 高 accepts; 罗, 田 and the committees give their opinions; the joint meeting sits on the same day,
with 吴 recusing himself; 石 approves, and 高 brings it into force.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from sanhu.domains.admission.models import Application
from sanhu.domains.admission.services.application_moves import ApplicationMove, make_move
from sanhu.domains.admission.services.drafting import Draft, draft
from sanhu.domains.admission.services.opinions import fitting_accounts, total_fen
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.domains.subjects.services.posts import appoint
from sanhu.engines.actors import SYSTEM
from sanhu.engines.legal_time import legal_day
from tests.cast import APPOINTED, FOUNDED_AT
from tests.domains.casework.test_clocks import shanghai
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE, OTHER_ORGAN, Gate

APPLIED_AT = shanghai("2026-09-10", "10:00")  # Thursday
STARTS_ON, ENDS_ON = date(2026, 10, 28), date(2026, 12, 31)  # a Wednesday and a Thursday, 47 working days
SECOND_DUE = date(2026, 12, 1)
MINUTES = 6_000  # a hundred hours, of the 18,048 minutes two people can give in that time
EACH_FEN = 360_000  # ¥3,600: sixty fen a minute
DOCUMENT = "示城管委〔2026〕5号"
APPLICANTS: Mapping[str, str] = {ORGAN: "孙", OTHER_ORGAN: "蒋"}
PARTIAL: Mapping[str, str] = {ORGAN: "吴会", OTHER_ORGAN: "董会"}
HEARERS: Mapping[str, str] = {COMMITTEE: "陈", OTHER_COMMITTEE: "柳"}

# Who makes each move of the happy way; the three opinions and the votes are several moves.
WAY: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("submitted", (("submit", "孙"),)),
    ("reviewing", (("accept", "高"),)),
    ("heard", (("check_legality", "罗"), ("check_funding", "田"), ("hear", ""))),
    ("joint_meeting", (("convene", "高"),)),
    ("voted", tuple(("vote", who) for who in ("吴会", "董会", "罗会", "秦会", "石"))),
    ("approved", (("approve", "石"),)),
    ("effective", (("put_in_force", "高"),)),
)
AGAINST = "voted against"  # as "voted", but the members say no
# States beside the happy way: where one leaves it, and by whose move.
ASIDE: Mapping[str, tuple[str, str, str]] = {
    "returned": ("submitted", "return", "高"),
    "rejected": (AGAINST, "reject", "石"),
    "revoked": ("effective", "revoke", "石"),
    "withdrawn": ("submitted", "withdraw", "孙"),
}
SAID: Mapping[str, Mapping[str, object]] = {
    "withdraw": {"reason": "事项已由本单位自行办理。"},
    "return": {"reason": "培训内容没有写明，退出条件没有写明。"},
    "return_by_legality": {"reason": "授权依据的条款写错了，协助边界不清。", "article": "示范区市容条例第十条"},
    "check_legality": {"reason": "有法律依据，协助边界清楚。", "agrees": True},
    "check_funding": {"reason": "年度预算已安排。", "agrees": True},
    "hear": {"reason": "可以协助，请按月结清。", "agrees": True},
    "vote": {"choice": "approve"},
    "reject": {"reason": "多数成员不同意。"},
    "put_in_force": {"document_number": DOCUMENT},
    "revoke": {"reason": "法律依据已废止。", "article": "示范区市容条例第十条"},
}


def wish_of(gate: Gate, **changes: object) -> Draft:
    """Give what 区城市管理局 wants: 翠园's help in telling dog owners what they must do."""
    wish = Draft(
        name="文明养犬入户宣传",
        affair_class="K1",
        legal_basis="示范区养犬管理条例第六条",
        necessity="养犬人分散，部门人员不熟悉住户，市场机构不便入户。",
        content="张贴告知书，入户宣传登记方式。",
        boundary="只宣传，不查验，不收取材料。",
        acts=("publicise", "dissuade"),
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        frequency="每月两次",
        minutes_each=MINUTES,
        power_kind=GrantKind.COMMISSION.value,
        power_article="示范区养犬管理条例第六条第二款",
        power_scope="在本社区入户宣传养犬规定",
        training="开始前由区城市管理局培训一次",
        cost_basis="每分钟 0.60 元",
        amount_each_fen=EACH_FEN,
        source=FundSource.FEE_FOLLOWS_AFFAIR.value,
        line=BudgetLine.L9.value,
        instalments=(
            {"due_on": STARTS_ON.isoformat(), "amount_fen": EACH_FEN // 2},
            {"due_on": SECOND_DUE.isoformat(), "amount_fen": EACH_FEN // 2},
        ),
        exit_terms="条例修改或者经费逾期未到账时退出",
        committee_ids=(gate.bodies[COMMITTEE].pk,),
    )
    return replace(wish, **changes)  # type: ignore[arg-type]


def drafted(gate: Gate, *, by: str = "孙", at: datetime = APPLIED_AT, **changes: object) -> Application:
    """Draft an application, 孙's unless another of an organ drafts."""
    return draft(actor=gate.actor(by, at), at=at, client_id=uuid4(), wish=wish_of(gate, **changes))


def move(gate: Gate, number: str, code: str, *, by: str, at: datetime = APPLIED_AT, **asked: object) -> Application:
    """Make a move with what it needs, on the application as it stands; `asked` changes or adds to that."""
    needs: dict[str, object] = {"revision": Application.objects.get(number=number).revision, **SAID.get(code, {})}
    if code == "convene":
        needs |= {"meets_on": legal_day(at)}
    request = ApplicationMove(move=code, **(needs | asked))  # type: ignore[arg-type]
    return make_move(actor=gate.actor(by, at), at=at, client_id=uuid4(), number=number, request=request)


def fund(gate: Gate, application: Application, *, at: datetime = APPLIED_AT) -> int:
    """See to it that the organ's account holds what all committees need, through 田 and 秦; give the account."""
    needed = total_fen(application)
    found = fitting_accounts(application)
    short = needed - (found[0].available_fen if found else 0)
    if short > 0:
        purse = Purse(gate, at=at)
        which = {"source": application.source, "line": application.line, "year": application.starts_on.year}
        voucher = purse.appropriate(short, application.organ.name, **which)
        if voucher.needs_second:
            purse.sign(voucher.number, by="秦")
    return fitting_accounts(application)[0].pk


def with_post(gate: Gate, surname: str, body: str, role: str) -> Gate:
    """Give the gate with one more post of somebody's, which goes by the surname with 又 behind it."""
    member = gate[surname]
    post = appoint(
        person_id=member.person.pk,
        organisation_id=gate.bodies[body].pk,
        role=role,
        title="兼任",
        terms=APPOINTED,
        actor=SYSTEM,
        at=FOUNDED_AT,
    )
    return replace(gate, members={**gate.members, f"{surname}又": replace(member, post=post)})


def application_of(gate: Gate, *, to: str, by: str = "孙", at: datetime = APPLIED_AT, **changes: object) -> Application:
    """Draft an application and carry it to a state, each step by its own person, some minutes apart.

    Beside the states there are "heard", with all opinions given, and "voted" and "voted against", before the chair says
    what came of it.
    """
    application = drafted(gate, by=by, at=at, **changes)
    leaves_at, aside, who_leaves = ASIDE.get(to, (to, "", ""))
    goal = "voted" if leaves_at == AGAINST else leaves_at
    for state, moves in WAY:
        if goal == "draft":
            break
        go_on(gate, application, state, at=at, against=leaves_at == AGAINST)
        at += timedelta(minutes=5 * len(moves))
        if state == goal:
            break
    if aside:
        move(gate, application.number, aside, by=by if who_leaves == "孙" else who_leaves, at=at + timedelta(minutes=5))
    application.refresh_from_db()
    assert application.state == {"heard": "reviewing", "voted": "joint_meeting", AGAINST: "joint_meeting"}.get(to, to)
    return application


def go_on(
    gate: Gate, application: Application, state: str, *, at: datetime = APPLIED_AT, against: bool = False
) -> Application:
    """Make the moves that lead to the next state of the way."""
    for code, who in dict(WAY)[state]:
        at += timedelta(minutes=5)
        _make(gate, application, code, who=who, at=at, against=against)
    application.refresh_from_db()
    return application


def _make(gate: Gate, application: Application, code: str, *, who: str, at: datetime, against: bool) -> None:
    number, organ = application.number, application.organ.name
    if code == "submit":
        move(gate, number, code, by=APPLICANTS[organ], at=at)
    elif code == "check_funding":
        move(gate, number, code, by=who, at=at, account_id=fund(gate, application, at=at))
    elif code == "hear":
        for row in application.committees.filter(ended_at=None).select_related("committee").order_by("pk"):
            move(gate, number, code, by=HEARERS[row.committee.name], at=at)
    elif code == "vote":
        choice = "recuse" if who == PARTIAL.get(organ) else "reject" if against else "approve"
        move(gate, number, code, by=who, at=at, choice=choice)
    else:
        move(gate, number, code, by=who, at=at)
