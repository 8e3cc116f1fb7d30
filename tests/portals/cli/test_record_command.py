"""`sanhu record`: signing on demand, and a bundle that a stranger checks and that tells nothing of anybody."""

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError

from sanhu.domains.casework.models import Contact, Matter, Step
from sanhu.domains.catalogue.terms import Publicity
from sanhu.domains.evidence.fields import personal_fields
from sanhu.domains.evidence.models import Checkpoint, Entry, Opening
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify_rows import witnessed_models
from sanhu.domains.subjects.models import Account, Person
from sanhu.domains.subjects.services.people import change_person
from sanhu.engines.actors import SYSTEM
from sanhu.engines.chain import body_hash
from sanhu.engines.checkpoints import notes_in, read_note
from sanhu.portals import record_key
from tests.cast import MONDAY_MORNING, Carried, Cast, carry, move, rate_matter, report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.filing import report_with_photo
from tests.tampering.attacker import chain, rechain

pytestmark = pytest.mark.covers("R84.2")

PHONE, STAFF_PHONE = "13800990101", "13900990102"
HOUR = timedelta(hours=1)
# Nobody but the matter's own people may know of a matter under these.
NEVER, RECEIPT_ONLY = "K2-12", "K2-01"


def run(*arguments: object) -> tuple[int, str]:
    """Run the command as the shell does; give its exit code and what it says or complains of."""
    out = io.StringIO()
    try:
        call_command("record", *map(str, arguments), stdout=out, stderr=io.StringIO())
    except CommandError as fault:
        return fault.returncode, str(fault)
    return 0, out.getvalue()


def stranger(target: Path, *arguments: object) -> tuple[int, str]:
    """Check as a stranger does: with the bundle's own program, nothing but Python, and nothing of ours."""
    program = target / "verify_record.py"
    command = [sys.executable, "-I", "-S", str(program), str(target), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=target)
    assert done.stderr == ""
    return done.returncode, done.stdout


def chain_everything() -> None:
    while sequence():
        pass


def accepted_as(cast: Cast, code: str) -> Matter:
    """Report something and accept it under an item of the catalogue."""
    registered = report_matter(cast, words="家里的事，不要让人知道。")
    move(cast, registered.number, "accept", by="周", at=MONDAY_MORNING + HOUR, duty_id=cast.duties[code].pk)
    return Matter.objects.get(number=registered.number)


@pytest.fixture
def closed(desks: Desks) -> Carried:
    """Carry a public matter full of somebody to its end, with the answers and the rating; everything is chained."""
    carried = carry(desks.cast, to="closed", contact_channel=Channel.SMS, contact_address=PHONE, lon=116.01, lat=39.02)
    rate_matter(carried, words="林阿姨谢谢大家")
    person = desks.cast["孙"].person
    change_person(person_id=person.pk, name=person.name, phone=STAFF_PHONE, actor=SYSTEM, at=MONDAY_MORNING)
    chain_everything()
    return carried


@pytest.fixture
def bundle(closed: Carried, tmp_path: Path) -> Path:
    """Give the bundle of a district with a public matter at its end."""
    folder = tmp_path / "bundle"
    code, said = run("export", folder)
    assert code == 0
    assert str(folder) in said
    return folder


def shown(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()]


def told_of(matter: Matter, folder: Path) -> set[str]:
    """Export, and give what the bundle tells of a matter beyond an opaque leaf for each of its entries."""
    chain_everything()
    assert run("export", folder)[0] == 0
    assert stranger(folder)[0] == 0
    written = {name: text.replace("\\", "") for name, text in texts(folder).items()}
    told = {name for name, text in written.items() if matter.number in text or f'"{matter.row_ref}"' in text}
    leaves = {entry["seq"]: entry for entry in shown(folder)}
    own = Entry.objects.filter(subject_ref=matter.ref)
    assert own.exists()
    return told | {
        entry.event for entry in own if leaves[entry.seq] != {"seq": entry.seq, "hash": body_hash(entry.body)}
    }


def last_shown(folder: Path, matter: Matter) -> dict[str, Any]:
    """Give the values of a matter that the last entry about it is shown with."""
    opened = [entry.get("open", {}).get(matter.row_ref) for entry in shown(folder)]
    return [fields for fields in opened if fields][-1]


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*"))}


