"""The one form of every move: counted once, never stale unnoticed, and complete before it is taken."""

import re
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.catalogue.models import Duty
from tests.cast import AFTER, carry, move
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers
from tests.portals.reading import words

MET_BEFORE = "您填表的时候，同事已经办了"
ASSIGN_WORDS = "三号楼属于市政道路，请城管局先看。"


def fields(answer: HttpResponse) -> dict[str, str]:
    """Give what the shown form would send as it stands."""
    return answers(answer.content.decode())


def form_at(client: Client, number: str, code: str) -> dict[str, str]:
    answer = client.get(url_of(number, code))
    assert answer.status_code == 200
    return fields(answer)


def url_of(number: str, code: str) -> str:
    return f"/desk/matters/{number}/moves/{code}/"


def steps_of(number: str) -> list[str]:
    return list(Step.objects.filter(matter__number=number).order_by("ordinal").values_list("move", flat=True))


GOOD = {
    "accept": lambda desks: {"duty": desks.cast.duties["K1-06"].pk, "public_title": "装修垃圾"},
    "decline": lambda desks: {"reason": "正在诉讼中。", "article": "办法第八条"},
    "assign": lambda desks: {"lead": desks.cast.bodies["区城市管理局"].pk},
    "finish": lambda desks: {"reason": "已清运。"},
    "rework": lambda desks: {"reason": "还有两袋。"},
}
MAKERS = [
    ("registered", "accept", "周"),
    ("registered", "decline", "周"),
    ("accepted", "assign", "徐"),
    ("assigned", "sign", "吴"),
    ("signed", "start", "孙"),
    ("in_progress", "finish", "孙"),
    ("done", "verify", "陈"),
    ("done", "rework", "陈"),
    ("verified", "close", "何"),
]


@pytest.mark.covers("R44")
@pytest.mark.parametrize(("state", "code", "who"), MAKERS)
def test_the_same_form_sent_twice_is_one_step(state: str, code: str, who: str, desks: Desks):
    number = carry(desks.cast, to=state).matter.number
    client = desks.browser(who)
    form = form_at(client, number, code) | GOOD.get(code, lambda _desks: {})(desks)
    pressed = [client.post(url_of(number, code), form) for _press in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in pressed] == [(302, f"/desk/matters/{number}/")] * 2
    assert steps_of(number).count(code) == 1
    target = {"decline": "declined", "rework": "in_progress"}.get(code) or AFTER[code]
    assert Matter.objects.get(number=number).state == target


def test_the_same_form_with_other_words_keeps_them_under_a_new_number(desks: Desks):
    number = carry(desks.cast, to="in_progress").matter.number
    client = desks.browser("孙")
    form = form_at(client, number, "finish")
    assert client.post(url_of(number, "finish"), form | {"reason": "已清运一车。"}).status_code == 302
    other = client.post(url_of(number, "finish"), form | {"reason": "已清运两车，并冲洗地面。"})
    assert other.status_code == 409
    assert "这张表已经提交过一次，内容不同" in other.content.decode()
    kept = fields(other)
    assert kept["reason"] == "已清运两车，并冲洗地面。"
    assert kept["client_id"] != form["client_id"]
    assert steps_of(number).count("finish") == 1


@pytest.mark.covers("R44")
def test_a_form_that_a_colleague_overtook_shows_what_changed_and_keeps_the_words(desks: Desks):
    number = carry(desks.cast, to="accepted").matter.number
    client = desks.browser("徐")
    form = form_at(client, number, "assign") | GOOD["assign"](desks) | {"reason": ASSIGN_WORDS}
    colleague = desks.browser("高")
    assert colleague.post(url_of(number, "assign"), form_at(colleague, number, "assign")).status_code == 302
    stale = client.post(url_of(number, "assign"), form)
    assert stale.status_code == 409
    told = words(stale.content.decode())
    assert MET_BEFORE in told
    assert re.search(r"11月9日 [0-9:]+ \S+ 交办", told)
    assert "现在的状态不能这样办理" in told
    assert ASSIGN_WORDS in stale.content.decode()
    assert steps_of(number) == ["register", "accept", "assign"]


