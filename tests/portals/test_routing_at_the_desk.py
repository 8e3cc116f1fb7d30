"""The router at the desk: what it says when a matter is accepted, and how a district has a better one learnt."""

import threading
from typing import Any

import pytest
from django.http import HttpResponse

from sanhu.domains.casework.models import Matter, RouterState, TrainedRouter
from sanhu.domains.casework.services import routers
from sanhu.domains.casework.services.retention import erase_matters
from sanhu.domains.casework.services.routers import TrainingLostError
from sanhu.domains.casework.suggesting import suggestion_for
from sanhu.domains.evidence.models import Entry
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from sanhu.engines.routing.model import Router
from sanhu.engines.routing.training import Example, train
from sanhu.portals.worker import learning
from sanhu.portals.worker.training import ask_first, train_next
from tests.cast import DISTRICT, carry, report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.reading import words

NOISE, LIFT = "K1-03", "K3-11"
PAGE = "/desk/routing/"


@pytest.fixture(scope="module")
def router() -> Router:
    """Give a router that knows two things."""
    noise = [f"楼上{when}{what}太吵睡不着" for when in "晨午夜" for what in ("打麻将", "装修", "唱歌", "跳舞")]
    lift = [
        f"{where}电梯{what}没人修" for where in ("一栋", "二栋", "三栋") for what in ("坏了", "停了", "困人", "不动")
    ]
    learnt, _choice = train([*(Example(one, NOISE) for one in noise), *(Example(one, LIFT) for one in lift)])
    return learnt


def serve(router: Router, clock: Clock, *, is_worse: bool = False, **figures: object) -> TrainedRouter:
    routers.ask_training(district=DISTRICT, actor=SYSTEM, at=clock.now())
    claimed = routers.claim_training(at=clock.now())
    assert claimed is not None
    taught = routers.taught_by(DISTRICT)
    return routers.settle(
        claimed,
        data=router.dumps(),
        figures=figures,
        taught=taught,
        example_count=24,
        is_worse=is_worse,
        at=clock.now(),
    )