class TestABundle:
    """What `sanhu record export` writes."""

    def test_a_stranger_finds_that_everything_holds(self, bundle: Path, tmp_path: Path):
        code, said = stranger(bundle)
        assert (code, said.splitlines()[-1]) == (0, "everything holds")
        note = read_note(Checkpoint.objects.get().note)
        assert note.root.hex() in said
        assert f"entries: {Entry.objects.count()}, of which" in said

    def test_it_holds_against_the_checkpoint_kept_from_before_and_the_key_from_elsewhere(
        self, bundle: Path, desks: Desks, clock: Clock, tmp_path: Path
    ):
        kept = shutil.copy(bundle / "checkpoints.txt", tmp_path / "kept.txt")
        key = shutil.copy(bundle / "public-key.pem", tmp_path / "noted.pem")
        carry(desks.cast, to="in_progress")
        chain_everything()
        clock.forward(hours=1)
        assert run("export", tmp_path / "later")[0] == 0
        code, said = stranger(tmp_path / "later", "--earlier", kept, "--key", key)
        assert (code, said.splitlines()[-1]) == (0, "everything holds")
        assert "signatures: 2 checked with openssl" in said

    def test_it_holds_what_is_needed_and_no_more(self, bundle: Path):
        assert {path.name for path in bundle.iterdir()} == {
            "record.jsonl",
            "checkpoints.txt",
            "bundle.json",
            "public-key.pem",
            "verify_record.py",
        }
        assert not bundle.with_name("bundle.part").exists()

    def test_what_waits_to_be_chained_is_counted(self, closed: Carried, desks: Desks, tmp_path: Path):
        report_matter(desks.cast)
        run("export", tmp_path / "bundle")
        assert "1 wait to enter the tree" in stranger(tmp_path / "bundle")[1]

    def test_the_public_matter_can_be_followed_from_it(self, bundle: Path, closed: Carried):
        subject = closed.matter.ref
        told = [entry for entry in shown(bundle) if "body" in entry and json.loads(entry["body"])["subject"] == subject]
        events = [json.loads(entry["body"])["event"] for entry in told]
        assert events[0] == "matter.registered"
        assert "matter.closed" in events
        last = last_shown(bundle, closed.matter)
        assert last["state"][1] == "closed"
        assert last["number"][1] == closed.matter.number


class TestNothingOfAnybody:
    """No personal value is in any file of the bundle, and of what is not public only an opaque leaf."""

    def test_no_personal_value(self, bundle: Path, closed: Carried):
        values = set(_personal_values()) | {closed.receipt, closed.receipt.replace("-", ""), PHONE, STAFF_PHONE}
        assert {"林阿姨谢谢大家", PHONE, STAFF_PHONE, "孙浩", "0022", "翠园小区三号楼西侧"} <= values
        assert len(values) > 40
        written = texts(bundle)
        found = {(name, value) for name, text in written.items() for value in values if _stands_in(value, text)}
        assert found == set()

    def test_the_hash_of_a_receipt_is_committed_to_and_never_opened(self, bundle: Path, closed: Carried):
        assert closed.matter.receipt_hash not in texts(bundle)["record.jsonl"]

    def test_no_point_and_no_title(self, bundle: Path, closed: Carried):
        written = texts(bundle)["record.jsonl"]
        assert closed.matter.public_title not in written
        assert "116.01" not in written
        assert "39.02" not in written

    @pytest.mark.parametrize("code", [NEVER, RECEIPT_ONLY])
    def test_a_matter_that_is_not_public_is_an_opaque_leaf(self, desks: Desks, code: str, tmp_path: Path):
        matter = accepted_as(desks.cast, code)
        assert matter.publicity in {Publicity.NEVER, Publicity.RECEIPT_ONLY}
        assert told_of(matter, tmp_path / "bundle") == set()

    def test_so_is_one_that_nobody_has_accepted_yet(self, desks: Desks, tmp_path: Path):
        matter = Matter.objects.get(number=report_matter(desks.cast).number)
        assert told_of(matter, tmp_path / "bundle") == set()

    def test_so_is_one_with_photos(self, desks: Desks, tmp_path: Path):
        matter = Matter.objects.get(number=report_with_photo().number)
        assert told_of(matter, tmp_path / "bundle") == set()

    def test_a_public_matter_that_was_merged_into_it_does_not_give_it_away(self, desks: Desks, tmp_path: Path):
        secret = accepted_as(desks.cast, NEVER)
        public = carry(desks.cast, to="accepted").matter
        move(desks.cast, public.number, "merge", by="徐", at=MONDAY_MORNING + 2 * HOUR, into=secret.number)
        assert told_of(secret, tmp_path / "bundle") == set()
        assert public.number in texts(tmp_path / "bundle")["record.jsonl"]

    def test_people_posts_and_accounts_are_opaque(self, bundle: Path):
        told = {json.loads(entry["body"])["event"].split(".")[0] for entry in shown(bundle) if "body" in entry}
        assert told == {"matter", "catalogue", "instrument", "divisions", "cells"}


