"""Standing in for somebody at the desk: chosen like a post, shown on every page, gone when it is over."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from django.test import Client

from sanhu.domains.subjects.models import Delegation
from sanhu.domains.subjects.services.delegations import end
from tests.cast import carry
from tests.conftest import Clock
from tests.deputising import lend
from tests.portals.conftest import Desks
from tests.portals.reading import words


def wish(**changes: object) -> Mapping[str, object]:
    """Fill in the form in which 周 lends her post to 徐 for a week."""
    said: dict[str, object] = {
        "client_id": str(uuid4()),
        "deputy_staff_number": "0012",
        "starts_on": "2026-11-09",
        "ends_on": "2026-11-15",
        "reason": "leave",
        "permissions": ["matter.view", "matter.register", "matter.accept"],
    }
    return said | changes


def page_of(client: Client, path: str) -> str:
    return words(client.get(path).content.decode())


def test_a_clerk_lends_her_post_and_both_see_it(desks: Desks):
    zhou, url = desks.browser("周"), f"/desk/posts/{desks.cast['周'].post.pk}/delegate/"
    assert "安排别人代办：窗口受理员" in page_of(zhou, "/desk/posts/")
    assert "现在没有人代您办。" in page_of(zhou, "/desk/posts/")
    form = page_of(zhou, url)
    assert "受理" in form
    assert zhou.post(url, wish())["Location"] == "/desk/posts/"
    given = Delegation.objects.get()
    assert (given.deputy, given.post, given.given_by) == (
        desks.cast["徐"].person, desks.cast["周"].post, desks.cast["周"].person,
    )  # fmt: skip
    assert "徐刚" in page_of(zhou, "/desk/posts/")
    xu = page_of(desks.browser("徐"), "/desk/posts/")
    assert "代 周敏（和平街道办事处 窗口受理员）办，至 11月15日" in xu
    assert "我代别人办" in xu
    assert "换岗位" in page_of(desks.browser("徐"), "/desk/matters/")
    administrator = page_of(desks.browser("钱"), f"/desk/people/{desks.cast['周'].person.pk}/")
    assert "徐刚 代 周敏" in administrator


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deputy_staff_number": "0011"}, "代办人：不能是本人"),
        ({"deputy_staff_number": "7777"}, "代办人：本区没有这个工号"),
        ({"ends_on": "2027-06-30"}, "到哪天止：超过了一次代办的最长天数"),
        ({"starts_on": "2026-11-08"}, "从哪天起：不能早于今天"),
    ],
)
def test_a_faulty_wish_says_what_is_wrong_and_keeps_the_rest(desks: Desks, changes: dict[str, object], said: str):
    url = f"/desk/posts/{desks.cast['周'].post.pk}/delegate/"
    answer = desks.browser("周").post(url, wish(**changes))
    assert answer.status_code == 422
    assert said in words(answer.content.decode())
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("who", ["徐", "孙", "冯", "沈", "郑"])
def test_nobody_lends_another_s_post(desks: Desks, who: str):
    url = f"/desk/posts/{desks.cast['周'].post.pk}/delegate/"
    client = desks.browser(who)
    assert [client.get(url).status_code, client.post(url, wish()).status_code] == [404, 404]
    assert not Delegation.objects.exists()


def test_the_system_administrator_lends_the_post_of_somebody_who_fell_ill(desks: Desks):
    person, post = desks.cast["周"].person, desks.cast["周"].post
    client = desks.browser("钱")
    assert f"/desk/posts/{post.pk}/delegate/" in client.get(f"/desk/people/{person.pk}/").content.decode()
    assert client.post(f"/desk/posts/{post.pk}/delegate/", wish())["Location"] == f"/desk/people/{person.pk}/"
    assert Delegation.objects.get().given_by == desks.cast["钱"].person


def test_a_deputy_acts_in_the_post_and_every_page_says_for_whom(desks: Desks, clock: Clock):
    given = lend(desks.cast["周"], desks.cast["徐"], at=clock.now(), days=3)
    number = carry(desks.cast, to="registered").matter.number
    client = desks.browser("徐")
    assert client.get(f"/desk/matters/{number}/moves/accept/").status_code == 403
    assert client.post("/desk/posts/", {"post": given.ref})["Location"] == "/desk/"
    for path in ("/desk/", "/desk/matters/", f"/desk/matters/{number}/", "/desk/posts/"):
        assert "徐刚 代 周敏" in page_of(client, path)
    assert "至 11月11日" in page_of(client, "/desk/")
    chosen = f'<button type="submit" class="btn" name="post" value="{given.ref}" aria-current="true">'
    assert chosen in client.get("/desk/posts/").content.decode()
    assert client.get("/desk/posts/").content.decode().count('class="btn quiet" name="post"') == 1
    accepting = {
        "client_id": str(uuid4()), "revision": 1, "duty": desks.cast.duties["K1-06"].pk, "public_title": "装修垃圾",
    }  # fmt: skip
    assert client.post(f"/desk/matters/{number}/moves/accept/", accepting).status_code == 302
    assert "徐刚 代 周敏（和平街道办事处 窗口受理员）" in page_of(desks.browser("周"), f"/desk/matters/{number}/")
    record = page_of(desks.browser("沈"), f"/desk/record/?subject=matter:{number}")
    assert "工号 0012 代 0011" in record


@pytest.mark.parametrize("how", ["ended", "over"])
def test_a_session_whose_delegation_is_over_acts_in_its_own_post_again(desks: Desks, clock: Clock, how: str):
    given = lend(desks.cast["周"], desks.cast["徐"], at=clock.now(), days=2)
    client = desks.browser("徐")
    client.post("/desk/posts/", {"post": given.ref})
    if how == "ended":
        end(delegation_id=given.pk, actor=desks.cast.actor("周"), at=clock.now(), client_id=uuid4())
    else:
        clock.forward(days=2)
        client = desks.browser("徐")
        session = client.session
        session["post"] = given.ref
        session.save()
    page = page_of(client, "/desk/")
    assert "代 周敏" not in page
    assert "徐刚" in page
    assert client.post("/desk/posts/", {"post": given.ref}).status_code == 200


def test_it_is_ended_on_the_page_of_either(desks: Desks, clock: Clock):
    given = lend(desks.cast["周"], desks.cast["徐"], at=clock.now())
    url = f"/desk/posts/delegations/{given.pk}/end/"
    assert desks.browser("孙").get(url).status_code == 404
    client = desks.browser("徐")
    assert "徐刚不再代周敏办理" in page_of(client, url)
    assert client.post(url, {"client_id": str(uuid4())})["Location"] == "/desk/posts/"
    given.refresh_from_db()
    assert given.ended_by == desks.cast["徐"].person
    assert client.post(url, {"client_id": str(uuid4())}).status_code == 422
