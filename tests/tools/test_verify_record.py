"""The outsiders' verifier: an honest bundle holds, and each way of forging one is named.

It runs as a stranger runs it: `python3 -I verify_record.py`, with no site packages and nothing of Sanhu in sight.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sanhu.domains.evidence.sequencer import leaf_of
from sanhu.engines.chain import body_hash, canonical, commitment
from sanhu.engines.checkpoints import sign
from sanhu.engines.merkle import consistency_path, inclusion_path, root_of

pytestmark = pytest.mark.covers("R84.2")

VERIFIER = Path(__file__).resolve().parents[2] / "tools" / "verify_record.py"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
SALT = bytes(range(16))
MORNING = datetime(2026, 11, 9, 1, 40, tzinfo=UTC)
ROW = "casework.matter:1"


def body(number: int, *, at: datetime | None = None, district: str = "110101", state: str = "accepted") -> str:
    """Write the body of the `number`-th entry: one a minute."""
    return canonical(
        {
            "v": 2,
            "nonce": f"{number:032x}",
            "event": "matter.accepted",
            "at": at or MORNING + timedelta(minutes=number),
            "actor": "post:1",
            "district": district,
            "subject": "matter:11010120261109000001",
            "rows": {ROW: {"state": commitment(SALT, "state", state)}},
            "facts": {},
        }
    )


@dataclass
class Bundle:
    """A bundle as it is about to be written: bodies, which of them stay opaque, and who signs what and when."""

    bodies: list[str] = field(default_factory=lambda: [body(number) for number in range(1, 12)])
    opaque: frozenset[int] = frozenset({3, 7})
    key: Ed25519PrivateKey = KEY
    at: datetime = MORNING + timedelta(minutes=20)
    value: str = "accepted"

    def root(self, size: int) -> bytes:
        return root_of([leaf_of(text) for text in self.bodies[:size]])

    def note(self, size: int, at: datetime) -> str:
        return sign(self.key, size=size, root=self.root(size), at=at)

    def lines(self) -> list[str]:
        lines = []
        for seq, text in enumerate(self.bodies, start=1):
            opaque = {"seq": seq, "hash": body_hash(text)}
            shown = {"seq": seq, "body": text, "open": {ROW: {"state": (SALT.hex(), self.value)}}}
            lines.append(json.dumps(opaque if seq in self.opaque else shown, ensure_ascii=False))
        return lines

    def write(self, folder: Path, *, lines: list[str] | None = None, note: str = "") -> Path:
        folder.mkdir()
        size = len(self.bodies)
        (folder / "record.jsonl").write_text("\n".join(lines or self.lines()) + "\n", encoding="utf-8")
        (folder / "checkpoints.txt").write_text(note or self.note(size, self.at), encoding="utf-8")
        (folder / "bundle.json").write_text(json.dumps({"unsequenced": 2}))
        (folder / "public-key.pem").write_bytes(public(self.key))
        return folder


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    """Give the public key an outsider noted long ago."""
    path = tmp_path / "noted.pem"
    path.write_bytes(public(KEY))
    return path


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """Give the checkpoint an outsider kept from when the record had eight entries."""
    path = tmp_path / "kept.txt"
    path.write_text(Bundle().note(8, MORNING + timedelta(minutes=9)))
    return path


def run(target: Path, *arguments: object, path: str | None = None) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"] if path is None else path, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(target), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_it_is_short_and_needs_the_standard_library_alone():
    text = VERIFIER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    imported = [line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))]
    assert set(imported) <= sys.stdlib_module_names


def test_an_honest_bundle_holds(tmp_path: Path, trusted: Path, earlier: Path):
    code, said = run(Bundle().write(tmp_path / "bundle"), "--key", trusted, "--earlier", earlier)
    assert (code, said.splitlines()[-1]) == (0, "everything holds")
    assert f"entries: 11, of which 9 shown; 2 wait to enter the tree; root {Bundle().root(11).hex()}" in said
    assert "signatures: 2 checked with openssl" in said


def test_without_openssl_it_says_so(tmp_path: Path, trusted: Path):
    code, said = run(Bundle().write(tmp_path / "bundle"), "--key", trusted, path="/nowhere")
    assert code == 0
    assert "signatures: not checked" in said


def test_a_key_out_of_the_bundle_is_not_passed_off_as_more(tmp_path: Path):
    code, said = run(Bundle().write(tmp_path / "bundle"))
    assert code == 0
    assert "give --key with one you got elsewhere" in said


def flipped(folder: Path) -> None:
    lines = Bundle().lines()
    lines[4] = lines[4].replace("post:1", "post:2")
    Bundle().write(folder, lines=lines)


def flipped_leaf(folder: Path) -> None:
    lines = Bundle().lines()
    lines[2] = json.dumps({"seq": 3, "hash": "0" * 64})
    Bundle().write(folder, lines=lines)


def dropped(folder: Path) -> None:
    lines = Bundle().lines()
    del lines[4]
    Bundle().write(folder, lines=lines)


def dropped_and_renumbered(folder: Path) -> None:
    bundle = Bundle()
    del bundle.bodies[4]
    bundle.write(folder, note=Bundle().note(11, bundle.at))


def inserted(folder: Path) -> None:
    bundle = Bundle()
    bundle.bodies.insert(4, body(99, at=MORNING + timedelta(minutes=4)))
    bundle.write(folder, note=Bundle().note(11, bundle.at))


def reordered(folder: Path) -> None:
    bundle = Bundle()
    bundle.bodies[4:6] = bundle.bodies[5:3:-1]
    bundle.write(folder, note=Bundle().note(11, bundle.at))


def dated_back(folder: Path) -> None:
    """Whoever holds the signing key writes today what was to have happened the day before."""
    bundle = Bundle()
    bundle.bodies.append(body(12, at=MORNING - timedelta(days=1)))
    bundle.write(folder)


def dated_back_in_a_quiet_hour(folder: Path) -> None:
    """Nothing was written since noon, but the checkpoints of the afternoon say that nothing was."""
    bundle = Bundle()
    before = bundle.note(11, MORNING + timedelta(hours=5))
    bundle.bodies.append(body(12, at=MORNING + timedelta(hours=1)))
    bundle.write(folder, note=before + bundle.note(12, MORNING + timedelta(hours=6)))


def truncated(folder: Path) -> None:
    bundle = Bundle()
    del bundle.bodies[9:]
    bundle.write(folder, note=Bundle().note(11, bundle.at))


def rolled_back(folder: Path) -> None:
    """Yesterday's database, whole and signed."""
    bundle = Bundle()
    del bundle.bodies[6:]
    bundle.write(folder)


