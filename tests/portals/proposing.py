"""Writing a change of the catalogue at the desk: its addresses, its forms, and what stands in it."""

from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.catalogue.rows import ItemRow, item_row
from sanhu.domains.catalogue.services.proposing import open_proposal, put_item
from tests.cast import MONDAY_MORNING
from tests.portals.conftest import GateDesks
from tests.portals.desk_administration.filling import answers
from tests.portals.reading import words

CODE = "K1-02"


def url_of(number: int, code: str = "", *, page: str = "proposal_item") -> str:
    """Give the address of an item of a proposal, or of another page below it."""
    named: dict[str, Any] = {"number": number, **({"code": code} if code else {})}
    return reverse(f"desk:{page}", kwargs=named)


def items_of(number: int) -> str:
    """Give the address of the list of its items."""
    return url_of(number, page="proposal_contents")


def move_of(number: int, move: str) -> str:
    """Give the address of one of its moves."""
    return reverse("desk:proposal_move", kwargs={"number": number, "move": move})


def opened_by(at_gate: GateDesks) -> CatalogueProposal:
    """Let 高 open a change, with nothing changed in it yet."""
    said: dict[str, Any] = {"actor": at_gate.gate.actor("高"), "at": MONDAY_MORNING, "client_id": uuid4()}
    return open_proposal(**said, reason="按季度评估结果调整", in_force_from=None)


def stored(proposal: CatalogueProposal, code: str = CODE) -> ItemRow:
    """Give an item as it stands in a proposal."""
    proposal.refresh_from_db()
    return next(row for row in map(item_row, proposal.rows) if row.code == code)


def put(at_gate: GateDesks, proposal: CatalogueProposal, row: ItemRow) -> None:
    """Let 高 put an item into a proposal, past the pages."""
    said: dict[str, Any] = {"actor": at_gate.gate.actor("高"), "at": MONDAY_MORNING, "client_id": uuid4()}
    put_item(**said, proposal_id=proposal.pk, row=row)


def form_of(desk: Client, url: str) -> dict[str, Any]:
    """Give what a page's form would send as it stands."""
    page = desk.get(url)
    assert page.status_code == 200, words(page.content.decode())
    return answers(page.content.decode())


# A new item with every field written, two duties, a third block left empty, and two steps.
WRITTEN: dict[str, Any] = {
    "code": "k4－77",
    "affair_class": "K4",
    "name": "旧楼管道更新",
    "name_en": "Old pipes",
    "definition": "更换公用管道。",
    "purposes": ["development", "needs"],
    "boundary": "shared",
    "boundary_evidence": "联席会议纪要",
    "nature": ["非商品房小区"],
    "origin": "unit_shed",
    "legal_basis": "物业管理条例第五十一条\r\n民法典第二百八十一条",
    "needs_record": "议事会纪要",
    "former_bearer": "纺织厂",
    "money": ["UNIT", "FIS"],
    "indicators": "返修率",
    "review_months": "6",
    "end_rule": "更换完为止",
    "asked_data": "报修位置",
    "publicity": "receipt_only",
    "source_lead": "厂办",
    "mark": "P",
    "duty-0-part": "",
    "duty-0-leads": "产权单位/街道办（托底）",
    "duty-0-assist": "居委会：报告、协助\r\n楼门长",
    "duty-0-clock_amount": "\uff13\uff10",
    "duty-0-clock_unit": "working_day",
    "duty-0-clock_roll": "next_workday",
    "duty-0-clock_kind": "contract",
    "duty-0-clock_citation": "协议第三条",
    "duty-0-is_demonstration": "on",
    "duty-0-bases": "合同：移交协议\r\n法律条文：民法典第二百八十一条",
    "duty-0-money": ["UNIT"],
    "duty-0-evidence": "竣工单",
    "duty-4-part": "告知居民",
    "duty-4-leads": "产权单位",
    "duty-4-clock_amount": "3",
    "duty-4-clock_unit": "natural_day",
    "duty-4-clock_roll": "none",
    "duty-4-clock_kind": "promise",
    "duty-4-clock_citation": "承诺",
    "duty-7-part": "",
    "duty-7-clock_unit": "natural_day",
    "duty-7-clock_roll": "none",
    "duty-7-clock_kind": "promise",
    "step-0-name": "查勘",
    "step-0-actor": "产权单位",
    "step-0-materials": "照片、图纸",
    "step-0-limit": "3",
    "step-0-unit": "natural_day",
    "step-0-output": "查勘记录",
    "step-1-name": "施工",
    "step-1-actor": "产权单位",
    "step-1-unit": "working_day",
}
