"""The program `sanhu`: our commands first, and exit codes a script can rely on."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, get_commands, load_command_class
from django.db import OperationalError

from sanhu.portals.cli import main as program

OURS = sorted(name for name, app in get_commands().items() if str(app).startswith("sanhu."))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["anything", *arguments])
        try:
            program.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return code, *capsys.readouterr()

    return run


def test_help_lists_our_commands_first_with_a_line_each_then_djangos(run):
    code, out, _ = run("--help")
    ours, _, theirs = out.partition("Django's own:")
    listed = [line.split()[0] for line in ours.splitlines() if line.startswith("  ")]
    assert code == 0
    assert listed == OURS
    assert "migrate" in theirs.split()


@pytest.mark.parametrize("name", OURS)
def test_each_of_our_commands_says_in_one_line_what_it_is_for(name: str):
    first = str(load_command_class(get_commands()[name], name).help).strip().partition("\n")[0]
    assert 10 < len(first) <= 120


def test_the_version_is_the_products(run):
    code, out, _ = run("--version")
    assert code == 0
    assert out.startswith("sanhu 0.")


@pytest.mark.parametrize("arguments", [["no-such-command"], ["migrate", "--no-such-option"]])
def test_a_wrong_call_exits_with_2(run, arguments: list[str]):
    code, _, err = run(*arguments)
    assert code == 2
    assert err


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OperationalError("unable to open database file"), "The database cannot be reached or used"),
        (ImproperlyConfigured("DATABASE_URL must be set"), "The settings cannot be used: DATABASE_URL must be set"),
    ],
)
def test_a_fault_from_outside_is_a_sentence_and_exits_with_1(run, monkeypatch, fault: Exception, words: str):
    def fail(self: program.Program) -> None:
        raise fault

    monkeypatch.setattr(program.Program, "execute", fail)
    code, _, err = run("check")
    assert code == 1
    assert words in err
    assert "Traceback" not in err


def test_a_refusal_exits_with_1(run, monkeypatch):
    command = load_command_class(get_commands()["check"], "check")

    def refuse(*_: object, **__: object) -> None:
        raise CommandError("refused")

    monkeypatch.setattr(type(command), "handle", refuse)
    code, _, err = run("check")
    assert code == 1
    assert "refused" in err


def test_the_installed_program_runs():
    installed = Path(sys.executable).with_name("sanhu")
    done = subprocess.run([installed, "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("sanhu ")
