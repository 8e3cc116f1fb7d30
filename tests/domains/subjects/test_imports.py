"""Tables of bodies, people and posts: what a good one does, and every fault of a bad one by row and column."""

from datetime import date, datetime
from typing import Any

import pytest

from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.imports import import_organisations, import_people, import_posts
from sanhu.domains.subjects.intake import TableImport
from sanhu.domains.subjects.models import Organisation, Person, Post, ServedArea
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.founding import FoundedDistrict
from sanhu.domains.subjects.services.posts import leave_post
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.codes import uscc
from sanhu.engines.decisions import Refused
from sanhu.engines.tables import ImportReport
from tests.domains.subjects import building

pytestmark = pytest.mark.django_db
CODE = uscc.compose("55", "990101", "00000007")
BODIES = f"""
name,kind,specialty,uscc,areas,active_from
东湖街道办事处,subdistrict_office,,,990101001,2020-01-01
东湖街道社区服务中心,service_centre,,,990101001,2020-01-01
翠园社区居民委员会,residents_committee,,{CODE},990101001001;990101001002,2020-01-01
示范区城市管理局,functional_department,urban_management,,990101,2020-01-01
"""
PEOPLE = """
staff_number,name,phone
0011,周慧,
0031,陈睦,13900000000
0032,𠮷㛃,
"""
POSTS = """
staff_number,organisation,role,title,appointment,starts_on,term_ends_on,contract_number,contract_ends_on,employer
0011,东湖街道办事处,window_clerk,窗口受理员,appointed,2024-01-01,,,,
0031,翠园社区居民委员会,committee_member,主任,elected,2026-01-10,2031-01-09,,,
0032,东湖街道社区服务中心,community_worker,社区工作者,hired,2026-01-01,,SG-7,2027-12-31,东湖街道社区服务中心
"""


def bring(
    table: TableImport, text: str, *, at: datetime, actor: Actor = SYSTEM, district: str = "990101", **ways: Any
) -> ImportReport:
    lines = text.lstrip("\n").encode().splitlines(keepends=True)
    return table(lines=lines, district=district, actor=actor, at=at, **ways)


def bring_all(at: datetime, actor: Actor = SYSTEM) -> list[ImportReport]:
    return [
        bring(table, text, at=at, actor=actor)
        for table, text in ((import_organisations, BODIES), (import_people, PEOPLE), (import_posts, POSTS))
    ]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.read, report.added, report.changed, report.unchanged)


def faults(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.reason) for fault in report.faults]


def test_bodies_people_and_posts_come_in_and_act(qian: Actor, at: datetime):
    reports = bring_all(at, qian)
    assert [counts(report) for report in reports] == [(4, 4, 0, 0), (3, 3, 0, 0), (3, 3, 0, 0)]
    assert all(report.is_written and not report.faults for report in reports)
    committee = Organisation.objects.get(uscc=CODE)
    assert (committee.name, committee.active_from) == ("翠园社区居民委员会", date(2020, 1, 1))
    served = ServedArea.objects.filter(organisation=committee).values_list("code", flat=True)
    assert set(served) == {"990101001001", "990101001002"}
    assert Person.objects.get(staff_number="0032").name == "𠮷㛃"
    [worker] = building.actors(building.account(Person.objects.get(staff_number="0032"), at=at), at=at)
    assert worker.may("matter.close")
    events = list(
        Entry.objects.filter(event="subjects.imported").order_by("id").values_list("actor_ref", "subject_ref")
    )
    assert events == [(qian.ref, f"{report.kind}:{report.digest}") for report in reports]


def test_the_same_files_again_change_nothing(district: FoundedDistrict, at: datetime):
    bring_all(at)
    rows = [Organisation.objects.count(), Person.objects.count(), Post.objects.count(), ServedArea.objects.count()]
    again = bring_all(at)
    assert [counts(report) for report in again] == [(4, 0, 0, 4), (3, 0, 0, 3), (3, 0, 0, 3)]
    found = [Organisation.objects.count(), Person.objects.count(), Post.objects.count(), ServedArea.objects.count()]
    assert found == rows


def test_a_dry_run_says_what_would_happen_and_writes_nothing(district: FoundedDistrict, at: datetime):
    before = (Organisation.objects.count(), Entry.objects.count())
    report = bring(import_organisations, BODIES, at=at, dry_run=True)
    assert (counts(report), report.dry_run, report.is_written) == ((4, 4, 0, 0), True, False)
    assert (Organisation.objects.count(), Entry.objects.count()) == before


