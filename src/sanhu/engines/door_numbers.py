"""Numbers of doors in running text: what of an address is finer than the building, to which addresses may be public.

Units, rooms, and floors where somebody lives; the number of the building stays, and so does what is only counted
(有3户人家, 共6层, 2室1厅).
"""

import re
from collections.abc import Iterator

from sanhu.engines.personal_numbers import Finding, MarkKind

_CHINESE = "〇零一二三四五六七八九十"
_NUMBER = rf"(?:[0-9]{{1,4}}|[A-Za-z]|[{_CHINESE}]{{1,4}})"
_COUNTED = "元块米年天人户个件次斤吨平度分路万点"
_UNIT = re.compile(rf"(?<![第共0-9A-Za-z{_CHINESE}])(?P<it>{_NUMBER})单元")
_ROOM = re.compile(
    rf"(?<![0-9A-Za-z{_CHINESE}])(?P<it>[A-Za-z]?[0-9]{{2,5}}[A-Za-z]?|[{_CHINESE}]{{3,4}})[室户房](?!厅)"
)
_FLOOR = re.compile(
    rf"(?:(?<=单元)|(?<=[号栋幢座]楼)|(?<=[栋幢座])|(?<=家住)|(?<=住在)|(?<=住))\s?(?P<it>[0-9]{{1,2}}|[{_CHINESE}]{{1,3}})层"
)
_BEHIND_HOUSE = re.compile(
    rf"(?<=[号栋幢座楼元门层])\s*-?(?P<it>[0-9]{{3,4}}[A-Za-z]?)(?![0-9{_CHINESE}号栋幢座楼弄线{_COUNTED}])"
)
_TRIPLE = re.compile(r"(?<![0-9-])(?P<house>[0-9]{1,3})-[0-9]{1,2}-[0-9]{3,4}(?![0-9-])")
_PAIR = re.compile(
    rf"(?<![0-9.,-])(?P<house>[0-9]{{1,2}})-(?!(?:19|20)[0-9]{{2}}(?![0-9]))[0-9]{{3,4}}(?![0-9.,-]|[{_COUNTED}])"
)
_SIDE = re.compile(r"(?<=[层室元])(?P<it>[东西南北中])[户门]")

_CERTAIN_ROOM = 3  # digits; 20户 may be a count


def doors_in(text: str) -> Iterator[Finding]:
    """Find what of an address is finer than the building. `text` is plain already."""
    for pattern, is_certain in ((_UNIT, True), (_FLOOR, True), (_BEHIND_HOUSE, True), (_SIDE, False)):
        for found in pattern.finditer(text):
            yield Finding(*found.span("it"), MarkKind.DOOR, is_certain)
    for found in _ROOM.finditer(text):
        yield Finding(*found.span("it"), MarkKind.DOOR, is_certain=len(found["it"]) >= _CERTAIN_ROOM)
    for pattern, is_certain in ((_TRIPLE, True), (_PAIR, False)):
        for found in pattern.finditer(text):
            yield Finding(*found.span(), MarkKind.DOOR, is_certain, kept=len(found["house"]))
