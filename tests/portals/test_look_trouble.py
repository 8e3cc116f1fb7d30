"""The pages for what goes wrong say so in words, and ask nothing of a database that is away."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from sanhu.portals.look import views
from sanhu.portals.look.unavailable import DatabaseAwayMiddleware

pytestmark = pytest.mark.urls("tests.portals.look_pages")


@pytest.mark.django_db
def test_what_is_not_there_is_not_found_in_words(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "told"),
    [("get", "请过十几秒再打开本页。"), ("post", "这一次没有保存。请过十几秒再试；再提交一次，不会重复登记。")],
)
def test_a_database_that_went_away_is_told_without_asking_it(client: Client, method: str, told: str) -> None:
    # No database mark: any query would fail the test.
    answer = getattr(client, method)("/away/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert told in answer.content.decode()


def test_a_database_that_went_away_outside_a_view_is_told_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DatabaseAwayMiddleware, "process_exception", lambda self, request, exception: None)
    client.raise_request_exception = False
    assert client.get("/away/").status_code == 503


def test_any_other_fault_is_a_500_that_asks_the_database_nothing(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "系统出了差错" in answer.content.decode()


def test_a_form_from_nowhere_is_refused_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/framed/")
    assert answer.status_code == 403
    assert "这张表没有收下" in answer.content.decode()


@pytest.mark.parametrize(("view", "status"), [(views.bad_request, 400), (views.forbidden, 403)])
def test_other_refusals_have_their_page(rf: RequestFactory, view: Any, status: int) -> None:
    assert view(rf.get("/"), Exception("secret")).status_code == status
    assert b"secret" not in view(rf.get("/"), Exception("secret")).content
