"""Statements at the desk: a workbook comes in, what differs is listed, explained by one and signed by another."""

import io
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from sanhu.domains.funding.models import Clearing, Statement, StatementLine, Voucher
from tests.domains.funding.money import LIMIT, Purse
from tests.portals.conftest import GateDesks
from tests.portals.policy import breaches
from tests.portals.reading import words

pytestmark = pytest.mark.covers("R53")


@pytest.fixture
def paid(at_gate: GateDesks) -> list[Voucher]:
    """Three payments of ¥7 that look alike, and one of ¥9 that the bank lacks."""
    purse = Purse(at_gate.gate)
    purse.fund(LIMIT)
    held = purse.reserve(100_000)
    return [purse.pay(held, fen) for fen in (700, 700, 700, 900)]


def book(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    made = Workbook()
    assert made.active is not None
    for row in (("中国示范银行",), ("流水号", "记账日期", "金额", "凭证编号"), *rows):
        made.active.append(list(row))
    file = io.BytesIO()
    made.save(file)
    return SimpleUploadedFile("十一月.xlsx", file.getvalue())


def bring(client: Client, file: SimpleUploadedFile, **said: str) -> tuple[int, str]:
    form = {"name": "十一月", "origin": "bank", "client_id": str(uuid4()), "file": file, **said}
    answer = client.post(reverse("desk:statement_import"), form, follow=True)
    assert breaches(answer) == []
    return answer.status_code, words(answer.content.decode())


def read(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    assert breaches(answer) == []
    return words(answer.content.decode())


def send(client: Client, url: str, **said: str) -> tuple[int, str]:
    answer = client.post(url, {"client_id": str(uuid4()), **said}, follow=True)
    return answer.status_code, words(answer.content.decode())


def test_a_workbook_comes_in_and_what_differs_is_cleared_by_two(at_gate: GateDesks, paid: list[Voucher]):
    officer, head = at_gate.browser("田"), at_gate.browser("秦")
    day = date(2026, 11, 9)
    status, text = bring(officer, book(("a1", day, 7, None), ("a2", day, 7.01, paid[0].number), ("fee", day, 0.5, "")))
    assert (status, "已导入：十一月。" in text, "银行 · Excel" in text) == (200, True, True)
    assert bring(officer, book(("a1", day, 7, None)))[1].count("每一笔都已经导入过，什么也没有改变") == 1
    assert "对账单上有、账上没有 2 账上有、对账单上没有 3 金额或者日期不同 1" in read(head, "desk:statements")

    lists = read(officer, "desk:differences")
    line = StatementLine.objects.get(reference="a1")
    assert f"a1 十一月 2026年11月9日 ¥7.00 {paid[1].number} 、 {paid[2].number} 说明" in lists
    assert f"{paid[3].number} 2026年11月9日 ¥9.00" in lists
    assert f"a2 十一月 ¥7.01 2026年11月9日 {paid[0].number} ¥7.00" in lists
    url = reverse("desk:difference_explain") + f"?line={line.pk}&voucher={paid[1].number}"
    assert "就是这张凭证" in words(officer.get(url).content.decode())
    assert send(officer, url, kind="same", reason="")[0] == 422
    assert "已提交，等另一人签认。" in send(officer, url, kind="same", reason="金额和收款方一致")[1]

    clearing = Clearing.objects.get()
    assert send(officer, reverse("desk:clearing_sign", args=[clearing.pk]), is_sure="on")[0] == 403
    assert "金额和收款方一致" in read(head, "desk:clearing", clearing.pk)
    assert "已签认。" in send(head, reverse("desk:clearing_sign", args=[clearing.pk]), is_sure="on")[1]
    line.refresh_from_db()
    assert line.voucher == paid[1]


def test_the_second_person_may_say_no(at_gate: GateDesks, paid: list[Voucher]):
    officer, head = at_gate.browser("田"), at_gate.browser("秦")
    url = reverse("desk:difference_explain") + f"?voucher={paid[3].number}"
    send(officer, url, kind="timing", reason="明天到账")
    refusal = reverse("desk:clearing_refuse", args=[Clearing.objects.get().pk])
    assert "已记下，这笔差异仍然开着。" in send(head, refusal, reason="没有回单")[1]
    assert paid[3].number in read(officer, "desk:differences")
    assert "没有回单" in read(officer, "desk:clearing", Clearing.objects.get().pk)


def test_matching_again_says_what_it_found(at_gate: GateDesks, paid: list[Voucher]):
    officer = at_gate.browser("田")
    assert "没有新对上的。" in send(officer, reverse("desk:statement_match"))[1]
    bring(officer, book(("a1", date(2026, 11, 9), 30_000, None)))
    purse = Purse(at_gate.gate)
    purse.pay(purse.reserve(3_000_000), 3_000_000)
    assert "又对上 1 笔。" in send(officer, reverse("desk:statement_match"))[1]


@pytest.mark.parametrize(
    "query", ["", "?line=x", "?line=9999999", "?line=" + "9" * 40, "?voucher=990101-2026-V9999", "?line=1&voucher=x"]
)
def test_what_is_no_difference_is_not_found(at_gate: GateDesks, paid: list[Voucher], query: str):
    assert at_gate.browser("田").get(reverse("desk:difference_explain") + query).status_code == 404


def test_a_workbook_with_a_formula_is_refused_by_its_cell(at_gate: GateDesks, paid: list[Voucher]):
    status, text = bring(at_gate.browser("田"), book(("a1", date(2026, 11, 9), "=1+1", None)))
    assert (status, Statement.objects.count()) == (422, 0)
    assert "3 金额 这一格是公式；请复制后选择性粘贴为数值，再导入" in text
