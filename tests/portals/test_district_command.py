"""`sanhu district` and `sanhu keys`: from an empty database to three administrators who can sign in."""

import json
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from sanhu.domains.catalogue.queries import versions
from sanhu.domains.subjects.models import Account, Organisation, Person
from sanhu.portals.cli import keyfile


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Give an empty SANHU_DATA."""
    settings.SANHU_DATA = tmp_path / "data"
    return tmp_path / "data"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as told:
        run(*arguments)
    return told.value


def passwords(path: Path) -> dict[str, str]:
    return dict(line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines())


@pytest.mark.django_db
def test_a_district_stands_with_its_administrators_roles_and_catalogue(folder: Path):
    answer = json.loads(run("district", "create", "110101", "--name", "东城区", "--json"))
    path = folder / "first-passwords-110101.txt"
    assert answer["passwords"] == str(path)
    assert (answer["district"], answer["name"]) == ("110101", "东城区")
    assert answer["bodies"] == ["东城区社区建设协调管理机构", "东城区人民政府"]
    assert [one["username"] for one in answer["accounts"]] == ["110101-0001", "110101-0002", "110101-0003"]
    version = versions("110101").get()
    assert answer["catalogue"] == {"version": 1, "findings": len(version.findings)}
    assert answer["next"] == [
        "sanhu import divisions FILE",
        "sanhu import organisations FILE --district 110101",
        "sanhu import people FILE --district 110101",
        "sanhu import posts FILE --district 110101",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = passwords(path)
    assert set(found) == {"110101-0001", "110101-0002", "110101-0003"}
    assert all(Account.objects.get(username=name).check_password(password) for name, password in found.items())


@pytest.mark.django_db
def test_what_is_printed_names_the_file_and_no_password(folder: Path):
    said = run("district", "create", "110101", "--system", "钱立", "--security", "冯守", "--audit", "沈鉴")
    path = folder / "first-passwords-110101.txt"
    assert str(path) in said
    assert "钱立" in said
    assert not any(password in said for password in passwords(path).values())


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "11010", "1101011", "110000", "000101", "东城"])
def test_a_bad_code_is_refused_with_its_reason(folder: Path, code: str):
    told = refusal("district", "create", code)
    assert told.returncode == 1
    assert str(told)
    assert not Organisation.objects.exists()
    assert not folder.exists()


@pytest.mark.django_db
def test_a_second_founding_is_refused_in_json_too(folder: Path):
    run("district", "create", "110101")
    out = StringIO()
    with pytest.raises(CommandError) as told:
        call_command("district", "create", "110101", "--json", stdout=out)
    assert told.value.returncode == 1
    assert json.loads(out.getvalue()) == {"refused": ["这个区已经建立"], "code": ""}
    assert Person.objects.count() == 3


@pytest.mark.django_db
def test_passwords_not_yet_collected_are_not_written_over_and_nothing_is_founded(folder: Path):
    folder.mkdir()
    path = folder / "first-passwords-110101.txt"
    path.write_text("kept", encoding="utf-8")
    told = refusal("district", "create", "110101")
    assert (told.returncode, path.read_text(encoding="utf-8")) == (1, "kept")
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_administrators_come_from_a_file(folder: Path, tmp_path: Path):
    file = tmp_path / "administrators.csv"
    file.write_text("职位,姓名\n系统管理员,钱立\nsecurity,冯守\n审计管理员,㛃𠮷\n", encoding="utf-8")
    answer = json.loads(run("district", "create", "110101", "--administrators", str(file), "--json"))
    assert [one["name"] for one in answer["accounts"]] == ["钱立", "冯守", "㛃𠮷"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "more", "returncode"),
    [
        (None, (), 2),
        ("office,name\nsystem,钱立\n", (), 1),
        ("office,name\nsystem,钱立\nsecurity,冯守\nmayor,沈鉴\n", (), 1),
        ("office,name\nsystem,钱立\nsecurity,钱立\naudit,沈鉴\n", (), 1),
        ("office,name\nsystem,钱立\nsecurity,冯守\naudit,沈鉴\n", ("--system", "钱立"), 2),
    ],
    ids=["no such file", "one is named", "no such office", "one person twice", "two ways at once"],
)
def test_administrators_that_cannot_be_are_refused(
    folder: Path, tmp_path: Path, text: str | None, more: tuple[str, ...], returncode: int
):
    file = tmp_path / "administrators.csv"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    told = refusal("district", "create", "110101", "--administrators", str(file), *more)
    assert told.returncode == returncode
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_an_administrator_gets_a_new_password(folder: Path):
    run("district", "create", "110101")
    first = passwords(folder / "first-passwords-110101.txt")["110101-0002"]
    path = Path(json.loads(run("district", "password", "110101-0002", "--json"))["passwords"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    account = Account.objects.get(username="110101-0002")
    assert account.check_password(passwords(path)["110101-0002"])
    assert not account.check_password(first)
    assert refusal("district", "password", "110101-0009").returncode == 1


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "keys" / "sanhu.json"
    said = run("keys", "create", str(path))
    assert str(path) in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys = keyfile.load(path)
    assert (len(keys.field), len(keys.receipt), keys.demonstration) == (32, 32, False)
    assert len(keys.secret) >= 50
    before = path.read_bytes()
    assert refusal("keys", "create", str(path)).returncode == 1
    assert path.read_bytes() == before
    other = tmp_path / "other.json"
    run("keys", "create", str(other))
    assert keyfile.load(other).field != keys.field


@pytest.mark.parametrize("missing", ["secret", "field", "receipt", "demonstration"])
def test_a_key_file_that_lacks_a_key_is_not_one(tmp_path: Path, missing: str):
    path = tmp_path / "keys.json"
    keyfile.create(path, demonstration=False)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    del content[missing]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=missing):
        keyfile.load(path)


def test_a_key_that_is_too_short_is_refused(tmp_path: Path):
    path = tmp_path / "keys.json"
    keyfile.create(path, demonstration=False)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"field": "c2hvcnQ="}), encoding="utf-8")
    with pytest.raises(ValueError, match="32 bytes"):
        keyfile.load(path)


def test_a_first_start_makes_keys_and_the_next_reads_them(tmp_path: Path):
    path = tmp_path / "keys.json"
    made = keyfile.load_or_create(path, demonstration=True)
    assert made.demonstration
    assert keyfile.load_or_create(path, demonstration=True) == made
    assert list(tmp_path.iterdir()) == [path]
    assert made.secret not in repr(made)
