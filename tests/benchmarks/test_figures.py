"""A figure is one line that a program can read, held against its baseline."""

import json

import pytest

from benchmarks import run
from benchmarks.figures import Figure


def test_a_figure_is_one_json_line_with_its_ratio():
    line = Figure("intake_rate", 123.4567, "matters/s", baseline=1650.0).line()
    assert json.loads(line) == {
        "name": "intake_rate",
        "value": 123.5,
        "baseline": 1650.0,
        "ratio": 0.07482,
        "unit": "matters/s",
    }


def test_a_figure_without_a_baseline_has_no_ratio():
    assert json.loads(Figure("memory", 1.0, "MB").line())["ratio"] is None


def test_an_unknown_part_is_bad_usage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.argv", ["run", "nothing"])
    with pytest.raises(SystemExit) as end:
        run.main()
    assert end.value.code == 2


def test_a_part_that_fails_is_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, capsys):
    class Good:
        @staticmethod
        def measure():
            return [Figure("good", 1, "s")]

    class Bad:
        @staticmethod
        def measure():
            raise RuntimeError("no first page")

    monkeypatch.setattr(run, "parts", lambda: ["bad", "good"])
    monkeypatch.setattr(run, "import_module", lambda name: {"benchmarks.bad": Bad, "benchmarks.good": Good}[name])
    monkeypatch.setattr("sys.argv", ["run"])
    with pytest.raises(SystemExit, match="failed: bad"):
        run.main()
    assert '"name": "good"' in capsys.readouterr().out