def _personal_values() -> Iterator[str]:
    """Give every value of every sealed field there is, and the names people sign in with."""
    for model in witnessed_models():
        names = personal_fields(model)
        for row in model._base_manager.all() if names else ():
            yield from (getattr(row, name) for name in names if getattr(row, name))
    yield from Account.objects.values_list("username", flat=True)
    yield from Person.objects.values_list("staff_number", flat=True)
    yield from Step.objects.exclude(reply="").values_list("reply", flat=True)
    yield from Contact.objects.exclude(address="").values_list("address", flat=True)


def _stands_in(value: str, text: str) -> bool:
    """Whether a value stands in a text; a short number only as a value of its own, not within a code or a hash."""
    return f'"{value}"' in text.replace("\\", "") if value.isascii() and len(value) < 8 else value in text


class TestADamagedRecord:
    """What somebody bent is exported as it is, so that a stranger names it."""

    @pytest.mark.parametrize("body", ["{}", "[]", "", "not JSON", '{"rows":7,"facts":{}}'])
    def test_a_body_that_is_none_is_named_by_the_stranger(self, bundle: Path, body: str, clock: Clock, tmp_path: Path):
        entry = Entry.objects.get(event="matter.assigned")
        Entry.objects.filter(pk=entry.pk).update(body=body)
        clock.forward(hours=1)
        assert run("export", tmp_path / "later")[0] == 0
        code, said = stranger(tmp_path / "later")
        assert code == 1
        assert "FAULT the first" in said

    def test_an_altered_value_is_not_shown_as_what_was_recorded(
        self, bundle: Path, closed: Carried, clock: Clock, tmp_path: Path
    ):
        before = last_shown(bundle, closed.matter)
        Matter.objects.filter(pk=closed.matter.pk).update(lead_id=None)
        clock.forward(hours=1)
        assert run("export", tmp_path / "later")[0] == 0
        assert stranger(tmp_path / "later")[0] == 0
        assert before.keys() - last_shown(tmp_path / "later", closed.matter).keys() == {"lead_id"}

    def test_without_salts_nothing_is_shown(self, bundle: Path, closed: Carried, clock: Clock, tmp_path: Path):
        Opening.objects.filter(entry__subject_ref=closed.matter.ref).delete()
        clock.forward(hours=1)
        assert run("export", tmp_path / "later")[0] == 0
        assert stranger(tmp_path / "later")[0] == 0
        assert not any(closed.matter.row_ref in entry.get("open", {}) for entry in shown(tmp_path / "later"))