def accept_page(desks: Desks, matter: Matter) -> str:
    answer: HttpResponse = desks.browser("周").get(f"/desk/matters/{matter.number}/moves/accept/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.covers("R45")
def test_acceptance_is_shown_what_the_words_say_and_why(desks: Desks, clock: Clock, router: Router):
    matter = report_matter(desks.cast, words="楼上半夜打麻将太吵了")
    assert "按文字" not in accept_page(desks, matter), "no router, and a person decides as before"
    serve(router, clock)
    page = words(accept_page(desks, matter))
    assert "按文字拿不准，请您判断" in page, "twelve examples promise nothing"
    assert f"{NOISE} " in page
    assert "打麻将" in page
    assert page.index(NOISE) < page.index(LIFT)


def test_what_is_certain_is_proposed_and_what_is_not_in_force_is_not(desks: Desks, clock: Clock, router: Router):
    serve(Router(router.labels, router.learnt, threshold=0.5, least_known=0.0), clock)
    said = suggestion_for("电梯坏了", district=DISTRICT, at=clock.now())
    assert said is not None
    assert (said.is_certain, said.guesses[0].item.code) == (True, LIFT)
    assert said.only_duty is not None
    matter = report_matter(desks.cast, words="电梯坏了")
    assert f'value="{said.only_duty.pk}" selected' in accept_page(desks, matter)
    gone = Router(("Z9-98", "Z9-99"), router.learnt, threshold=0.5, least_known=0.0)
    serve(gone, clock)
    assert suggestion_for("电梯坏了", district=DISTRICT, at=clock.now()) is None
    assert suggestion_for("电梯坏了", district="990102", at=clock.now()) is None


def test_a_router_that_cannot_be_read_leaves_everything_to_a_person(desks: Desks, clock: Clock, router: Router):
    damaged = serve(router, clock)
    TrainedRouter.objects.filter(pk=damaged.pk).update(data=b"PK damaged", sha256="damaged")
    assert suggestion_for("电梯坏了", district=DISTRICT, at=clock.now()) is None


def test_a_new_one_takes_over_only_where_it_is_no_worse_and_the_old_one_is_kept(
    clock: Clock, desks: Desks, router: Router
):
    first = serve(router, clock)
    second = serve(router, clock, is_worse=True)
    assert [one.state for one in TrainedRouter.objects.order_by("id")] == [RouterState.SERVING, RouterState.WORSE]
    assert second.data == b""
    third, fourth = serve(router, clock), serve(router, clock)
    states = {one.pk: (one.state, one.data != b"") for one in TrainedRouter.objects.all()}
    assert states == {
        first.pk: (RouterState.KEPT, False),
        second.pk: (RouterState.WORSE, False),
        third.pk: (RouterState.KEPT, True),
        fourth.pk: (RouterState.SERVING, True),
    }
    events = Entry.objects.filter(subject_ref__startswith="router:").order_by("id").values_list("event", flat=True)
    assert list(events)[1::2] == ["router.replaced", "router.kept_as_it_was", "router.replaced", "router.replaced"]


def test_a_training_that_was_begun_anew_elsewhere_is_left_alone(clock: Clock, desks: Desks, router: Router):
    routers.ask_training(district=DISTRICT, actor=SYSTEM, at=clock.now())
    slow = routers.claim_training(at=clock.now())
    assert slow is not None
    assert routers.claim_training(at=clock.now()) is None
    again = routers.claim_training(at=clock.forward(minutes=11))
    assert again is not None
    with pytest.raises(TrainingLostError):
        routers.note_progress(slow, done=1, total=2, at=clock.now())
    with pytest.raises(TrainingLostError):
        routers.settle(slow, data=b"", figures={}, taught=(), example_count=0, is_worse=False, at=clock.now())
    routers.note_progress(again, done=1, total=2, at=clock.now())
    clock.forward(minutes=11)
    routers.claim_training(at=clock.now())
    assert routers.claim_training(at=clock.forward(minutes=11)) is None
    failed = TrainedRouter.objects.get()
    assert (failed.state, failed.fault) == (RouterState.FAILED, routers.THREE_TIMES)


def test_a_district_learns_from_its_closed_matters_in_the_background(
    clock: Clock, desks: Desks, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    """With two items to tell apart it takes a moment; the whole catalogue takes some seconds more."""
    noise = [
        (f"楼上{when}{what}太吵", NOISE) for when in ("早上", "中午", "半夜") for what in ("打麻将", "唱歌", "装修")
    ]
    lift = [(f"{where}电梯{what}", LIFT) for where in ("一栋", "二栋", "三栋") for what in ("坏了", "困人", "停运")]
    monkeypatch.setattr(learning, "labelled", lambda rows: [*noise, *lift])
    assert ask_first(clock.now()) == 1
    assert ask_first(clock.now()) == 0
    assert train_next(clock.now(), stop=threading.Event()) == 1
    first = routers.serving(DISTRICT)
    assert first is not None
    assert (first.example_count, first.own_count, first.figures["threshold"]) == (18, 0, None)

    settings.SANHU_ROUTER_FRESH = 1
    desk = desks.browser("高")
    page = words(desk.get(PAGE).content.decode())
    assert "上次训练以后办结了 0 件" in page
    assert "没有新的可学" in page
    with pytest.raises(Refused):
        routers.ask_training(district=DISTRICT, actor=desks.cast.actor("高"), at=clock.now())
    carry(desks.cast, to="closed")
    clock.forward(days=30)
    desk = desks.browser("高")
    form = desk.get(PAGE).content.decode()
    assert "用办结的办件重新训练" in form
    client_id = form.split('name="client_id" value="')[1].split('"')[0]
    assert desk.post(PAGE, {"client_id": client_id}).status_code == 302
    assert desk.post(PAGE, {"client_id": client_id}).status_code == 302, "the same form asks once"
    assert desk.get(PAGE)["Refresh"] == "4"
    assert train_next(clock.now(), stop=threading.Event()) == 1
    newest = TrainedRouter.objects.latest("id")
    assert newest.own_count == 1
    assert newest.figures["fresh"] == 1
    assert newest.state in {RouterState.SERVING, RouterState.WORSE}
    assert (newest.state == RouterState.WORSE) is (newest.figures["after"] < newest.figures["before"])
    assert train_next(clock.now(), stop=threading.Event()) == 0


def test_a_worker_told_to_stop_leaves_the_training_as_it_was(clock: Clock, desks: Desks):
    ask_first(clock.now())
    stop = threading.Event()
    stop.set()
    train_next(clock.now(), stop=stop)
    left = TrainedRouter.objects.get()
    assert (left.state, left.attempts, left.claimed_until) == (RouterState.WAITING, 0, None)


def test_what_was_learnt_of_erased_words_is_learnt_anew_without_them(desks: Desks, clock: Clock, router: Router):
    carried = carry(desks.cast, to="closed")
    kept, now = serve(router, clock), serve(router, clock)
    assert (kept.own_count, now.own_count) == (1, 1)
    clock.at = carried.at
    erase_matters(at=clock.forward(days=3650))
    assert TrainedRouter.objects.get(pk=kept.pk).data == b""
    assert routers.taught_by(DISTRICT) == []
    assert TrainedRouter.objects.filter(state=RouterState.WAITING).count() == 1


@pytest.mark.parametrize(("who", "status"), [("高", 200), ("周", 403), ("吴", 403), ("钱", 403)])
def test_only_who_prepares_the_catalogue_trains(who: str, status: int, desks: Desks):
    assert desks.browser(who).get(PAGE).status_code == status
