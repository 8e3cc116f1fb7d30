"""Classes of grid components and events, as the standards number them: two digits of a major, then a minor's.

The tables are facts, kept in data/: GB/T 47678.5-2026 whole (153 components; 250 matters, of which 153 are those
components out of order), and of GB/T 30428.2-2013, which stays for the import of old codes, the majors and those
minors of events that could be confirmed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

MAJOR_DIGITS = 2


@dataclass(frozen=True)
class ClassTable:
    """One list of a standard: majors by their two digits, minors by the whole class code (01002)."""

    standard: str
    majors: Mapping[str, str]
    minors: Mapping[str, str]

    def has_major_of(self, class_code: str) -> bool:
        """Tell whether the list has the major a class code begins with.

        >>> components_2026().has_major_of("01002"), components_2026().has_major_of("06001")
        (True, False)
        """
        return class_code[:MAJOR_DIGITS] in self.majors


@cache
def components_2026() -> ClassTable:
    """Give the components (部件) of GB/T 47678.5-2026: 5 majors, 153 minors of three digits with the standard's gaps.

    >>> components_2026().minors["01002"]
    '污水井盖'
    """
    listed = _read("classes_2026.json")
    return _table(listed["standard"], listed["components"])


@cache
def matters_2026() -> ClassTable:
    """Give the matters (事项) of GB/T 47678.5-2026: 10 majors, 250 minors.

    The first five majors have the components' minors, each out of order (异常).

    >>> matters_2026().minors["01002"], matters_2026().minors["06010"]
    ('污水井盖异常', '暴露垃圾')
    """
    listed = _read("classes_2026.json")
    anomalies, own = listed["anomalies"], _table(listed["standard"], listed["matters"])
    suffixed = {code: name + anomalies["suffix"] for code, name in components_2026().minors.items()}
    return ClassTable(
        standard=own.standard,
        majors=MappingProxyType({**anomalies["majors"], **own.majors}),
        minors=MappingProxyType({**suffixed, **anomalies["names"], **own.minors}),
    )


@cache
def components_2013() -> ClassTable:
    """Give the majors of components of GB/T 30428.2-2013, 06 being for extensions; its minors are not known here."""
    listed = _read("classes_2013.json")
    return _table(listed["standard"], listed["components"])


@cache
def events_2013() -> ClassTable:
    """Give the events (事件) of GB/T 30428.2-2013: majors 01 to 05, 06 for extensions, 99 for others; few minors.

    >>> events_2013().minors["0110"]
    '暴露垃圾'
    """
    listed = _read("classes_2013.json")
    return _table(listed["standard"], listed["events"])


def _read(name: str) -> Any:
    return json.loads(resources.files("sanhu.engines.codes").joinpath("data", name).read_text(encoding="utf-8"))


def _table(standard: str, majors: Iterable[Mapping[str, Any]]) -> ClassTable:
    rows = list(majors)
    return ClassTable(
        standard=standard,
        majors=MappingProxyType({row["code"]: row["name"] for row in rows}),
        minors=MappingProxyType(
            {row["code"] + minor: name for row in rows for minor, name in row["minors"].items()},
        ),
    )
