"""Co-signing on pages: the lead asks, the body asked finds it waiting and answers, the result deals with objections."""

from datetime import timedelta

from sanhu.domains.casework.models import CoSigning, Matter
from tests.cast import MONDAY_MORNING, carry, move
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers
from tests.portals.policy import breaches
from tests.portals.reading import words

FIRM = "安居物业服务有限公司"
QUESTION = "清运后由贵单位每周巡查一次，是否同意？"
FIRST = MONDAY_MORNING - timedelta(days=1)


def in_hand(desks: Desks) -> str:
    return carry(desks.cast, to="in_progress", at=FIRST).matter.number


def ask(desks: Desks, number: str) -> CoSigning:
    client, url = desks.browser("孙"), f"/desk/matters/{number}/cosigning/"
    shown = client.get(url)
    assert (shown.status_code, breaches(shown)) == (200, [])
    form = answers(shown.content.decode())
    assert form["within"] == "3"
    said = form | {"bodies": [str(desks.cast.bodies[FIRM].pk)], "question": QUESTION}
    sent = [client.post(url, said) for _press in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in sent] == [(302, f"/desk/matters/{number}/")] * 2
    return CoSigning.objects.get()


def test_from_the_question_to_a_result_that_deals_with_the_objection(desks: Desks, clock: Clock):
    number = in_hand(desks)
    lead, firm = desks.browser("孙"), desks.browser("马")
    assert firm.get(f"/desk/matters/{number}/").status_code == 404
    row = ask(desks, number)
    inbox = words(firm.get("/desk/").content.decode())
    assert "会签，11月12日前答复" in inbox
    page = firm.get(f"/desk/matters/{number}/")
    assert "请其他单位会签" not in words(page.content.decode())
    url = f"/desk/matters/{number}/cosigning/{row.pk}/answer/"
    assert url in page.content.decode()
    blocked = lead.get(f"/desk/matters/{number}/moves/finish/")
    assert blocked.status_code == 403
    assert "还有单位没有答复会签" in words(blocked.content.decode())
    clock.forward(days=7)
    lead, firm = desks.browser("孙"), desks.browser("马")
    late = words(lead.get(f"/desk/matters/{number}/").content.decode())
    assert "超期未答复" in late
    form = answers(firm.get(url).content.decode())
    faulty = firm.post(url, form | {"answer": "object", "words": ""})
    assert (faulty.status_code, "不同意须说明为什么" in words(faulty.content.decode())) == (422, True)
    assert firm.post(url, form | {"answer": "object", "words": "夜间没有人手。"}).status_code == 302
    assert firm.get(f"/desk/matters/{number}/").status_code == 200
    told = words(lead.get(f"/desk/matters/{number}/").content.decode())
    assert "逾期答复" in told
    assert "夜间没有人手。" in told
    finish = f"/desk/matters/{number}/moves/finish/"
    shown = lead.get(finish)
    assert f"{FIRM}不同意会签" in words(shown.content.decode())
    said = answers(shown.content.decode()) | {"reason": "已清运。"}
    refused = lead.post(finish, said)
    assert (refused.status_code, "须逐一写出该单位的全称" in words(refused.content.decode())) == (422, True)
    assert lead.post(finish, said | {"reason": f"{FIRM}没有人手，改为白天巡查。"}).status_code == 302
    assert Matter.objects.get(number=number).state == "done"


def test_a_question_is_taken_back_by_the_lead_alone(desks: Desks):
    number = in_hand(desks)
    row = ask(desks, number)
    url = f"/desk/matters/{number}/cosigning/{row.pk}/withdraw/"
    refused = desks.browser("马").get(url)
    assert (refused.status_code, "只有主责单位" in words(refused.content.decode())) == (403, True)
    lead = desks.browser("吴")
    form = answers(lead.get(url).content.decode())
    assert lead.post(url, form | {"reason": ""}).status_code == 422
    assert lead.post(url, form | {"reason": "已当面谈妥。"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"
    again = desks.browser("马").get(f"/desk/matters/{number}/cosigning/{row.pk}/answer/")
    assert again.status_code == 404, "it has nothing to see there any more"


def test_nobody_but_the_lead_asks_and_faults_stand_at_their_fields(desks: Desks):
    number = in_hand(desks)
    url = f"/desk/matters/{number}/cosigning/"
    told = {who: desks.browser(who).get(url).status_code for who in "周徐陈马郑孙吴"}
    assert told == {"周": 403, "徐": 403, "陈": 403, "马": 404, "郑": 404, "孙": 200, "吴": 200}
    lead = desks.browser("孙")
    form = answers(lead.get(url).content.decode())
    empty = lead.post(url, form | {"question": ""})
    assert empty.status_code == 422
    assert "请填写“会签的问题”。" in words(empty.content.decode())
    assert lead.get(f"/desk/matters/{number}/cosigning/999999/answer/").status_code == 404
    move(desks.cast, number, "finish", by="孙")
    assert lead.get(url).status_code == 403
    assert not CoSigning.objects.exists()
