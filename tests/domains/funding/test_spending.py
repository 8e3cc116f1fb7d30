"""Spending: only a body's own money, on what its source may pay, for what it came, and never more than there is."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from sanhu.domains.evidence.models import Entry, Opening
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.account_tables import as_csv, rows_of
from sanhu.domains.funding.budget_execution import spent_by_nature
from sanhu.domains.funding.models import Budget, LedgerAccount, Posting, Spending, Voucher
from sanhu.domains.funding.queries import why_second
from sanhu.domains.funding.services import holding, payee_names, spending
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.spending_queries import came_for, spent_by, tasks_of
from sanhu.domains.funding.verification import check_ledger
from sanhu.engines.actors import SYSTEM
from tests.cast import DISTRICT
from tests.domains.funding.money import COMMITTEE, LIMIT, ORGAN, YEAR, Purse, keep_scan
from tests.domains.funding.projects import account_of, grant, register, spend
from tests.domains.funding.refusals import refused

TASK = "task:990101-2026-T0001"


def fiscal(purse: Purse, amount_fen: int = 1_000_000, *, line: str = "L2") -> LedgerAccount:
    """Give 翠园's committee fiscal money on a line."""
    voucher = purse.appropriate(amount_fen, COMMITTEE, source="fiscal", line=line)
    if voucher.needs_second:
        purse.sign(voucher.number, by="秦")
    return purse.account(COMMITTEE, source="fiscal", line=line)


def paid_for_a_task(purse: Purse, amount_fen: int) -> LedgerAccount:
    """Let the organ pay 翠园's committee for an assistance task, and give the committee's account."""
    purse.fund(amount_fen)
    reservation = holding.hold(
        account_id=purse.account().pk,
        payee_id=purse.account(COMMITTEE).pk,
        amount_fen=amount_fen,
        purpose_ref=TASK,
        actor=purse.actor("孙"),
        at=purse.now(),
    )
    purse.pay(reservation, amount_fen)
    return purse.account(COMMITTEE)


@pytest.mark.covers("R53", "R52")
def test_a_body_spends_its_own_money_and_says_on_what(purse: Purse):
    account = fiscal(purse)
    voucher = spend(purse, account, 30_000, expense="office", nature="administrative")
    assert (voucher.kind, voucher.state, voucher.credit.body) == ("spending", "posted", None)
    assert purse.totals(COMMITTEE, source="fiscal", line="L2") == (1_000_000, 30_000, 0)
    row = Spending.objects.get(voucher=voucher)
    assert (row.expense, row.nature, row.payee_name) == (
        "office",
        "administrative",
        "江城炊事设备有限公司",
    )
    spend(purse, account, 12_000, expense="utilities", nature="administrative")
    taken = purse.reverse(voucher.number)
    assert taken.state == "posted"
    own = Posting.objects.filter(account=account)
    assert spent_by(own, "expense") == {"utilities": 12_000}
    assert spent_by(own, "nature") == {"administrative": 12_000}
    assert purse.totals(COMMITTEE, source="fiscal", line="L2") == (1_000_000, 12_000, 0)
    assert check_ledger().is_clean


BAD = [
    ({"amount_fen": 0}, "金额：必须大于 0", ""),
    ({"amount_fen": 1_000_001}, "经费：账户的可用余额不足，没有经费的事项不能下达", "X-08"),
    ({"expense": "gold"}, "支出类别：没有这种类别", ""),
    ({"expense": "budget_balance"}, "支出类别：财政经费没有这种支出", "X-12"),
    ({"nature": "gold"}, "支出性质：须选一种", ""),
    ({"payee_kind": "ghost"}, "收款方：须选单位或者个人", ""),
    ({"payee_name": " "}, "收款方名称：须写明付给谁", ""),
    ({"payee_name": "名" * 61}, "收款方名称：不超过 60 个字", ""),
    ({"purpose_ref": "project:1"}, "用途：须是一项协助任务、一笔专款，或者不填", ""),
    ({"purpose_ref": "task:990101-2026-T0009"}, "用途：这件事不是本单位的，或者不用这个账户的经费", "X-12"),
    ({"purpose_ref": "earmark:990101-2026-Z0009"}, "用途：这件事不是本单位的，或者不用这个账户的经费", "X-12"),
    ({"basis": ""}, "依据：须写明凭证所依据文件的文号", ""),
    ({"by": "孙"}, None, ""),
    ({"by": "田"}, "您的岗位没有这项权限", ""),
    ({"draft_id": uuid4()}, "凭证扫描件：至少附一张", ""),
]


@pytest.mark.covers("R63", "X-12", "X-08")
def test_what_speaks_against_spending(purse: Purse):
    account = fiscal(purse)
    for said, reason, code in BAD:
        asked = {"amount_fen": 1, "expense": "office"} | said
        if reason is None:  # whoever may not see the account does not find it
            with pytest.raises(FundingNotFound):
                spend(purse, account, **asked)
        else:
            assert refused(lambda asked=asked: spend(purse, account, **asked)) == (reason, code)
    assert not Spending.objects.exists()


