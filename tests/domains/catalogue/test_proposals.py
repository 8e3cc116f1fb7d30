"""A change of the catalogue is prepared by one person and decided on by another, whole, with its reason (R32)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import AffairItem, CatalogueProposal, CatalogueVersion, Instrument
from sanhu.domains.catalogue.proposals import may_move
from sanhu.domains.catalogue.queries import current_version, missing_answers, procedure_of, proposals_visible_to
from sanhu.domains.catalogue.reading import row_of, rows_of
from sanhu.domains.catalogue.rows import Basis, ItemRow, LeadOption, StepRow, StepUnit
from sanhu.domains.catalogue.rules import Nature
from sanhu.domains.catalogue.services.deciding import approve_proposal, reject_proposal
from sanhu.domains.catalogue.services.loading import LoadResult, load_catalogue
from sanhu.domains.catalogue.services.proposal_door import FaultyProposal, ProposalNotFound
from sanhu.domains.catalogue.services.proposing import (
    open_proposal,
    put_item,
    rebase_proposal,
    remove_item,
    submit_proposal,
    withdraw_proposal,
)
from sanhu.domains.catalogue.tables import PROPOSAL
from sanhu.domains.catalogue.terms import BasisKind, Boundary, ItemStatus, MoneySource
from sanhu.domains.catalogue.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError, StaleForm
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import SYSTEM, Actor, resident
from sanhu.engines.decisions import Refused
from tests.approving import approved
from tests.domains.catalogue.conftest import officer

BOTH = frozenset({Permission.CATALOGUE_AMEND, Permission.CATALOGUE_APPROVE})
FULL = {
    "needs_record": "2026年第一季度居民议事会纪要",
    "former_bearer": "原属单位",
    "boundary": Boundary.SHARED,
    "boundary_evidence": "联席会议纪要〔2026〕1号",
    "nature": Nature(is_entitlement_or_bought=True),
    "certificates": ("居住证明",),
    "asked_data": ("报修位置",),
    "indicators": ("一次修复率",),
    "review_months": 6,
    "procedure": (
        StepRow("现场查看", "property_firm", ("照片",), 2, StepUnit.NATURAL_DAY, "查看记录"),
        StepRow("维修", "property_firm", output="维修单"),
    ),
}


class Desk:
    """One officer's desk, at one moment; every press of a button has a number of its own."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor, self.at = actor, at

    def open(self, **said: object) -> CatalogueProposal:
        return open_proposal(**self._said({"reason": "年度调整", "in_force_from": None, **said}))

    def put(self, proposal: CatalogueProposal, row: ItemRow, **said: object) -> CatalogueProposal:
        return put_item(**self._said({"proposal_id": proposal.pk, "row": row, **said}))

    def remove(self, proposal: CatalogueProposal, code: str, **said: object) -> CatalogueProposal:
        return remove_item(**self._said({"proposal_id": proposal.pk, "code": code, **said}))

    def make(self, move: str, proposal: CatalogueProposal, **said: object) -> CatalogueProposal:
        doors: dict[str, Callable[..., CatalogueProposal]] = {
            "submit": submit_proposal,
            "withdraw": withdraw_proposal,
            "rebase": rebase_proposal,
            "approve": approve_proposal,
            "reject": reject_proposal,
        }
        return doors[move](**self._said({"proposal_id": proposal.pk, **said}))

    def _said(self, said: dict[str, object]) -> dict[str, object]:
        return {"actor": self.actor, "at": self.at, "client_id": uuid4(), **said}


FEW = {"K1-02", "K1-13", "K3-07", "K5-12", "K6-02"}  # K1-13 and K6-02 name a lead that does not fit


@pytest.fixture
def loaded(instrument: Instrument, coordinator: Actor, at: datetime) -> LoadResult:
    """Give a version 1 of five items."""
    rows = [row for row in shipped.items() if row.code in FEW]
    return load_catalogue(actor=coordinator, at=at, district="990101", instrument=instrument, rows=rows)


@pytest.fixture
def author(coordinator: Actor, at: datetime) -> Desk:
    """Give the desk of the officer who prepares."""
    return Desk(coordinator, at)


@pytest.fixture
def head(approver: Actor, at: datetime) -> Desk:
    """Give the desk of the head who decides."""
    return Desk(approver, at)


def row_in(version: CatalogueVersion, code: str) -> ItemRow:
    """Give one row of a version."""
    return next(row for row in rows_of(version) if row.code == code)