def test_a_stale_form_that_is_still_possible_can_be_sent_again(desks: Desks):
    number = carry(desks.cast, to="done").matter.number
    client = desks.browser("陈")
    form = form_at(client, number, "rework") | {"reason": "墙角还有两袋。"}
    move(desks.cast, number, "rework", by="何", reason="没有清完。")
    move(desks.cast, number, "finish", by="孙", reason="又清了一遍。")
    stale = client.post(url_of(number, "rework"), form)
    assert stale.status_code == 409
    told = words(stale.content.decode())
    assert MET_BEFORE in told
    assert told.index("核查不通过，返工", told.index(MET_BEFORE)) < told.index("办理完毕", told.index(MET_BEFORE))
    again = fields(stale)
    assert (again["reason"], again["revision"]) == ("墙角还有两袋。", str(int(form["revision"]) + 2))
    assert client.post(url_of(number, "rework"), again).status_code == 302
    assert steps_of(number)[-3:] == ["rework", "finish", "rework"]


@pytest.mark.parametrize(
    ("state", "code", "who", "said", "reason"),
    [
        ("registered", "decline", "周", {"article": "办法第八条"}, "请填写“理由”。"),
        ("registered", "decline", "周", {"reason": "诉讼中"}, "请填写“依据的条款”。"),
        ("registered", "decline", "周", {"reason": " \u3000", "article": " "}, "请填写“理由”。"),
        ("assigned", "send_back", "吴", {"reason": "不归我们"}, "请填写“依据的条款”。"),
        ("assigned", "send_back", "吴", {"article": "条例第一条"}, "请填写“理由”。"),
        ("in_progress", "finish", "孙", {}, "请填写“办理结果”。"),
        ("done", "rework", "陈", {"reason": ""}, "请填写“理由”。"),
        ("done", "rework", "陈", {"reason": "长" * 2001}, "“理由”最多 2000 个字，现在有 2001 个。"),
        ("registered", "decline", "周", {"reason": "诉", "article": "条" * 201}, "“依据的条款”最多 200 个字"),
        ("registered", "accept", "周", {"duty": ""}, "请选择“归入哪一项”。"),
        ("registered", "accept", "周", {"duty": "0"}, "“归入哪一项”要从列出的选项里选。"),
        ("registered", "accept", "周", {"duty": "1' OR 1=1"}, "“归入哪一项”要从列出的选项里选。"),
        ("accepted", "assign", "徐", {"lead": ""}, "请选择“主责单位”。"),
        ("accepted", "assign", "徐", {"lead": "0"}, "“主责单位”要从列出的选项里选。"),
        ("assigned", "sign", "吴", {"client_id": "1"}, "表单编号|client_id|格式不对"),
        ("assigned", "sign", "吴", {"revision": ""}, "revision|请填写"),
        ("assigned", "sign", "吴", {"revision": "-1"}, "revision|不能小于"),
    ],
)
def test_what_a_move_needs_is_asked_for_by_name_and_nothing_is_lost(
    state: str, code: str, who: str, said: dict[str, str], reason: str, desks: Desks
):
    number = carry(desks.cast, to=state).matter.number
    before = steps_of(number)
    client = desks.browser(who)
    form = form_at(client, number, code) | {"reply": "请放心，正在处理。"} | said
    answer = client.post(url_of(number, code), form)
    assert answer.status_code == 422
    assert re.search(reason, answer.content.decode())
    assert "请放心，正在处理。" in answer.content.decode()
    assert steps_of(number) == before


