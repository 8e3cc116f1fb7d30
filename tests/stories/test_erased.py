"""A resident's matter is erased: told before, looked at for a reason, asked for at the window, decided, and gone."""

import pytest
from playwright.sync_api import expect

from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.portals.worker.loop import DUTIES, one_round
from tests.browser import OpenPage
from tests.conftest import Clock
from tests.stories.carrying import STAFF, carry
from tests.stories.conftest import District, SignIn, make, next_step, open_matter
from tests.stories.looking import Looker

WORDS = "三号楼林阿姨家门口堆了装修垃圾，打13900990101找她。"
TITLE = "林阿姨家门口的装修垃圾"


@pytest.mark.covers("R84.2")
def test_erased(district: District, clock: Clock, open_page: OpenPage, sign_in: SignIn, look: Looker) -> None:
    carried = carry(to="verified", at=clock.now(), title=TITLE, words=WORDS)
    shown = carried.number

    # 林 reads, before reporting, what is kept and how long.
    lin = open_page(java_script_enabled=False)
    lin.goto("/report/")
    look.once(lin)
    lin.get_by_role("link", name="您写的会保存多久、谁能看到").click()
    expect(lin.get_by_role("heading", name="我们保存什么、多久")).to_be_visible()
    look(lin, "kept", everywhere=True)

    # 何 calls back before closing: the number stands masked, and takes a reason to see.
    clock.forward(hours=1)
    he = sign_in("何")
    open_matter(he, shown, look)
    expect(he.get_by_text("打139******01找她")).to_be_visible()
    look(he, "masked", everywhere=True)
    he.get_by_role("link", name="查看原文").click()
    look(he, "why", everywhere=True)
    he.get_by_label("为什么要看原文").fill("看看")
    he.get_by_role("button", name="查看原文").click()
    expect(he.get_by_role("alert")).to_contain_text("至少 4 个字")
    look(he, "why-faulty")
    he.get_by_label("为什么要看原文").fill("办结前电话回访林阿姨")
    he.get_by_role("button", name="查看原文").click()
    expect(he.get_by_text("13900990101")).to_be_visible()
    look(he, "unmasked", everywhere=True)
    he.get_by_role("link", name="我看过哪些原文").click()
    expect(he.get_by_text("办结前电话回访林阿姨")).to_be_visible()
    look(he, "own-looks")
    next_step(he, shown, "办结", look)
    make(he, "办结")

    # 冯, who keeps security, sees that somebody looked.
    feng = sign_in("冯")
    look.once(feng)
    feng.get_by_role("link", name="个人信息").click()
    look(feng, "rules-before", everywhere=True)
    feng.get_by_role("link", name="谁看过原文").click()
    expect(feng.get_by_text("办结前电话回访林阿姨")).to_be_visible()
    look(feng, "looks", everywhere=True)

    # Too early: what may be opened again is kept, and the window says on what article.
    zhou = sign_in("周")
    zhou.goto(f"/desk/matters/{shown}/")
    zhou.get_by_role("link", name="反映人要求删除个人信息").click()
    look(zhou, "ask", everywhere=True)
    zhou.get_by_label("全部：原话、位置、照片、联系方式、答复和评语").check()
    zhou.get_by_label("事情已经办结，不再需要").check()
    zhou.get_by_label("来人怎样说、怎样确认是本人").fill("林阿姨持回执码到窗口，说事情办完了。")
    zhou.get_by_role("button", name="登记请求").click()
    expect(zhou.get_by_text("这件事还没有最终办结")).to_be_visible()
    look(zhou, "ask-refused", everywhere=True)

    # A month later it is taken down, and 冯 decides.
    clock.forward(days=40)
    zhou = sign_in("周")
    zhou.goto(f"/desk/matters/{shown}/erase/")
    zhou.get_by_label("全部：原话、位置、照片、联系方式、答复和评语").check()
    zhou.get_by_label("事情已经办结，不再需要").check()
    zhou.get_by_label("来人怎样说、怎样确认是本人").fill("林阿姨持回执码到窗口，说事情办完了。")
    zhou.get_by_role("button", name="登记请求").click()
    expect(zhou.get_by_role("status")).to_contain_text("请求已登记")
    look(zhou, "asked")
    feng = sign_in("冯")
    feng.goto("/desk/personal-data/erasures/")
    look(feng, "requests", everywhere=True)
    feng.get_by_role("link", name=shown).click()
    expect(feng.get_by_text("林阿姨持回执码到窗口")).to_be_visible()
    look(feng, "request", everywhere=True)
    feng.get_by_label("不同意", exact=True).check()
    feng.get_by_role("button", name="决定").click()
    expect(feng.get_by_role("alert")).to_contain_text("须写明理由")
    look(feng, "refused-without-words")
    feng.get_by_label("同意，现在删除，不能恢复").check()
    feng.get_by_role("button", name="决定").click()
    expect(feng.get_by_role("status")).to_contain_text("已删除。记录照样能核对。")
    look(feng, "erased")

    # Everybody reads that it is gone, when, and why; nobody reads what it was.
    lin.goto("/receipt/")
    look.once(lin)
    lin.get_by_label("回执码").fill(carried.receipt)
    lin.get_by_role("button", name="查看").click()
    pages = {"own": lin, "public": open_page(java_script_enabled=False), "desk": zhou}
    pages["public"].goto(f"/matters/{shown}/")
    zhou.goto(f"/desk/matters/{shown}/")
    for name, page in pages.items():
        expect(page.get_by_text("按反映人的请求")).to_be_visible()
        text = page.locator("body").inner_text()
        assert "林阿姨" not in text, name
        assert "13900990101" not in text, name
        look(page, f"{name}-erased", everywhere=True)
    while sequence():
        pass
    assert verify(checks=CHECKS).findings == ()

    # What is over goes by itself, and the page of rules says that it was looked for.
    one_round(DUTIES, {})
    shen = sign_in("沈")
    look.once(shen)
    shen.goto("/desk/personal-data/")
    expect(shen.get_by_text("还没有到期的").first).to_be_visible()
    look(shen, "rules", everywhere=True)

    # 钱 keeps people: a telephone number is masked there too; 冯 may not erase who is in office.
    qian = sign_in("钱")
    qian.goto(f"/desk/people/?staff_number={STAFF['周']}")
    look.once(qian)
    qian.get_by_role("link", name=STAFF["周"], exact=True).click()
    look.once(qian)
    person = qian.url
    qian.get_by_role("link", name="更正姓名和电话").click()
    look.once(qian)
    qian.get_by_label("办公电话或手机").fill("13700990101")
    qian.get_by_role("button", name="保存").click()
    expect(qian.get_by_text("137******01")).to_be_visible()
    look(qian, "person-masked", everywhere=True)
    qian.get_by_role("link", name="更正姓名和电话").click()
    expect(qian.get_by_label("不再保留电话")).to_be_visible()
    look(qian, "person-change", everywhere=True)
    qian.goto(f"{person}look/")
    look.once(qian)
    feng.goto(f"{person}erase/")
    expect(feng.get_by_text("还有在任")).to_be_visible()
    look(feng, "person-erase", everywhere=True)
