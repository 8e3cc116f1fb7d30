"""The fixed fictitious cast, put into office through the services alone, and the matters they carry.

District 990101 示范区, founded on Tuesday 2026-09-01, with its Measure and catalogue in force:

    林  resident, reports without signing in        周  window clerk of 和平街道      徐  duty officer there, assigns
    吴  head of the urban management bureau, signs  孙  officer there, handles        马  officer of a property firm
    陈  member of 翠园's committee, elected         何  community worker, hired       钱 冯 沈  the three administrators
    高  officer of the district's coordinating body: supervises, and grants what the lead may not decide alone

District 990102 邻区 has 郑, who holds every power over matters there and must see nothing of 990101.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from uuid import uuid4
from zoneinfo import ZoneInfo

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services.intake import Registered, Report, register
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.services.ratings import rate
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import CatalogueVersion, Duty
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.places.drawing import DrawnCell
from sanhu.domains.places.services import draw_cells, import_divisions
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.models import Account, Appointment, Organisation, Person, Post
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.domains.subjects.services.accounts import change_password, issue_password, open_account
from sanhu.domains.subjects.services.founding import Administrators, found_district
from sanhu.domains.subjects.services.organisations import create_organisation
from sanhu.domains.subjects.services.people import add_person
from sanhu.domains.subjects.services.posts import Terms, appoint
from sanhu.engines.actors import SYSTEM, Actor, resident

DISTRICT, OTHER_DISTRICT = "990101", "990102"
STREET, COMMUNITY, OTHER_COMMUNITY = "990101001", "990101001001", "990101001002"
COMMUNITY_OF_OTHER_STREET, COMMUNITY_OF_OTHER_DISTRICT = "990101002001", "990102001001"
CELL = f"{COMMUNITY}001"
FOUNDED_AT = datetime(2026, 9, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
FOUNDED_ON = date(2026, 9, 1)
MONDAY_MORNING = datetime(2026, 11, 9, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
COORDINATING = "区社区建设协调管理机构"
PASSWORD = "翠园-示范-2026-{}"

_DIVISIONS = """code,name
990101,示范区
990101001,和平街道
990101001001,翠园社区
990101001002,柳堤社区
990101002,青年路街道
990101002001,桥东社区
990102,邻区
990102001,东街道
990102001001,东一社区
"""


@dataclass(frozen=True, repr=False)
class Member:
    """Somebody of the cast: the person, the account they sign in with, and the post they hold."""

    person: Person
    account: Account
    post: Post
    password: str

    def actor(self, at: datetime = MONDAY_MORNING) -> Actor:
        """Give the actor of the post, read anew as the portals do. Raises DoesNotExist when it is not in force."""
        return actor_of(posts_in_force(at).select_related("organisation", "role").get(pk=self.post.pk))


@dataclass(frozen=True, repr=False)
class Cast:
    """District 990101 with its people by surname; 郑 is the one of 990102."""

    members: Mapping[str, Member]
    bodies: Mapping[str, Organisation]
    version: CatalogueVersion
    resident: Actor = field(default_factory=lambda: resident(DISTRICT))

    def __getitem__(self, surname: str) -> Member:
        return self.members[surname]

    def actor(self, surname: str, at: datetime = MONDAY_MORNING) -> Actor:
        """Give somebody's actor; 林's is the resident's."""
        return self.resident if surname == "林" else self[surname].actor(at)

    @cached_property
    def duties(self) -> Mapping[str, Duty]:
        """The first duty of each item by the item's code."""
        duties = Duty.objects.filter(item__version=self.version, position=1).select_related("item__version")
        return {duty.item.code: duty for duty in duties}


def found_demo_district(*, at: datetime = FOUNDED_AT) -> Cast:
    """Found both districts and put the cast into office."""
    lines = _DIVISIONS.encode().splitlines(keepends=True)
    import_divisions(lines=lines, actor=SYSTEM, at=at, source="示范数据", valid_from=date(2020, 1, 1))
    draw_cells(actor=SYSTEM, at=at, cells=_cells(), valid_from=date(2020, 1, 1))
    demo = _found(DISTRICT, Administrators(system="钱明", security="冯静", audit="沈岚"), at=at)
    other = _found(OTHER_DISTRICT, Administrators(system="赵一", security="赵二", audit="赵三"), at=at)
    instrument = register_instrument(actor=SYSTEM, at=at, district=DISTRICT, data=shipped.demonstration_instrument())
    version = load_catalogue(actor=SYSTEM, at=at, district=DISTRICT, instrument=instrument).version
    members = _people_of(demo) | {"郑": _zheng(other)}
    return Cast(members=members, bodies=demo.bodies | {"东街道": other.bodies["东街道"]}, version=version)