def forked(folder: Path) -> None:
    """Another history, whole and signed by the right key."""
    bundle = Bundle()
    bundle.bodies[4] = body(5, state="declined")
    bundle.opaque |= {5}
    bundle.write(folder)


def signed_by_another(folder: Path) -> None:
    Bundle(key=OTHER).write(folder)


def lied_about(folder: Path) -> None:
    Bundle(value="closed").write(folder)


@pytest.mark.parametrize(
    ("forge", "named"),
    [
        (flipped, "the first 11 entries are not those signed"),
        (flipped_leaf, "the first 11 entries are not those signed"),
        (dropped, "entry 6: stands where 5 belongs"),
        (dropped_and_renumbered, "10 entries, but 11 were signed: cut short"),
        (inserted, "the first 11 entries are not those signed"),
        (reordered, "the first 11 entries are not those signed"),
        (dated_back, "entry 12: dated back"),
        (dated_back_in_a_quiet_hour, "entry 12: dated back"),
        (truncated, "9 entries, but 11 were signed: cut short or set back"),
        (rolled_back, "6 entries, but 8 were signed: cut short or set back"),
        (forked, "the first 8 entries are not those signed"),
        (signed_by_another, "not signed by this key"),
        (lied_about, "casework.matter:1 state is not the value recorded"),
    ],
)
def test_each_way_of_forging_is_named(
    forge: Callable[[Path], None], named: str, tmp_path: Path, trusted: Path, earlier: Path
):
    forge(tmp_path / "bundle")
    code, said = run(tmp_path / "bundle", "--key", trusted, "--earlier", earlier)
    assert code == 1
    assert any(line.startswith("FAULT") and named in line for line in said.splitlines()), said


def test_moments_of_an_invented_district_are_invented(tmp_path: Path, trusted: Path):
    bundle = Bundle()
    bundle.bodies.append(body(12, at=MORNING - timedelta(days=300), district="990101"))
    assert run(bundle.write(tmp_path / "bundle"), "--key", trusted)[0] == 0


def proof(bundle: Bundle) -> dict[str, object]:
    """Prove the entries of one matter, as its page does, and that the tree grew out of an earlier one."""
    leaves = [leaf_of(text) for text in bundle.bodies]

    def read(level: int, place: int) -> bytes:
        return root_of(leaves[place << level : place + 1 << level])

    shown = [json.loads(line) for line in bundle.lines() if "body" in line]
    for entry in shown:
        entry["path"] = [part.hex() for part in inclusion_path(entry["seq"] - 1, 11, read)]
    return {
        "checkpoint": bundle.note(11, bundle.at),
        "entries": shown,
        "from": bundle.note(6, MORNING + timedelta(minutes=7)),
        "consistency": [part.hex() for part in consistency_path(6, 11, read)],
    }


def keep(tmp_path: Path, found: dict[str, object]) -> Path:
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_proof_of_one_matter_holds(tmp_path: Path, trusted: Path):
    code, said = run(keep(tmp_path, proof(Bundle())), "--key", trusted)
    assert (code, said.splitlines()[-1]) == (0, "everything holds")
    assert "entries: 9 proven to be among the first 11" in said


def test_a_forged_proof_is_refused(tmp_path: Path, trusted: Path):
    found = proof(Bundle())
    found["entries"][0]["body"] = body(1, state="declined")  # type: ignore[index]
    code, said = run(keep(tmp_path, found), "--key", trusted)
    assert code == 1
    assert "FAULT entry 1: is not in the tree that was signed" in said
    assert "state is not the value recorded" in said


def test_a_tree_that_did_not_grow_out_of_the_earlier_one_is_refused(tmp_path: Path, trusted: Path):
    found = proof(Bundle())
    other = Bundle()
    other.bodies[0] = body(1, state="declined")
    found["from"] = other.note(6, MORNING)
    code, said = run(keep(tmp_path, found), "--key", trusted)
    assert code == 1
    assert "FAULT what was signed at 11 does not begin with what was signed at 6" in said


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"checkpoint": "x", "entries": []}'])
def test_what_cannot_be_read_is_said(text: str, tmp_path: Path):
    path = tmp_path / "proof.json"
    path.write_text(text)
    code, said = run(path)
    assert (code, said[:14]) == (2, "cannot be read")
