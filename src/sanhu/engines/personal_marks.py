"""What in a text tells of a person, shown to whoever decides whether the public may read it, and masked.

Publication default (PIPL 25 and 28; the house's rule): names to 张*, addresses to the building, identity numbers and
telephones never, children never. Finding is a help to a person, not a decision: what is certain may not stay, what is
uncertain is for them to judge.

Masking keeps every character in its place, so that a mark covers the same places before and after.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sanhu.engines.door_numbers import doors_in
from sanhu.engines.personal_names import minors_in, names_in
from sanhu.engines.personal_numbers import MASK, Finding, MarkKind, numbers_in, plain

_SEPARATORS = frozenset(" -·•‧・(),\n\r\t")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a text, in code points, what it tells, and what stands there once it is masked."""

    start: int
    end: int
    kind: MarkKind
    masked: str
    is_certain: bool


def find(text: str) -> tuple[Mark, ...]:
    """Give every place that tells of a person, in order; none touches another.

    What is left when a finding is masked may itself tell something, so it is sought again until nothing is found.

    >>> [(mark.kind.value, mark.masked, mark.is_certain) for mark in find("我叫张三，电话13800990101")]
    [('name', '张*', True), ('phone', '***********', True)]
    >>> find("3号楼西侧堆了20袋垃圾，要价13800元")
    ()
    """
    masked, found = list(text), list[Finding]()
    while fresh := [finding for finding in _findings("".join(masked)) if _hides_more(masked, finding)]:
        for finding in fresh:
            for place in _hidden(masked, finding):
                masked[place] = MASK
        found += fresh
    return tuple(_mark(group, masked) for group in _grouped(found))


def mask(text: str, marks: Iterable[Mark]) -> str:
    """Give the text with its marks masked.

    >>> mask("找3号楼2单元的业主张三", find("找3号楼2单元的业主张三"))
    '找3号楼*单元的业主张*'
    """
    parts, place = [], 0
    for found in marks:
        parts += [text[place : found.start], found.masked]
        place = found.end
    return "".join([*parts, text[place:]])


def _findings(text: str) -> Iterator[Finding]:
    text = plain(text)
    return chain(numbers_in(text), doors_in(text), names_in(text), minors_in(text))


def _hidden(text: Sequence[str], finding: Finding) -> Iterator[int]:
    """Give the places a finding hides: all but what it keeps and what only separates."""
    return (
        place for place in range(finding.start + finding.kept, finding.end) if plain(text[place]) not in _SEPARATORS
    )


def _hides_more(text: Sequence[str], finding: Finding) -> bool:
    return any(text[place] != MASK for place in _hidden(text, finding))


def _grouped(found: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Put findings that overlap together, in the order of the text."""
    group: list[Finding] = []
    end = 0
    for finding in sorted(found, key=lambda one: (one.start, one.end)):
        if group and finding.start >= end:
            yield group
            group = []
        end = max(end, finding.end) if group else finding.end
        group.append(finding)
    if group:
        yield group


def _mark(group: Sequence[Finding], masked: Sequence[str]) -> Mark:
    """Make one mark of findings that overlap: of the longest's kind, the more certain before the less."""
    start, end = min(one.start for one in group), max(one.end for one in group)
    main = max(group, key=lambda one: (one.end - one.start, one.is_certain))
    return Mark(
        start=start,
        end=end,
        kind=main.kind,
        masked="".join(masked[start:end]),
        is_certain=any(one.is_certain for one in group),
    )
