"""The people of the gate beside the cast: who examines, reviews, votes, decides and pays in district 990101.

    高  officer of the coordinating body, examines      石  its head, chairs the joint meeting and decides
    罗  区司法局, reviews the law      田  区财政局, officer      秦  its head, signs as the second person
    董  head, 蒋 officer of 区民政局, a second organ      柳  member of 柳堤's committee, elected
    吴 and 孙 of the cast apply for 区城市管理局, 陈 speaks for 翠园's committee

吴, 董, 罗 and 秦 also sit in the joint meeting, each through a second post in the coordinating body, named 吴会, 董会,
罗会 and 秦会 here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.actors import Actor
from tests.cast import (
    APPOINTED,
    COORDINATING,
    DISTRICT,
    ELECTED,
    FOUNDED_AT,
    MONDAY_MORNING,
    OTHER_COMMUNITY,
    Cast,
    Hiring,
    Member,
)

ORGAN, OTHER_ORGAN = "区城市管理局", "区民政局"
FINANCE, JUSTICE = "区财政局", "区司法局"
COMMITTEE, OTHER_COMMITTEE = "翠园社区居民委员会", "柳堤社区居民委员会"


@dataclass(frozen=True, repr=False)
class Gate:
    """The cast with everybody the gate needs; further posts of a person carry 会 behind the surname."""

    cast: Cast
    members: Mapping[str, Member]
    bodies: Mapping[str, Organisation]

    def __getitem__(self, surname: str) -> Member:
        return self.members[surname]

    def actor(self, surname: str, at: datetime = MONDAY_MORNING) -> Actor:
        """Give somebody's actor; 林's is the resident's."""
        return self.cast.resident if surname == "林" else self[surname].actor(at)


def open_gate(cast: Cast) -> Gate:
    """Put the people of the gate into office."""
    hiring = Hiring(DISTRICT, at=FOUNDED_AT)
    hiring.bodies |= cast.bodies
    for name, specialty in ((FINANCE, Specialty.FINANCE), (JUSTICE, Specialty.JUSTICE)):
        hiring.body(name, SubjectKind.FUNCTIONAL_DEPARTMENT, DISTRICT, specialty)
    hiring.body(OTHER_ORGAN, SubjectKind.FUNCTIONAL_DEPARTMENT, DISTRICT, Specialty.CIVIL_AFFAIRS)
    hiring.body(OTHER_COMMITTEE, SubjectKind.RESIDENTS_COMMITTEE, OTHER_COMMUNITY)
    people = {
        "石": hiring.person("0071", "石磊", COORDINATING, "coordination_head", "主任", APPOINTED),
        "罗": hiring.person("0072", "罗文", JUSTICE, "legality_reviewer", "科长", APPOINTED),
        "田": hiring.person("0073", "田丰", FINANCE, "finance_officer", "科员", APPOINTED),
        "秦": hiring.person("0074", "秦岭", FINANCE, "finance_head", "局长", APPOINTED),
        "董": hiring.person("0075", "董宁", OTHER_ORGAN, "department_head", "局长", APPOINTED),
        "蒋": hiring.person("0076", "蒋平", OTHER_ORGAN, "department_officer", "科员", APPOINTED),
        "柳": hiring.person("0077", "柳青", OTHER_COMMITTEE, "committee_member", "主任", ELECTED),
    }
    known = {**cast.members, **people}
    sitting = {
        f"{surname}会": hiring.further_post(
            known[surname], COORDINATING, "joint_meeting_member", "联席会议成员", APPOINTED
        )
        for surname in ("吴", "董", "罗", "秦")
    }
    return Gate(cast=cast, members=known | sitting, bodies=hiring.bodies)
