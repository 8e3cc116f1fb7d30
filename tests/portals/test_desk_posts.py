"""Acting through one post: its powers, only its powers, and only while it is in force."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.test import Client

from sanhu.domains.casework.models import Step
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.models import Appointment, Organisation, Post, Role
from sanhu.domains.subjects.services.posts import Terms, appoint, leave_post
from sanhu.engines.actors import SYSTEM
from tests.cast import APPOINTED, carry, move, report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.reading import words

ANOTHER_PERSON = "核查和办结须由承办人以外的人进行，换岗位也不行"


@pytest.fixture
def second(desks: Desks, clock: Clock) -> Post:
    """Give 孙 of the bureau a second post: clerk of the street, with every power over its matters."""
    return appoint(
        person_id=desks.cast["孙"].person.pk,
        organisation_id=desks.cast.bodies["和平街道办事处"].pk,
        role="integrated_clerk",
        title="综合窗口",
        terms=APPOINTED,
        actor=SYSTEM,
        at=clock.now(),
    )


def switch(client: Client, post: Post) -> None:
    assert client.post("/desk/posts/", {"post": post.pk})["Location"] == "/desk/"


def leave(post: Post, at: datetime) -> None:
    leave_post(post_id=post.pk, ground=LeavingGround.REASSIGNED, basis="调任通知", actor=SYSTEM, at=at)


def test_only_whoever_has_two_posts_is_offered_to_switch(desks: Desks, second: Post):
    offers = {who: "换岗位" in desks.browser(who).get("/desk/").content.decode() for who in ("孙", "周")}
    assert offers == {"孙": True, "周": False}
    page = words(desks.browser("孙").get("/desk/posts/").content.decode())
    assert "区城市管理局 科员（任命）" in page
    assert "和平街道办事处 综合窗口（任命）" in page


def test_one_acts_with_the_powers_of_the_chosen_post_alone(desks: Desks, second: Post):
    number = carry(desks.cast, to="signed").matter.number
    own = desks.cast["孙"].post
    client = desks.browser("孙")
    pages = ("/desk/register/", f"/desk/matters/{number}/moves/start/")
    assert [client.get(page).status_code for page in pages] == [403, 200]
    switch(client, second)
    assert [client.get(page).status_code for page in pages] == [200, 403]
    assert "和平街道办事处 综合窗口" in words(client.get("/desk/").content.decode())
    switch(client, own)
    assert [client.get(page).status_code for page in pages] == [403, 200]


def test_a_post_that_is_not_ones_own_is_not_chosen(desks: Desks, second: Post):
    client = desks.browser("孙")
    for other in (desks.cast["周"].post.pk, desks.cast["郑"].post.pk, 0, "", "abc", 10**30):
        assert client.post("/desk/posts/", {"post": other}).status_code == 200
    assert client.get("/desk/register/").status_code == 403


@pytest.mark.covers("R44")
@pytest.mark.parametrize(("to", "code"), [("done", "verify"), ("done", "rework"), ("verified", "close")])
def test_who_handled_a_matter_neither_verifies_nor_closes_it_through_a_second_post(
    to: str, code: str, desks: Desks, second: Post
):
    carried = carry(desks.cast, to=to)
    steps = Step.objects.filter(matter=carried.matter).count()
    client = desks.browser("孙")
    switch(client, second)
    url = f"/desk/matters/{carried.matter.number}/moves/{code}/"
    form = {"client_id": str(uuid4()), "revision": carried.matter.revision, "reason": "自己看过"}
    for answer in (client.get(url), client.post(url, form)):
        assert answer.status_code == 403
        assert ANOTHER_PERSON in answer.content.decode()
    assert Step.objects.filter(matter=carried.matter).count() == steps
    shown = f"{carried.matter.number[:6]}-{carried.matter.number[6:14]}-{carried.matter.number[14:]}"
    assert shown not in client.get("/desk/").content.decode()
    assert ANOTHER_PERSON in client.get(f"/desk/matters/{carried.matter.number}/").content.decode()


def test_the_step_names_the_post_through_which_it_was_made(desks: Desks, second: Post):
    number = report_matter(desks.cast).number
    client = desks.browser("孙")
    switch(client, second)
    form = {"client_id": str(uuid4()), "revision": 1, "duty": desks.cast.duties["K1-06"].pk}
    assert client.post(f"/desk/matters/{number}/moves/accept/", form).status_code == 302
    step = Step.objects.get(matter__number=number, move="accept")
    assert (step.post_id, step.organisation_id) == (second.pk, second.organisation_id)


def test_leaving_the_only_post_ends_its_powers_at_the_next_request(desks: Desks, clock: Clock):
    number = report_matter(desks.cast).number
    client = desks.browser("周")
    assert client.get("/desk/").status_code == 200
    leave(desks.cast["周"].post, clock.now())
    form = {"client_id": str(uuid4()), "revision": 1, "duty": desks.cast.duties["K1-06"].pk}
    answers = [
        client.get("/desk/"),
        client.get(f"/desk/matters/{number}/"),
        client.post(f"/desk/matters/{number}/moves/accept/", form),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("您现在没有在任的岗位" in answer.content.decode() for answer in answers)
    assert not Step.objects.filter(move="accept").exists()
    assert client.post("/desk/sign-out/").status_code == 302


def test_leaving_the_chosen_post_leaves_the_powers_of_the_other_alone(desks: Desks, second: Post, clock: Clock):
    client = desks.browser("孙")
    switch(client, second)
    assert client.get("/desk/register/").status_code == 200
    leave(second, clock.now())
    assert client.get("/desk/register/").status_code == 403
    assert "区城市管理局 科员" in words(client.get("/desk/").content.decode())


def _contract_ends(desks: Desks, clock: Clock) -> None:
    Post.objects.filter(pk=desks.cast["何"].post.pk).update(contract_ends_on=date(2026, 11, 9))
    clock.forward(hours=14, minutes=19)


def _one_minute_later(desks: Desks, clock: Clock) -> None:
    _contract_ends(desks, clock)
    clock.forward(minutes=1)


def _body_ended(desks: Desks, clock: Clock) -> None:
    body = desks.cast.bodies["和平街道社区服务中心"].pk
    Organisation.objects.filter(pk=body).update(active_to=date(2026, 11, 8))


def _role_changed(desks: Desks, clock: Clock) -> None:
    role = Role.objects.get(code="community_worker")
    role.permissions = [permission for permission in role.permissions if permission != "matter.close"]
    role.save()


@pytest.mark.covers("R48")
@pytest.mark.parametrize(
    ("what_happens", "pages"),
    [
        (_contract_ends, (200, 200)),  # Monday 23:59 in Shanghai: the contract's last day is not over
        (_one_minute_later, (403, 403)),
        (_body_ended, (403, 403)),
        (_role_changed, (200, 403)),
    ],
)
def test_powers_end_with_what_they_rest_on(
    what_happens: Callable[[Desks, Clock], None], pages: tuple[int, int], desks: Desks, clock: Clock
):
    number = carry(desks.cast, to="verified").matter.number
    what_happens(desks, clock)
    client = desks.browser("何")
    urls = ("/desk/", f"/desk/matters/{number}/moves/close/")
    assert tuple(client.get(url).status_code for url in urls) == pages


def test_a_post_that_begins_tomorrow_gives_nothing_today(desks: Desks, clock: Clock):
    person = desks.account("卫").person
    terms = Terms(appointment=Appointment.APPOINTED, starts_on=date(2026, 11, 10))
    appoint(
        person_id=person.pk,
        organisation_id=desks.cast.bodies["和平街道办事处"].pk,
        role="window_clerk",
        title="窗口受理员",
        terms=terms,
        actor=SYSTEM,
        at=clock.now(),
    )
    assert desks.browser("卫").get("/desk/").status_code == 403
    clock.forward(hours=14, minutes=21)
    assert desks.browser("卫").get("/desk/").status_code == 200


def test_what_was_moved_by_another_post_of_the_street_is_seen_by_this_one(desks: Desks, second: Post):
    number = report_matter(desks.cast).number
    move(desks.cast, number, "accept", by="周")
    client = desks.browser("孙")
    assert client.get(f"/desk/matters/{number}/").status_code == 404
    switch(client, second)
    assert client.get(f"/desk/matters/{number}/").status_code == 200
