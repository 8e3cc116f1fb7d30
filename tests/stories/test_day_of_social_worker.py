"""A day of a social worker: at somebody's door with a camera, on the spot where others worked, on the telephone."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.supplements import Addition, supplement
from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.sequencer import sequence
from tests.conftest import Clock
from tests.stories.carrying import Carried, carry
from tests.stories.conftest import District, SignIn, make, next_step
from tests.stories.gate_pages import fill, follow
from tests.stories.looking import Looker

ADDED = "今天又堆了两袋，挡住了轮椅。"
AT_THE_DOOR = "上门：二号楼独居老人家里水管漏水，自己看不见阀门。"


@pytest.mark.covers("R45")
def test_day_of_social_worker(
    district: District, clock: Clock, sign_in: SignIn, look: Looker, photo: Path, tmp_path: Path
) -> None:
    ago = clock.now() - timedelta(days=3)
    words = "三号楼门口堆了装修垃圾，打13900990103找林阿姨。"
    done = carry(to="done", at=ago, title="三号楼门口堆放装修垃圾", words=words)
    supplement(
        at=ago + timedelta(hours=5),
        client_id=uuid4(),
        receipt_hash=receipt_hash(done.receipt),
        addition=Addition(words=ADDED),
    )
    back = carry(to="done", at=ago, title="楼道灯不亮", words="楼道灯坏了。", item="K3-07")

    he = sign_in("何")
    _at_the_door(he, photo, tmp_path, look)
    _on_the_spot(he, done, back, look)
    _on_the_telephone(he, done, look)
    sequence()
    call_command("verify")


def _at_the_door(he: Page, photo: Path, folder: Path, look: Looker) -> None:
    """何 registers for somebody who cannot; what is no photo is refused by name, and the good one is kept."""
    follow(he.get_by_role("link", name="登记", exact=True), look)
    note = folder / "记录.jpg"
    note.write_text("不是照片", encoding="utf-8")
    fill(he, {"发生了什么": AT_THE_DOOR, "具体位置": "翠园小区二号楼"})
    he.get_by_label("在哪个社区").select_option(label="翠园社区")
    he.get_by_label("照片").set_input_files([note, photo])
    he.get_by_role("button", name="登记", exact=True).click()
    expect(he.get_by_role("alert", name="有照片没有收下")).to_be_visible()
    expect(he.get_by_text("第 1 张照片已收到")).to_be_visible()
    expect(he.get_by_label("发生了什么")).to_have_value(AT_THE_DOOR)
    look(he, "photo-refused", everywhere=True)
    he.get_by_role("button", name="登记", exact=True).click()
    expect(he.get_by_role("heading", name="请把回执码交给反映人")).to_be_visible()
    look(he, "registered")
    look.on_paper(he, "receipt")
    follow(he.get_by_role("link", name="打开办件"), look)
    expect(he.get_by_role("img", name="反映人提交的第 1 张照片")).to_be_visible()
    look(he, "with-photo", everywhere=True)
    assert len(photos_of(Matter.objects.latest("id").ref)) == 1


def _on_the_spot(he: Page, done: Carried, back: Carried, look: Looker) -> None:
    """One result holds, the other does not; what the reporter added since stands beside it."""
    next_step(he, back.number, "核查不通过，返工", look)
    he.get_by_role("button", name="核查不通过，返工").click()
    expect(he.get_by_role("alert")).to_contain_text("请填写“理由”")
    fill(he, {"理由": "晚上七点去看，二层还是黑的。"})
    make(he, "核查不通过，返工")
    he.goto("/desk/?state=done")
    look(he, "to-verify", everywhere=True)
    he.get_by_role("row").filter(has_text=done.number).get_by_role("link").click()
    expect(he.get_by_role("heading", name="反映人补充的材料")).to_be_visible()
    expect(he.get_by_text(ADDED)).to_be_visible()
    look(he, "with-supplement", everywhere=True)
    next_step(he, done.number, "核查通过", look)
    make(he, "核查通过")


def _on_the_telephone(he: Page, done: Carried, look: Looker) -> None:
    """Before closing 何 calls back: the number is masked until a reason is written, and the look is kept."""
    he.goto(f"/desk/matters/{done.number}/")
    expect(he.get_by_text("打139******03找")).to_be_visible()
    he.get_by_role("link", name="查看原文").first.click()
    look.once(he)
    fill(he, {"为什么要看原文": "看看"})
    he.get_by_role("button", name="查看原文").click()
    expect(he.get_by_role("alert")).to_contain_text("至少 4 个字")
    fill(he, {"为什么要看原文": "办结前电话回访"})
    he.get_by_role("button", name="查看原文").click()
    expect(he.get_by_text("13900990103")).to_be_visible()
    look(he, "unmasked", everywhere=True)
    next_step(he, done.number, "办结", look)
    make(he, "办结")
    expect(he.get_by_text("现在没有您可以办的步骤")).to_be_visible()
    look(he, "closed")
