"""Lottery projects in the hands of the gate's people: registered and granted by 田, spent by 陈, signed by 秦."""

from datetime import date
from typing import Any
from uuid import uuid4

from sanhu.domains.funding.lottery_rules import ProjectWish
from sanhu.domains.funding.models import Earmark, LedgerAccount, LotteryProject, Voucher
from sanhu.domains.funding.services import lottery, spending
from sanhu.domains.funding.terms import FundSource
from tests.domains.funding.money import COMMITTEE, YEAR, Purse, keep_scan

PLAN = {"equipment": 200_000, "services_bought": 300_000, "aid_to_persons": 100_000}


def wish(purse: Purse, **said: Any) -> ProjectWish:
    """Give a project as its approval has it: a place to eat for the old, from March 2026 to June 2027."""
    asked: dict[str, Any] = {
        "body_id": purse.gate.bodies[COMMITTEE].pk,
        "purpose": "老年助餐点",
        "organ": "civil_affairs",
        "document_number": "示民福〔2026〕3号",
        "approved_on": date(2026, 2, 10),
        "field": "elderly",
        "first_on": date(2026, 3, 1),
        "last_on": date(2027, 6, 30),
        "plan": PLAN,
    }
    return ProjectWish(**asked | said)


def register(purse: Purse, *, by: str = "田", **said: Any) -> LotteryProject:
    return lottery.register_project(actor=purse.actor(by), at=purse.now(), client_id=uuid4(), wish=wish(purse, **said))


def grant(purse: Purse, earmark: Earmark, amount_fen: int, *, by: str = "田", year: int = YEAR) -> Voucher:
    actor = purse.actor(by)
    asked = lottery.Grant(
        number=earmark.number,
        year=year,
        amount_fen=amount_fen,
        basis="示财社〔2026〕21号",
        reason="",
        draft_id=keep_scan(actor),
    )
    return lottery.receive_grant(actor=actor, at=purse.now(), client_id=uuid4(), grant=asked)


def account_of(earmark: Earmark, year: int = YEAR) -> LedgerAccount:
    return LedgerAccount.objects.get(body=earmark.body, source=earmark.source, line=earmark.line, year=year)


def spend(purse: Purse, account: LedgerAccount, amount_fen: object, *, by: str = "陈", **said: Any) -> Voucher:
    actor = purse.actor(by)
    asked: dict[str, Any] = {
        "account_id": account.pk,
        "amount_fen": amount_fen,
        "expense": "equipment",
        "nature": "service",
        "payee_kind": "organisation",
        "payee_name": "江城炊事设备有限公司",
        "purpose_ref": "",
        "basis": "示采〔2026〕5号",
        "reason": "",
        "draft_id": keep_scan(actor),
    }
    order = spending.Expenditure(**asked | said)
    return spending.spend(actor=actor, at=purse.now(), client_id=uuid4(), order=order)


__all__ = ["PLAN", "FundSource", "account_of", "grant", "register", "spend", "wish"]