class TestRefusals:
    """What is refused is said, with an exit code, and leaves nothing behind."""

    def test_a_folder_that_is_not_empty(self, closed: Carried, tmp_path: Path):
        (tmp_path / "mine.txt").write_text("keep me")
        code, said = run("export", tmp_path)
        assert (code, "这个位置已经有内容" in said) == (2, True)
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

    def test_a_file(self, closed: Carried, tmp_path: Path):
        (tmp_path / "file").write_text("keep me")
        assert run("export", tmp_path / "file")[0] == 2
        assert (tmp_path / "file").read_text() == "keep me"

    def test_an_empty_folder_is_taken(self, closed: Carried, tmp_path: Path):
        (tmp_path / "empty").mkdir()
        assert run("export", tmp_path / "empty")[0] == 0
        assert stranger(tmp_path / "empty")[0] == 0

    def test_what_an_interrupted_export_left_is_replaced(self, closed: Carried, tmp_path: Path):
        (tmp_path / "bundle.part").mkdir()
        (tmp_path / "bundle.part" / "record.jsonl").write_text("half")
        assert run("export", tmp_path / "bundle")[0] == 0
        assert not (tmp_path / "bundle.part").exists()

    def test_a_place_where_nothing_can_be_written(self, closed: Carried, tmp_path: Path):
        (tmp_path / "file").write_text("")
        code, said = run("export", tmp_path / "file" / "bundle")
        assert (code, "写不进去" in said) == (1, True)

    @pytest.mark.django_db
    def test_an_empty_record(self, clock: Clock, tmp_path: Path):
        assert run("checkpoint") == (1, "没有签名的密钥，或记录还是空的。")
        code, said = run("export", tmp_path / "bundle")
        assert (code, "还没有检查点" in said) == (1, True)
        assert not (tmp_path / "bundle").exists()

    def test_without_the_key_nothing_is_signed(self, closed: Carried, settings: LazySettings, tmp_path: Path):
        settings.SANHU_RECORD_KEY_FILE = tmp_path / "no-key.pem"
        assert run("checkpoint") == (1, "没有签名的密钥，或记录还是空的。")
        assert run("export", tmp_path / "bundle")[0] == 1
        assert not Checkpoint.objects.exists()

    def test_without_the_key_what_was_signed_last_is_exported(
        self, closed: Carried, desks: Desks, settings: LazySettings, tmp_path: Path
    ):
        """As a process does that holds the public half alone."""
        assert run("checkpoint")[0] == 0
        half = tmp_path / "record-key.pem"
        shutil.copy(record_key.public_path(settings.SANHU_RECORD_KEY_FILE), record_key.public_path(half))
        settings.SANHU_RECORD_KEY_FILE = half
        report_matter(desks.cast)
        chain_everything()
        assert run("export", tmp_path / "bundle")[0] == 0
        code, said = stranger(tmp_path / "bundle")
        assert code == 0
        assert "1 wait to enter the tree" in said

    @pytest.mark.parametrize("way", ["checkpoint", "export"])
    def test_a_forked_record(self, closed: Carried, way: str, clock: Clock, tmp_path: Path):
        assert run("checkpoint")[0] == 0
        clock.forward(hours=1)
        one, *others = chain()
        rechain([*others, one])
        code, said = run(way, *([tmp_path / "bundle"] if way == "export" else []))
        assert code == 1
        assert said.startswith("记录与上一个签过名的检查点接不上，没有签名")
        assert not (tmp_path / "bundle").exists()
        assert Checkpoint.objects.count() == 1

    def test_a_file_of_checkpoints_with_something_else_in_it(
        self, closed: Carried, settings: LazySettings, tmp_path: Path
    ):
        settings.SANHU_CHECKPOINTS_FILE = tmp_path / "checkpoints.txt"
        settings.SANHU_CHECKPOINTS_FILE.write_text("something else\n")
        code, said = run("checkpoint")
        assert (code, "检查点文件里有别的内容" in said) == (1, True)


class TestCheckpoint:
    """`sanhu record checkpoint`."""

    def test_the_note_is_printed_and_kept(self, closed: Carried, settings: LazySettings):
        code, said = run("checkpoint")
        assert code == 0
        assert said == Checkpoint.objects.get().note
        assert notes_in(settings.SANHU_CHECKPOINTS_FILE.read_text()) == [said]

    def test_in_json(self, closed: Carried):
        code, said = run("checkpoint", "--json")
        answer = json.loads(said)
        found = read_note(answer["note"])
        assert (code, answer["size"], answer["root"]) == (0, found.size, found.root.hex())

    def test_an_export_in_json(self, closed: Carried, tmp_path: Path):
        code, said = run("export", tmp_path / "bundle", "--json")
        assert (code, json.loads(said)) == (
            0,
            {"folder": str(tmp_path / "bundle"), "size": Entry.objects.filter(seq__isnull=False).count()},
        )
