"""At the gate and where money moves, a deputy's act is two persons': neither of them checks, decides or signs it."""

from collections.abc import Callable

import pytest

from sanhu.domains.admission.queries.applications import standing_of, waiting_on
from sanhu.domains.admission.verification import CHECKS
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.queries import unsigned_for
from sanhu.domains.funding.services import paying
from sanhu.domains.funding.verification import CHECKS as FUNDING_CHECKS
from sanhu.domains.subjects.permissions import Permission
from tests.applying import APPLIED_AT, application_of, drafted, fund, move
from tests.cast import MONDAY_MORNING
from tests.deputising import with_deputies
from tests.domains.casework.refusals import refusal_of
from tests.domains.funding.money import LIMIT, Purse
from tests.gate import Gate

AUTHOR = "您起草或者提交过这件申请，须由其他人办理，换岗位也不行"
PARTIAL = "您在提出要求的部门任职，应当回避，换岗位也不行"
CHECKED = "您出具过合法性审查或者经费审核意见，须由其他人宣布决定，换岗位也不行"
TWICE = "合法性审查、经费审核和居民委员会意见须由不同的人出具，换岗位也不行"
SAME_SIGNER = "第二人须是另一个人：自己提交的凭证不能自己签批，换岗位也不行"


def accept(gate: Gate, by: str) -> Callable[[], object]:
    number = application_of(gate, to="submitted").number
    return lambda: move(gate, number, "accept", by=by)


def check_funding(gate: Gate, by: str) -> Callable[[], object]:
    """The law was reviewed by 田 in the post of 罗."""
    application = application_of(gate, to="reviewing")
    move(gate, application.number, "check_legality", by="田代罗")
    account = fund(gate, application)
    return lambda: move(gate, application.number, "check_funding", by=by, account_id=account)


def approve(gate: Gate, by: str) -> Callable[[], object]:
    number = application_of(gate, to="voted").number
    return lambda: move(gate, number, "approve", by=by)


@pytest.mark.covers("R38", "R44")
@pytest.mark.parametrize(
    ("attempt", "pairs", "by", "reason"),
    [
        (accept, {"石": "高"}, "石代高", ""),
        (accept, {"孙": "高"}, "孙代高", PARTIAL),  # 孙 belongs to the organ that asks, whatever post he stands in
        (accept, {"高": "孙"}, "高", ""),  # who may act for the organ but did not
        (check_funding, {"田": "罗"}, "秦", ""),
        (check_funding, {"田": "罗"}, "田", TWICE),
        (approve, {"高": "石"}, "高代石", ""),
        (approve, {"罗": "石"}, "罗代石", CHECKED),
        (approve, {"田": "石"}, "田代石", CHECKED),
        (approve, {"吴": "石"}, "吴代石", PARTIAL),
    ],
)
def test_who_decides_on_what(
    gate: Gate, attempt: Callable[[Gate, str], Callable[[], object]], pairs: dict[str, str], by: str, reason: str
):
    gate = with_deputies(gate, pairs, at=APPLIED_AT)
    do = attempt(gate, by)
    if not reason:
        do()
        sequence()
        assert verify(checks=CHECKS).findings == ()
    else:
        assert reason in refusal_of(do).reasons


def test_whoever_was_away_while_a_deputy_drafted_is_an_author_too(gate: Gate):
    gate = with_deputies(gate, {"蒋": "孙"}, at=APPLIED_AT)
    application = drafted(gate, by="蒋代孙")
    standing = standing_of(application, actor=gate.actor("高", APPLIED_AT), at=APPLIED_AT)
    assert standing.authors == {gate["蒋"].person.pk, gate["孙"].person.pk}


@pytest.mark.covers("R38")
def test_nobody_votes_for_an_absent_member(gate: Gate):
    gate = with_deputies(gate, {"高": "石"}, at=APPLIED_AT)
    actor = gate.actor("高代石", APPLIED_AT)
    assert not actor.may(Permission.ADMISSION_VOTE)
    assert actor.may(Permission.ADMISSION_DECIDE)
    application = application_of(gate, to="joint_meeting")
    decision = refusal_of(lambda: move(gate, application.number, "vote", by="高代石"))
    assert decision.reasons == ("表决须本人参加，不能由别人代办",)
    # A member who stands in for another votes once: for themselves.
    gate = with_deputies(gate, {"董": "罗"}, at=APPLIED_AT)
    move(gate, application.number, "vote", by="董会", choice="approve")
    assert application.votes.count() == 1
    assert application not in waiting_on(gate.actor("董会", APPLIED_AT), at=APPLIED_AT)
    for by in ("董会", "董代罗"):
        refusal_of(lambda: move(gate, application.number, "vote", by=by, choice="approve"))  # noqa: B023
    assert application.votes.count() == 1


@pytest.mark.parametrize(
    ("asked_by", "signed_by", "pairs", "is_allowed"),
    [
        ("孙", "吴", {}, True),
        ("孙", "蒋代吴", {"蒋": "吴"}, True),
        ("孙", "孙代吴", {"孙": "吴"}, False),  # his own voucher, in another's post
        ("吴代孙", "吴", {"吴": "孙"}, False),  # what he asked for as a deputy
        ("蒋代孙", "孙代吴", {"蒋": "孙", "孙": "吴"}, False),  # what another asked for in his post
        ("蒋代孙", "吴", {"蒋": "孙"}, True),
    ],
)
def test_who_signs_what_a_deputy_asked_for(
    gate: Gate, asked_by: str, signed_by: str, pairs: dict[str, str], is_allowed: bool
):
    gate = with_deputies(gate, pairs)
    purse = Purse(gate)
    purse.fund(3 * LIMIT)
    voucher = purse.pay(purse.reserve(LIMIT), LIMIT, by=asked_by)
    assert voucher.needs_second
    assert (voucher in unsigned_for(purse.actor(signed_by))) is is_allowed
    if not is_allowed:
        assert refusal_of(lambda: purse.sign(voucher.number, by=signed_by)).reasons == (SAME_SIGNER,)
        assert refusal_of(lambda: purse.reject(voucher.number, by=signed_by)).reasons == (SAME_SIGNER,)
        return
    assert purse.sign(voucher.number, by=signed_by).state == "posted"
    sequence()
    assert verify(checks=FUNDING_CHECKS).findings == ()


def test_a_deputy_s_signature_over_the_absent_one_s_voucher_is_found(gate: Gate, monkeypatch: pytest.MonkeyPatch):
    """Columns tell two persons; the record tells that one of them asked in the other's post."""
    gate = with_deputies(gate, {"蒋": "孙", "孙": "吴"})
    purse = Purse(gate)
    purse.fund(3 * LIMIT)
    voucher = purse.pay(purse.reserve(LIMIT), LIMIT, by="蒋代孙")
    monkeypatch.setattr(paying, "require", lambda decision: None)
    purse.sign(voucher.number, by="孙代吴")
    sequence()
    assert {finding.kind for finding in verify(checks=FUNDING_CHECKS).findings} == {"not_signed_by_another"}


def test_a_deputy_and_the_absent_one_stay_under_no_limit_together(gate: Gate):
    gate = with_deputies(gate, {"蒋": "孙"})
    purse = Purse(gate, at=MONDAY_MORNING)
    purse.fund(3 * LIMIT)
    hold = purse.reserve(2 * LIMIT)
    part = LIMIT * 6 // 10
    assert not purse.pay(hold, part, by="孙").needs_second
    assert purse.pay(hold, part, by="蒋代孙").needs_second