def submitted(author: Desk, version: CatalogueVersion, code: str = "K3-07", **changes: object) -> CatalogueProposal:
    """Propose a changed definition, or other changes, of one item."""
    proposal = author.open()
    author.put(proposal, replace(row_in(version, code), **(changes or {"definition": "改写后的定义。"})))
    return author.make("submit", proposal)


def refusal(ask: Callable[[], object]) -> tuple[str, ...]:
    """Ask for what is refused; give the reasons."""
    with pytest.raises(Refused) as refused:
        ask()
    assert refused.value.decision.citations
    return refused.value.decision.reasons


# --- the way of a proposal


@pytest.mark.covers("R32")
def test_what_is_put_into_a_proposal_is_the_next_version_once_another_person_approved(
    version: CatalogueVersion, author: Desk, head: Desk, at: datetime
):
    proposal = author.open(reason="  改写定义 ", in_force_from=date(2027, 1, 1))
    assert (proposal.state, proposal.number, proposal.base, proposal.instrument) == (
        "draft",
        1,
        version,
        version.instrument,
    )
    changed = replace(row_in(version, "K3-07"), **FULL)
    added = replace(changed, code="K3-99", name="晾晒设施维护", name_en="")
    author.put(proposal, changed)
    author.put(proposal, added)
    author.remove(proposal, "K5-12")
    author.make("submit", proposal)
    assert CatalogueVersion.objects.count() == 1
    head.at = at + timedelta(hours=1)
    decided = head.make("approve", proposal, words="同意")
    made = decided.version
    assert made is not None
    assert (made.number, made.in_force_from, made.reason, made.approved_by_post_id, made.created_at) == (
        2,
        date(2027, 1, 1),
        "改写定义",
        20,
        head.at,
    )
    expected = [changed if row.code == "K3-07" else row for row in rows_of(version) if row.code != "K5-12"]
    assert rows_of(made) == (*expected, added)
    assert (decided.state, decided.decision_words, decided.decided_by_person_id) == ("approved", "同意", 120)
    assert current_version("990101", date(2026, 12, 31)) == version
    assert current_version("990101", date(2027, 1, 1)) == made
    item = AffairItem.objects.get(version=made, code="K3-07")
    assert [step.name for step in procedure_of(item)] == ["现场查看", "维修"]
    assert (item.indicators, item.review_months, item.status) == (["一次修复率"], 6, "effective")
    assert row_of(item) == changed
    assert [entry.event for entry in Entry.objects.order_by("pk")][2:] == [
        "catalogue_proposal.opened",
        "catalogue_proposal.edited",
        "catalogue_proposal.edited",
        "catalogue_proposal.edited",
        "catalogue_proposal.submitted",
        "catalogue_proposal.approved",
        "catalogue.version_made",
    ]
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R32")
def test_writing_a_version_s_rows_again_gives_the_same_rows(
    author: Desk, instrument: Instrument, coordinator: Actor, at: datetime
):
    version = load_catalogue(actor=coordinator, at=at, district="990101", instrument=instrument).version
    rows = rows_of(version)
    assert len(rows) == 100
    # K6-02 found no lawful lead: its duty is kept with the row, and found wanting again.
    assert [option.kind for option in row_in(version, "K6-02").duties[0].leads] == ["residents_group"]
    made = approved(submitted(author, version, definition="另一定义。"), at=at)
    assert [row for row in rows_of(made) if row.code != "K3-07"] == [row for row in rows if row.code != "K3-07"]
    assert made.findings == version.findings
    unplaced = AffairItem.objects.get(version=made, code="K6-02")
    assert (unplaced.status, unplaced.brought_by, unplaced.duties.count()) == ("draft", "residents_group", 0)


def test_a_version_older_than_the_terms_is_read_all_the_same(version: CatalogueVersion):
    rows = rows_of(version)
    for item in version.items.all():
        item.terms.delete()
        for duty in item.duties.all():
            duty.terms.delete()
    assert [row for row in rows_of(version) if row.code != "K6-02"] == [row for row in rows if row.code != "K6-02"]
    assert row_in(version, "K6-02").duties == ()


@pytest.mark.django_db
def test_a_district_without_a_catalogue_brings_its_own(author: Desk, head: Desk, at: datetime):
    rows = [row for row in shipped.items() if row.code in {"K1-02", "K3-07"}]
    proposal = author.open(rows=rows, reason="本区自己的清单")
    assert (proposal.base, proposal.in_force_from) == (None, date(2026, 11, 9))
    made = head.make("approve", author.make("submit", proposal)).version
    assert made is not None
    assert (made.number, made.instrument, rows_of(made)) == (1, None, tuple(rows))
    assert verify(checks=CHECKS).findings == ()