def test_a_title_for_the_public_is_one_short_line(desks: Desks):
    number = carry(desks.cast, to="registered").matter.number
    client = desks.browser("周")
    form = form_at(client, number, "accept") | GOOD["accept"](desks) | {"public_title": "题" * 61}
    answer = client.post(url_of(number, "accept"), form)
    assert answer.status_code == 422
    assert "“公开标题”最多 60 个字，现在有 61 个。" in answer.content.decode()


@pytest.mark.covers("R6")
def test_one_body_of_this_district_leads_and_never_a_committee_where_the_law_gives_it_to_government(desks: Desks):
    number = carry(desks.cast, to="accepted").matter.number
    client = desks.browser("徐")
    form = form_at(client, number, "assign")
    bodies = desks.cast.bodies
    offered = client.get(url_of(number, "assign")).content.decode()
    for name in ("翠园社区居民委员会", "东街道"):
        assert f">{name}<" not in offered
        refused = client.post(url_of(number, "assign"), form | {"lead": bodies[name].pk})
        assert refused.status_code == 422, name
    both = [bodies["翠园社区居民委员会"].pk, bodies["区城市管理局"].pk]
    assert Matter.objects.get(number=number).lead is None
    assert client.post(url_of(number, "assign"), form | {"lead": both}).status_code == 302
    assert Matter.objects.get(number=number).lead == bodies["区城市管理局"]


def test_a_duty_of_a_catalogue_that_is_not_in_force_is_not_taken(desks: Desks):
    number = carry(desks.cast, to="registered").matter.number
    Duty.objects.filter(item__code="K1-06").update()
    version = desks.cast.version
    type(version).objects.filter(pk=version.pk).update(in_force_from="2027-01-01")
    client = desks.browser("周")
    answer = client.post(url_of(number, "accept"), form_at(client, number, "accept") | GOOD["accept"](desks))
    assert answer.status_code == 422
    assert steps_of(number) == ["register"]


@pytest.mark.parametrize("revision", ["0", "99", str(10**30)])
def test_a_forged_revision_makes_no_step(revision: str, desks: Desks):
    number = carry(desks.cast, to="assigned").matter.number
    client = desks.browser("吴")
    form = form_at(client, number, "sign") | {"revision": revision}
    assert client.post(url_of(number, "sign"), form).status_code == 409
    assert steps_of(number)[-1] == "assign"


def test_a_client_id_of_somebody_else_is_not_answered_with_their_deed(desks: Desks):
    first, second = (carry(desks.cast, to=state).matter.number for state in ("accepted", "registered"))
    form = form_at(desks.browser("徐"), first, "assign")
    assert desks.browser("徐").post(url_of(first, "assign"), form).status_code == 302
    taken = {"client_id": form["client_id"]}
    client = desks.browser("周")
    forged = client.post(url_of(second, "accept"), form_at(client, second, "accept") | GOOD["accept"](desks) | taken)
    assert forged.status_code == 409
    assert steps_of(second) == ["register"]


def test_a_move_is_told_to_whoever_made_it_and_to_nobody_else(desks: Desks):
    number = carry(desks.cast, to="assigned").matter.number
    client = desks.browser("吴")
    told = client.post(url_of(number, "sign"), {"client_id": str(uuid4()), "revision": 3}, follow=True)
    assert "已记下：签收。" in words(told.content.decode())
    assert "已记下" not in words(desks.browser("孙").get(f"/desk/matters/{number}/").content.decode())


def test_the_reporters_number_is_masked_for_everybody_even_for_whoever_calls_back(desks: Desks):
    report = {"contact_channel": "sms", "contact_address": "13912345678"}
    number = carry(desks.cast, to="assigned", **report).matter.number
    seen = {
        who: "13912345678" in desks.browser(who).get(f"/desk/matters/{number}/").content.decode()
        for who in "周徐吴孙陈何高"
    }
    assert not any(seen.values())
    masked = desks.browser("吴").get(f"/desk/matters/{number}/").content.decode()
    assert "139******78" in masked
