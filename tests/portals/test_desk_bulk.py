"""Many matters at once, page by page: choose, write, look, confirm — and a result for each."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.models import CoSigning, Matter, Step
from sanhu.engines.codes.case_numbers import display
from tests.cast import LEAD, MONDAY_MORNING, carry, move
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers
from tests.portals.policy import breaches
from tests.portals.reading import words

URL = "/desk/bulk/"


def carried(desks: Desks, *states: str) -> list[str]:
    return [carry(desks.cast, to=state).matter.number for state in states]


def sent_from(answer: HttpResponse, holding: str = "client_id") -> dict[str, Any]:
    """Give what a page's form would send, each of the chosen matters among it."""
    html = answer.content.decode()
    return answers(html, holding=holding) | {"seen": re.findall(r'name="seen" value="([^"]+)"', html)}


def test_matters_are_assigned_together_with_words_filled_for_each(desks: Desks):
    numbers = carried(desks, "accepted", "accepted", "done")
    client = desks.browser("徐")
    chosen = client.post(URL, {"number": numbers})
    assert (chosen.status_code, breaches(chosen)) == (200, [])
    assert "选了 3 件" in words(chosen.content.decode())
    assert "交办 2 件" in words(chosen.content.decode())
    assert "核查通过" not in words(chosen.content.decode())
    form = sent_from(chosen, "seen")
    written = client.post(URL, form | {"move": "assign"})
    assert (written.status_code, breaches(written)) == (200, [])
    form = sent_from(written)
    unfinished = client.post(URL, form | {"preview": "1"})
    assert (unfinished.status_code, "请选择“主责单位”。" in words(unfinished.content.decode())) == (422, True)
    said = form | {"lead": str(desks.cast.bodies[LEAD].pk), "reply": "{编号} 已交{单位}办理。", "preview": "1"}
    braces = client.post(URL, said | {"reply": "{电话}"})
    assert (braces.status_code, "没有“电话”这个占位符" in words(braces.content.decode())) == (422, True)
    preview = client.post(URL, said)
    told = words(preview.content.decode())
    assert "2 件可以办。还没有提交。" in told
    assert f"{display(numbers[0])} 已交区城市管理局办理。" in told
    assert "现在的状态不能这样办理" in told
    assert Matter.objects.filter(state="assigned").count() == 0
    confirm = sent_from(preview) | {"confirm": "1"}
    results = [client.post(URL, confirm) for _press in range(2)]
    assert ["办好 2 件，没有办成 1 件" in words(result.content.decode()) for result in results] == [True, True]
    assert all("没有办成 现在的状态不能这样办理" in words(result.content.decode()) for result in results)
    assert all(f"/desk/matters/{number}/" in results[0].content.decode() for number in numbers)
    assert Step.objects.filter(move="assign", matter__number__in=numbers[:2]).count() == 2
    assert (
        Step.objects.get(move="assign", matter__number=numbers[0]).reply
        == f"{display(numbers[0])} 已交区城市管理局办理。"
    )


def test_what_a_colleague_did_meanwhile_is_told_at_its_row(desks: Desks):
    numbers = carried(desks, "assigned", "assigned")
    client = desks.browser("吴")
    form = sent_from(client.post(URL, {"number": numbers}), "seen") | {"move": "sign"}
    preview = client.post(URL, sent_from(client.post(URL, form)) | {"preview": "1"})
    move(desks.cast, numbers[1], "sign", by="吴")
    done = client.post(URL, sent_from(preview) | {"confirm": "1"})
    told = words(done.content.decode())
    assert "办好 1 件，没有办成 0 件，同事刚办过 1 件" in told
    assert Step.objects.filter(move="sign").count() == 2


def test_nothing_chosen_too_much_chosen_and_what_is_not_ones_own(desks: Desks):
    client = desks.browser("吴")
    none = client.post(URL, {})
    assert (none.status_code, "没有选中办件" in words(none.content.decode())) == (422, True)
    (own,) = carried(desks, "assigned")
    many = client.post(URL, {"number": [own, *(f"99010120260000{one:04}" for one in range(100))]})
    assert (many.status_code, "一次最多办 100 件" in words(many.content.decode())) == (422, True)
    (foreign,) = carried(desks, "registered")
    mixed = client.post(URL, {"number": [own, foreign]})
    assert "选了 1 件" in words(mixed.content.decode())
    assert client.get(URL).status_code == 405
    assert client.post(URL, {"number": [own], "move": "decline"}).status_code == 400
    for seen in ("x", "1:x", "1:²", f"1:{'9' * 5000}"):
        assert client.post(URL, {"seen": [seen]}).status_code == 400
    nothing = desks.browser("陈").post(URL, {"number": [own]})
    assert "没有可以一起办的步骤" in words(nothing.content.decode())


def test_a_body_that_may_not_lead_and_an_unnamed_objector_are_told_before_anything_moves(desks: Desks):
    (number,) = carried(desks, "accepted")
    dispatcher = desks.browser("徐")
    form = sent_from(dispatcher.post(URL, {"number": [number], "move": "assign"}))
    committee = str(desks.cast.bodies["翠园社区居民委员会"].pk)
    assert f'value="{committee}"' not in dispatcher.post(URL, form).content.decode()
    (objected,) = carried(desks, "in_progress")
    CoSigning.objects.create(
        matter=Matter.objects.get(number=objected),
        organisation=desks.cast.bodies["安居物业服务有限公司"],
        question="是否同意？",
        state="objected",
        asked_post=desks.cast["孙"].post,
        asked_by=desks.cast["孙"].person,
        asked_at=MONDAY_MORNING + timedelta(days=1),
        answer_by=MONDAY_MORNING.date(),
        answered_at=MONDAY_MORNING + timedelta(days=1),
        answered_by=desks.cast["马"].person,
    )
    handler = desks.browser("孙")
    form = sent_from(handler.post(URL, {"number": [objected], "move": "finish"})) | {"preview": "1"}
    told = words(handler.post(URL, form | {"reason": "已清运。"}).content.decode())
    assert "须逐一写出该单位的全称" in told
    assert "0 件可以办" in told
    named = words(handler.post(URL, form | {"reason": "安居物业服务有限公司没有人手。"}).content.decode())
    assert "1 件可以办" in named


def test_queries_do_not_grow_with_what_is_chosen(desks: Desks):
    numbers = carried(desks, "assigned", "signed", "in_progress")
    client = desks.browser("吴")
    client.post(URL, {"number": numbers})
    asked = []
    for chosen in (numbers[:1], numbers):
        with CaptureQueriesContext(connection) as queries:
            told = client.post(URL, {"number": chosen, "move": "sign", "client_id": str(uuid4()), "preview": "1"})
        assert "1 件可以办" in words(told.content.decode())
        asked.append(len(queries))
    assert asked[0] == asked[1]