def _found(district: str, administrators: Administrators, *, at: datetime) -> "Hiring":
    hiring = Hiring(district, at=at)
    found_district(code=district, actor=SYSTEM, at=at, administrators=administrators)
    for post in Post.objects.filter(person__district=district).select_related("person__account"):
        hiring.members[post.person.name[:1]] = hiring.member(post, post.person.account)
    return hiring


def _cells() -> list[DrawnCell]:
    west, south, side = 116.0, 39.0, 0.001
    return [
        DrawnCell(
            code=f"{COMMUNITY}{number:03}",
            area_code=COMMUNITY,
            polygon=[
                (west + number * side, south),
                (west + (number + 1) * side, south),
                (west + (number + 1) * side, south + side),
                (west + number * side, south + side),
            ],
        )
        for number in (1, 2)
    ]


class Hiring:
    """Puts bodies and people of a district into office."""

    def __init__(self, district: str, *, at: datetime) -> None:
        self.district, self.at = district, at
        self.bodies: dict[str, Organisation] = {}
        self.members: dict[str, Member] = {}

    def body(self, name: str, kind: SubjectKind, area: str, specialty: Specialty = Specialty.GENERAL) -> None:
        self.bodies[name] = create_organisation(
            district=self.district,
            name=name,
            kind=kind,
            specialty=specialty,
            areas=[area],
            active_from=date(2020, 1, 1),
            actor=SYSTEM,
            at=self.at,
        )

    def person(self, number: str, name: str, body: str, role: str, title: str, terms: Terms) -> Member:
        person = add_person(district=self.district, staff_number=number, name=name, actor=SYSTEM, at=self.at)
        post = self._post(person, body, role, title, terms)
        return self.member(post, open_account(person_id=person.pk, actor=SYSTEM, at=self.at))

    def further_post(self, member: Member, body: str, role: str, title: str, terms: Terms) -> Member:
        """Give somebody a second post; the person, the account and the password stay."""
        return replace(member, post=self._post(member.person, body, role, title, terms))

    def _post(self, person: Person, body: str, role: str, title: str, terms: Terms) -> Post:
        return appoint(
            person_id=person.pk,
            organisation_id=self.bodies[body].pk,
            role=role,
            title=title,
            terms=terms,
            actor=SYSTEM,
            at=self.at,
        )

    def member(self, post: Post, account: Account) -> Member:
        once = issue_password(account_id=account.pk, actor=SYSTEM, at=self.at)
        own = PASSWORD.format(post.person.staff_number)
        actor = Actor(kind=SYSTEM.kind, person_id=post.person_id)
        account = change_password(account_id=account.pk, old=once, new=own, actor=actor, at=self.at)
        return Member(person=post.person, account=account, post=post, password=own)


APPOINTED = Terms(appointment=Appointment.APPOINTED, starts_on=FOUNDED_ON)
ELECTED = Terms(appointment=Appointment.ELECTED, starts_on=FOUNDED_ON, term_ends_on=date(2031, 8, 31))


def hired_by(body: Organisation, number: str) -> Terms:
    """Give the terms of a contract with a body."""
    return Terms(appointment=Appointment.HIRED, starts_on=FOUNDED_ON, contract_number=number, employer_id=body.pk)


