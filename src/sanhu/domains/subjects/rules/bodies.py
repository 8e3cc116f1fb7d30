"""What a body may be: its areas, its parent, its code and its name."""

import re
from collections.abc import Collection

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.kinds import Sector, SubjectKind, sector_of
from sanhu.engines.codes import divisions, grid_cells, uscc
from sanhu.engines.codes.result import is_digits, normalise
from sanhu.engines.decisions import ALLOWED, Decision, refuse

STATION_IN_CENTRE = _("社会服务工作站纳入街道社区服务中心，居民委员会不是其上级")
NO_TEXT = _("不能为空")
TOO_LONG = _("字数超过上限")
CONTROL_CHARACTER = _("含有控制字符或者换行")

DISTRICT_DIGITS, STREET_DIGITS, COMMUNITY_DIGITS = 6, 9, 12
SERVED_DIGITS = (DISTRICT_DIGITS, STREET_DIGITS, COMMUNITY_DIGITS, grid_cells.LENGTH)

# How far down a body of a community or a street stands at least: its scope is never the whole district.
LEAST_DIGITS = dict.fromkeys(
    (SubjectKind.SUBDISTRICT_OFFICE, SubjectKind.SERVICE_CENTRE, SubjectKind.SOCIAL_WORK_STATION), STREET_DIGITS
) | dict.fromkeys(
    (
        SubjectKind.PARTY_ORGANISATION,
        SubjectKind.RESIDENTS_COMMITTEE,
        SubjectKind.SUPERVISION_COMMITTEE,
        SubjectKind.ELECTION_COMMITTEE,
        SubjectKind.RESIDENTS_ASSEMBLY,
        SubjectKind.REPRESENTATIVES_MEETING,
        SubjectKind.RESIDENTS_GROUP,
        SubjectKind.OWNERS,
        SubjectKind.OWNERS_ASSEMBLY,
        SubjectKind.OWNERS_COMMITTEE,
        SubjectKind.PROPERTY_MANAGEMENT_COMMITTEE,
    ),
    COMMUNITY_DIGITS,
)

# C0, C1, line separators and the marks that turn the reading direction of a page.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def served_code(written: str) -> str:
    """Cut a code as people write it to its significant digits; what is no such code stays as it stands.

    >>> served_code("990101001000"), served_code("990101001003007")
    ('990101001', '990101001003007')
    """
    code = normalise(written)[0]
    if is_digits(code) and len(code) == divisions.WIDTH and not code.startswith("00"):
        return divisions.significant(code)
    return code


def may_serve(*, kind: SubjectKind, codes: Collection[str], district: str) -> Decision:
    """May a body serve these areas, given by their significant digits? All lie within its district."""
    if not codes:
        return refuse(_("须写明至少一个服务区域"))
    if not all(is_digits(code) and len(code) in SERVED_DIGITS for code in codes):
        return refuse(_("服务区域应为 6、9、12 位区划代码或者 15 位网格代码"))
    if not all(code.startswith(district) for code in codes):
        return refuse(_("服务区域不在本区之内"))
    if any(len(code) < LEAST_DIGITS.get(kind, DISTRICT_DIGITS) for code in codes):
        return refuse(_("服务区域大于这类机构的层级"))
    return ALLOWED


def may_belong(*, kind: SubjectKind, parent: SubjectKind | None) -> Decision:
    """May a body belong to one of that kind? A station belongs to a service centre, nothing official to a community."""
    if kind is SubjectKind.SOCIAL_WORK_STATION:
        if parent is SubjectKind.SERVICE_CENTRE:
            return ALLOWED
        return refuse(_("社会服务工作站须隶属街道社区服务中心"), citations=(STATION_IN_CENTRE,))
    if parent is None or sector_of(parent) is not Sector.COMMUNITY or sector_of(kind) is Sector.COMMUNITY:
        return ALLOWED
    return refuse(_("社区组织不能作政府机构或者市场主体的上级"), citations=(STATION_IN_CENTRE,))


def is_sound_uscc(code: str) -> Decision:
    """Is it a unified social credit code? An empty one says that the body has none."""
    found = uscc.check(code)
    return ALLOWED if not code or found.valid else refuse(*found.reasons)


def is_sound_text(text: str, *, most: int) -> Decision:
    """Is it text that can be shown on one line and kept? Rare characters are; controls are not."""
    if not text.strip():
        return refuse(NO_TEXT)
    if len(text) > most:
        return refuse(TOO_LONG)
    return refuse(CONTROL_CHARACTER) if _CONTROL.search(text) else ALLOWED
