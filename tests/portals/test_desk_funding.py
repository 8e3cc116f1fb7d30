"""The desk's pages of money: accounts, vouchers with their second person, statements, closing a year (R34, X-18)."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanhu.domains.evidence.models import Attachment
from sanhu.domains.funding.models import ClosedYear, LedgerAccount, Posting, Statement, Voucher
from sanhu.domains.subjects.services.posts import appoint
from sanhu.engines.actors import SYSTEM
from sanhu.portals.desk.views import ledger_accounts, vouchers
from tests.cast import APPOINTED, FOUNDED_AT, MONDAY_MORNING
from tests.conftest import Clock
from tests.domains.admission.bearing import Bearing
from tests.domains.funding.money import LIMIT, Purse
from tests.domains.funding.settling import settle
from tests.gate import COMMITTEE, FINANCE, ORGAN, OTHER_ORGAN
from tests.portals.conftest import GateDesks, session_of
from tests.portals.desk_administration.filling import answers, fill
from tests.portals.filing import photo_bytes
from tests.portals.policy import breaches
from tests.portals.reading import words

APPROPRIATE, VOUCHERS, IMPORT, CLOSE = (
    "/desk/accounts/appropriate/",
    "/desk/vouchers/",
    "/desk/statements/import/",
    "/desk/years/close/",
)


@pytest.fixture
def purse(at_gate: GateDesks) -> Purse:
    """Give money to handle, an hour before the browsers open."""
    return Purse(at_gate.gate, at=MONDAY_MORNING - timedelta(hours=1))


def scan(name: str = "文件.jpg", **drawn: object) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo_bytes(**drawn), content_type="image/jpeg")  # type: ignore[arg-type]


def appropriation(at_gate: GateDesks, **changes: object) -> dict[str, object]:
    """What 田 asks for: ¥12,000.50 for 区城市管理局."""
    said = {
        "body_id": at_gate.gate.bodies[ORGAN].pk,
        "source": "fee_follows_affair",
        "line": "L9",
        "year": 2026,
        "amount_fen": "12,000.50",
        "basis": "示财预〔2026〕12号",
        "reason": "年度预算",
        "scans": scan(),
    }
    return said | changes


def url_of(voucher: Voucher, move: str = "") -> str:
    return f"{VOUCHERS}{voucher.number}/" + (f"{move}/" if move else "")


@pytest.mark.covers("R34", "R58")
def test_money_is_appropriated_with_its_paper_and_stands_on_the_accounts(at_gate: GateDesks):
    desk = at_gate.browser("田")
    answer = fill(desk, APPROPRIATE, **appropriation(at_gate))
    voucher = Voucher.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, url_of(voucher))
    assert (voucher.amount_fen, voucher.state, voucher.needs_second) == (1_200_050, "posted", False)
    page = desk.get(url_of(voucher))
    told = words(page.content.decode())
    for said in (
        "¥12,000.50",
        "\u2212¥12,000.50",
        "示财预〔2026〕12号",
        "田丰",
        "不需要：金额在限额以下",
        "还没有对账单确认这一笔",
    ):
        assert said in told, said
    assert breaches(page) == []
    listed = words(desk.get("/desk/accounts/?year=2026").content.decode())
    assert "¥12,000.50" in listed
    account = LedgerAccount.objects.get(body=at_gate.gate.bodies[ORGAN])
    book = desk.get(f"/desk/accounts/{account.pk}/")
    assert voucher.number in book.content.decode()
    assert "还能用多少 ¥12,000.50" in words(book.content.decode())
    assert "没有预留。" in words(desk.get(f"/desk/accounts/{account.pk}/?show=reservations").content.decode())
    assert desk.get("/desk/accounts/?year=26").status_code == 400
    assert "还没有账户" in words(desk.get("/desk/accounts/?year=2031").content.decode())


PDF = SimpleUploadedFile("x.pdf", b"%PDF-1.7", content_type="application/pdf")
BAD = [
    ({"body_id": "0"}, "“拨给哪个单位”要从列出的选项里选。"),
    ({"source": ""}, "请选择“经费来源”。"),
    ({"line": "L99"}, "“预算科目”要从列出的选项里选。"),
    ({"source": "lottery"}, "X-12"),
    ({"year": "1999"}, "“年度”不能小于 2000。"),
    ({"amount_fen": "0"}, "金额：必须大于 0"),
    ({"amount_fen": "-5"}, "金额：必须大于 0"),
    ({"amount_fen": "1.005"}, "最多两位小数，精确到分。"),
    ({"amount_fen": "一千"}, "要写成元，例如 1234.56"),
    ({"amount_fen": "1" + "0" * 12}, "金额：超过了上限|不能超过一千亿元"),
    ({"basis": " "}, "请填写“依据文件的文号”。"),
    ({"scans": ""}, "凭证扫描件：至少附一张"),
    (
        {"scans": SimpleUploadedFile("x.pdf", b"%PDF-1.7", content_type="application/pdf")},
        "照片：只收 JPEG、PNG、WebP 图片",
    ),
]


@pytest.mark.covers("R34", "X-12")
def test_bad_input_names_field_and_rule_and_nothing_is_lost(at_gate: GateDesks):
    desk = at_gate.browser("田")
    faults = []
    for said, reason in BAD:
        answer = fill(desk, APPROPRIATE, **(appropriation(at_gate) | said))
        told = words(answer.content.decode())
        kept = answers(answer.content.decode())["reason"] == "年度预算"
        if (answer.status_code, any(one in told for one in reason.split("|")), kept) != (422, True, True):
            faults.append((said, told))
    assert faults == []
    assert not Voucher.objects.exists()


def test_a_scan_is_kept_while_the_form_is_put_right(at_gate: GateDesks):
    desk = at_gate.browser("田")
    first = fill(desk, APPROPRIATE, **appropriation(at_gate, amount_fen=""))
    assert first.status_code == 422
    assert "第 1 张扫描件已收到" in words(first.content.decode())
    again = answers(first.content.decode()) | {"amount_fen": "88"}
    assert desk.post(APPROPRIATE, again).status_code == 302
    assert Attachment.objects.get().owner_ref == Voucher.objects.get().ref


def test_the_same_form_sent_twice_is_one_voucher(at_gate: GateDesks):
    desk = at_gate.browser("田")
    form = answers(desk.get(APPROPRIATE).content.decode()) | appropriation(at_gate)
    first = desk.post(APPROPRIATE, form)
    second = desk.post(APPROPRIATE, form | {"scans": ""})
    assert [first["Location"], second["Location"]] == [url_of(Voucher.objects.get())] * 2
    other = desk.post(APPROPRIATE, form | {"scans": "", "basis": "另一份文件"})
    assert (other.status_code, "内容不同" in words(other.content.decode())) == (409, True)
    fresh = answers(other.content.decode())
    assert fresh["basis"] == "另一份文件"
    assert fresh["draft_id"] != form["draft_id"]


@pytest.mark.covers("R34")
def test_above_the_limit_another_person_signs_and_only_then_it_counts(at_gate: GateDesks):
    fill(at_gate.browser("田"), APPROPRIATE, **appropriation(at_gate, amount_fen="50000"))
    voucher = Voucher.objects.get()
    assert (voucher.state, Posting.objects.count()) == ("waiting", 0)
    head = at_gate.browser("秦")
    told = words(head.get(VOUCHERS).content.decode())
    assert told.index("等您签批") < told.index(voucher.number) < told.index("全部凭证")
    assert "金额达到须由两人签批的限额" in words(head.get(url_of(voucher)).content.decode())
    assert fill(head, url_of(voucher, "sign")).status_code == 422, "without the tick nothing is signed"
    assert fill(head, url_of(voucher, "sign"), is_sure="on").status_code == 302
    voucher.refresh_from_db()
    assert (voucher.state, voucher.signed_by, Posting.objects.count()) == ("posted", at_gate.gate["秦"].person, 2)
    assert "没有等您签批的凭证。" in words(head.get(VOUCHERS).content.decode())
    assert "秦岭" in words(head.get(url_of(voucher)).content.decode())


def test_the_second_person_may_say_no_with_a_reason(at_gate: GateDesks, purse: Purse):
    voucher = purse.appropriate(LIMIT)
    head = at_gate.browser("秦")
    bare = fill(head, url_of(voucher, "reject"), reason="")
    assert (bare.status_code, "请填写“为什么不同意”。" in words(bare.content.decode())) == (422, True)
    assert fill(head, url_of(voucher, "reject"), reason="文号与文件不符。").status_code == 302
    voucher.refresh_from_db()
    assert (voucher.state, voucher.answer) == ("rejected", "文号与文件不符。")
    assert "文号与文件不符。" in words(at_gate.browser("田").get(url_of(voucher)).content.decode())


@pytest.mark.covers("R34")
def test_nobody_signs_their_own_voucher_whatever_post_they_use(at_gate: GateDesks, purse: Purse):
    voucher = purse.appropriate(LIMIT)
    member = at_gate.gate["田"]
    head = appoint(
        person_id=member.person.pk,
        organisation_id=at_gate.gate.bodies[FINANCE].pk,
        role="finance_head",
        title="副局长",
        terms=APPOINTED,
        actor=SYSTEM,
        at=FOUNDED_AT,
    )
    desk = Client()
    desk.cookies["sessionid"] = session_of(member.account, post=head)
    own = "自己提交的凭证不能自己签批，换岗位也不行"
    assert own in words(desk.get(url_of(voucher)).content.decode())
    for move in ("sign", "reject"):
        shown = desk.get(url_of(voucher, move))
        assert (shown.status_code, own in words(shown.content.decode())) == (403, True)
        sent = desk.post(url_of(voucher, move), {"client_id": str(uuid4()), "is_sure": "on", "reason": "不"})
        assert (sent.status_code, own in words(sent.content.decode())) == (403, True)
    voucher.refresh_from_db()
    assert voucher.state == "waiting"


@pytest.mark.covers("X-18")
def test_what_is_posted_is_neither_signed_nor_rejected_but_taken_back(at_gate: GateDesks, purse: Purse):
    voucher = purse.appropriate(80_000)
    for move in ("sign", "reject"):
        shown = at_gate.browser("秦").get(url_of(voucher, move))
        assert (shown.status_code, "X-18" in words(shown.content.decode())) == (403, True)
        sent = at_gate.browser("秦").post(
            url_of(voucher, move), {"client_id": str(uuid4()), "is_sure": "on", "reason": "不"}
        )
        assert (sent.status_code, "X-18" in words(sent.content.decode())) == (403, True)
    desk = at_gate.browser("田")
    bare = fill(desk, url_of(voucher, "reverse"), basis="示冲〔2026〕1号", scans=scan())
    assert (bare.status_code, "请填写“为什么冲销”。" in words(bare.content.decode())) == (422, True)
    said = {"basis": "示冲〔2026〕1号", "reason": "科目用错。", "scans": scan()}
    back = fill(desk, url_of(voucher, "reverse"), **said)
    reversal = Voucher.objects.get(reverses=voucher)
    assert (back.status_code, back["Location"]) == (302, url_of(reversal))
    assert reversal.number in desk.get(url_of(voucher)).content.decode()
    another = {"client_id": str(uuid4()), "draft_id": str(uuid4()), "scans": scan(colour=(1, 2, 3))}
    for twice in (desk.get(url_of(voucher, "reverse")), desk.post(url_of(voucher, "reverse"), said | another)):
        assert (twice.status_code, "已经冲销过，不能冲销两次" in words(twice.content.decode())) == (403, True)
    assert f'{url_of(voucher, "reverse")}"' not in desk.get(url_of(voucher)).content.decode()


def test_money_is_seen_by_whose_it_is_and_by_who_oversees_it(at_gate: GateDesks, purse: Purse):
    bearing = Bearing(purse)
    task = bearing.task(COMMITTEE)
    reservation = task.reservation
    paid = purse.pay(reservation, 100_000)
    given = Voucher.objects.get(kind="appropriation")
    picture = f"{url_of(paid)}scans/{Attachment.objects.get(owner_ref=paid.ref).uuid}/"
    account = f"/desk/accounts/{reservation.account_id}/"
    pages = (url_of(paid), picture, url_of(given), account)
    seen = {who: [at_gate.browser(who).get(page).status_code for page in pages] for who in "孙吴陈柳蒋田秦何郑"}
    all_of, none = [200] * 4, [404] * 4
    assert seen == {
        "孙": all_of,
        "吴": all_of,
        "陈": [200, 200, 404, 404],
        "柳": none,
        "蒋": none,
        "田": all_of,
        "秦": all_of,
        "何": [403] * 4,
        "郑": [403] * 4,
    }
    shown = at_gate.browser("孙").get(picture)
    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/jpeg", "inline")
    held = words(at_gate.browser("孙").get(f"{account}?show=reservations").content.decode())
    assert ("¥1,800.00" in held, "¥800.00" in held) == (True, True)
    listed = at_gate.browser("陈").get(VOUCHERS).content.decode()
    assert (paid.number in listed, given.number in listed) == (True, False)
    assert at_gate.browser("孙").get(f"{url_of(paid)}scans/{uuid4()}/").status_code == 404
    assert task.number in words(at_gate.browser("陈").get(url_of(paid)).content.decode())


def read_on(desk: Client, url: str) -> list[str]:
    """Give the pages of a list, by following the way on."""
    pages = []
    while url:
        html = desk.get(url).content.decode()
        pages.append(html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        url = following[1].replace("&amp;", "&") if following else ""
    return pages


def test_lists_go_on_by_key_and_each_row_stands_once(at_gate: GateDesks, purse: Purse, monkeypatch: pytest.MonkeyPatch):
    purse.fund(90_000)
    for amount_fen in (10_000, 20_000):
        purse.pay(purse.reserve(amount_fen), amount_fen)
    for module in (ledger_accounts, vouchers):
        monkeypatch.setattr(module, "PAGE_SIZE", 1)
    desk = at_gate.browser("田")
    account = purse.account()
    lists = {
        "/desk/accounts/": LedgerAccount.objects.count(),
        f"/desk/accounts/{account.pk}/": Posting.objects.filter(account=account).count(),
        f"/desk/accounts/{account.pk}/?show=reservations": 2,
        VOUCHERS: Voucher.objects.count(),
    }
    assert {url: len(read_on(desk, url)) for url in lists} == lists
    numbers = [number for page in read_on(desk, VOUCHERS) for number in re.findall(r"990101-2026-V\d{4}", words(page))]
    assert numbers == sorted(Voucher.objects.values_list("number", flat=True), reverse=True)


def test_a_list_asks_the_database_no_more_the_longer_it_is(at_gate: GateDesks, purse: Purse):
    purse.appropriate(10_000)
    desk = at_gate.browser("田")

    def asked() -> list[int]:
        counts = []
        for url in ("/desk/accounts/", VOUCHERS, f"/desk/accounts/{purse.account().pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(url).status_code == 200
            counts.append(len(queries))
        return counts

    desk.get(VOUCHERS)  # the first page of a session writes that it was used
    few = asked()
    for body in (ORGAN, OTHER_ORGAN, COMMITTEE):
        purse.appropriate(20_000, body)
    assert asked() == few


def test_each_page_of_money_belongs_to_those_who_do_it(at_gate: GateDesks):
    doing = {APPROPRIATE: "田", IMPORT: "田秦", CLOSE: "秦", "/desk/statements/": "田秦", "/desk/disclosures/": "陈"}
    for page, allowed in doing.items():
        told = {who: at_gate.browser(who).get(page).status_code for who in "田秦孙陈高郑"}
        assert told == {who: 200 if who in allowed else 403 for who in told}, page


def statement(*rows: str, header: str = "流水号,记账日期,金额,凭证编号", name: str = "十一月") -> dict[str, object]:
    data = "\n".join([header, *rows]).encode()
    return {"name": name, "origin": "bank", "file": SimpleUploadedFile("bank.csv", data, content_type="text/csv")}


def test_a_statement_confirms_what_it_names_and_shows_what_differs(at_gate: GateDesks, purse: Purse):
    paid = purse.pay(Bearing(purse).task(COMMITTEE).reservation, 100_000)
    desk = at_gate.browser("田")
    assert paid.number in desk.get("/desk/statements/differences/").content.decode()
    rows = (f"B001,2026-11-09,1000.00,{paid.number}", "B002,2026-11-09,35.50,")
    answer = fill(desk, IMPORT, **statement(*rows))
    found = Statement.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/statements/{found.pk}/")
    told = words(desk.get(f"/desk/statements/{found.pk}/").content.decode())
    assert ("¥1,000.00" in told, "¥35.50" in told, told.count("对不上")) == (True, True, 1)
    assert "B001" in words(desk.get(url_of(paid)).content.decode())
    again = fill(desk, IMPORT, **statement(*rows, name="再来一次"))
    assert (again.status_code, "这份对账单已经导入过" in words(again.content.decode())) == (422, True)
    assert at_gate.browser("田").get("/desk/statements/999999/").status_code == 404
    assert "十一月" in words(at_gate.browser("孙").get(url_of(paid)).content.decode())


def test_a_faulty_statement_is_told_row_by_row_and_nothing_is_kept(at_gate: GateDesks):
    desk = at_gate.browser("秦")
    answer = fill(desk, IMPORT, **statement("B001,2026-13-09,10.00,", "B002,2026-11-09,-3,", "B002,2026-11-09,3,"))
    told = words(answer.content.decode())
    assert answer.status_code == 422
    for said in ("2 记账日期 日期应写作 2026-01-31", "3 金额 金额应写作元", "有错，什么也没有写入"):
        assert said in told, said
    empty = fill(desk, IMPORT, **statement())
    assert (empty.status_code, "一行也没有" in words(empty.content.decode())) == (422, True)
    unnamed = fill(desk, IMPORT, name="", file="")
    assert (unnamed.status_code, "请附上“CSV 或者 Excel 文件”。" in words(unnamed.content.decode())) == (422, True)
    assert not Statement.objects.exists()


@pytest.mark.covers("R34", "X-18")
def test_a_year_is_closed_once_it_is_over_and_stays_closed(at_gate: GateDesks, purse: Purse, clock: Clock):
    voucher = purse.appropriate(80_000)
    desk = at_gate.browser("秦")
    early = fill(desk, CLOSE, year=2026, is_sure="on")
    assert (early.status_code, "还没有结束，不能结账" in words(early.content.decode())) == (422, True)
    clock.forward(days=60)
    desk = at_gate.browser("秦")
    assert fill(desk, CLOSE, year=2026).status_code == 422
    unsettled = words(fill(desk, CLOSE, year=2026, is_sure="on").content.decode())
    assert "还有余额没有结算，须先结转或者交回" in unsettled
    assert "2026 年：1 个账户还有余额，共 ¥800.00" in unsettled
    purse.at = clock.now()
    settle(purse)
    assert fill(desk, CLOSE, year=2026, is_sure="on").status_code == 302
    assert ClosedYear.objects.get().year == 2026
    assert "2026" in words(desk.get(CLOSE).content.decode())
    again = fill(desk, CLOSE, year=2026, is_sure="on")
    assert (again.status_code, "X-18" in words(again.content.decode())) == (422, True)
    said = {"basis": "示冲〔2027〕1号", "reason": "科目用错。", "scans": scan()}
    late: HttpResponse = fill(at_gate.browser("田"), url_of(voucher, "reverse"), **said)
    assert (late.status_code, "X-18" in words(late.content.decode())) == (422, True)
