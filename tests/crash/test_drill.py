"""The drill: a district at work is backed up, works on, loses its database, and stands again where the backup was."""

import json
import shutil
import stat
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.crash.cycles import District, district
from tests.crash.house import DATABASES


@pytest.mark.parametrize("kind", sorted(DATABASES))
def test_a_destroyed_district_stands_again_with_the_same_root(kind: str, tmp_path: Path):
    archive = tmp_path / "district.tar"
    with district(kind) as founded:
        house = founded.house
        founded.work(0)
        with ThreadPoolExecutor(1) as beside:
            at_work = beside.submit(founded.work, 1)
            made = house.sanhu("backup", str(archive), "--json")
            at_work.result()
        assert made.returncode == 0, made.stderr
        promised = json.loads(made.stdout)["manifest"]["contents"]
        erased = house.ask("erase")
        founded.work(2)
        assert house.sanhu("record", "checkpoint").returncode == 0
        lost = house.ask("prove")
        assert lost["size"] > promised["size"] > 0
        house.rest()
        house.database.destroy()

        done = house.sanhu("restore", str(archive), "--json", "--replace", house.database.name)
        assert done.returncode == 0, done.stdout + done.stderr
        told = json.loads(done.stdout)
        assert (told["proved"], told["differences"], told["findings"]) == (True, [], 0)
        (undone,) = told["erasures_undone"]
        assert (undone["subject"], undone["erased"]) == (erased["subject"], {erased["row"]: ["address"]})
        assert told["signed_beyond"] > promised["size"]
        aside = Path(told["set_aside"])
        assert aside.read_text() not in next(aside.parent.glob("checkpoints*.txt")).read_text()
        restored = house.ask("prove")
        assert (restored["size"], restored["root"]) == (promised["size"], promised["root"])
        assert restored["matters"] == promised["counts"]["casework.matter"]
        assert restored["problems"] == []

        house.start()
        founded.work(3)
        after = house.ask("prove")
        assert after["problems"] == []
        assert after["size"] > restored["size"]
        assert house.sanhu("record", "checkpoint").returncode == 0
        assert house.sanhu("verify").returncode == 0


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[District, Path]]:
    """Give a small district on SQLite that does not work just now, and its backup."""
    archive = tmp_path_factory.mktemp("backup") / "district.tar"
    with district("sqlite") as founded:
        founded.work(1)
        founded.house.rest()
        done = founded.house.sanhu("backup", str(archive))
        assert done.returncode == 0, done.stderr
        assert "树根" in done.stdout
        yield founded, archive


