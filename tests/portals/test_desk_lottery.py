"""Lottery projects and spending at the desk: refused with the article, mended, received, spent on plan, announced."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sanhu.domains.funding.models import Earmark, LotteryNotice, Spending, Voucher
from tests.conftest import Clock
from tests.domains.funding.money import COMMITTEE, LIMIT, Purse
from tests.domains.funding.projects import account_of, grant, register, spend
from tests.portals.conftest import GateDesks
from tests.portals.filing import photo_bytes
from tests.portals.policy import breaches
from tests.portals.reading import words

pytestmark = pytest.mark.covers("R63")
ARTICLE = "彩票管理条例第三十三条"
NEW_YEAR = datetime.fromisoformat("2027-01-05T02:00:00+00:00")


@pytest.fixture
def purse(at_gate: GateDesks, clock: Clock) -> Purse:
    """Give money to handle; the browsers open when the clock of the test stands."""
    return Purse(at_gate.gate, at=clock.at)


def read(at_gate: GateDesks, who: str, name: str, query: str = "", **said: object) -> str:
    answer = at_gate.browser(who).get(reverse(name, kwargs=said) + query)
    assert answer.status_code == 200
    assert breaches(answer) == []
    return words(answer.content.decode())


def send(at_gate: GateDesks, who: str, name: str, form: dict[str, object], **said: object) -> tuple[int, str]:
    form = {"client_id": str(uuid4()), "draft_id": str(uuid4()), **form}
    answer = at_gate.browser(who).post(reverse(name, kwargs=said), form, follow=True)
    return answer.status_code, words(answer.content.decode())


def scan() -> dict[str, object]:
    return {"scans": SimpleUploadedFile("凭证.jpg", photo_bytes(), content_type="image/jpeg")}


def project(at_gate: GateDesks, **changed: object) -> dict[str, object]:
    return {
        "body_id": at_gate.gate.bodies[COMMITTEE].pk,
        "purpose": "老年助餐点",
        "organ": "civil_affairs",
        "field": "elderly",
        "document_number": "示民福〔2026〕3号",
        "approved_on": "2026-02-10",
        "first_on": "2026-03-01",
        "last_on": "2027-06-30",
        "plan_equipment": "2000",
        "plan_services_bought": "3000.00",
        **changed,
    }


def expense(**changed: object) -> dict[str, object]:
    return {
        "amount_fen": "1500",
        "expense": "equipment",
        "nature": "service",
        "payee_kind": "organisation",
        "payee_name": "江城炊事设备有限公司",
        "basis": "示采〔2026〕5号",
        **scan(),
        **changed,
    }


@pytest.mark.covers("X-12")
def test_a_plan_with_wages_is_refused_with_its_article_and_taken_without_them(at_gate: GateDesks):
    for kind in ("wages", "office", "budget_balance"):
        status, text = send(at_gate, "田", "desk:project_new", project(at_gate, **{f"plan_{kind}": "1"}))
        assert (status, ARTICLE in text, "X-12" in text) == (422, True, True)
    assert not Earmark.objects.exists()
    status, text = send(at_gate, "田", "desk:project_new", project(at_gate))
    assert (status, "990101-2026-Z0001" in text, "项目已登记" in text) == (200, True, True)
    assert "使用计划和支出" in text
    assert "990101-2026-Z0001" in read(at_gate, "陈", "desk:earmarks")
    assert "990101-2026-Z0001" not in read(at_gate, "柳", "desk:earmarks")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"purpose": ""}, "请填写“项目用途”"),
        ({"field": "sport"}, "体育部门批准体育项目"),
        ({"plan_equipment": "", "plan_services_bought": ""}, "使用计划：至少写一类支出和金额"),
        ({"plan_equipment": "-5"}, "金额：必须大于 0"),
        ({"last_on": "2026-02-01"}, "项目期限：最后一天不得早于第一天"),
        ({"approved_on": "往年"}, "批准日期"),
    ],
)
def test_bad_input_names_field_and_rule(at_gate: GateDesks, said: dict[str, object], reason: str):
    status, text = send(at_gate, "田", "desk:project_new", project(at_gate, **said))
    assert (status, reason in text) == (422, True)


def test_money_of_a_project_comes_in_once_within_its_plan(at_gate: GateDesks, purse: Purse):
    number = register(purse).earmark.number
    form = {"year": "2026", "amount_fen": "6000.01", "basis": "示财社〔2026〕21号"}
    status, text = send(at_gate, "田", "desk:project_receive", {**form, **scan()}, number=number)
    assert (status, "金额：超过了项目使用计划的总额" in text) == (422, True)
    status, text = send(at_gate, "田", "desk:project_receive", {**form, **scan(), "amount_fen": "6000"}, number=number)
    assert (status, "¥6,000.00" in text) == (200, True)
    page = read(at_gate, "陈", "desk:earmark", number=number)
    assert "还剩多少 ¥6,000.00" in page


@pytest.mark.covers("X-12", "R53", "R52")
def test_spending_from_the_account_s_page(at_gate: GateDesks, purse: Purse):
    earmark = register(purse).earmark
    grant(purse, earmark, 600_000)
    account = account_of(earmark)
    assert "支出" in read(at_gate, "陈", "desk:account", pk=account.pk)
    form = read(at_gate, "陈", "desk:account_spend", f"?for={earmark.ref}", pk=account.pk)
    assert "老年助餐点（还有 ¥6,000.00）" in form
    for changed, told in (
        ({"purpose_ref": ""}, ("须写明是哪一个项目", "X-12", ARTICLE)),
        ({"purpose_ref": earmark.ref, "expense": "office"}, ("不得用于工资福利、办公经费", "X-12", ARTICLE)),
        ({"purpose_ref": earmark.ref, "amount_fen": "2000.01"}, ("超过了使用计划里这类支出剩下的数", "X-12", ARTICLE)),
        ({"purpose_ref": earmark.ref, "payee_name": ""}, ("请填写“收款方名称”",)),
    ):
        status, text = send(at_gate, "陈", "desk:account_spend", expense(**changed), pk=account.pk)
        assert (status, [one for one in told if one not in text]) == (422, [])
    assert not Spending.objects.exists()
    status, text = send(at_gate, "陈", "desk:account_spend", expense(purpose_ref=earmark.ref), pk=account.pk)
    assert (status, "付给 江城炊事设备有限公司" in text, "设备购置" in text) == (200, True, True)
    page = read(at_gate, "田", "desk:earmark", number=earmark.number)
    assert "设备购置 ¥2,000.00 ¥1,500.00 — ¥500.00" in page
    assert "还剩多少 ¥4,500.00" in page


def test_another_body_s_money_is_not_found_and_an_overseer_does_not_spend_it(at_gate: GateDesks, purse: Purse):
    earmark = register(purse).earmark
    grant(purse, earmark, 600_000)
    account = account_of(earmark)
    url = reverse("desk:account_spend", kwargs={"pk": account.pk})
    found = {who: at_gate.browser(who).get(url).status_code for who in ("陈", "柳", "孙", "田", "秦")}
    assert found == {"陈": 200, "柳": 404, "孙": 404, "田": 403, "秦": 403}


def test_from_the_limit_on_another_person_reads_who_is_paid_and_signs(at_gate: GateDesks, purse: Purse):
    voucher = purse.appropriate(2 * LIMIT, COMMITTEE, source="fiscal", line="L7")
    purse.sign(voucher.number, by="秦")
    account = purse.account(COMMITTEE, source="fiscal", line="L7")
    large = spend(purse, account, LIMIT, payee_kind="person", payee_name="贺知章", expense="aid_to_persons")
    page = read(at_gate, "秦", "desk:voucher_sign", number=large.number)
    assert "付给 贺知章" in page
    assert "支出类别 慰问救助" in page
    send(at_gate, "秦", "desk:voucher_sign", {"is_sure": "on"}, number=large.number)
    assert Voucher.objects.get(pk=large.pk).state == "posted"


# --- the yearly notice, at the desk and for everybody


def spent(purse: Purse) -> Earmark:
    earmark = register(purse).earmark
    grant(purse, earmark, 600_000)
    spend(purse, account_of(earmark), 150_000, purpose_ref=earmark.ref)
    return earmark


def test_a_year_is_announced_when_it_is_over_and_everybody_reads_it(at_gate: GateDesks, purse: Purse, clock: Clock):
    earmark = spent(purse)
    before = read(at_gate, "", "public:lottery_project", number=earmark.number)
    assert "¥1,500.00" not in before
    assert "这一年还没有结束；最迟 2027年3月31日 公告" in before
    assert "这一年结束以后才能公告" in read(at_gate, "陈", "desk:lottery_notice", year=2026)
    clock.at = NEW_YEAR
    assert "还没有公告，最迟 2027年3月31日" in read(at_gate, "陈", "desk:lottery_notices")
    status, text = send(at_gate, "陈", "desk:lottery_notice", {"words": ""}, year=2026)
    assert (status, "请填写“做了什么”" in text) == (422, True)
    said = {"words": "助餐点全年服务老人四百人次。"}
    status, text = send(at_gate, "陈", "desk:lottery_notice", said, year=2026)
    assert (status, "已公告" in text, "已按时公告" in text) == (200, True, True)
    status, text = send(at_gate, "陈", "desk:lottery_notice", said, year=2026)
    assert (status, "已经公告过，以后没有变动" in text) == (422, True)
    notice = LotteryNotice.objects.get()
    told = read(at_gate, "", "public:lottery_notice", pk=notice.pk)
    for part in ("助餐点全年服务老人四百人次。", "¥6,000.00", "设备购置 ¥1,500.00", "¥4,500.00"):
        assert part in told
    assert "江城炊事设备有限公司" not in told
    assert "¥1,500.00" in read(at_gate, "", "public:lottery_project", number=earmark.number)
    assert "老年助餐点" in read(at_gate, "", "public:lottery_projects")
    table = at_gate.browser().get(reverse("public:lottery_notice_csv", kwargs={"pk": notice.pk}))
    assert table.content.decode("utf-8-sig").splitlines()[1:] == [
        f"{earmark.number},老年助餐点,扶老,合计,6000.00,1500.00,0.00,4500.00",
        f"{earmark.number},老年助餐点,扶老,设备购置,,1500.00,,",
    ]


def test_what_is_late_says_so(at_gate: GateDesks, purse: Purse, clock: Clock):
    earmark = spent(purse)
    clock.at = datetime.fromisoformat("2027-04-02T02:00:00+00:00")
    late = "逾期未公告：应当在 2027年3月31日 以前"
    assert late in read(at_gate, "陈", "desk:lottery_notices")
    assert late in read(at_gate, "", "public:lottery_project", number=earmark.number)
    send(at_gate, "陈", "desk:lottery_notice", {"words": "补公告"}, year=2026)
    assert "已公告，晚于 2027年3月31日" in read(at_gate, "陈", "desk:lottery_notices")
    assert "应当在 2027年3月31日 以前公告" in read(
        at_gate, "", "public:lottery_notice", pk=LotteryNotice.objects.get().pk
    )


def test_a_year_without_lottery_money_has_no_page(at_gate: GateDesks, purse: Purse):
    spent(purse)
    assert at_gate.browser("柳").get(reverse("desk:lottery_notice", kwargs={"year": 2026})).status_code == 404
    assert at_gate.browser("陈").get(reverse("desk:lottery_notice", kwargs={"year": 2025})).status_code == 404
    assert at_gate.browser().get("/accounts/lottery/990101-2026-Z0009/").status_code == 404
