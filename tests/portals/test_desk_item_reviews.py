"""Reviews of items at the desk: which are due, what happened in the days, what the review came to."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from sanhu.domains.casework.item_figures import ItemFigures, item_figures
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.catalogue.models import ItemReview
from tests.cast import ITEM, carry, move, rate_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.reading import words

LIST = reverse("desk:item_reviews")
FORM = reverse("desk:item_review", kwargs={"code": ITEM})
ITEM_PAGE = reverse("desk:catalogue_item", kwargs={"code": ITEM})


@pytest.mark.covers("R1", "R45")
def test_a_review_goes_by_what_happened_and_says_what_becomes_of_the_item(desks: Desks, clock: Clock):
    cast = desks.cast
    for satisfaction in (Satisfaction.SATISFIED, Satisfaction.DISSATISFIED):
        rate_matter(carry(cast, to="closed"), satisfaction=satisfaction)
    back = carry(cast, to="assigned").matter.number
    move(cast, back, "send_back", by="吴")
    clock.forward(days=30)
    today = date(2026, 12, 9)
    figures = item_figures("990101", ITEM, since=date(2026, 11, 1), until=today)
    assert figures == ItemFigures(
        accepted=3, closed=2, on_time=2, reopened=0, handed_on=1, rated=2, content=1, unhappy=1
    )
    assert item_figures("990101", ITEM, since=date(2026, 11, 10), until=today).accepted == 0
    assert item_figures("990102", ITEM, since=date(2026, 11, 1), until=today).accepted == 0
    gao = desks.browser("高")
    listed = gao.get(LIST)
    assert f'href="{FORM}"' in listed.content.decode()
    page = words(gao.get(FORM).content.decode())
    for said in ("受理 3 件", "办结 2 ÷ 3", "按期办结 2 ÷ 2", "转过手 1 ÷ 3", "满意 1 ÷ 2", "不满意 1 ÷ 2"):
        assert said in page, said
    empty = gao.post(FORM, {"client_id": str(uuid4()), "outcome": "keep", "words": " "})
    assert empty.status_code == 422
    assert "评估意见" in words(empty.content.decode())
    form = {"client_id": str(uuid4()), "outcome": "keep", "words": "都按期办结，保留。"}
    assert gao.post(FORM, form)["Location"] == ITEM_PAGE
    assert gao.post(FORM, form)["Location"] == ITEM_PAGE
    assert ItemReview.objects.count() == 1
    told = words(gao.get(ITEM_PAGE).content.decode())
    assert "上次评估 2026年12月9日 · 第 1 版 保留 都按期办结，保留。" in told
    assert "受理 3 件" in told
    public = words(desks.browser().get(reverse("public:item", kwargs={"code": ITEM})).content.decode())
    assert "上次评估：2026年12月9日，保留。都按期办结，保留。" in public
    seen = words(desks.browser("吴").get(ITEM_PAGE).content.decode())
    assert "都按期办结，保留。" in seen
    assert "受理 3 件" not in seen  # of the whole district: not a department's to count
    clock.forward(days=1)
    ended = desks.browser("高").post(FORM, {"client_id": str(uuid4()), "outcome": "end", "words": "没有需要了。"})
    assert ended["Location"] == f"{reverse('desk:proposal_new')}?item={ITEM}"


def test_what_is_late_stands_first_and_whoever_may_not_review_reads_only(desks: Desks, clock: Clock):
    reader = desks.browser("吴").get(LIST)
    assert reader.status_code == 200
    assert FORM not in reader.content.decode()
    assert "现在有 0 项过了期" in words(reader.content.decode())
    clock.forward(days=400)
    late = desks.browser("高").get(LIST)
    days = [due.by for due, _is_late in late.context["rows"]]
    assert days == sorted(days)
    counted = sum(is_late for _due, is_late in late.context["rows"])
    assert counted > 0
    assert f"现在有 {counted} 项过了期" in words(late.content.decode())
    for url in (FORM, reverse("desk:item_review", kwargs={"code": "K9-99"})):
        assert desks.browser("吴").get(url).status_code == 403
    assert desks.browser("高").get(reverse("desk:item_review", kwargs={"code": "K9-99"})).status_code == 404