def test_on_another_machine_the_archive_and_the_keys_are_enough(backed_up: tuple[District, Path], tmp_path: Path):
    founded, archive = backed_up
    for name in ("keys.json", "record-key.pem", "record-key.pub.pem"):
        shutil.copy(founded.house.data / name, tmp_path)
    there = {"SANHU_DATA": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    done = founded.house.sanhu("restore", str(archive), **there)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "树根与清单一致" in done.stdout
    assert founded.house.sanhu("verify", **there).returncode == 0
    assert founded.house.sanhu("record", "checkpoint", **there).returncode == 0


def refused(founded: District, archive: Path, *options: str, **environment: str) -> str:
    """Restore what cannot be; give what is said, after looking that nothing was changed."""
    before = founded.house.ask("stand")
    done = founded.house.sanhu("restore", str(archive), *options, **environment)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert founded.house.ask("stand") == before
    return done.stderr


def test_a_backup_is_its_owners_alone_and_holds_no_key(backed_up: tuple[District, Path]):
    founded, archive = backed_up
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert sorted(file.name for file in archive.parent.iterdir()) == [archive.name]
    with tarfile.open(archive) as packed:
        assert packed.getnames() == ["manifest.json", "database.sqlite3"]
    keys = json.loads((founded.house.data / "keys.json").read_text())
    inside = archive.read_bytes()
    assert [name for name in ("secret", "field", "receipt") if keys[name].encode() in inside] == []


def test_a_backup_replaces_no_file(backed_up: tuple[District, Path]):
    founded, archive = backed_up
    before = archive.read_bytes()
    done = founded.house.sanhu("backup", str(archive))
    assert (done.returncode, archive.read_bytes() == before) == (1, True)
    assert "文件已经存在" in done.stderr


def test_data_is_lost_only_to_whoever_types_the_databases_name(backed_up: tuple[District, Path]):
    founded, archive = backed_up
    assert "数据库里有数据" in refused(founded, archive)
    assert "--replace district.sqlite3" in refused(founded, archive, "--replace", "yes")


def test_a_district_at_work_is_not_replaced_under_its_processes(backed_up: tuple[District, Path]):
    founded, archive = backed_up
    founded.house.start()
    try:
        founded.work(4)
        done = founded.house.sanhu("restore", str(archive), "--replace", "district.sqlite3")
        assert (done.returncode, "数据库正在使用" in done.stderr) == (1, True)
        founded.work(5)
        assert founded.house.ask("prove")["problems"] == []
    finally:
        founded.house.rest()


def spoiled(archive: Path, folder: Path, place: int) -> Path:
    """Give a copy with one byte turned over."""
    data = bytearray(archive.read_bytes())
    data[place] ^= 0xFF
    (folder / "spoiled.tar").write_bytes(data)
    return folder / "spoiled.tar"


@pytest.mark.parametrize("where", ["in_the_database", "at_the_end_of_it", "in_the_manifest"])
def test_a_spoiled_archive_is_refused_before_anything_is_changed(
    where: str, backed_up: tuple[District, Path], tmp_path: Path
):
    founded, archive = backed_up
    with tarfile.open(archive) as packed:
        manifest, database = packed.getmembers()
    places = {
        "in_the_database": database.offset_data + 5000,
        "at_the_end_of_it": database.offset_data + database.size - 1,
        "in_the_manifest": manifest.offset_data + 1,
    }
    said = refused(founded, spoiled(archive, tmp_path, places[where]), "--replace", "district.sqlite3")
    assert "看不懂" in said if where == "in_the_manifest" else "校验值与清单不符" in said


def test_half_an_archive_and_something_else_are_refused(backed_up: tuple[District, Path], tmp_path: Path):
    founded, archive = backed_up
    (tmp_path / "half.tar").write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    (tmp_path / "letter.txt").write_text("不是备份")
    for name in ("half.tar", "letter.txt", "missing.tar"):
        assert "备份" in refused(founded, tmp_path / name, "--replace", "district.sqlite3")


def test_other_keys_than_the_backups_are_refused_by_name(backed_up: tuple[District, Path], tmp_path: Path):
    founded, archive = backed_up
    said = refused(founded, archive, "--replace", "district.sqlite3", SANHU_DATA=str(tmp_path))
    assert "这不是做备份时的密钥（field, receipt, record）" in said


def test_what_a_newer_sanhu_made_is_refused(backed_up: tuple[District, Path], tmp_path: Path):
    founded, archive = backed_up
    newer = tmp_path / "newer.tar"
    newer.write_bytes(archive.read_bytes().replace(b'"evidence.0001_initial"', b'"evidence.9999_initial"', 1))
    said = refused(founded, newer, "--replace", "district.sqlite3")
    assert "这里不认识 evidence.9999_initial" in said


def test_what_was_made_on_the_other_kind_of_database_is_refused(backed_up: tuple[District, Path], tmp_path: Path):
    founded, archive = backed_up
    other = tmp_path / "other.tar"
    other.write_bytes(archive.read_bytes().replace(b'"database": "sqlite"', b'"database": "oracle"', 1))
    assert "备份来自 oracle 数据库，这里是 sqlite" in refused(founded, other, "--replace", "district.sqlite3")