def test_a_faulty_file_writes_nothing_unless_asked_to_skip(district: FoundedDistrict, at: datetime):
    text = "staff_number,name\n0011,周慧\n0012,\n0013,徐安\n"
    report = bring(import_people, text, at=at)
    assert (counts(report), faults(report), report.is_written) == ((3, 2, 0, 0), [(3, "name", "不能为空")], False)
    assert Person.objects.filter(staff_number__in=["0011", "0013"]).count() == 0
    report = bring(import_people, text, at=at, skip_bad=True)
    assert (counts(report), len(report.faults), report.is_written) == ((3, 2, 0, 0), 1, True)
    assert Person.objects.filter(staff_number__in=["0011", "0012", "0013"]).count() == 2


def test_chinese_headers_and_choices_are_understood(district: FoundedDistrict, at: datetime):
    bodies = (
        "\ufeff名称,机构类型,专业领域,统一社会信用代码,服务区域,设立日期\n"
        f"东湖街道办事处,街道办事处,综合,,990101001000,2020/1/1\n"
        f"翠园社区居民委员会,居民委员会,,{CODE},990101001001；990101001002,2020.01.01\n"
    )
    people = "工号,姓名,电话\n0031,陈睦,\n"
    posts = (
        "工号,机构,角色,职务,任职方式,起始日期,任期届满日期\n"
        f"0031,{CODE},居委会成员,主任,选举产生,2026-01-10,2031-01-09\n"
    )
    found = [
        bring(table, text, at=at)
        for table, text in ((import_organisations, bodies), (import_people, people), (import_posts, posts))
    ]
    assert [(counts(report), report.faults) for report in found] == [
        ((2, 2, 0, 0), ()),
        ((1, 1, 0, 0), ()),
        ((1, 1, 0, 0), ()),
    ]
    assert Organisation.objects.get(name="东湖街道办事处").served_areas.get().code == "990101001"
    assert Post.objects.get(person__staff_number="0031").organisation.uscc == CODE