def test_another_body_s_officer_who_sees_the_account_does_not_spend_from_it(purse: Purse):
    account = purse.fund(100_000)
    assert refused(lambda: spend(purse, account, 1, by="秦"))[0] == "您的岗位没有这项权限"
    with pytest.raises(FundingNotFound):
        spend(purse, account, 1, by="陈")


@pytest.mark.covers("R34", "R63", "X-12", "X-08")
def test_fee_follows_affair_pays_the_admitted_item_alone(purse: Purse):
    account = paid_for_a_task(purse, 80_000)
    assert tasks_of(account) == [(TASK, 80_000)]
    nameless = refused(lambda: spend(purse, account, 1, expense="materials"))
    assert nameless == ("用途：费随事转的经费只用于准入的事项，须写明是哪一项协助任务", "X-12")
    wages = spend(purse, account, 50_000, expense="wages", purpose_ref=TASK)
    assert came_for(TASK, account) == 30_000
    assert refused(lambda: spend(purse, account, 30_001, expense="wages", purpose_ref=TASK)) == (
        "金额：超过了这项用途剩下的、也没有在等签批的经费",
        "X-08",
    )
    building = refused(lambda: spend(purse, account, 1, expense="construction", purpose_ref=TASK))
    assert building == ("支出类别：费随事转的经费只用于所协助的事项，不能用于这类支出", "X-12")
    purse.reverse(wages.number)
    assert came_for(TASK, account) == 80_000
    organ = purse.account(ORGAN)
    its_own = refused(lambda: spend(purse, organ, 1, by="孙", expense="wages", purpose_ref=TASK))
    assert its_own == ("支出类别：这种来源的经费不得用于机关自己的工资福利和办公", "X-12")
    assert check_ledger().is_clean


@pytest.mark.covers("R55", "X-10")
def test_paid_service_does_not_pay_a_government_s_task_nor_an_office(purse: Purse):
    purse.appropriate(50_000, COMMITTEE, source="paid_service", line="L7")
    account = purse.account(COMMITTEE, source="paid_service", line="L7")
    reason = "经费来源：政府职责范围内的事项由政府投入，不得向居民收费"
    assert refused(lambda: spend(purse, account, 1, purpose_ref=TASK)) == (reason, "X-10")
    reason = "支出类别：有偿服务的收入只用于这项服务的成本，不能用于这类支出"
    assert refused(lambda: spend(purse, account, 1, expense="office")) == (reason, "X-12")
    assert spend(purse, account, 1, expense="materials").state == "posted"


@pytest.mark.covers("R63", "X-12")
@pytest.mark.parametrize(("source", "line"), [("lottery", "L10"), ("social_donation", "L7")])
def test_earmarked_sources_do_not_come_in_without_saying_what_for(purse: Purse, source: str, line: str):
    reason = "经费来源：彩票公益金按批准的项目拨入，捐赠按捐赠协议收取，先登记再入账"
    assert refused(lambda: purse.appropriate(1, COMMITTEE, source=source, line=line)) == (reason, "X-12")


@pytest.mark.covers("R53")
def test_two_persons_from_the_limit_on_and_where_spending_is_split(purse: Purse):
    account = fiscal(purse, 4 * LIMIT, line="L7")
    large = spend(purse, account, LIMIT)
    assert (large.state, why_second(large)) == ("waiting", "金额达到须由两人签批的限额")
    assert purse.totals(COMMITTEE, source="fiscal", line="L7") == (4 * LIMIT, 0, 0)
    assert refused(lambda: purse.sign(large.number, by="陈"))[0].startswith("第二人须是另一个人")
    with pytest.raises(FundingNotFound):
        purse.sign(large.number, by="吴")  # another body's head sees nothing of it
    purse.sign(large.number, by="秦")
    assert purse.totals(COMMITTEE, source="fiscal", line="L7") == (4 * LIMIT, LIMIT, 0)
    small = spend(purse, account, 1, payee_name="另一家公司")
    assert (small.state, why_second(small)) == ("waiting", "与近期从同一账户支出的金额合计，达到须由两人签批的限额")
    purse.reject(small.number, by="秦")
    assert check_ledger().is_clean


def test_what_waits_is_not_spent_a_second_time(purse: Purse):
    account = fiscal(purse, LIMIT + 10, line="L7")
    spend(purse, account, LIMIT)
    assert refused(lambda: spend(purse, account, 11))[1] == "X-08"


def test_pressing_twice_spends_once(purse: Purse):
    account, actor, client_id = fiscal(purse), purse.actor("陈"), uuid4()
    order = spending.Expenditure(
        account_id=account.pk,
        amount_fen=500,
        expense="office",
        nature="administrative",
        payee_kind="person",
        payee_name="张三",
        purpose_ref="",
        basis="示支〔2026〕1号",
        reason="",
        draft_id=keep_scan(actor),
    )
    first, second = (spending.spend(actor=actor, at=purse.now(), client_id=client_id, order=order) for _ in range(2))
    assert first == second
    assert Spending.objects.count() == 1


