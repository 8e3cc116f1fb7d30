"""Markers: what a test covers is read from wherever it is written, and a claim alone shows nothing."""

import textwrap
from pathlib import Path

import pytest

from tools import markers, mission


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(markers, "ROOT", tmp_path)
    return tmp_path / "test_room.py"


def read(module: Path, text: str) -> list[markers.Shown]:
    module.write_text(textwrap.dedent(text))
    return list(markers.shown_in(module))


def test_codes_come_from_the_test_its_class_and_its_module(module: Path):
    shown = read(
        module,
        """
        pytestmark = [pytest.mark.django_db, pytest.mark.covers("R1")]

        def test_plain(): ...

        @pytest.mark.covers("R2", "X-02")
        class TestRoom:
            @pytest.mark.covers("R3")
            def test_inner(self): ...
        """,
    )
    assert [(one.name, one.codes) for one in shown] == [
        ("test_plain", ("R1",)),
        ("TestRoom::test_inner", ("R1", "R2", "X-02", "R3")),
    ]


def test_a_test_without_a_marker_is_not_listed(module: Path):
    assert read(module, "def test_plain(): assert True") == []


def test_the_marker_itself_is_no_part_of_the_body(module: Path):
    claimed, asserted, listed, tabled = read(
        module,
        """
        TABLE = [("K1-01", "X-05")]

        @pytest.mark.covers("X-05")
        def test_claimed(): assert True

        @pytest.mark.covers("X-05")
        def test_asserted(): assert refusal() == "X-05"

        @pytest.mark.covers("X-05")
        @pytest.mark.parametrize("code", ["X-05"])
        def test_listed(code): assert refusal() == code

        @pytest.mark.covers("X-05")
        def test_tabled(): assert refusals() == TABLE
        """,
    )
    assert "X-05" not in claimed.body
    assert "X-05" in asserted.body
    assert "X-05" in listed.body
    assert "X-05" in tabled.body


def test_pages_and_commands_are_found_through_helpers_and_fixtures(module: Path):
    (shown,) = read(
        module,
        """
        @pytest.fixture
        def loaded(): call_command("load", verbosity=0)

        def sign_in(client): client.post(reverse("desk:sign_in"))

        def unused(): reverse("desk:nowhere")

        @pytest.mark.covers("R36")
        def test_signing(client, loaded):
            sign_in(client)
            assert client.get(reverse("desk:matter", args=[1]))
        """,
    )
    assert set(shown.pages) == {"desk:sign_in", "desk:matter"}
    assert shown.commands == ("load",)


def test_what_no_test_covers_reads_not_yet():
    assert mission.row(["R1", "何为社区事务"], []) == "| R1 | 何为社区事务 |  | not yet |"


def test_a_row_names_pages_commands_and_the_tests_as_sentences(module: Path):
    shown = read(
        module,
        """
        @pytest.mark.covers("R36")
        def test_silence_is_acceptance(client):
            call_command("verify")
            client.get("/no/such/page/")
            client.get(f"/matters/{number}/?print=1")
            assert client.get(reverse("desk:inbox"))
        """,
    )
    assert mission.row(["R36"], shown) == (
        "| R36 | `desk:inbox`<br>`public:matter`<br>`sanhu verify` | [silence is acceptance](../test_room.py) |"
    )