def test_what_is_approved_late_is_in_force_from_that_day_on(version: CatalogueVersion, author: Desk, at: datetime):
    proposal = submitted(author, version)
    assert proposal.in_force_from == date(2026, 11, 9)
    made = approved(proposal, at=at + timedelta(days=3))
    assert made.in_force_from == date(2026, 11, 12)


def test_a_proposal_is_rejected_with_its_reason(version: CatalogueVersion, author: Desk, head: Desk):
    proposal = submitted(author, version)
    assert refusal(lambda: head.make("reject", proposal, reason=" ")) == ("理由：不予批准须写明理由",)
    rejected = head.make("reject", proposal, reason="职责还没有谈妥")
    assert (rejected.state, rejected.decision_words, rejected.version) == ("rejected", "职责还没有谈妥", None)
    assert CatalogueVersion.objects.count() == 1


# --- who may


def persons(at: datetime) -> dict[str, Actor]:
    """Everybody who might want to move a proposal that officer 7 (person 107) opened, changed and submitted."""
    head = officer(post_id=20, permissions=frozenset({Permission.CATALOGUE_APPROVE}))
    return {
        "author": officer(),
        "author in the head's post": replace(head, person_id=107),
        "deputy of the author": replace(head, stands_for=107),
        "head": head,
        "head of 990102": replace(head, district="990102"),
        "another officer": officer(post_id=30),
        "who may do both": officer(post_id=40, permissions=BOTH),
        "clerk": officer(post_id=8, permissions=frozenset({Permission.MATTER_ACCEPT})),
        "system": SYSTEM,
        "resident": resident("990101"),
        "post without person": replace(head, person_id=None),
    }


EDITS, DECIDES = {"edit", "submit", "rebase", "withdraw"}, {"approve", "reject"}
MAY = {
    "draft": {
        "author": EDITS,
        "another officer": EDITS,
        "who may do both": EDITS,
        "system": EDITS,
    },
    "submitted": {
        "author": {"rebase", "withdraw"},
        "another officer": {"rebase", "withdraw"},
        "who may do both": {"rebase", "withdraw", *DECIDES},
        "system": {"rebase", "withdraw"},
        "head": DECIDES,
    },
    "approved": {},
    "rejected": {},
    "withdrawn": {},
}


@pytest.mark.covers("R32")
def test_who_may_make_which_move_in_which_state(at: datetime):
    assert PROPOSAL.faults() == []
    assert set(MAY) == {state.code for state in PROPOSAL.states}
    for state, allowed in MAY.items():
        for who, actor in persons(at).items():
            moves = {
                move.code
                for move in PROPOSAL.moves
                if may_move(state=state, district="990101", authors=[107], move=move.code, actor=actor)
            }
            assert moves == allowed.get(who, set()), (state, who)


@pytest.mark.covers("R32")
@pytest.mark.parametrize("who", ["author in the head's post", "deputy of the author"])
@pytest.mark.parametrize("move", ["approve", "reject"])
def test_nobody_decides_on_what_they_had_a_hand_in(
    who: str, move: str, version: CatalogueVersion, author: Desk, at: datetime
):
    proposal = submitted(author, version)
    said = {"reason": "不同意"} if move == "reject" else {}
    reasons = refusal(lambda: Desk(persons(at)[who], at).make(move, proposal, **said))
    assert reasons == ("起草、改动或者提交这份修改建议的人不能批准它，换岗位、代理都不行",)
    assert CatalogueProposal.objects.get().state == "submitted"


@pytest.mark.covers("R32")
def test_whoever_changed_a_row_or_was_stood_in_for_has_had_a_hand_in_it(
    version: CatalogueVersion, author: Desk, at: datetime
):
    proposal = author.open()
    deputy = replace(officer(post_id=40, permissions=BOTH), stands_for=120)
    Desk(deputy, at).put(proposal, replace(row_in(version, "K3-07"), definition="改写。"))
    author.make("submit", proposal)
    for actor in (officer(post_id=40, permissions=BOTH), persons(at)["head"]):
        with pytest.raises(Refused):
            Desk(actor, at).make("approve", proposal)
    assert CatalogueProposal.objects.get().authors == [107, 120, 140]