ORGANISATION_HEADER = "name,kind,specialty,uscc,areas,parent,active_from,active_to\n"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",residents_committee,,,990101001001,,,", "name", "不能为空"),
        ("翠园,,,,990101001001,,,", "kind", "不能为空"),
        ("翠园,villagers_committee,,,990101001001,,,", "kind", "没有这种机构类型"),
        ("翠园,residents_committee,magic,,990101001001,,,", "specialty", "没有这种专业领域"),
        (
            f"翠园,residents_committee,,{CODE[:17]}!,990101001001,,,",
            "uscc",
            "含有代码不用的字符（只用数字和除 I、O、S、V、Z 以外的大写字母）",
        ),
        ("翠园,residents_committee,,,,,,", "areas", "不能为空"),
        ("翠园,residents_committee,,,990102001001,,,", "areas", "服务区域不在本区之内"),
        ("翠园,residents_committee,,,990101,,,", "areas", "服务区域大于这类机构的层级"),
        ("翠园,residents_committee,,,990101001001,,2020-02-30,", "active_from", "日期应写作 2026-01-31"),
        ("翠园,residents_committee,,,990101001001,,20200101,", "active_from", "日期应写作 2026-01-31"),
        ("翠园,residents_committee,,,990101001001,,2020-01-02,2020-01-01", "active_to", "撤销日期早于设立日期"),
        ("站,social_work_station,,,990101001,,,", "parent", "社会服务工作站须隶属街道社区服务中心"),
        ("站,social_work_station,,,990101001,无此中心,,", "parent", "本区没有这个机构"),
        ("示范区人民政府,functional_department,,,990101,,,", "kind", "机构类型不能更改；另一类机构请另立"),
        ("翠园,residents_committee,,,990101001001,,", "", "这一行的列数与表头不符"),
    ],
)
def test_a_faulty_body_is_told_by_row_and_column(
    district: FoundedDistrict, at: datetime, row: str, column: str, reason: str
):
    good = "示范区城市管理局,functional_department,urban_management,,990101,,,\n"
    report = bring(import_organisations, ORGANISATION_HEADER + good + row + "\n", at=at)
    assert faults(report) == [(3, column, reason)]
    assert not Organisation.objects.filter(name="示范区城市管理局").exists()


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",林㛃,", "staff_number", "不能为空"),
        ("00 3-3,林㛃,", "staff_number", "工号应为 1 至 20 位数字或者字母"),
        ("0033,,", "name", "不能为空"),
        ("0033,林㛃,12345", "phone", "电话应为 11 位手机号码，或者带区号的固定电话"),
        ("0011,林㛃,", "", "这一行说的，前面的行已经说过"),
        ("0033", "", "这一行的列数与表头不符"),
    ],
)
def test_a_faulty_person_is_told_by_row_and_column(
    district: FoundedDistrict, at: datetime, row: str, column: str, reason: str
):
    report = bring(import_people, f"staff_number,name,phone\n0011,周慧,\n{row}\n", at=at)
    assert faults(report) == [(3, column, reason)]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            "0099,翠园社区居民委员会,committee_member,委员,elected,2026-01-10,2031-01-09,,,",
            [("staff_number", "本区没有这个工号")],
        ),
        (
            "0011,无此居委会,committee_member,委员,elected,2026-01-10,2031-01-09,,,",
            [("organisation", "本区没有这个机构")],
        ),
        ("0011,翠园社区居民委员会,mayor,委员,elected,2026-01-10,2031-01-09,,,", [("role", "没有这个角色")]),
        ("0011,翠园社区居民委员会,committee_member,,elected,2026-01-10,2031-01-09,,,", [("title", "不能为空")]),
        (
            "0011,翠园社区居民委员会,committee_member,委员,drawn,2026-01-10,2031-01-09,,,",
            [("appointment", "任职方式应为选举产生、合同聘用或者任命")],
        ),
        ("0011,翠园社区居民委员会,committee_member,委员,elected,,2031-01-09,,,", [("starts_on", "不能为空")]),
        (
            "0011,翠园社区居民委员会,committee_member,委员,elected,2026-01-10,,,,",
            [("", "选举产生的职务须写明任期届满日期")],
        ),
        ("0011,翠园社区居民委员会,committee_member,委员,elected,2026-01-10,2036-01-09,,,", [("", "任期不得超过五年")]),
        (
            "0011,翠园社区居民委员会,community_worker,社工,hired,2026-01-01,,SG-1,,翠园社区居民委员会",
            [
                ("", "这类组织的成员由选举或者推选产生，不能聘用或者任命"),
                ("", "居民委员会不能作社区工作者的用人单位"),
            ],
        ),
        (
            "0011,东湖街道社区服务中心,community_worker,社工,hired,2026-01-01,,SG-1,,无此单位",
            [("employer", "本区没有这个机构")],
        ),
        (
            "0011,东湖街道社区服务中心,community_worker,社工,hired,2019-01-01,,SG-1,,东湖街道社区服务中心",
            [("organisation", "这一机构在起始日期尚未设立或者已经撤销")],
        ),
        ("0001,东湖街道办事处,window_clerk,受理员,appointed,2026-11-09,,,,", [("", "管理员不得兼任其他职务")]),
    ],
)
def test_a_faulty_post_is_told_by_row_and_column(
    district: FoundedDistrict, at: datetime, row: str, told: list[tuple[str, str]]
):
    bring_all(at)
    header = POSTS.lstrip("\n").splitlines()[0]
    report = bring(import_posts, f"{header}\n{row}\n", at=at)
    assert faults(report) == [(2, column, reason) for column, reason in told]
    assert report.added == 0


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("", "", "文件是空的，连表头也没有"),
        ("0011,周慧\n", "", "第一行不是表头：没有一个认识的列名"),
        ("staff_number,name,id_number\n", "id_number", "表头里有不认识的列"),
        ("staff_number\n", "name", "表头缺少这一列"),
    ],
)
def test_a_file_of_another_shape_is_refused_at_its_header(
    district: FoundedDistrict, at: datetime, text: str, column: str, reason: str
):
    assert faults(bring(import_people, text, at=at)) == [(1, column, reason)]


def test_no_more_than_five_thousand_rows_are_read(district: FoundedDistrict, at: datetime):
    rows = "".join("0011,周慧\n" for _ in range(5001))
    report = bring(import_people, "staff_number,name\n" + rows, at=at)
    assert report.faults[-1].reason == "行数超过一次导入的上限，其后的行没有读"
    assert (report.added, report.is_written) == (1, False)