def _people_of(demo: Hiring) -> dict[str, Member]:
    demo.body("和平街道办事处", SubjectKind.SUBDISTRICT_OFFICE, STREET)
    demo.body("和平街道社区服务中心", SubjectKind.SERVICE_CENTRE, STREET)
    demo.body("区城市管理局", SubjectKind.FUNCTIONAL_DEPARTMENT, DISTRICT, Specialty.URBAN_MANAGEMENT)
    demo.body("翠园社区居民委员会", SubjectKind.RESIDENTS_COMMITTEE, COMMUNITY)
    demo.body("安居物业服务有限公司", SubjectKind.PROPERTY_FIRM, COMMUNITY)
    street, firm = demo.bodies["和平街道办事处"], demo.bodies["安居物业服务有限公司"]
    contract = hired_by(street, "示劳2026-001"), hired_by(firm, "安居2026-007")
    coordinating = Organisation.objects.get(district=DISTRICT, kind=SubjectKind.DISTRICT_COORDINATION_BODY)
    demo.bodies[COORDINATING] = coordinating
    return demo.members | {
        "高": demo.person("0029", "高远", COORDINATING, "coordination_officer", "工作人员", APPOINTED),
        "周": demo.person("0011", "周敏", "和平街道办事处", "window_clerk", "窗口受理员", APPOINTED),
        "徐": demo.person("0012", "徐刚", "和平街道办事处", "duty_officer", "值班派遣员", APPOINTED),
        "吴": demo.person("0021", "吴越", "区城市管理局", "department_head", "局长", APPOINTED),
        "孙": demo.person("0022", "孙浩", "区城市管理局", "department_officer", "科员", APPOINTED),
        "陈": demo.person("0031", "陈𠮷", "翠园社区居民委员会", "committee_member", "委员", ELECTED),
        "何": demo.person("0032", "何㛃", "和平街道社区服务中心", "community_worker", "社区工作者", contract[0]),
        "马": demo.person("0041", "马力", "安居物业服务有限公司", "provider_officer", "项目经理", contract[1]),
    }


def _zheng(other: Hiring) -> Member:
    other.body("东街道", SubjectKind.SUBDISTRICT_OFFICE, OTHER_DISTRICT + "001")
    return other.person("0051", "郑重", "东街道", "integrated_clerk", "综合窗口", APPOINTED)


# --- the way of a matter

# Who makes each move of the happy way, and how long after the one before.
HAPPY_WAY: tuple[tuple[str, str, timedelta], ...] = (
    ("accept", "周", timedelta(minutes=30)),
    ("assign", "徐", timedelta(minutes=20)),
    ("sign", "吴", timedelta(hours=2)),
    ("start", "孙", timedelta(hours=1)),
    ("finish", "孙", timedelta(hours=2)),
    ("verify", "陈", timedelta(hours=1)),
    ("close", "何", timedelta(minutes=30)),
)
AFTER = {
    "accept": "accepted",
    "assign": "assigned",
    "sign": "signed",
    "start": "in_progress",
    "finish": "done",
    "verify": "verified",
    "close": "closed",
}
# States beside the happy way: where one leaves it, and by whose moves.
ASIDE: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "declined": ("registered", (("decline", "周"),)),
    "returned": ("assigned", (("send_back", "吴"),)),
    "suspended": ("in_progress", (("ask_suspension", "孙"), ("grant_suspension", "高"))),
    "merged": ("accepted", (("merge", "徐"),)),
    "reopened": ("closed", ()),
}
OTHER_ITEM = "K1-02"  # led by the same bureau
ITEM, LEAD = "K1-06", "区城市管理局"  # five working days, led by the urban management bureau, public


def report_of(**changes: object) -> Report:
    """Give 林's report: rubbish where it does not belong, in the first cell of 翠园."""
    said: dict[str, object] = {
        "district": DISTRICT,
        "area_code": COMMUNITY,
        "cell_code": CELL,
        "address": "翠园小区三号楼西侧",
        "words": "垃圾桶边堆了装修垃圾，三天没人清，𠮷祥里的老人绊倒过。",
    }
    return Report(**(said | changes))  # type: ignore[arg-type]


def report_matter(cast: Cast, *, at: datetime = MONDAY_MORNING, by: str = "林", **changes: object) -> Registered:
    """Register a report, 林's unless another is said to stand at the window."""
    return register(actor=cast.actor(by, at), at=at, client_id=uuid4(), report=report_of(**changes))