def test_who_sees_which_proposal(version: CatalogueVersion, author: Desk, at: datetime):
    draft, sent = author.open(), submitted(author, version)
    seen = {who: set(proposals_visible_to(actor)) for who, actor in persons(at).items()}
    preparing = {"author", "another officer", "who may do both", "system"}
    deciding = {"author in the head's post", "deputy of the author", "head", "post without person"}
    for who, found in seen.items():
        assert found == ({draft, sent} if who in preparing else {sent} if who in deciding else set()), who
    other = Desk(persons(at)["head of 990102"], at)
    with pytest.raises(ProposalNotFound):
        other.make("approve", sent)
    with pytest.raises(ProposalNotFound):
        Desk(persons(at)["head"], at).make("approve", draft)
    with pytest.raises(ProposalNotFound):
        Desk(persons(at)["clerk"], at).put(draft, row_in(version, "K3-07"))


def test_only_who_may_amend_opens_a_proposal(version: CatalogueVersion, at: datetime):
    for who in ("head", "clerk", "resident"):
        assert refusal(Desk(persons(at)[who], at).open) == ("您的岗位没有这项权限",), who
    opened = Desk(SYSTEM, at).open(district="990101")
    assert (opened.district, opened.authors, opened.opened_by_person_id) == ("990101", [], None)


# --- what keeps a row out

REPAIR, PATROL = "K3-07", "K1-02"


def faulty(version: CatalogueVersion, code: str) -> ItemRow:
    """Give a row of the version made faulty under one code."""
    row = row_in(version, PATROL if code in {"X-02", "X-04"} else REPAIR)
    duty = row.duties[0]
    changed: dict[str, ItemRow] = {
        "X-01": replace(row, purposes=()),
        "X-02": replace(row, duties=(replace(duty, leads=(LeadOption("residents_committee"),)),)),
        "X-03": replace(row, duties=(duty, duty)),
        "X-04": replace(row, duties=(replace(duty, leads=(LeadOption("property_firm"),)),)),
        "X-06": replace(row, legal_basis=(), needs_record="居民议事会纪要"),
        "X-14": replace(row, certificates=("婚姻状况证明",)),
        "X-15": replace(row, asked_data=("身份证号",)),
    }
    return changed[code]


@pytest.mark.covers("X-01", "X-02", "X-03", "X-04", "X-06", "X-14", "X-15")
@pytest.mark.parametrize("code", ["X-01", "X-02", "X-03", "X-04", "X-06", "X-14", "X-15"])
def test_a_changed_row_against_the_measure_is_not_submitted(code: str, version: CatalogueVersion, author: Desk):
    proposal = author.open()
    row = faulty(version, code)
    author.put(proposal, row)
    with pytest.raises(FaultyProposal) as refused:
        author.make("submit", proposal)
    decision = refused.value.decision
    assert decision.code == code
    assert {finding.code for finding in refused.value.findings} == {code}
    assert {finding.item_code for finding in refused.value.findings} == {row.code}
    assert all(reason.startswith(row.code) for reason in decision.reasons)
    assert decision.citations
    assert CatalogueProposal.objects.get().state == "draft"


def test_every_finding_is_named_at_once(version: CatalogueVersion, author: Desk):
    proposal = author.open()
    author.put(proposal, faulty(version, "X-02"))
    author.put(proposal, replace(faulty(version, "X-14"), asked_data=("户籍地址",)))
    with pytest.raises(FaultyProposal) as refused:
        author.make("submit", proposal)
    assert [finding.code for finding in refused.value.findings] == ["X-02", "X-14", "X-15"]
    assert refused.value.decision.reasons == (
        "K1-02·占道经营、店外经营整治·居民委员会：居民委员会不得主责行政执法和管理事务，只能协助；这类主体不能主责这类事务",
        "K3-07·婚姻状况证明：这是居民委员会不应出具的证明",
        "K3-07·户籍地址：这项数据已经掌握或者可以核验，不得再要求填报",
    )


def test_what_stays_as_it_was_is_not_held_against_a_proposal(version: CatalogueVersion, author: Desk, at: datetime):
    made = approved(submitted(author, version), at=at)
    assert [(found["item_code"], found["code"]) for found in made.findings] == [
        (found["item_code"], found["code"]) for found in version.findings
    ]


@pytest.mark.covers("R1")
def test_a_missing_answer_keeps_the_item_a_draft_and_refuses_nothing(
    version: CatalogueVersion, author: Desk, at: datetime
):
    made = approved(submitted(author, version, definition=""), at=at)
    item = AffairItem.objects.get(version=made, code="K3-07")
    assert (item.status, [question.value for question in missing_answers(item)]) == (ItemStatus.DRAFT, ["what"])


