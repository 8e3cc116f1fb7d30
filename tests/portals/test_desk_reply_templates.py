"""Templates at the desk: a body keeps its own, and one is put into a form without losing what was typed."""

from uuid import uuid4

from sanhu.domains.casework.models import ReplyTemplate, Step
from sanhu.domains.casework.services.reply_templates import Draft, add_template
from sanhu.engines.codes.case_numbers import display
from tests.cast import MONDAY_MORNING, carry
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers
from tests.portals.policy import breaches
from tests.portals.reading import words

TEXT = "您反映的“{事项}”（{编号}）由{单位}办理，最迟{期限}办结。"
NEW = "/desk/reply-templates/new/"


def template(desks: Desks, *, by: str = "孙", name: str = "已清运", text: str = TEXT, move: str = "") -> ReplyTemplate:
    return add_template(actor=desks.cast.actor(by), at=MONDAY_MORNING, draft=Draft(name, text, move))


def test_a_template_is_written_changed_and_taken_out_of_use(desks: Desks):
    client = desks.browser("吴")
    shown = client.get(NEW)
    assert (shown.status_code, breaches(shown)) == (200, [])
    form = answers(shown.content.decode()) | {"name": "已清运", "text": "{姓名}您好", "move": "finish"}
    unknown = client.post(NEW, form)
    assert (unknown.status_code, "没有“姓名”这个占位符" in words(unknown.content.decode())) == (422, True)
    sent = [client.post(NEW, form | {"text": TEXT}) for _press in range(2)]
    assert [answer.status_code for answer in sent] == [302, 302]
    kept = ReplyTemplate.objects.get()
    assert "已清运" in words(client.get("/desk/reply-templates/").content.decode())
    assert "已清运" not in words(desks.browser("马").get("/desk/reply-templates/").content.decode())
    url = f"/desk/reply-templates/{kept.pk}/"
    assert desks.browser("马").get(url).status_code == 404
    form = answers(client.get(url).content.decode())
    assert client.post(url, form | {"text": "已清运。"}).status_code == 302
    stale = client.post(url, form | {"text": "别的话。", "client_id": str(uuid4())})
    assert stale.status_code == 409
    told = words(stale.content.decode())
    assert "现在的内容：已清运。" in told
    assert answers(stale.content.decode())["revision"] == "2"
    retire = f"{url}retire/"
    assert client.post(retire, answers(client.get(retire).content.decode())).status_code == 302
    assert "还没有常用答复。" in words(client.get("/desk/reply-templates/").content.decode())


def test_the_words_are_filled_into_a_form_that_keeps_what_was_typed_and_writes_nothing(desks: Desks):
    number = carry(desks.cast, to="in_progress").matter.number
    chosen = template(desks)
    template(desks, name="只用于签收", move="sign")
    client, url = desks.browser("孙"), f"/desk/matters/{number}/moves/finish/"
    shown = client.get(url)
    text = shown.content.decode()
    assert "只用于签收" not in text
    assert breaches(shown) == []
    typed = answers(text) | {"reason": "已清运一车。", "reply": "您好！", "template": str(chosen.pk)}
    filled = client.post(url, typed | {"fill": "reply"})
    assert filled.status_code == 200
    now = answers(filled.content.decode())
    assert now["reason"] == "已清运一车。"
    item = desks.cast.duties["K1-06"].item.name
    told = f"您反映的“{item}”（{display(number)}）由区城市管理局办理，最迟2026年11月16日办结。"
    assert now["reply"] == f"您好！\n{told}"
    assert (now["client_id"], now["revision"]) == (typed["client_id"], typed["revision"])
    again = answers(client.post(url, now | {"template": str(chosen.pk), "fill": "reply"}).content.decode())
    assert again["reply"] == now["reply"]
    assert not Step.objects.filter(move="finish").exists()
    assert client.post(url, now).status_code == 302
    assert Step.objects.get(move="finish").reply.splitlines()[0] == "您好！"


def test_a_template_of_another_body_is_not_filled_in(desks: Desks):
    number = carry(desks.cast, to="in_progress").matter.number
    foreign = template(desks, by="马")
    client, url = desks.browser("孙"), f"/desk/matters/{number}/moves/finish/"
    form = answers(client.get(url).content.decode()) | {"reason": "已清运。"}
    kept = answers(client.post(url, form | {"template": str(foreign.pk), "fill": "reply"}).content.decode())
    assert (kept["reason"], kept["reply"]) == ("已清运。", "")


def test_on_acceptance_the_words_speak_of_the_item_that_is_being_chosen(desks: Desks):
    number = carry(desks.cast, to="registered").matter.number
    chosen, duty = template(desks, by="周"), desks.cast.duties["K1-06"]
    client, url = desks.browser("周"), f"/desk/matters/{number}/moves/accept/"
    form = answers(client.get(url).content.decode()) | {"template": str(chosen.pk), "fill": "reply"}
    # When the handling is due nobody knows yet: what runs is the time for accepting.
    for said, item in (({}, "待定"), ({"duty": str(duty.pk)}, duty.item.name), ({"duty": "0"}, "待定")):
        filled = answers(client.post(url, form | said).content.decode())["reply"]
        assert filled == f"您反映的“{item}”（{display(number)}）由待定办理，最迟待定办结。"
