"""Two at one item of a change of the catalogue: what came between is said, nothing anybody wrote is lost."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.catalogue.services.proposing import remove_item, submit_proposal
from tests.cast import MONDAY_MORNING
from tests.portals.conftest import GateDesks
from tests.portals.desk_administration.filling import answers, fill
from tests.portals.proposing import CODE, WRITTEN, form_of, opened_by, put, stored, url_of
from tests.portals.reading import words


@pytest.fixture
def gao(at_gate: GateDesks) -> Client:
    """Give the browser of 高, who keeps the catalogue."""
    return at_gate.browser("高")


@pytest.fixture
def proposal(at_gate: GateDesks) -> CatalogueProposal:
    """Give a change 高 has opened, with nothing changed in it yet."""
    return opened_by(at_gate)


def test_a_colleague_s_change_is_said_and_put_together_with_one_s_own(
    gao: Client, proposal: CatalogueProposal, at_gate: GateDesks
):
    url, before = url_of(proposal.number, CODE), stored(proposal)
    said = form_of(gao, url) | {"definition": "我的定义。", "end_rule": "我的截止"}
    put(at_gate, proposal, replace(before, definition="同事的定义。", needs_record="同事的依据"))
    sent = gao.post(url, said)
    text = words(sent.content.decode())
    assert sent.status_code == 409
    assert "还没有保存" in text
    assert f"定义 {before.definition} 同事的定义。" in text
    assert "需求依据 — 同事的依据" in text
    assert "两边都改了：定义 。表里是您写的" in text
    again = answers(sent.content.decode())
    assert (again["definition"], again["end_rule"], again["needs_record"]) == ("我的定义。", "我的截止", "同事的依据")
    assert stored(proposal).definition == "同事的定义。"
    assert gao.post(url, again).status_code == 302
    assert stored(proposal) == replace(before, definition="我的定义。", end_rule="我的截止", needs_record="同事的依据")


def test_a_change_of_another_item_and_one_taken_out_are_said_too(
    gao: Client, proposal: CatalogueProposal, at_gate: GateDesks
):
    url = url_of(proposal.number, CODE)
    said = form_of(gao, url) | {"definition": "我的定义。"}
    put(at_gate, proposal, replace(stored(proposal, "K1-01"), definition="另一项。"))
    sent = gao.post(url, said)
    assert (sent.status_code, "改动的是别的事项" in words(sent.content.decode())) == (409, True)
    by: dict[str, Any] = {"actor": at_gate.gate.actor("高"), "at": MONDAY_MORNING, "client_id": uuid4()}
    remove_item(**by, proposal_id=proposal.pk, code=CODE)
    sent = gao.post(url, answers(sent.content.decode()))
    assert (sent.status_code, "这一项已经被删去" in words(sent.content.decode())) == (409, True)
    assert gao.post(url, answers(sent.content.decode())).status_code == 302
    assert stored(proposal).definition == "我的定义。"


def test_what_was_submitted_meanwhile_is_not_changed_and_the_words_are_still_there(
    gao: Client, proposal: CatalogueProposal, at_gate: GateDesks
):
    put(at_gate, proposal, replace(stored(proposal), end_rule="年底"))
    said = form_of(gao, url_of(proposal.number, CODE)) | {"definition": "我的定义。"}
    new = form_of(gao, url_of(proposal.number, page="proposal_item_new")) | WRITTEN
    by: dict[str, Any] = {"actor": at_gate.gate.actor("高"), "at": MONDAY_MORNING, "client_id": uuid4()}
    submit_proposal(**by, proposal_id=proposal.pk)
    for url, form, words_kept in (
        (url_of(proposal.number, CODE), said, ("definition", "我的定义。")),
        (url_of(proposal.number, page="proposal_item_new"), new, ("name", "旧楼管道更新")),
    ):
        sent = gao.post(url, form)
        assert sent.status_code == 409
        assert "现在的状态不能这样办理" in words(sent.content.decode())
        assert 'class="btn" type="submit" name="then" value="save"' not in sent.content.decode()
        assert answers(sent.content.decode())[words_kept[0]] == words_kept[1]
        assert gao.get(url).status_code == 403
    assert stored(proposal).definition != "我的定义。"


def test_a_second_press_writes_once(gao: Client, proposal: CatalogueProposal):
    said = form_of(gao, url_of(proposal.number, CODE)) | {"definition": "我的定义。"}
    new = form_of(gao, url_of(proposal.number, page="proposal_item_new")) | WRITTEN
    assert [gao.post(url_of(proposal.number, CODE), said).status_code for _press in range(2)] == [302, 302]
    new["revision"] = str(proposal.revision + 1)
    url = url_of(proposal.number, page="proposal_item_new")
    assert [gao.post(url, new).status_code for _press in range(2)] == [302, 302]
    removal = form_of(gao, url_of(proposal.number, "K4-77", page="proposal_item_remove"))
    url = url_of(proposal.number, "K4-77", page="proposal_item_remove")
    assert [gao.post(url, removal).status_code for _press in range(2)] == [302, 302]
    proposal.refresh_from_db()
    assert proposal.revision == 4
    unchanged = fill(gao, url_of(proposal.number, CODE))
    assert unchanged.status_code == 302
    proposal.refresh_from_db()
    assert proposal.revision == 4  # nothing was written, nothing is kept
