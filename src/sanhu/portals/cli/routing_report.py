"""What `sanhu route` says of a training and of an evaluation: in words, or as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from django.utils.translation import gettext

from sanhu.engines.routing.evaluation import Certain, Evaluation
from sanhu.engines.routing.selective import Choice, Promise

_LONGEST_CONFUSION = 12  # labels; of more, only the commonest confusions are named
_MOST_CONFUSIONS = 15


def evaluation_as_json(found: Evaluation) -> str:
    """Write an evaluation as one JSON object."""
    answer = {
        "messages": found.messages,
        "groups": found.groups,
        "folds": found.folds,
        "seed": found.seed,
        "risk": found.promise.risk,
        "confidence": found.promise.confidence,
        "accuracy": found.accuracy,
        "macro_f1": found.macro_f1,
        "top_2": found.top_two,
        "coverage": found.certain.coverage,
        "certain_messages": found.certain.messages,
        "certain_errors": found.certain.errors,
        "certain_error": found.certain.error,
        "certain_error_bound": found.certain.bound,
        "holds": holds(found.certain, found.promise),
        "thresholds": found.certain.thresholds,
        "labels": [asdict(label) for label in found.labels],
        "confusion": {"labels": [label.label for label in found.labels], "rows": found.confusion},
        "calibration": {
            "expected_error": found.calibration_error,
            "bins": [asdict(one) for one in found.calibration],
        },
    }
    return json.dumps(answer, ensure_ascii=False)


def evaluation_in_words(found: Evaluation) -> str:
    """Say what an evaluation showed, with a line for each label."""
    return "\n".join(_evaluation_lines(found))


def holds(certain: Certain, promise: Promise) -> bool:
    """Tell whether the error measured among the certain ones is within the promise; of none, it is."""
    return certain.error <= promise.risk


def choice_in_words(choice: Choice, promise: Promise, messages: int) -> str:
    """Say how the threshold was chosen and what it covers."""
    kept = choice.kept
    if kept is None:
        return gettext("没有一个门槛能保证错误率不超过 %(risk)s：全部交给人。") % {"risk": percent(promise.risk)}
    said = gettext(
        "确定的门槛 %(threshold)s：交叉检验中 %(cases)s 条达到（%(coverage)s），错 %(errors)s 条，"
        "错误率的 %(confidence)s 上限为 %(bound)s。"
    )
    return said % {
        "threshold": kept.threshold,
        "cases": f"{kept.cases:,}",
        "coverage": percent(kept.cases / messages),
        "errors": f"{kept.errors:,}",
        "confidence": percent(promise.confidence),
        "bound": percent(kept.bound),
    }


def percent(share: float) -> str:
    """Write a share in percent, to two places.

    >>> percent(0.03), percent(0.12345)
    ('3%', '12.35%')
    """
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def _evaluation_lines(found: Evaluation) -> Iterator[str]:
    counts = {
        "messages": f"{found.messages:,}",
        "groups": f"{found.groups:,}",
        "labels": len(found.labels),
        "folds": found.folds,
    }
    yield gettext("留言 %(messages)s 条（互不重复 %(groups)s 组），类别 %(labels)s 个，%(folds)s 折交叉检验。") % counts
    figures = {
        "accuracy": percent(found.accuracy),
        "macro_f1": f"{found.macro_f1:.4f}",
        "top_two": percent(found.top_two),
        "calibration": percent(found.calibration_error),
    }
    yield (
        gettext("准确率 %(accuracy)s，宏平均 F1 %(macro_f1)s，前二命中 %(top_two)s，校准误差 %(calibration)s。")
        % figures
    )
    yield _certain_line(found)
    yield ""
    for label in found.labels:
        yield gettext(
            "%(label)s：%(messages)s 条，查准 %(precision)s，查全 %(recall)s，F1 %(f1)s，"
            "确定 %(certain)s 条错 %(errors)s 条"
        ) % {
            "label": label.label,
            "messages": f"{label.messages:,}",
            "precision": percent(label.precision),
            "recall": percent(label.recall),
            "f1": f"{label.f1:.4f}",
            "certain": f"{label.certain:,}",
            "errors": f"{label.certain_errors:,}",
        }
    yield ""
    yield from _confusion_lines(found)
    yield ""
    for one in found.calibration:
        yield gettext("自称 %(said)s：%(messages)s 条，对了 %(right)s") % {
            "said": percent(one.said),
            "messages": f"{one.messages:,}",
            "right": percent(one.right),
        }


def _certain_line(found: Evaluation) -> str:
    certain = found.certain
    if not certain.messages:
        return gettext("没有一条可以确定：例子不够，或者错得太多。")
    said = gettext(
        "确定的 %(messages)s 条（%(coverage)s），错 %(errors)s 条，错误率 %(error)s，%(confidence)s 上限 %(bound)s；"
        "承诺不超过 %(risk)s。"
    )
    return said % {
        "messages": f"{certain.messages:,}",
        "coverage": percent(certain.coverage),
        "errors": f"{certain.errors:,}",
        "error": percent(certain.error),
        "confidence": percent(found.promise.confidence),
        "bound": percent(certain.bound),
        "risk": percent(found.promise.risk),
    }


def _confusion_lines(found: Evaluation) -> Iterator[str]:
    names = [label.label for label in found.labels]
    if len(names) <= _LONGEST_CONFUSION:
        yield gettext("混淆表（行是原来的类别，列是分派的类别，次序同上）：")
        for name, row in zip(names, found.confusion, strict=True):
            yield "\t".join([name, *map(str, row)])
        return
    wrong = [
        (count, names[truth], names[given])
        for truth, row in enumerate(found.confusion)
        for given, count in enumerate(row)
        if count and truth != given
    ]
    yield gettext("最常见的混淆：")
    for count, truth, given in sorted(wrong, key=lambda one: (-one[0], *one[1:]))[:_MOST_CONFUSIONS]:
        yield gettext("%(truth)s 当成 %(given)s：%(count)s 条") % {"truth": truth, "given": given, "count": count}
