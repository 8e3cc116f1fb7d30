"""A district brings its own list: every fault is named at its cell, another approves, and it governs from its day.

A matter accepted before that day keeps the list it was accepted under.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.catalogue.models import CatalogueVersion
from sanhu.domains.evidence.sequencer import sequence
from sanhu.engines.legal_time import legal_day
from tests.conftest import Clock
from tests.domains.catalogue.sheets import Rows, grid, rows_of, xlsx
from tests.stories.carrying import carry
from tests.stories.conftest import District, SignIn, make, next_step, open_matter
from tests.stories.looking import Looker

WORDS = "厨余桶里天天混着塑料袋。"


def faulty_rows() -> Rows:
    rows = rows_of("K1-01", "K1-02", "K1-03", "K1-06", "K2-01")
    rows[0]["主责主体"] = "城管局；应急局"
    rows[1]["主责主体"] = "居委会"
    rows[2]["法律依据"] = ""
    rows[4]["要求开具的证明"] = "婚姻状况证明"
    (again,) = rows_of("K2-03")
    return [*rows, again | {"事项代码": "K2-93", "事项名称": "违法建设（私搭乱建） 查处"}]


def mended_rows() -> Rows:
    (row,) = rows_of("K1-06")
    return [row | {"主责主体": "街道办事处"}]


@pytest.mark.covers("R6", "R31", "R32", "R35", "X-02", "X-03", "X-06", "X-14")
def test_a_districts_own_list_governs_from_its_day(
    district: District, clock: Clock, sign_in: SignIn, look: Looker, tmp_path: Path
) -> None:
    before = carry(to="accepted", at=clock.now(), title="厨余桶混投", words=WORDS)
    starts_on = legal_day(clock.now()) + timedelta(days=10)

    jiang = sign_in("蒋")
    jiang.goto("/desk/catalogue/import/")
    look(jiang, "import", everywhere=True)
    _is_told_every_fault(jiang, look, tmp_path)
    _tries(jiang, tmp_path, mended_rows())
    expect(jiang.get_by_role("status")).to_contain_text("试运行：没有错，还没有写入")
    jiang.get_by_label("理由").fill("生活垃圾执法权已经下放街道。")
    jiang.get_by_label("施行日期").fill(starts_on.isoformat())
    look(jiang, "clean-list")
    jiang.get_by_role("button", name="形成修改建议").click()
    expect(jiang.get_by_role("status")).to_contain_text("已形成第 1 号修改建议")
    expect(jiang.get_by_text("K1-06").first).to_be_visible()
    look(jiang, "proposal", everywhere=True)
    jiang.get_by_role("link", name="提交批准", exact=True).click()
    look.once(jiang)
    jiang.get_by_role("button", name="提交批准", exact=True).click()
    look(jiang, "proposal-submitted")
    # Who wrote it does not approve it.
    expect(jiang.get_by_role("link", name="批准", exact=True)).to_have_count(0)

    head = sign_in("主")
    head.goto("/desk/catalogue/proposals/1/")
    look.once(head)
    head.get_by_role("link", name="批准", exact=True).click()
    look(head, "approve", everywhere=True)
    head.get_by_role("button", name="批准", exact=True).click()
    look(head, "approved")
    version = CatalogueVersion.objects.get(number=2)
    assert version.in_force_from == starts_on

    # Before that day the first version holds.
    xu = sign_in("徐")
    next_step(xu, before.number, "交办", look)
    expect(xu.get_by_label("主责单位").locator("option:checked")).to_have_text("示范区城市管理局")
    make(xu, "交办")

    clock.forward(days=10)
    after = carry(to="accepted", at=clock.now(), title="又混投", words=f"又是{WORDS}")
    xu = sign_in("徐")
    next_step(xu, after.number, "交办", look)
    expect(xu.get_by_label("主责单位").locator("option:checked")).to_have_text("东湖街道办事处")
    make(xu, "交办")
    old, new = Matter.objects.order_by("pk")
    assert (old.item.version.number, new.item.version.number) == (1, 2)
    wu = sign_in("吴")
    open_matter(wu, before.number, look)
    sequence()
    call_command("verify")


def _is_told_every_fault(jiang: Page, look: Looker, folder: Path) -> None:
    """Read each at its row and column, and take the marked copy away."""
    _tries(jiang, folder, faulty_rows())
    expect(jiang.get_by_role("status")).to_contain_text("试运行：有错，什么也没有写入")
    for row, column, said in (
        ("2", "Y", "X-03"),
        ("3", "Y", "X-02"),
        ("4", "L", "X-06"),
        ("6", "S", "X-14"),
    ):
        fault = jiang.get_by_role("row").filter(has_text=said).first
        expect(fault).to_contain_text(row)
        expect(fault).to_contain_text(column)
    expect(jiang.get_by_text("与第 2 行 K1-01《违法建设(私搭乱建)查处》同名，代码不同")).to_be_visible()
    look(jiang, "faults", everywhere=True)
    with jiang.expect_download() as download:
        jiang.get_by_role("button", name="下载标注的副本").click()
    copy = folder / "marked.xlsx"
    download.value.save_as(copy)
    sheet = load_workbook(copy).active
    assert sheet is not None
    marked = {cell.coordinate for line in sheet.iter_rows() for cell in line if cell.comment}
    assert {"Y2", "Y3", "L4"} <= marked


def _tries(jiang: Page, folder: Path, rows: Rows) -> None:
    book = folder / "清单.xlsx"
    book.write_bytes(xlsx(grid(rows)))
    jiang.goto("/desk/catalogue/import/")
    jiang.get_by_label("Excel 或 CSV 文件").set_input_files(book)
    jiang.get_by_role("button", name="试运行").click()
