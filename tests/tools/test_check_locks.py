"""Locks: what would send an installer elsewhere is found, what is pinned and hashed is not."""

from pathlib import Path

import pytest

from tools import check_locks

PINNED = "django==5.2.19 \\\n    --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(check_locks, "ROOT", tmp_path)
    return tmp_path / "base.txt"


def test_a_pinned_and_hashed_line_is_clean(lock: Path):
    lock.write_text(PINNED + "tzdata==2026.6 ; sys_platform == 'win32' \\\n    --hash=sha256:" + "1" * 64 + "\n")
    assert [*check_locks.addresses(lock), *check_locks.loose(lock)] == []
    assert check_locks.pins(lock) == {"django": {"5.2.19"}, "tzdata": {"2026.6"}}


@pytest.mark.parametrize(
    "line",
    [
        "--inde" + "x-url https://example.test/",
        "  --extra-inde" + "x-url x",
        "-i somewhere",
        "-f wheels",
        "--find-" + "links wheels",
        "--trusted-" + "host example.test",
        "--no-index",
        "django @ file:///wheels/django.whl",
        "django @ https://example.test/django.whl",
        "git+ssh://example.test/django",
    ],
)
def test_a_line_that_leads_elsewhere_is_found(lock: Path, line: str):
    lock.write_text(PINNED + line + "\n")
    assert len(list(check_locks.addresses(lock))) == 1


@pytest.mark.parametrize("line", ["django", "django>=5", "django==5.2.19", "django==5.2.19 ; python_version < '4'"])
def test_a_line_without_pin_or_hash_is_found(lock: Path, line: str):
    lock.write_text(PINNED + line + "\n")
    assert len(list(check_locks.loose(lock))) == 1


def test_a_dependency_without_a_reason_is_found(lock: Path):
    lock.write_text("# What ships.\nDjango~=5.2.0   # the ground\npsycopg\n-r base.in\n")
    assert [line.rpartition(": ")[2] for line in check_locks.undocumented(lock)] == ["psycopg"]


def test_a_base_pin_that_dev_does_not_have_is_found(lock: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(check_locks, "REQUIREMENTS", lock.parent)
    lock.write_text(PINNED)
    lock.with_name("dev.txt").write_text(PINNED.replace("5.2.19", "5.2.18"))
    assert len(list(check_locks.unserved())) == 1


@pytest.mark.parametrize(
    ("package", "found"),
    [
        ('{"version": "4.0.0", "integrity": "sha512-x"}', 0),
        ('{"version": "4.0.0"}', 1),
        ('{"version": "4.0.0", "integrity": "sha512-x", "resolved' + '": "somewhere"}', 1),
        ('{"integrity": "sha512-x", "link": true}', 1),
    ],
)
def test_an_npm_package_with_an_address_or_without_a_hash_is_found(lock: Path, package: str, found: int):
    folder = lock.parent / "tests" / "npm"
    folder.mkdir(parents=True)
    (folder / "package-lock.json").write_text(f'{{"packages": {{"": {{}}, "node_modules/axe-core": {package}}}}}')
    assert len(list(check_locks.npm_addresses())) == found