@pytest.mark.covers("R15")
def test_an_item_that_rests_on_a_need_answers_where_it_comes_from(
    version: CatalogueVersion, author: Desk, at: datetime
):
    row = row_in(version, "K3-07")
    basis = Basis(BasisKind.ARTICLE, "物业管理条例第三十五条")
    duty = replace(row.duties[0], bases=(basis,), money=(MoneySource.MTF,), evidence="维修单")
    changed = {"legal_basis": (), "needs_record": "居民议事会纪要", "duties": (duty,)}
    made = approved(submitted(author, version, **changed), at=at)
    item = AffairItem.objects.get(version=made, code="K3-07")
    assert (item.status, missing_answers(item)) == (ItemStatus.EFFECTIVE, ())
    assert row_in(made, "K3-07").duties == (duty,)


def test_nothing_to_change_is_nothing_to_submit(version: CatalogueVersion, author: Desk, instrument: Instrument):
    assert refusal(lambda: author.make("submit", author.open())) == ("与上一版本没有任何不同",)
    assert refusal(lambda: author.make("submit", author.open(rows=[]))) == ("修改建议里没有一个事项",)


LONG = "长" * 201
STORABLE = [
    ({"name": "长" * 101}, "事项 K3-07：名称：不超过 100 个字"),
    ({"definition": LONG}, "事项 K3-07：定义：不超过 200 个字"),
    ({"name": " "}, "事项 K3-07：编号、名称：不能为空"),
    ({"needs_record": LONG}, "事项 K3-07：需求依据：不超过 200 个字"),
    ({"review_months": 121}, "事项 K3-07：评估周期：须在 0 至 120 个月之间"),
    ({"procedure": (StepRow("", "owners"),)}, "事项 K3-07：步骤、步骤的办理主体：不能为空"),
    ({"procedure": (StepRow("查看", "owners", limit=-1),)}, "事项 K3-07：步骤的时限：须在 0 至 3650 之间"),
    ({"definition": "坏\x00字"}, "事项 K3-07：文字里有不能保存的控制字符"),
]


@pytest.mark.parametrize(("changes", "reason"), STORABLE)
def test_what_no_column_holds_is_refused_by_field_and_rule(
    changes: dict[str, object], reason: str, version: CatalogueVersion, author: Desk
):
    row = replace(row_in(version, "K3-07"), **changes)
    assert refusal(lambda: author.open(rows=[row])) == (reason,)
    proposal = author.open()
    assert refusal(lambda: author.put(proposal, row)) == (reason,)
    assert CatalogueProposal.objects.get().revision == 1


def test_a_code_stands_once_and_what_is_not_there_is_not_taken_out(version: CatalogueVersion, author: Desk):
    row = row_in(version, "K3-07")
    assert refusal(lambda: author.open(rows=[row, row])) == ("事项 K3-07：编号：同一编号出现了两次",)
    proposal = author.open()
    assert refusal(lambda: author.remove(proposal, "K9-01")) == ("编号：修改建议里没有这个事项",)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"reason": "  "}, "理由：修改清单须写明理由"),
        ({"reason": "长" * 2001}, "理由：不超过 2000 个字"),
        ({"in_force_from": date(2026, 8, 31)}, "施行日期：新版本不得早于上一版本施行"),
        ({"in_force_from": date(2026, 11, 8)}, "施行日期：不得早于今天"),
    ],
)
def test_reason_and_day_are_held_against_the_rules(
    said: dict[str, object], reason: str, version: CatalogueVersion, author: Desk
):
    assert refusal(lambda: author.open(**said)) == (reason,)
    assert not CatalogueProposal.objects.exists()


def test_another_district_s_instrument_carries_no_proposal(instrument: Instrument, zheng: Actor, at: datetime):
    assert refusal(lambda: Desk(zheng, at).open(instrument=instrument, rows=[])) == ("这份文件不是本区的",)


# --- once, and not over each other


def test_the_same_form_counts_once_and_another_wish_under_its_number_is_refused(
    version: CatalogueVersion, author: Desk
):
    client_id = uuid4()
    first, second = author.open(client_id=client_id), author.open(client_id=client_id)
    assert first == second
    with pytest.raises(ConflictError):
        author.open(client_id=client_id, reason="另一个理由")
    row, number = replace(row_in(version, "K3-07"), definition="改写。"), uuid4()
    author.put(first, row, client_id=number)
    assert author.put(first, row, client_id=number).revision == 2
    sent = uuid4()
    author.make("submit", first, client_id=sent)
    assert author.make("submit", first, client_id=sent).state == "submitted"


