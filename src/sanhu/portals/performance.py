"""How well public money was used, in words: targets, what was reached of them, and how the score came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext, pgettext

from sanhu.domains.funding.models import PerformanceTarget
from sanhu.domains.funding.performance_queries import LinePerformance, achievements_of, engine_targets, score_of
from sanhu.domains.funding.performance_scheme import bands, dimension_of, far_above_percent, scheme
from sanhu.domains.funding.performance_terms import THOUSAND, Band, IndicatorKind, TargetDirection
from sanhu.engines.growth import in_percent
from sanhu.engines.money import in_yuan
from sanhu.engines.performance import band, degree, execution_rate, in_hundredths

_WHOLE_BP = 10_000


@dataclass(frozen=True)
class ScoreRow:
    """A line of the score: what is measured, what was meant and reached, how far, worth what, given what.

    `words` are the evidence; `note` tells a target that was passed by far.
    """

    dimension: str
    name: str
    target: str
    reached: str
    degree: str
    points: int
    given: str
    is_missed: bool = False
    words: str = ""
    note: str = ""


@dataclass(frozen=True)
class TargetRow:
    """A target in words."""

    dimension: str
    kind: str
    name: str
    target: str
    points: int


def number_words(thousandths: int) -> str:
    """Write a value without the decimals it does not have.

    >>> number_words(120_000), number_words(8_500), number_words(4_505)
    ('120', '8.5', '4.505')
    """
    whole, rest = divmod(thousandths, THOUSAND)
    return f"{whole}.{rest:03}".rstrip("0") if rest else f"{whole}"


def points_words(hundredths: int) -> str:
    """Write points given in hundredths: 90.68."""
    return f"{hundredths // 100}.{hundredths % 100:02}"


def measured_words(target: PerformanceTarget, value: int) -> str:
    """Write a value of a target with its unit; of what is described, the band and the share."""
    if target.direction == TargetDirection.DESCRIBED:
        best = list(bands().values())
        label = list(Band)[band(Fraction(value, THOUSAND), best)].label
        return gettext("%(band)s（%(share)s%%）") % {"band": label, "share": number_words(value)}
    return gettext("%(value)s %(unit)s") % {"value": number_words(value), "unit": target.unit}


def target_words(target: PerformanceTarget) -> str:
    """Write what is meant: 不少于 120 次."""
    if target.value is None:
        return pgettext("performance", "定性")
    said = {"value": number_words(target.value), "unit": target.unit}
    if target.direction == TargetDirection.AT_MOST:
        return gettext("不多于 %(value)s %(unit)s") % said
    return gettext("不少于 %(value)s %(unit)s") % said


def target_rows(targets: Sequence[PerformanceTarget]) -> list[TargetRow]:
    """Put targets into words."""
    return [
        TargetRow(
            dimension=str(dimension_of()[one.kind].label),
            kind=str(IndicatorKind(one.kind).label),
            name=one.name,
            target=target_words(one),
            points=one.points,
        )
        for one in targets
    ]


def score_rows(found: LinePerformance) -> list[ScoreRow]:
    """Show how a line's score came about: execution first, then each target; empty without a self-evaluation."""
    evaluation = found.evaluation
    if evaluation is None:
        return []
    given, reached = score_of(evaluation, found.targets), achievements_of(evaluation)
    rate = execution_rate(paid_fen=evaluation.paid_fen, budgeted_fen=evaluation.budgeted_fen)
    assert rate is not None, "an evaluation is of money"
    rows = [
        ScoreRow(
            dimension=gettext("预算执行率"),
            name=gettext("已付出 ÷ 预算数"),
            target=in_yuan(evaluation.budgeted_fen),
            reached=in_yuan(evaluation.paid_fen),
            degree=_percent(rate),
            points=scheme().execution,
            given=points_words(in_hundredths(given.execution)),
            is_missed=rate < 1,
            words=gettext("账本算出"),
        )
    ]
    for target, exact, points in zip(found.targets, engine_targets(found.targets), given.targets, strict=True):
        achieved = reached[target.pk]
        far = degree(exact, Fraction(achieved.value, THOUSAND))
        rows.append(
            ScoreRow(
                dimension=str(dimension_of()[target.kind].label),
                name=target.name,
                target=target_words(target),
                reached=measured_words(target, achieved.value),
                degree=_percent(far),
                points=target.points,
                given=points_words(in_hundredths(points)),
                is_missed=far < 1,
                words=achieved.words,
                note=gettext("超过目标较多：目标可能定得偏低") if _is_far_above(target, achieved.value) else "",
            )
        )
    return rows


def _is_far_above(target: PerformanceTarget, value: int) -> bool:
    if target.direction != TargetDirection.AT_LEAST or target.value is None:
        return False
    return value * 100 >= target.value * far_above_percent()


def _percent(share: Fraction) -> str:
    """Write a share, cut: what reads 100% is whole."""
    return in_percent(int(share * _WHOLE_BP))
