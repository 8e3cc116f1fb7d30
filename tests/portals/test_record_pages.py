"""How the public checks the record: pages in plain words, and files that the outsiders' verifier accepts."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from sanhu.domains.evidence.models import Checkpoint, TreeNode
from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals.record_keeping import VERIFIER, take_checkpoint
from tests.cast import carry
from tests.portals.conftest import Desks

pytestmark = [pytest.mark.django_db, pytest.mark.covers("R84.2")]


def verify(target: Path, *arguments: object) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(target), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.fixture
def number(desks: Desks, at: datetime) -> str:
    """Give a closed public matter, its entries chained and signed twice: half way, and at its end."""
    matter = carry(desks.cast, to="in_progress", at=at, words="楼道堆着旧家具。").matter
    sequence()
    take_checkpoint(at)
    carry(desks.cast, to="closed", at=at, words="另一件。")
    sequence()
    take_checkpoint(at + timedelta(minutes=10))
    return str(matter.number)


def test_a_proof_taken_from_the_page_holds_for_a_stranger(client: Client, number: str, tmp_path: Path):
    since = Checkpoint.objects.order_by("at")[0].size
    proof, key = tmp_path / "proof.json", tmp_path / "key.pem"
    answer = client.get(f"/matters/{number}/proof.json?since={since}")
    proof.write_bytes(answer.content)
    key.write_bytes(client.get("/record/public-key.pem").content)
    assert verify(proof, "--key", key)[0] == 0
    found = json.loads(answer.content)
    opened = {name for entry in found["entries"] for fields in entry.get("open", {}).values() for name in fields}
    assert {"state", "due_at", "move"} <= opened
    assert not opened & {"words", "address", "reason", "reply", "receipt_hash", "public_title"}
    assert "旧家具" not in answer.content.decode()

    found["entries"][1]["body"] = found["entries"][1]["body"].replace("accepted", "declined")
    proof.write_text(json.dumps(found))
    assert verify(proof, "--key", key)[0] == 1


def test_the_proof_page_says_what_waits(client: Client, desks: Desks, number: str, at: datetime):
    text = client.get(f"/matters/{number}/proof/").content.decode()
    assert text.count("在检查点之内") == 5
    assert "等待签名" not in text
    later = carry(desks.cast, to="accepted", at=at, words="第三件。").matter.number
    assert client.get(f"/matters/{later}/proof/").content.decode().count("等待入链") >= 2
    sequence()
    text = client.get(f"/matters/{later}/proof/").content.decode()
    assert "等待签名" in text
    assert "下载这件事的证明" not in text


def test_the_record_page_shows_what_to_keep(client: Client, number: str):
    del number
    newest = Checkpoint.objects.order_by("at").last()
    assert newest is not None
    text = client.get("/record/").content.decode()
    assert str(newest.size) in text
    assert client.get("/record/checkpoint.txt").content.decode() == newest.note
    assert client.get("/record/verify_record.py").content == VERIFIER.read_bytes()


def test_before_anything_was_signed(client: Client, desks: Desks, at: datetime):
    matter = carry(desks.cast, to="accepted", at=at, words="第一件。").matter
    assert "还没有检查点" in client.get("/record/").content.decode()
    assert client.get("/record/checkpoint.txt").status_code == 404
    assert client.get(f"/matters/{matter.number}/proof/").status_code == 200
    assert client.get(f"/matters/{matter.number}/proof.json").status_code == 404


def test_a_checkpoint_there_is_not(client: Client, number: str):
    asked = {"x": 400, "-1": 400, "²": 400, "9" * 13: 400, "999": 404}
    answered = {since: client.get(f"/matters/{number}/proof.json?since={since}").status_code for since in asked}
    assert answered == asked


def test_a_damaged_tree_is_said_and_proves_nothing(
    client: Client, number: str, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    del at
    TreeNode.objects.all().delete()
    monkeypatch.setattr("sanhu.domains.evidence.tree._leaves", lambda _block: [])
    page = client.get(f"/matters/{number}/proof/")
    assert page.status_code == 200
    assert "现在给不出证明" in page.content.decode()
    assert client.get(f"/matters/{number}/proof.json").status_code == 503
