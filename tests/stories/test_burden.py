"""What a committee carries: 高 follows one figure to its records, 陈 reads her own, a resident one community."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from tests.applying import APPLIED_AT
from tests.cast import COMMUNITY, OTHER_COMMUNITY
from tests.domains.admission.bearing import Bearing
from tests.domains.evaluation.carrying import YEARS_END, november
from tests.domains.funding.money import Purse
from tests.stories.gate_pages import Town, follow


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10, when there is nothing yet."""
    return APPLIED_AT


@pytest.mark.covers("R4", "R8", "R9", "R12", "R28")
def test_the_burden_of_one_committee_is_counted_from_its_records_and_ranked_by_nobody(town: Town) -> None:
    look = town.look
    november(Bearing(Purse(town.gate)))
    town.clock.at = YEARS_END

    # 高 chooses November: communities stand by their codes, and one figure leads to what it was counted from.
    gao = town.desk("高")
    gao.goto("/desk/burden/")
    gao.get_by_label("月份").select_option("2026-11")
    gao.get_by_role("button", name="看这个月").click()
    expect(gao.get_by_text("按代码排列，不排名。")).to_be_visible()
    look(gao, "burden", everywhere=True)
    codes = [cell for cell in gao.locator("tbody td:first-child").all_inner_texts() if re.fullmatch(r"\d{12}", cell)]
    assert codes == sorted(codes)
    assert codes[:2] == [COMMUNITY, OTHER_COMMUNITY]
    look.on_paper(gao, "burden")
    gao.get_by_role("row").filter(has_text=COMMUNITY).get_by_role("link", name="29 小时 30 分").click()
    expect(gao.get_by_role("heading", name="翠园社区：2026年11月的负担")).to_be_visible()

    # The funnel, drawn and as a table; four contradictions and four outcomes as panels; the records below.
    expect(gao.get_by_role("img", name="派来工作的单位和居委会")).to_be_visible()
    expect(gao.get_by_role("row").filter(has_text="区城市管理局").filter(has_text="29 小时").first).to_be_visible()
    for panel in ("一、责大权小，事多钱少", "二、服务和设施短缺", "三、弱势群体多，救助能力不足", "四、各方关系不顺"):
        expect(gao.get_by_role("heading", name=panel)).to_be_visible()
    for panel in ("一、自治功能回归", "二、政府职能转变", "三、市场功能发挥", "四、三者关系理清"):
        expect(gao.get_by_role("heading", name=panel)).to_be_visible()
    look(gao, "burden-of", everywhere=True)
    look.on_paper(gao, "burden-of")
    follow(gao.get_by_role("link", name="990101-2026-D0001"), look)

    # 陈 sees her own committee and no other.
    chen = town.desk("陈")
    chen.goto("/desk/burden/?month=2026-11")
    expect(chen.get_by_role("link", name="翠园社区")).to_be_visible()
    expect(chen.get_by_text(OTHER_COMMUNITY)).to_have_count(0)
    look(chen, "own-burden")

    # A resident comes to it from what the committee is asked to help with; no other community is named there.
    resident = town.open_page(java_script_enabled=False)
    resident.goto(f"{town.base}/register/{COMMUNITY}/")
    look.once(resident)
    resident.locator(f'a[href="/register/{COMMUNITY}/burden/"]').first.click()
    expect(resident.get_by_role("heading", name="谁派来工作")).to_be_visible()
    expect(resident.get_by_text("柳堤")).to_have_count(0)
    look(resident, "public-burden", everywhere=True)