def test_a_form_opened_before_a_colleague_acted_is_stale(version: CatalogueVersion, author: Desk, head: Desk):
    proposal = author.open()
    author.put(proposal, replace(row_in(version, "K3-07"), definition="改写。"), revision=1)
    for ask in (
        lambda: author.put(proposal, row_in(version, "K3-07"), revision=1),
        lambda: author.remove(proposal, "K3-07", revision=1),
        lambda: author.make("submit", proposal, revision=1),
    ):
        with pytest.raises(StaleForm):
            ask()
    author.make("submit", proposal, revision=2)
    with pytest.raises(StaleForm):
        head.make("approve", proposal, revision=2)


def test_a_proposal_on_an_older_version_is_rebased_or_withdrawn(
    version: CatalogueVersion, author: Desk, head: Desk, at: datetime
):
    first, second, third = submitted(author, version), submitted(author, version, PATROL), submitted(author, version)
    made = approved(first, at=at)
    for proposal in (second, third):
        assert refusal(lambda proposal=proposal: head.make("approve", proposal)) == (
            "清单已有新版本：请把修改建议改以最新版本为底本，或者撤回",
        )
    rebased = author.make("rebase", second)
    assert (rebased.state, rebased.base, rebased.submitted_at) == ("draft", made, None)
    last = approved(author.make("submit", rebased), at=at)
    assert (last.number, row_in(last, "K3-07").definition, row_in(last, PATROL).definition) == (
        3,
        "改写后的定义。",
        "改写后的定义。",
    )
    assert refusal(lambda: author.make("submit", author.make("rebase", third))) == ("与上一版本没有任何不同",)
    assert author.make("withdraw", third).state == "withdrawn"
    assert refusal(lambda: author.make("rebase", third)) == ("现在的状态不能这样办理",)


def test_what_both_changed_is_named_and_not_merged(version: CatalogueVersion, author: Desk, at: datetime):
    mine = submitted(author, version, definition="一种写法。")
    approved(submitted(author, version, definition="另一种写法。"), at=at)
    assert refusal(lambda: author.make("rebase", mine)) == (
        "最新版本也改动了这些事项，请先撤回，再在最新版本上修改：K3-07",
    )
    assert refusal(lambda: author.make("rebase", author.open())) == ("修改建议已经以最新版本为底本",)


# --- what verify tells


def found() -> set[str]:
    """What the catalogue's checks find."""
    return {finding.kind for check in CHECKS for finding in check()}


def test_verify_tells_what_was_altered_behind_a_proposal(version: CatalogueVersion, author: Desk, at: datetime):
    made = approved(submitted(author, version), at=at)
    assert found() == set()
    proposals = CatalogueProposal.objects.filter(version=made)
    tampered: list[tuple[Callable[[], object], str]] = [
        (lambda: proposals.update(authors=[120]), "version_approved_by_its_author"),
        (lambda: proposals.update(rows=[]), "version_differs_from_proposal"),
        (lambda: proposals.update(decided_by_post_id=1), "version_approver_differs"),
        (lambda: proposals.update(in_force_from=date(2030, 1, 1)), "version_before_its_proposal"),
        (proposals.delete, "version_without_proposal"),
    ]
    expected = set()
    for tamper, kind in tampered:
        tamper()
        expected = {kind} if kind == "version_without_proposal" else {*expected, kind}
        assert found() == expected


@pytest.mark.django_db(transaction=True)
def test_a_row_of_the_new_tables_altered_behind_the_record_is_found(at: datetime):
    rows = [replace(row, **FULL) for row in shipped.items() if row.code == "K3-07"]
    author = Desk(officer(), at)
    made = approved(author.make("submit", author.open(rows=rows)), at=at)
    sequence()
    assert verify(checks=CHECKS).findings == ()
    item = AffairItem.objects.get(version=made)
    step = procedure_of(item)[0]
    type(step).objects.filter(pk=step.pk).update(limit=9)
    type(item.terms).objects.update(needs_record="改过")
    CatalogueProposal.objects.update(reason="另一个理由")
    altered = {finding.ref for finding in verify(checks=()).findings if finding.kind == "row_altered"}
    assert altered == {step.row_ref, item.terms.row_ref, CatalogueProposal.objects.get().row_ref}
