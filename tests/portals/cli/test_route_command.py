"""`sanhu route` as people and programs call it: tables of every shape in, a model and a table out, exit codes."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sanhu.engines.routing import bundle, training
from sanhu.engines.tables import BOM, BROKEN_QUOTES, DOUBLE_COLUMN, EMPTY_FILE, MISSING_COLUMN, WRONG_COUNT
from sanhu.portals.cli.management.commands import route
from sanhu.portals.cli.messages_table import PREDICTED, read_messages
from tests.engines.routing.messages import made_up

TRAINED = made_up(600, seed=21)
ASKED = [example.text for example in made_up(30, seed=22)]


def table(path: Path, header: list[str], rows: list[list[str]], *, encoding: str = "utf-8") -> Path:
    """Write a table."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Run as the shell does; give the exit code, what was said and what was complained of."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("route", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    except CommandError as fault:
        return fault.returncode, out.getvalue(), str(fault)
    return 0, out.getvalue(), err.getvalue()


def predicted(path: Path) -> list[dict[str, str]]:
    """Read an answer."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give messages with labels."""
    folder = tmp_path_factory.mktemp("labelled")
    return table(folder / "messages.csv", ["text", "label"], [[one.text, one.label] for one in TRAINED])


@pytest.fixture(scope="module")
def model(labelled: Path) -> Path:
    """Train once."""
    path = labelled.parent / "model"
    code, said, complaints = run("train", "--messages", labelled, "--out", path)
    assert (code, complaints) == (0, "")
    assert said.startswith("用 600 条留言学了 7 个类别，模型 ")
    return path


@pytest.mark.covers("R84.3")
class TestPredicting:
    """A table in, the same table with answers out."""

    def test_the_answers_stand_after_the_columns_of_the_file(self, model: Path, tmp_path: Path) -> None:
        asked = table(
            tmp_path / "asked.csv", ["id", "Text", "channel"], [[str(n), t, "热线"] for n, t in enumerate(ASKED)]
        )
        code, said, _ = run("predict", "--model", model, "--messages", asked, "--out", tmp_path / "out.csv")
        rows = predicted(tmp_path / "out.csv")
        certain = sum(row["certain"] == "yes" for row in rows)
        assert (code, said) == (0, f"分派 30 条：确定 {certain} 条，交给人 {30 - certain} 条。\n")
        assert list(rows[0]) == ["id", "Text", "channel", *PREDICTED]
        assert [row["Text"] for row in rows] == ASKED
        for row in rows:
            assert row["label"] in {f"K{number}" for number in range(1, 8)} - {row["second_label"]}
            assert 1 >= float(row["probability"]) >= float(row["second_probability"]) >= 0
            assert row["certain"] in ("yes", "no")
            assert all(reason in row["Text"] for reason in row["reasons"].split("、"))

    def test_a_column_called_like_an_answer_is_renamed(self, model: Path, labelled: Path, tmp_path: Path) -> None:
        assert run("predict", "--model", model, "--messages", labelled, "--out", tmp_path / "out.csv")[0] == 0
        rows = predicted(tmp_path / "out.csv")
        assert list(rows[0]) == ["text", "given_label", *PREDICTED]
        assert [row["given_label"] for row in rows] == [one.label for one in TRAINED]
        assert sum(row["label"] == row["given_label"] for row in rows) > 500

    def test_texts_go_through_unchanged_and_every_row_is_answered(self, model: Path, tmp_path: Path) -> None:
        texts = [
            '第一行\n第二行，"引号"',
            "",
            "=HYPERLINK(1)低保怎么申请",
            " 两边有空格 ",
            "油烟" * 100_000,
            "𠮷野家门口占道",
        ]
        asked = table(tmp_path / "asked.csv", ["text"], [[text] for text in texts])
        code, _, complaints = run("predict", "--model", model, "--messages", asked, "--out", tmp_path / "out.csv")
        csv.field_size_limit(10_000_000)
        rows = predicted(tmp_path / "out.csv")
        csv.field_size_limit(131_072)
        assert code == 0
        assert [row["text"] for row in rows] == texts
        assert complaints == "第 3 行 text: text 是空的\n"
        assert (rows[1]["certain"], rows[1]["reasons"]) == ("no", "")

    def test_a_label_that_looks_like_a_formula_is_defused(self, tmp_path: Path) -> None:
        rows = [[one.text, "=1+1" if one.label == "K1" else "@其他"] for one in TRAINED[:200]]
        messages = table(tmp_path / "messages.csv", ["text", "label"], rows)
        assert run("train", "--messages", messages, "--out", tmp_path / "m")[0] == 0
        assert run("predict", "--model", tmp_path / "m", "--messages", messages, "--out", tmp_path / "out.csv")[0] == 0
        assert {row["label"] for row in predicted(tmp_path / "out.csv")} == {"'=1+1", "'@其他"}

    @pytest.mark.parametrize(
        ("encoding", "begins"), [("utf-8", b"text"), ("utf-8-sig", BOM.encode()), ("gb18030", b"text")]
    )
    def test_encodings(self, model: Path, tmp_path: Path, encoding: str, begins: bytes) -> None:
        asked = table(tmp_path / "asked.csv", ["text"], [["低保怎么申请"]], encoding=encoding)
        code, _, complaints = run("predict", "--model", model, "--messages", asked, "--out", tmp_path / "out.csv")
        assert code == 0
        assert ("GB 18030" in complaints) == (encoding == "gb18030")
        assert (tmp_path / "out.csv").read_bytes().startswith(begins)
        assert predicted(tmp_path / "out.csv")[0]["label"] == "K2"

    def test_the_same_again_is_the_same_bytes(self, model: Path, labelled: Path, tmp_path: Path) -> None:
        for name in ("one", "two"):
            run("train", "--messages", labelled, "--out", tmp_path / f"{name}.model")
            run("predict", "--model", tmp_path / f"{name}.model", "--messages", labelled, "--out", tmp_path / name)
        assert (tmp_path / "one.model").read_bytes() == (tmp_path / "two.model").read_bytes() == model.read_bytes()
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()

    def test_a_file_that_is_no_model(self, labelled: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.csv"
        assert run("predict", "--model", labelled, "--messages", labelled, "--out", out) == (1, "", bundle.FOREIGN)
        code, _, complaint = run("predict", "--model", tmp_path / "none", "--messages", labelled, "--out", out)
        assert (code, "打不开" in complaint) == (2, True)
        assert not out.exists()


class TestTables:
    """What a table may look like, and what is said of one that cannot be used."""

    @pytest.mark.parametrize(
        ("written", "complaint"),
        [
            (b"", f"第 1 行: {EMPTY_FILE}"),
            (b"words,label\na,b\n", f"第 1 行 text: {MISSING_COLUMN}"),
            (b"text\na\n", f"第 1 行 label: {MISSING_COLUMN}"),
            (b"text,label,text\na,b,c\n", f"第 1 行 text: {DOUBLE_COLUMN}"),
            (b"text,label\na,b\nc\nd,e,f\n", f"第 3 行: {WRONG_COUNT}\n第 4 行: {WRONG_COUNT}"),
            (b'text,label\n"a\nb",c\n"d"e,f\n', f"第 3 行: {BROKEN_QUOTES}"),
            (b"text,label\n", training.TOO_FEW_LABELS),
            ("text,label\n路灯,甲\n井盖,甲\n".encode(), training.TOO_FEW_LABELS),
        ],
    )
    def test_what_is_wrong_is_named_by_row_and_column(self, tmp_path: Path, written: bytes, complaint: str) -> None:
        path = tmp_path / "messages.csv"
        path.write_bytes(written)
        for act in (["train", "--out", tmp_path / "m"], ["evaluate"]):
            assert run(*act, "--messages", path) == (1, "", complaint)
        assert not (tmp_path / "m").exists()

    def test_many_faults_are_told_in_part(self, tmp_path: Path) -> None:
        path = tmp_path / "messages.csv"
        path.write_bytes(b"text,label\n" + b"a\n" * 30)
        complaint = run("evaluate", "--messages", path)[2]
        assert len(complaint.splitlines()) == 21
        assert complaint.endswith("另有 10 处同样的问题。")

    def test_rows_that_teach_nothing_are_named_and_left_out(self, tmp_path: Path) -> None:
        rows = [*([one.text, one.label] for one in TRAINED[:100]), ["", "K1"], ["路灯坏了", " "], ["狗叫", "少见"]]
        messages = table(tmp_path / "messages.csv", ["text", "label"], rows)
        code, said, complaints = run("train", "--messages", messages, "--out", tmp_path / "m")
        assert code == 0
        assert said.startswith("用 101 条留言学了 8 个类别")
        assert complaints.splitlines() == [
            "第 102 行 text: text 是空的",
            "第 103 行 label: label 是空的",
            "第 104 行 label：类别“少见”只有这一条例子，检验不了",
            "以上 2 行没有用。",
        ]

    def test_line_breaks_in_quotes_count_as_one_row(self) -> None:
        read = read_messages('文本,类别\r\n"甲\n乙",丙\r\n\r\n丁,""\r\n'.encode(), labelled=True)
        assert [(one.number, one.text, one.label) for one in read.messages] == [(2, "甲\n乙", "丙"), (4, "丁", "")]


class TestEvaluating:
    """Figures, in words and as JSON."""

    def test_in_json(self, labelled: Path) -> None:
        code, said, _ = run("evaluate", "--messages", labelled, "--json", "--seed", "3", "--risk", "0.05")
        found = json.loads(said)
        assert (code, found["messages"], found["seed"], found["risk"], found["confidence"]) == (0, 600, 3, 0.05, 0.95)
        assert 0 < found["macro_f1"] <= 1
        assert found["accuracy"] <= found["top_2"] <= 1
        assert found["coverage"] == found["certain_messages"] / 600
        assert found["holds"] == (found["certain_error"] <= 0.05)
        assert found["certain_error"] <= found["certain_error_bound"] <= 1
        assert len(found["thresholds"]) == found["folds"] == 10
        assert [len(row) for row in found["confusion"]["rows"]] == [7] * 7 == [len(found["confusion"]["labels"])] * 7
        assert sum(one["messages"] for one in found["calibration"]["bins"]) == 600
        assert run("evaluate", "--messages", labelled, "--json", "--seed", "3", "--risk", "0.05")[1] == said

    def test_in_words(self, labelled: Path) -> None:
        lines = run("evaluate", "--messages", labelled)[1].splitlines()
        assert lines[0].startswith("留言 600 条（互不重复 ")
        assert lines[1].startswith("准确率 ")
        assert [line.partition("：")[0] for line in lines[4:11]] == [f"K{number}" for number in range(1, 8)]

    def test_of_many_labels_the_commonest_confusions_are_named(self, tmp_path: Path) -> None:
        rows = [[one.text, f"{one.label}{place % 2}"] for place, one in enumerate(TRAINED)]
        said = run("evaluate", "--messages", table(tmp_path / "m.csv", ["text", "label"], rows))[1]
        assert "最常见的混淆：" in said
        assert "没有一条可以确定：例子不够，或者错得太多。" in said


class TestCalling:
    """What was called wrongly, and what predicting loads."""

    @pytest.mark.parametrize(
        "option", [["--risk", "0"], ["--risk", "1"], ["--confidence", "2"], ["--seed", "-1"], ["--seed", "x"]]
    )
    def test_options_out_of_range(self, labelled: Path, option: list[str]) -> None:
        with pytest.raises(CommandError):
            call_command("route", "evaluate", "--messages", str(labelled), *option)

    def test_a_place_nothing_can_be_written_to_is_refused_before_the_work(
        self, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(training, "train", lambda *_args, **_options: pytest.fail("trained"))
        for out in (tmp_path / "none" / "model", tmp_path):
            assert run("train", "--messages", labelled, "--out", out)[0] == 2

    def test_a_failure_half_way_leaves_the_old_file(
        self, model: Path, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "out.csv"
        out.write_text("old")
        monkeypatch.setattr(route, "_cells", lambda _found: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run("predict", "--model", model, "--messages", labelled, "--out", out)
        assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "old")]

    def test_progress_is_told_where_it_takes_long(
        self, model: Path, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(route.Progress, "EVERY_SECONDS", 0.0)
        complaints = run("predict", "--model", model, "--messages", labelled, "--out", tmp_path / "out.csv")[2]
        assert complaints == "已分派 600 行\n"
        assert run("evaluate", "--messages", labelled)[2].splitlines()[-1] in ("完成 20 / 20 步", "完成 10 / 10 步")

    def test_predicting_in_a_process_of_its_own_loads_no_training(self, model: Path, tmp_path: Path) -> None:
        asked = table(tmp_path / "asked.csv", ["text"], [["低保怎么申请"]])
        spying = (
            "import sys; from sanhu.portals.cli.main import main; main(); "
            "print(sorted({'sklearn', 'scipy', 'joblib'} & set(sys.modules)))"
        )
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "sanhu.config.settings.test",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONIOENCODING": "utf-8",
        }
        command = [sys.executable, "-c", spying, "route", "predict", "--model", str(model)]
        command += ["--messages", str(asked), "--out", str(tmp_path / "out.csv")]
        said = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, timeout=60)
        assert said.stdout.splitlines()[-1] == "[]"
        assert predicted(tmp_path / "out.csv")[0]["label"] == "K2"