THIRTY_YEARS_ON = datetime.fromisoformat("2057-01-01T02:00:00+00:00")


@pytest.mark.covers("R84.2")
def test_a_paid_person_s_name_is_sealed_and_goes_when_the_voucher_s_period_is_over(purse: Purse):
    account = fiscal(purse)
    voucher = spend(purse, account, 500, expense="aid_to_persons", payee_kind="person", payee_name="张三丰")
    firm = spend(purse, account, 600)
    row = Spending.objects.get(voucher=voucher)
    ref = f"funding.spending:{row.pk}"
    assert "张三丰" not in "".join(Entry.objects.values_list("body", flat=True))
    day_before = THIRTY_YEARS_ON - timedelta(days=1)
    early = refused(lambda: payee_names.erase_payee(actor=SYSTEM, at=day_before, number=voucher.number))
    assert early == ("会计凭证的保管期限还没有届满", "")
    assert payee_names.erase_payees(at=day_before) == 0
    no_person = refused(lambda: payee_names.erase_payee(actor=SYSTEM, at=THIRTY_YEARS_ON, number=firm.number))
    assert no_person[0] == "收款方是单位，名称不是个人信息"
    assert refused(lambda: payee_names.erase_payee(actor=purse.actor("陈"), at=day_before, number=voucher.number))
    assert payee_names.erase_payees(at=THIRTY_YEARS_ON) == 1
    row.refresh_from_db()
    assert row.payee_name == ""
    assert payee_names.erase_payees(at=THIRTY_YEARS_ON) == 0
    again = refused(lambda: payee_names.erase_payee(actor=SYSTEM, at=THIRTY_YEARS_ON, number=voucher.number))
    assert again[0] == "收款人的姓名已经删除"
    first = Opening.objects.filter(entry__subject_ref=voucher.ref).order_by("entry_id").first()
    assert first is not None
    assert "payee_name" not in first.salts[ref]
    assert "expense" in first.salts[ref]
    last = Entry.objects.filter(subject_ref=voucher.ref).order_by("id").last()
    assert last is not None
    assert json.loads(last.body)["facts"]["erased"] == {ref: ["payee_name"]}
    assert verify().findings == ()


def test_the_ledger_s_check_finds_what_no_service_would_write(purse: Purse):
    project = register(purse)
    grant(purse, project.earmark, 500_000)
    account = account_of(project.earmark)
    voucher = spend(purse, account, 100, purpose_ref=project.earmark.ref)
    assert check_ledger().is_clean
    row, vouchers = Spending.objects.filter(voucher=voucher), Voucher.objects.filter(pk=voucher.pk)
    faults = [
        (lambda: row.update(expense="office"), "source_rules_broken"),
        (row.delete, "spending_wrong"),
        (
            lambda: vouchers.update(purpose_ref="earmark:990101-2026-Z0077"),
            "earmark_wrong",
        ),
        (lambda: project.plan.filter(expense="equipment").delete(), "project_plan_broken"),
    ]
    for spoil, kind in faults:
        with transaction.atomic():
            spoil()
            assert kind in {finding.kind for finding in check_ledger().findings}
            transaction.set_rollback(True)
    assert check_ledger().is_clean


@pytest.mark.covers("R52")
def test_what_was_spent_is_counted_by_nature_beside_the_budget(purse: Purse):
    budget = Budget(district=DISTRICT, year=YEAR, body=None)
    account = fiscal(purse)
    assert spent_by_nature(budget) == {}
    spend(purse, account, 700, expense="aid_to_persons", nature="public_benefit")
    office = spend(purse, account, 200, expense="office", nature="administrative")
    spend(purse, account, 300, expense="office", nature="administrative")
    purse.reverse(office.number)
    assert spent_by_nature(budget) == {"public_benefit": 700, "administrative": 300}
    assert spent_by_nature(Budget(district=DISTRICT, year=YEAR + 1, body=None)) == {}


@pytest.mark.covers("R53")
def test_the_public_table_says_on_what_and_masks_a_person(purse: Purse):
    account = fiscal(purse)
    spend(purse, account, 700, expense="aid_to_persons", payee_kind="person", payee_name="欧阳修")
    voucher = spend(purse, account, 200, expense="office", payee_name="江城文具店 13800138000")
    purse.reverse(voucher.number)
    rows = list(rows_of(Posting.objects.filter(account=account)))
    assert [(row.kind, row.expense, row.other) for row in rows] == [
        ("appropriation", "", ""),
        ("spending", "aid_to_persons", "欧*"),
        ("spending", "office", "江城文具店 ***********"),
        ("reversal", "office", "江城文具店 ***********"),
    ]
    text = as_csv(rows).decode("utf-8-sig")
    assert "支出（慰问救助）" in text
    assert "冲销（办公经费）" in text
    assert "欧阳" not in text
