"""`sanhu route`: learn from labelled messages where they belong, predict it of others, and tell how good that is.

It reads no database. Whoever only predicts loads nothing that training needs.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.utils.translation import gettext

from sanhu.portals.cli.messages_table import (
    EMPTY_LABEL,
    EMPTY_TEXT,
    Message,
    MessagesTable,
    UnreadableError,
    read_messages,
    write_predicted,
)

if TYPE_CHECKING:
    from sanhu.engines.routing.model import Prediction, Router
    from sanhu.engines.routing.selective import Promise
    from sanhu.engines.routing.training import Example

BAD_USAGE = 2
MOST_FAULTS_TOLD = 20
_SEEDS = 2**32
_AT_ONCE = 2_000


class Command(BaseCommand):
    """Train, predict, evaluate."""

    help = "Learn from labelled messages where they belong; predict it of others; tell how good that is."
    requires_system_checks = ()  # they would load every page first

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the three acts."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="train|predict|evaluate")
        training = acts.add_parser("train", help="learn from messages with the columns text and label")
        training.add_argument("--out", type=Path, required=True, metavar="MODEL", help="where to write the model")
        predicting = acts.add_parser("predict", help="say of each message where it belongs, how surely, and why")
        predicting.add_argument("--model", type=Path, required=True, metavar="MODEL", help="what training wrote")
        predicting.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the answers")
        evaluating = acts.add_parser("evaluate", help="cross-validate: how good a router learnt from these would be")
        evaluating.add_argument("--json", action="store_true", help="answer in JSON")
        for act in (training, predicting, evaluating):
            act.add_argument("--messages", type=Path, required=True, metavar="FILE", help="a CSV file in UTF-8")
        for act in (training, evaluating):
            act.add_argument("--seed", type=_seed, default=0, help="the same seed and file give the same answer")
            act.add_argument("--risk", type=_share, default=0.03, help="the most error among the certain ones")
            act.add_argument("--confidence", type=_share, default=0.95, help="of the bound on that error")

    def handle(self, *_args: object, **options: Any) -> None:
        """Do the one that was asked for; what cannot be used is refused with every row that is meant."""
        self.progress = Progress(self.stderr)
        try:
            {"train": self._train, "predict": self._predict, "evaluate": self._evaluate}[options["act"]](options)
        except UnreadableError as unreadable:
            told = [_fault_line(fault.row, fault.column, fault.reason) for fault in unreadable.faults]
            raise CommandError("\n".join(_shortened(told))) from unreadable

    def _train(self, options: dict[str, Any]) -> None:
        from sanhu.engines.routing import training  # noqa: PLC0415 - scikit-learn takes a second to load
        from sanhu.engines.routing.bundle import BadModelError  # noqa: PLC0415 - same
        from sanhu.portals.cli.routing_report import choice_in_words  # noqa: PLC0415 - same

        _look_before(options["out"])
        examples = self._examples(options["messages"])
        promise = _promise(options)
        try:
            router, choice = training.train(
                examples, seed=options["seed"], promise=promise, progress=self.progress.steps
            )
            data = router.dumps()
        except (training.CannotTrainError, BadModelError) as fault:
            raise CommandError(gettext(fault.reason)) from fault
        _write(options["out"], iter([data]))
        seen = gettext("用 %(messages)s 条留言学了 %(labels)s 个类别，模型 %(size)s MB。") % {
            "messages": f"{len(examples):,}",
            "labels": f"{len(router.labels):,}",
            "size": f"{len(data) / 1e6:.1f}",
        }
        self.stdout.write(seen)
        self.stdout.write(choice_in_words(choice, promise, len(examples)))

    def _predict(self, options: dict[str, Any]) -> None:
        _look_before(options["out"])
        router = _router(options["model"])
        table = self._table(options["messages"], labelled=False)
        for message in table.messages:
            if not message.text.strip():
                self.stderr.write(_fault_line(message.number, "text", EMPTY_TEXT))
        certain: Counter[bool] = Counter()
        _write(options["out"], write_predicted(table, self._rows(router, table, certain)))
        total = len(table.messages)
        said = gettext("分派 %(total)s 条：确定 %(certain)s 条，交给人 %(others)s 条。")
        self.stdout.write(
            said % {"total": f"{total:,}", "certain": f"{certain[True]:,}", "others": f"{certain[False]:,}"}
        )

    def _rows(
        self, router: "Router", table: MessagesTable, certain: Counter[bool]
    ) -> Iterator[tuple[Message, Sequence[str]]]:
        for start in range(0, len(table.messages), _AT_ONCE):
            part = table.messages[start : start + _AT_ONCE]
            for message, found in zip(part, router.predictions([message.text for message in part]), strict=True):
                certain[found.is_certain] += 1
                yield message, _cells(found)
            self.progress.rows(start + len(part))

    def _evaluate(self, options: dict[str, Any]) -> None:
        from sanhu.engines.routing.evaluation import evaluate  # noqa: PLC0415 - scikit-learn takes a second to load
        from sanhu.engines.routing.training import CannotTrainError  # noqa: PLC0415 - same
        from sanhu.portals.cli import routing_report  # noqa: PLC0415 - same

        examples = self._examples(options["messages"])
        try:
            found = evaluate(examples, seed=options["seed"], promise=_promise(options), progress=self.progress.steps)
        except CannotTrainError as fault:
            raise CommandError(gettext(fault.reason)) from fault
        said = routing_report.evaluation_as_json if options["json"] else routing_report.evaluation_in_words
        self.stdout.write(said(found))

    def _examples(self, path: Path) -> "list[Example]":
        """Read the labelled messages; a row without text or label teaches nothing, and is named."""
        from sanhu.engines.routing.training import Example  # noqa: PLC0415 - scikit-learn takes a second to load

        table = self._table(path, labelled=True)
        left_out = [
            _fault_line(message.number, *(("label", EMPTY_LABEL) if message.text.strip() else ("text", EMPTY_TEXT)))
            for message in table.messages
            if not (message.text.strip() and message.label)
        ]
        used = [message for message in table.messages if message.text.strip() and message.label]
        once = [label for label, count in Counter(message.label for message in used).items() if count == 1]
        alone = [
            gettext("第 %(row)s 行 label：类别“%(label)s”只有这一条例子，检验不了")
            % {"row": one.number, "label": one.label}
            for one in used
            if one.label in set(once)
        ]
        for told in (left_out, alone):
            for line in _shortened(told):
                self.stderr.write(line)
        if left_out:
            self.stderr.write(gettext("以上 %(count)s 行没有用。") % {"count": f"{len(left_out):,}"})
        return [Example(message.text, message.label) for message in used]

    def _table(self, path: Path, *, labelled: bool) -> MessagesTable:
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise _cannot_open(path, fault) from fault
        table = read_messages(data, labelled=labelled)
        if not table.is_utf_8:
            self.stderr.write(gettext("文件不是 UTF-8 编码，按 GB 18030 读入；写出的文件一律是 UTF-8。"))
        return table


class Progress:
    """Says every few seconds how far it is; nothing when it is quick."""

    EVERY_SECONDS = 2.0

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._last = time.monotonic()

    def steps(self, done: int, total: int) -> None:
        """Hear how many steps are done."""
        if self._is_time():
            self._out.write(gettext("完成 %(done)s / %(total)s 步") % {"done": done, "total": total})

    def rows(self, done: int) -> None:
        """Hear how many rows are done."""
        if self._is_time():
            self._out.write(gettext("已分派 %(done)s 行") % {"done": f"{done:,}"})

    def _is_time(self) -> bool:
        now = time.monotonic()
        is_time = now - self._last >= self.EVERY_SECONDS
        if is_time:
            self._last = now
        return is_time


def _cells(found: "Prediction") -> tuple[str, ...]:
    return (
        found.label,
        f"{found.probability:.6f}",
        found.second_label,
        f"{found.second_probability:.6f}",
        "yes" if found.is_certain else "no",
        "、".join(found.reasons),
    )


def _router(path: Path) -> "Router":
    from sanhu.engines.routing.bundle import MOST_BYTES, BadModelError  # noqa: PLC0415 - numpy, only where used
    from sanhu.engines.routing.model import load  # noqa: PLC0415 - same

    try:
        with path.open("rb") as file:
            return load(file.read(MOST_BYTES + 1))
    except OSError as fault:
        raise _cannot_open(path, fault) from fault
    except BadModelError as fault:
        raise CommandError(gettext(fault.reason)) from fault


def _promise(options: dict[str, Any]) -> "Promise":
    from sanhu.engines.routing.selective import Promise  # noqa: PLC0415 - scipy takes a moment to load

    return Promise(options["risk"], options["confidence"])


def _look_before(path: Path) -> None:
    """Refuse a place nothing can be written to before the work, not after it."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise CommandError(
            gettext("写不到 %(path)s：没有这个文件夹，或者不许写") % {"path": path}, returncode=BAD_USAGE
        )


def _write(path: Path, parts: Iterator[bytes]) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(parts)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _cannot_open(path: Path, fault: OSError) -> CommandError:
    said = gettext("文件 %(path)s 打不开：%(why)s") % {"path": path, "why": fault.strerror}
    return CommandError(said, returncode=BAD_USAGE)


def _shortened(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST_FAULTS_TOLD
    if more <= 0:
        return list(lines)
    return [*lines[:MOST_FAULTS_TOLD], gettext("另有 %(count)s 处同样的问题。") % {"count": f"{more:,}"}]


def _fault_line(row: int, column: str, reason: str) -> str:
    place = gettext("第 %(row)s 行 %(column)s") % {"row": row, "column": column}
    return f"{place.rstrip()}: {gettext(reason)}"


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise ValueError("a share lies between 0 and 1")
    return share


def _seed(text: str) -> int:
    seed = int(text)
    if not 0 <= seed < _SEEDS:
        raise ValueError("a seed lies between 0 and 4294967295")
    return seed
