"""At the desk beside the way: what is asked, granted, merged, supervised and counted is told where it is needed."""

from datetime import timedelta

import pytest

from sanhu.domains.casework.models import Matter
from tests.cast import MONDAY_MORNING, carry, move
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.reading import words
from tests.portals.test_desk_lists import numbers_in
from tests.portals.test_desk_moves import fields, form_at, url_of


def page(desks: Desks, who: str, number: str) -> str:
    return words(desks.browser(who).get(f"/desk/matters/{number}/").content.decode())


def test_whoever_decides_reads_what_was_asked_and_what_the_date_would_be(desks: Desks):
    number = carry(desks.cast, to="in_progress").matter.number
    move(desks.cast, number, "ask_extension", by="孙")
    answer = desks.browser("徐").get(url_of(number, "grant_extension"))
    told = words(answer.content.decode())
    assert "批准后由11月16日延至11月23日" in told
    assert "清运车队排期在下周。" in told
    assert fields(answer)["public_words"] == "清运车辆排期"
    granted = desks.browser("徐").post(url_of(number, "grant_extension"), fields(answer))
    assert granted.status_code == 302
    said = "原定2026年11月16日，因清运车辆排期延期 5 个工作日，现为2026年11月23日。"
    for read in (page(desks, "孙", number), words(desks.browser().get(f"/matters/{number}/").content.decode())):
        assert said in read
        assert "和平街道办事处 2026年11月9日批准。依据：分类管理办法第二十四条。" in read


def test_the_public_reads_no_reason_that_was_not_passed(desks: Desks):
    number = carry(desks.cast, to="in_progress").matter.number
    move(desks.cast, number, "ask_extension", by="孙")
    assert "清运车辆排期" not in desks.browser().get(f"/matters/{number}/").content.decode(), "asked, not granted"
    move(desks.cast, number, "grant_extension", by="徐", public_words="车辆调配")
    shown = desks.browser().get(f"/matters/{number}/").content.decode()
    assert "因车辆调配延期" in shown
    assert "清运车队排期在下周" not in shown


@pytest.mark.parametrize(
    ("state", "code", "who", "said", "reason"),
    [
        ("in_progress", "ask_extension", "孙", {"amount": ""}, "请填写“延长多少”。"),
        ("in_progress", "ask_extension", "孙", {"amount": "0"}, "“延长多少”不能小于 1。"),
        ("in_progress", "ask_extension", "孙", {"amount": "三"}, "“延长多少”要写整数。"),
        ("in_progress", "ask_extension", "孙", {"article": ""}, "请填写“依据的条款”。"),
        ("in_progress", "ask_extension", "孙", {"public_words": ""}, "请填写“公开说明”。"),
        ("in_progress", "ask_suspension", "孙", {"cause": ""}, "请选择“现在不能办的原因”。"),
        ("in_progress", "ask_suspension", "孙", {"cause": "too_busy"}, "要从列出的选项里选"),
        ("accepted", "merge", "徐", {"into": ""}, "请填写“并入哪一件”。"),
        ("accepted", "merge", "徐", {"reason": ""}, "请填写“为什么是同一件事”。"),
        ("assigned", "supervise", "高", {"amount": ""}, "请填写“几个工作日内答复”。"),
        ("assigned", "urge", "徐", {"reason": ""}, "请填写“理由”。"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_lost(
    state: str, code: str, who: str, said: dict[str, str], reason: str, desks: Desks
):
    number = carry(desks.cast, to=state).matter.number
    client = desks.browser(who)
    whole = {"reason": "现场看过。", "article": "第一条", "amount": "2", "public_words": "天气", "cause": "season"}
    form = form_at(client, number, code) | whole | {"into": number} | said
    before = Matter.objects.get(number=number).revision
    answer = client.post(url_of(number, code), form)
    assert answer.status_code == 422
    told = answer.content.decode()
    assert reason in words(told)
    assert "reason" in said or "现场看过。" in told
    assert Matter.objects.get(number=number).revision == before


def test_a_merged_pair_is_linked_both_ways(desks: Desks):
    main, twin = (carry(desks.cast, to="accepted").matter.number for _ in range(2))
    client = desks.browser("徐")
    form = form_at(client, twin, "merge") | {"into": main, "reason": "同一处。"}
    assert client.post(url_of(twin, "merge"), form).status_code == 302
    assert f'href="/desk/matters/{main}/"' in client.get(f"/desk/matters/{twin}/").content.decode()
    assert "有 1 件并入这一件" in page(desks, "徐", main)
    assert f'href="/desk/matters/{twin}/"' in client.get(f"/desk/matters/{main}/").content.decode()


def test_lists_say_what_presses_and_narrow_to_it(desks: Desks):
    cast = desks.cast
    supervised, urged, plain = (carry(cast, to="assigned").matter.number for _ in range(3))
    move(cast, supervised, "supervise", by="高")
    move(cast, urged, "urge", by="徐")
    for code, who in (("send_back", "吴"), ("assign", "徐"), ("send_back", "吴"), ("rule", "高")):
        move(cast, urged, code, by=who)
    client = desks.browser("吴")
    told = words(client.get("/desk/").content.decode())
    assert "督办，11月12日前答复" in told
    assert "催办 1 次" in told
    assert "转手 3 次" in told
    for only, found in (("supervised", {supervised}), ("urged", {urged}), ("handed_round", {urged}), ("asked", set())):
        assert set(numbers_in(client.get(f"/desk/matters/?only={only}").content.decode())) == found, only
    assert client.get("/desk/matters/?only=gold").status_code == 400
    office = desks.browser("高").get("/desk/").content.decode()
    assert "/desk/matters/?only=handed_round" in office
    assert "多次转手 1" in words(office)
    assert "only=handed_round" not in desks.browser("徐").get("/desk/").content.decode()
    assert plain


def test_a_suspended_matter_has_no_date_and_its_review_has_one(desks: Desks, clock: Clock):
    carried = carry(desks.cast, to="suspended")
    told = page(desks, "徐", carried.matter.number)
    assert "期限暂停计算" in told
    assert "挂账，12月9日前查看" in told
    assert "因需要重大投入（等待管网改造立项），自2026年11月9日起暂缓办理" in told
    clock.forward(days=3)
    move(desks.cast, carried.matter.number, "resume", by="孙", at=MONDAY_MORNING + timedelta(days=3))
    assert "期限顺延，现为2026年11月18日" in page(desks, "徐", carried.matter.number)


def test_a_matter_suspended_when_it_was_late_gets_no_later(desks: Desks, clock: Clock):
    number = carry(desks.cast, to="in_progress").matter.number
    late = MONDAY_MORNING + timedelta(days=9)  # due on 16 November, two working days ago
    move(desks.cast, number, "ask_suspension", by="孙", at=late)
    move(desks.cast, number, "grant_suspension", by="高", at=late)
    for days in (9, 20):
        clock.at = MONDAY_MORNING + timedelta(days=days)
        assert "超 2 个工作日" in page(desks, "徐", number)


def test_each_rating_stands_after_its_close(desks: Desks):
    carried = carry(desks.cast, to="reopened")
    told = page(desks, "徐", carried.matter.number)
    assert told.index("评价：不满意") < told.index("重新办理 分类管理办法第二十八条")
    assert "重新办理" in words(desks.browser("徐").get("/desk/").content.decode())