_CHECKED = {"reason": "已经核对过情况。"}
_TRUCKS = {"amount": 5, "public_words": "清运车辆排期"}
_PIPES = {"cause": "big_investment", "public_words": "等待管网改造立项"}
# What a move says where nothing else is asked for.
SAID: Mapping[str, Mapping[str, object]] = {
    "accept": {"public_title": "装修垃圾堆在垃圾桶边"},
    "decline": {"reason": "同一件事正在诉讼中。", "article": "信访工作条例第三十一条"},
    "send_back": {"reason": "堆放点在市政道路上，由住建部门清运。", "article": "市容条例第十四条"},
    "reclassify": {"reason": "堆的是建筑垃圾，按装修垃圾这一项办。"},
    "rule": {"reason": "市政道路上的装修垃圾由城市管理部门清运。", "article": "市容条例第十四条"},
    "finish": {"reason": "已清运，并告知物业公司。", "reply": "垃圾已于今天上午清走。"},
    "rework": {"reason": "还有两袋没有清走。"},
    "ask_extension": {"reason": "清运车队排期在下周。", "article": "分类管理办法第二十四条", **_TRUCKS},
    "grant_extension": {"public_words": "清运车辆排期"},
    "refuse_extension": _CHECKED,
    "ask_suspension": {"reason": "要等管网改造立项。", **_PIPES},
    "grant_suspension": {"public_words": "等待管网改造立项"},
    "refuse_suspension": _CHECKED,
    "keep_suspended": _CHECKED,
    "call_up": _CHECKED,
    "merge": {"reason": "与另一件反映的是同一处。"},
    "urge": _CHECKED,
    "supervise": {"reason": "同一处反映三次，请说明。", "amount": 3},
    "answer_supervision": {"reason": "已增加夜间巡查，附排班表。"},
}


def move(cast: Cast, number: str, code: str, *, by: str, at: datetime = MONDAY_MORNING, **asked: object) -> Matter:
    """Make a move with what it needs, on the matter as it stands; `asked` changes or adds to that."""
    needs: dict[str, object] = {"revision": Matter.objects.get(number=number).revision, **SAID.get(code, {})}
    if code == "accept":
        needs |= {"duty_id": cast.duties[ITEM].pk}
    elif code == "reclassify":
        needs |= {"duty_id": cast.duties[OTHER_ITEM].pk}
    elif code == "assign":
        needs |= {"lead_id": cast.bodies[LEAD].pk}
    elif code == "rule":
        needs |= {"duty_id": cast.duties[ITEM].pk, "lead_id": cast.bodies[LEAD].pk}
    request = MoveRequest(move=code, **(needs | asked))  # type: ignore[arg-type]
    return make_move(actor=cast.actor(by, at), at=at, client_id=uuid4(), number=number, request=request)


@dataclass(frozen=True)
class Carried:
    """A matter on its way, its receipt code, and the moment it got there."""

    matter: Matter
    receipt: str
    at: datetime


def carry(cast: Cast, *, to: str, at: datetime = MONDAY_MORNING, **changes: object) -> Carried:
    """Report a matter and carry it to a state, on the happy way as far as that leads, each step by its own person."""
    registered = report_matter(cast, at=at, **changes)
    number, here = registered.number, "registered"
    leaves_at, aside = ASIDE.get(to, (to, ()))
    for code, who, pause in HAPPY_WAY:
        if here == leaves_at:
            break
        at += pause
        move(cast, number, code, by=who, at=at)
        here = AFTER[code]
    for code, who in aside:
        at += timedelta(minutes=30)
        other = {"into": report_matter(cast, at=at, **changes).number} if code == "merge" else {}
        move(cast, number, code, by=who, at=at, **other)
    matter = Matter.objects.get(number=number)
    carried = Carried(matter=matter, receipt=registered.receipt, at=at)
    if to == "reopened":
        rate_matter(carried, satisfaction=Satisfaction.DISSATISFIED, reopen=True)
        carried = replace(carried, at=at + timedelta(hours=1))
        matter.refresh_from_db()
    assert matter.state == to
    return carried


def rate_matter(
    carried: Carried,
    *,
    satisfaction: Satisfaction = Satisfaction.SATISFIED,
    words: str = "",
    reopen: bool = False,
) -> None:
    """Let 林 rate a closed matter an hour later."""
    rate(
        at=carried.at + timedelta(hours=1),
        client_id=uuid4(),
        receipt_hash=receipt_hash(carried.receipt),
        satisfaction=satisfaction,
        words=words,
        reopen=reopen,
    )
