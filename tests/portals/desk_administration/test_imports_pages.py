"""Tables brought in at the desk: tried first, told fault by fault, written as tried and once."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sanhu.domains.evidence.models import Entry
from sanhu.domains.places.models import Area
from sanhu.domains.subjects.models import Organisation, Person, Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.tables import BOM, MOST_UPLOADED_ROWS
from sanhu.portals.desk.kept_files import MOST_BYTES
from sanhu.portals.desk.tables import TABLES
from tests.conftest import Clock
from tests.portals.desk_administration.conftest import District
from tests.portals.desk_administration.filling import HOSTILE, answers
from tests.portals.reading import words

PEOPLE = "工号,姓名,电话\n3001,黄一,\n3002,𠮷㛃,13800001111\n"


def url_of(kind: str) -> str:
    return reverse("desk:import_file", kwargs={"kind": kind})


def attempt(desk: Client, kind: str, text: str | bytes, name: str = "table.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return desk.post(url_of(kind), {"file": SimpleUploadedFile(name, data, "text/csv")})


def confirm(desk: Client, kind: str, tried, **changed: str):
    return desk.post(url_of(kind), {**answers(tried.content.decode(), holding="kept"), **changed})


def test_a_table_is_tried_before_it_is_written(district: District):
    desk = district.desk("钱")
    tried = attempt(desk, "people", PEOPLE)
    assert tried.status_code == 200
    assert "读 2 行，将新增 2，变更 0，未变 0" in words(tried.content.decode())
    assert not Person.objects.filter(staff_number="3001").exists()
    answer = confirm(desk, "people", tried)
    assert answer["Location"] == url_of("people")
    assert Person.objects.get(district="990101", staff_number="3002").name == "𠮷㛃"
    assert "已导入人员：新增 2，变更 0，未变 0" in words(desk.get(answer["Location"]).content.decode())
    entry = Entry.objects.filter(event="subjects.imported").get()
    assert (entry.district, entry.actor_ref) == ("990101", f"post:{district.posts['钱'].pk}")


def test_a_second_press_and_a_second_try_change_nothing(district: District):
    desk = district.desk("钱")
    tried = attempt(desk, "people", PEOPLE)
    assert [confirm(desk, "people", tried).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.filter(event="subjects.imported").count() == 1
    again = attempt(desk, "people", PEOPLE)
    assert "和现有的完全一样，不用写入" in words(again.content.decode())
    assert 'name="kept"' not in again.content.decode()


def test_every_fault_is_told_by_row_column_and_reason(district: District):
    bad = f"工号,姓名,电话\n3001,黄一,12\n甲乙,黄二,\n3003,,\n3004,{HOSTILE},\n3001,黄三,\n"
    tried = attempt(district.desk("钱"), "people", bad)
    text = tried.content.decode()
    assert tried.status_code == 422
    told = [(fault.row, fault.column, fault.reason) for fault in tried.context["faults"]]
    assert (2, "电话", "电话应为 11 位手机号码，或者带区号的固定电话") in told
    assert (3, "工号", "工号应为 1 至 20 位数字或者字母") in told
    assert (4, "姓名", "不能为空") in told
    assert "什么也没有写入" in words(text)
    assert "<script>alert" not in text
    assert not Person.objects.filter(staff_number__in=("3001", "3004")).exists()


def test_faulty_rows_are_left_out_only_when_asked(district: District):
    desk = district.desk("钱")
    tried = attempt(desk, "people", "工号,姓名\n3001,黄一\n甲乙,黄二\n")
    assert "跳过有错的行，写入其余" in words(tried.content.decode())
    assert confirm(desk, "people", tried).status_code == 302
    assert Person.objects.filter(staff_number="3001").exists()


def test_a_file_that_became_faulty_since_it_was_tried_writes_nothing(district: District):
    desk = district.desk("钱")
    tried = attempt(desk, "organisations", "名称,机构类型,服务区域\n柳荫社区居委会,residents_committee,990101002001\n")
    assert tried.status_code == 200
    attempt_other = attempt(
        desk, "organisations", "名称,机构类型,服务区域\n柳荫社区居委会,owners_committee,990101002001\n"
    )
    assert confirm(desk, "organisations", attempt_other).status_code == 302
    answer = confirm(desk, "organisations", tried)
    assert answer.status_code == 422
    assert "机构类型不能更改" in words(answer.content.decode())
    assert Organisation.objects.get(name="柳荫社区居委会").kind == "owners_committee"


def test_what_was_tried_opens_only_for_who_tried_it_as_what_it_was_and_for_an_hour(
    district: District, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    desk, said = (
        district.desk("钱"),
        answers(attempt(district.desk("钱"), "people", PEOPLE).content.decode(), holding="kept"),
    )
    broken = {**said, "kept": said["kept"][:-2] + "xx"}
    other = district.desk("郝")
    tries = [
        (desk, "people", broken),
        (desk, "organisations", said),
        (other, "people", said),
        (desk, "people", {"kept": ""}),
    ]
    for client, kind, body in tries:
        answer = client.post(url_of(kind), body)
        assert answer.status_code == 422
        assert "试运行的结果已经过期，什么也没有写入" in words(answer.content.decode())
    monkeypatch.setattr("django.core.signing.time.time", lambda: 4_000_000_000.0)
    assert desk.post(url_of("people"), said).status_code == 422
    assert not Person.objects.filter(staff_number="3001").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "“CSV 文件”里的文件是空的"),
        ("工号,姓名\n3001,黄一\n".encode("utf-16"), "文件既不是 UTF-8 编码"),
        ("黄一,黄二\n", "第一行不是表头"),
        ("工号\n3001\n", "表头缺少这一列"),
        ("工号,姓名,身份证号\n3001,黄一,1\n", "表头里有不认识的列"),
        ("x" * (MOST_BYTES + 1), "文件太大"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(content: str | bytes, reason: str, district: District):
    answer = attempt(district.desk("钱"), "people", content)
    assert answer.status_code == 422
    assert reason in words(answer.content.decode())
    assert 'name="kept"' not in answer.content.decode()


def test_a_table_too_long_for_the_page_is_sent_to_the_server(district: District):
    rows = "".join(f"{number:06},甲\n" for number in range(MOST_UPLOADED_ROWS + 1))
    desk = district.desk("钱")
    answer = attempt(desk, "divisions", "code,name\n" + rows)
    text = words(answer.content.decode())
    assert answer.status_code == 422
    assert "行数超过" in text
    assert "sanhu import divisions FILE --district 990101" in text


def test_divisions_are_imported_for_the_own_district_alone(district: District):
    desk = district.desk("钱")
    tried = attempt(desk, "divisions", "code,name\n990101002002,柳岸社区\n990102001002,邻区社区\n")
    assert tried.status_code == 422
    assert [(fault.row, fault.column) for fault in tried.context["faults"]] == [(3, "code")]
    assert confirm(desk, "divisions", tried).status_code == 302
    assert Area.objects.filter(code="990101002002").exists()
    assert not Area.objects.filter(code="990102001002").exists()


def test_bodies_people_and_posts_come_in_one_after_another(district: District):
    desk = district.desk("钱")
    tables = {
        "organisations": "名称,机构类型,服务区域\n柳堤街道办事处,街道办事处,990101002\n",
        "people": "工号,姓名\n4001,柳青\n",
        "posts": "工号,机构,角色,职务,任职方式,起始日期\n4001,柳堤街道办事处,街道派遣员,派遣员,任命,2026-11-09\n",
    }
    for kind, text in tables.items():
        tried = attempt(desk, kind, text)
        assert (kind, list(tried.context["faults"])) == (kind, [])
        assert confirm(desk, kind, tried).status_code == 302
    post = Post.objects.get(person__staff_number="4001")
    assert (post.organisation.name, post.role.code) == ("柳堤街道办事处", "duty_officer")


def test_an_administrators_post_is_not_imported(district: District):
    text = "工号,机构,角色,职务,任职方式,起始日期\n0011,示范区人民政府,audit_administrator,审计,任命,2026-11-09\n"
    tried = attempt(district.desk("钱"), "posts", text)
    assert tried.status_code == 422
    assert "您的岗位没有这项权限" in [fault.reason for fault in tried.context["faults"]]


@pytest.mark.parametrize("kind", TABLES)
def test_a_template_opens_in_a_spreadsheet_and_is_tried_without_a_fault_in_its_header(kind: str, district: District):
    desk = district.desk("钱")
    answer = desk.get(reverse("desk:import_template", kwargs={"kind": kind}))
    text = answer.content.decode()
    assert text.startswith(BOM)
    assert "attachment" in answer["Content-Disposition"]
    header, _example, *rest = text.removeprefix(BOM).split("\r\n")
    assert header.split(",") == [column.label for column in TABLES[kind].columns]
    assert rest == [""]
    tried = attempt(desk, kind, text)
    assert [fault for fault in tried.context["faults"] if fault.row == 1] == []
    assert tried.context["report"].read == 1


def test_the_template_of_people_and_of_bodies_can_be_imported_as_it_is(district: District):
    desk = district.desk("钱")
    Organisation.objects.filter(pk=district.bodies["street"].pk).update(name="旧名")
    for kind in ("divisions", "organisations", "people", "posts"):
        template = desk.get(reverse("desk:import_template", kwargs={"kind": kind})).content
        tried = attempt(desk, kind, template)
        assert (kind, list(tried.context["faults"])) == (kind, [])
        confirm(desk, kind, tried)


@pytest.mark.parametrize("page", ["import_file", "import_template"])
def test_a_table_nobody_knows_is_not_found(page: str, district: District):
    assert district.desk("钱").get(reverse(f"desk:{page}", kwargs={"kind": "matters"})).status_code == 404


@pytest.mark.parametrize("page", ["import_file", "import_template"])
@pytest.mark.parametrize("surname", ["周", "冯", "沈"])
def test_nobody_else_brings_tables_in(surname: str, page: str, district: District):
    assert district.desk(surname).get(reverse(f"desk:{page}", kwargs={"kind": "people"})).status_code == 403


def test_a_power_over_one_table_is_none_over_another(district: District):
    role = district.posts["钱"].role
    role.permissions = [Permission.PLACES_IMPORT.value]
    role.save()
    desk = district.desk("钱")
    assert desk.get(url_of("divisions")).status_code == 200
    assert desk.get(url_of("people")).status_code == 403
    assert attempt(desk, "people", PEOPLE).status_code == 403
    assert desk.post(url_of("people"), {"kept": "x", "client_id": str(uuid4())}).status_code == 403
    offered = desk.get(reverse("desk:imports")).content.decode()
    assert url_of("divisions") in offered
    assert url_of("people") not in offered