def test_what_differs_is_changed_and_an_empty_cell_leaves_what_is(district: FoundedDistrict, at: datetime):
    bring_all(at)
    bodies = f"name,kind,uscc,areas\n翠园第一社区居民委员会,residents_committee,{CODE},990101001001\n"
    assert counts(bring(import_organisations, bodies, at=at)) == (1, 0, 1, 0)
    renamed = Organisation.objects.get(uscc=CODE)
    assert (renamed.name, renamed.active_from) == ("翠园第一社区居民委员会", date(2020, 1, 1))
    assert counts(bring(import_people, "staff_number,name,phone\n0031,陈睦睦,\n", at=at)) == (1, 0, 1, 0)
    assert Person.objects.get(staff_number="0031").phone == "13900000000"
    posts = POSTS.replace("SG-7,2027-12-31", "SG-8,2028-12-31").replace("翠园社区居民委员会", CODE)
    assert counts(bring(import_posts, posts, at=at)) == (3, 0, 1, 2)
    assert Post.objects.get(contract_number="SG-8").contract_ends_on == date(2028, 12, 31)


def test_the_names_a_district_was_founded_with_are_put_right(district: FoundedDistrict, at: datetime):
    text = (
        "name,kind,areas,active_from\n"
        "示范区社区建设协调委员会,district_coordination_body,990101,2020-01-01\n"
        "示范区政府,区人民政府,990101,\n"
    )
    assert counts(bring(import_organisations, text, at=at)) == (2, 0, 2, 0)
    names = Organisation.objects.order_by("id").values_list("name", flat=True)
    assert list(names) == ["示范区社区建设协调委员会", "示范区政府"]


@pytest.mark.covers("R48")
def test_a_table_dismisses_no_elected_member(district: FoundedDistrict, at: datetime):
    bring_all(at)
    shortened = bring(import_posts, POSTS.replace("2031-01-09", "2026-11-08"), at=at)
    assert faults(shortened) == [(3, "term_ends_on", "选举产生的职务，任期不能更改，只能依法换届或者离任")]
    closed = BODIES.replace("areas,active_from", "areas,active_to").replace(
        "990101001002,2020-01-01", "990101001002,2026-11-08"
    )
    report = bring(import_organisations, closed, at=at)
    assert (4, "active_to", "撤销有当选成员的组织，须写明批准撤销的决定") in faults(report)
    assert Post.objects.get(person__staff_number="0031").term_ends_on == date(2031, 1, 9)


def test_how_a_post_came_about_is_not_rewritten(district: FoundedDistrict, at: datetime):
    bring_all(at)
    posts = POSTS.replace("窗口受理员,appointed,2024-01-01,,,,", "窗口受理员,hired,2024-01-01,,SG-9,,东湖街道办事处")
    assert faults(bring(import_posts, posts, at=at)) == [
        (2, "appointment", "任职方式和用人单位不能更改；请先办理离任，再重新任职")
    ]


def test_nobody_who_left_comes_back_by_an_old_file(district: FoundedDistrict, at: datetime):
    bring_all(at)
    post = Post.objects.get(person__staff_number="0032")
    leave_post(post_id=post.pk, ground=LeavingGround.RESIGNED, basis="", actor=SYSTEM, at=at)
    assert counts(bring(import_posts, POSTS, at=at)) == (3, 0, 0, 3)
    assert building.actors(building.account(post.person, at=at), at=at) == []


def test_progress_is_told_row_by_row(district: FoundedDistrict, at: datetime):
    heard: list[int] = []
    bring(import_people, PEOPLE, at=at, progress=heard.append)
    assert heard == [1, 2, 3]


def test_a_district_that_was_not_founded_takes_nothing_in(district: FoundedDistrict, at: datetime):
    report = bring(import_people, PEOPLE, at=at, district="990102")
    assert (faults(report), report.is_written) == ([(1, "", "这个区还没有建立")], False)


def test_another_districts_table_is_not_found_and_without_the_power_refused(
    qian: Actor, feng: Actor, neighbour: FoundedDistrict, at: datetime
):
    with pytest.raises(NotFound):
        bring(import_people, PEOPLE, at=at, actor=qian, district="990102")
    with pytest.raises(Refused):
        bring(import_people, PEOPLE, at=at, actor=feng)
    bodies = bring(import_organisations, BODIES.replace(CODE, "").replace("990101", "990102"), at=at, district="990102")
    assert counts(bodies) == (4, 4, 0, 0)
    bring(import_people, PEOPLE, at=at)
    report = bring(import_posts, POSTS, at=at)
    assert {fault.reason for fault in report.faults} == {"本区没有这个机构"}
