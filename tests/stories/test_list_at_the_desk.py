"""A measure is drafted, made and put in force at the desk; an item is changed to cite it; another person approves.

An article that is not in the measure is no basis, and is named with its code before anything is submitted.
"""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.catalogue.models import AffairItem, Instrument
from sanhu.domains.evidence.sequencer import sequence
from sanhu.engines.legal_time import legal_day
from tests.conftest import Clock
from tests.stories.conftest import District, SignIn
from tests.stories.looking import Looker

TITLE, NUMBER = "示范区社区事务分类管理细则", "示政规〔2026〕8号"
ARTICLES = "第一条 为了落实分类管理办法，制定本细则。\n第二条 物业服务企业应当在三个工作日内处理保洁报修。"


@pytest.mark.covers("R31", "R32", "X-06")
def test_a_measure_is_made_and_an_item_cites_it(
    district: District, clock: Clock, sign_in: SignIn, look: Looker
) -> None:
    jiang = sign_in("蒋")
    look.once(jiang)
    _a_measure_is_drafted(jiang, look)
    today = legal_day(clock.now()).isoformat()
    for stage in ("通过", "施行"):
        jiang.get_by_role("link", name=stage, exact=True).click()
        look(jiang, f"stage-{stage}")
        jiang.get_by_label("日期", exact=True).fill(today)
        jiang.get_by_label("文号").fill(NUMBER)
        jiang.get_by_role("button", name="登记", exact=True).click()
        expect(jiang.get_by_role("status")).to_contain_text(f"已记下：{stage}")
    look(jiang, "in-force", everywhere=True)
    assert Instrument.objects.get(number=NUMBER).in_force_from == legal_day(clock.now())

    _an_item_is_changed(jiang, look)
    head = sign_in("主")
    head.goto("/desk/catalogue/proposals/1/")
    look.once(head)
    head.get_by_role("link", name="批准", exact=True).click()
    look.once(head)
    head.get_by_role("button", name="批准", exact=True).click()
    expect(head.get_by_role("status")).to_contain_text("已形成清单第 2 版")

    jiang.goto("/desk/catalogue/items/K3-06/")
    look(jiang, "item")
    jiang.get_by_role("link", name="第二条", exact=True).click()
    expect(jiang.get_by_text("清单里引用 1 处")).to_be_visible()
    jiang.get_by_text("清单里引用 1 处").click()
    look(jiang, "cited")
    jiang.goto("/desk/catalogue/instruments/")
    look(jiang, "instruments", everywhere=True)
    jiang.goto("/desk/catalogue/coverage/?class=K3")
    look(jiang, "coverage", everywhere=True)
    _an_item_is_reviewed(jiang, look)
    item = AffairItem.objects.get(version__number=2, code="K3-06")
    assert (item.status, item.version.instrument.number) == ("effective", NUMBER)  # type: ignore[union-attr]
    sequence()
    call_command("verify")


def _an_item_is_reviewed(jiang: Page, look: Looker) -> None:
    """What is due stands first; the review says what becomes of the item, and the item's page says so."""
    jiang.goto("/desk/catalogue/reviews/")
    look(jiang, "reviews", everywhere=True)
    jiang.goto("/desk/catalogue/items/K3-06/review/")
    look(jiang, "review", everywhere=True)
    jiang.get_by_role("button", name="记下评估").click()
    expect(jiang.get_by_role("alert")).to_contain_text("结论")
    jiang.get_by_label("保留").check()
    jiang.get_by_label("评估意见").fill("保洁报修常年都有，保留。")
    jiang.get_by_role("button", name="记下评估").click()
    expect(jiang.get_by_role("status")).to_contain_text("评估已记下，事项保留")
    look(jiang, "reviewed", everywhere=True)


def _a_measure_is_drafted(jiang: Page, look: Looker) -> None:
    """What is typed badly is named and kept."""
    jiang.goto("/desk/catalogue/instruments/")
    look.once(jiang)
    jiang.get_by_role("link", name="起草文件").click()
    jiang.get_by_label("名称", exact=True).fill(TITLE)
    jiang.get_by_label("制定机关").fill("示范区人民政府")
    jiang.get_by_label("文号或者草案编号").fill("草案")
    jiang.get_by_label("条文").fill(f"总则\n{ARTICLES}")
    jiang.get_by_role("button", name="登记", exact=True).click()
    expect(jiang.get_by_role("alert")).to_contain_text("条文：第 1 行不属于任何一条")
    look(jiang, "draft-refused", everywhere=True)
    jiang.get_by_label("条文").fill(ARTICLES)
    jiang.get_by_role("button", name="登记", exact=True).click()
    expect(jiang.get_by_role("status")).to_contain_text("已记下起草")
    look.once(jiang)


def _an_item_is_changed(jiang: Page, look: Looker) -> None:
    """From the item's own page into a new proposal, on the new measure."""
    jiang.goto("/desk/catalogue/items/K3-06/")
    look.once(jiang)
    jiang.get_by_role("link", name="在修改建议里改这一项").click()
    look(jiang, "proposal-new", everywhere=True)
    jiang.get_by_label("理由").fill("细则写明了保洁的期限。")
    jiang.get_by_label("依据的文件").select_option(label=f"{TITLE} {NUMBER}")
    jiang.get_by_role("button", name="新建，并打开 K3-06").click()
    look(jiang, "item-form", everywhere=True)
    jiang.get_by_label("期限依据").fill("分类管理细则第九条")
    jiang.get_by_role("button", name="存入修改建议").click()
    expect(jiang.get_by_text("X-06").first).to_be_visible()
    expect(jiang.get_by_text("引用的条文，所依据的文件里没有").first).to_be_visible()
    look(jiang, "item-found", everywhere=True)
    jiang.goto("/desk/catalogue/proposals/1/")
    look.once(jiang)
    jiang.get_by_role("link", name="提交批准", exact=True).click()
    look.once(jiang)
    jiang.get_by_role("button", name="提交批准", exact=True).click()
    expect(jiang.get_by_text("1 处不合办法")).to_be_visible()
    look(jiang, "submit-refused")
    jiang.goto("/desk/catalogue/proposals/1/items/")
    look(jiang, "items", everywhere=True)
    jiang.goto("/desk/catalogue/proposals/1/items/K3-06/")
    jiang.get_by_label("期限依据").fill("分类管理细则第二条")
    jiang.get_by_role("button", name="存入修改建议").click()
    expect(jiang.get_by_text("X-06")).to_have_count(0)
    jiang.goto("/desk/catalogue/proposals/1/moves/submit/")
    jiang.get_by_role("button", name="提交批准", exact=True).click()
    expect(jiang.get_by_role("status")).to_contain_text("已记下：提交批准")
