"""Where money came from, in words: shares with their numbers, whether fiscal money is the main source."""

from collections.abc import Iterator

from django.utils.translation import gettext, pgettext

from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.sources_report import SourceReport, Standing, non_fiscal_range
from sanhu.domains.funding.terms import FundSource
from sanhu.engines.growth import Share, in_percent
from sanhu.portals.look.amounts import yuan

ShareLine = tuple[str, str, str, str]
"""What it is of, its amount, the whole, and the share, in words."""


def share_words(share: Share) -> str:
    """Write a share; of nothing there is none."""
    return pgettext("ratio", "无数据") if share.basis_points is None else in_percent(share.basis_points)


def source_lines(report: SourceReport) -> list[ShareLine]:
    """Give the five sources, in their order, whether or not anything came."""
    return [_line(str(FundSource(source).label), share) for source, share in report.income.items()]


def nature_lines(report: SourceReport) -> list[ShareLine]:
    """Give the natures of spending, in their order."""
    return [_line(str(SpendingNature(nature).label), share) for nature, share in report.natures.items()]


def _line(label: str, share: Share) -> ShareLine:
    return label, yuan(share.part_fen), yuan(share.whole_fen), share_words(share)


def main_words(report: SourceReport) -> str:
    """Say whether fiscal money is the main source."""
    if report.is_fiscal_largest is None:
        return gettext("没有收入，无法判断财政支持是否为主。")
    if report.is_fiscal_largest:
        return gettext("财政支持是最大的来源，其他来源为辅。")
    return gettext("财政支持不是最大的来源：不符合“财政支持为主”。")


def short_words(report: SourceReport) -> str:
    """Say in a word whether fiscal money is the main source."""
    if report.is_fiscal_largest is None:
        return pgettext("ratio", "无数据")
    return pgettext("main source", "是") if report.is_fiscal_largest else pgettext("main source", "不是")


def range_words(report: SourceReport) -> str:
    """Say how the share that is not fiscal stands to its range."""
    low, high = (in_percent(each) for each in non_fiscal_range())
    share = report.non_fiscal
    said = {
        "share": share_words(share),
        "part": yuan(share.part_fen),
        "whole": yuan(share.whole_fen),
        "low": low,
        "high": high,
    }
    match report.standing:
        case Standing.NO_DATA:
            return gettext("非财政资金占比：无数据。")
        case Standing.BELOW:
            return gettext("非财政资金占比 %(share)s（%(part)s / %(whole)s），低于 %(low)s–%(high)s 的范围。") % said
        case Standing.WITHIN:
            return gettext("非财政资金占比 %(share)s（%(part)s / %(whole)s），在 %(low)s–%(high)s 的范围内。") % said
        case Standing.ABOVE:
            return gettext("非财政资金占比 %(share)s（%(part)s / %(whole)s），高于 %(low)s–%(high)s 的范围。") % said


def is_as_it_should(report: SourceReport) -> bool:
    """Tell whether fiscal money is the main source and the rest lies in its range."""
    return bool(report.is_fiscal_largest) and report.standing is Standing.WITHIN


def file_lines(scope: str, report: SourceReport) -> Iterator[tuple[str, ...]]:
    """Give a report as lines of a file: each source and nature with numerator and denominator."""
    for label, share in _shares(report):
        yield scope, label, plain_yuan(share.part_fen), plain_yuan(share.whole_fen), share_words(share)


def _shares(report: SourceReport) -> Iterator[tuple[str, Share]]:
    for source, share in report.income.items():
        yield str(FundSource(source).label), share
    yield gettext("非财政资金"), report.non_fiscal
    for nature, share in report.natures.items() if report.by_nature else ():
        yield str(SpendingNature(nature).label), share


def plain_yuan(fen: int) -> str:
    """Write an amount as a plain number of yuan."""
    sign, rest = "-" if fen < 0 else "", abs(fen)
    return f"{sign}{rest // 100}.{rest % 100:02}"
