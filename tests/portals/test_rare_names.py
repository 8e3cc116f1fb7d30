"""GB 18030: names of Extension A and beyond the basic plane survive every channel, and are masked like others."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.letters import Body, issue
from sanhu.domains.subjects.models import Person
from sanhu.engines.actors import SYSTEM
from sanhu.engines.tables import Column, Row, decoded, read_rows, write_rows
from sanhu.portals.exports.files import write_xlsx
from tests.cast import COMMUNITY, DISTRICT, MONDAY_MORNING, move
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers

NAMES = ("何㛃", "陈𬭎", "欧阳䶮", "林𠮷")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_people_come_in_from_a_clerks_table_and_are_shown_by_name(desks: Desks, encoding: str):
    table = "工号,姓名,电话\r\n" + "".join(f"30{place:02},{name},\r\n" for place, name in enumerate(NAMES))
    browser, url = desks.browser("钱"), reverse("desk:import_file", kwargs={"kind": "people"})
    tried = browser.post(url, {"file": SimpleUploadedFile("people.csv", table.encode(encoding), "text/csv")})
    assert tried.status_code == 200
    assert browser.post(url, answers(tried.text, holding="kept")).status_code == 302
    kept = Person.objects.filter(district=DISTRICT, staff_number__startswith="30").order_by("staff_number")
    assert [person.name for person in kept] == list(NAMES)
    for person in kept:
        assert person.name in browser.get(reverse("desk:person", args=[person.pk])).text


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_kept_sealed_found_by_its_words_and_public_only_masked(desks: Desks, name: str):
    said = f"我叫{name}，三号楼门口堆了装修垃圾。"
    data = {"words": said, "area": COMMUNITY, "client_id": str(uuid4())}
    assert desks.browser().post(reverse("public:report"), data).status_code == 200
    matter = Matter.objects.get()
    assert matter.words == said
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM casework_matter")
        (stored,) = cursor.fetchone()
    assert name not in stored
    browser = desks.browser("徐")
    assert matter.number in browser.get(reverse("desk:matters"), {"q": name}).text.replace("-", "")
    assert matter.number not in browser.get(reverse("desk:matters"), {"q": "吕㵘"}).text.replace("-", "")
    move(desks.cast, matter.number, "accept", by="周", duty_id=desks.cast.duties["K1-06"].pk, public_title="")
    publication = matter.publications.get()
    url = reverse("desk:publication", args=[publication.pk])
    page = browser.get(url).text
    assert f'<mark class="certain">{name}' in page
    assert browser.post(url, {**answers(page), "verdict": "masked"}).status_code == 302
    shown = desks.browser().get(reverse("public:matter", args=[matter.number])).text
    kept = name[:2] if name.startswith("欧阳") else name[0]
    assert f"我叫{kept}*，三号楼门口堆了装修垃圾。" in shown
    assert name not in shown


def test_a_table_taken_out_comes_in_again_as_it_was():
    columns = [Column("name", "姓名", required=True)]
    taken_out = b"".join(write_rows(["姓名"], [[name] for name in NAMES]))
    rows = read_rows(decoded(taken_out.splitlines(keepends=True)), columns)
    assert [row["name"] for row in rows if isinstance(row, Row)] == list(NAMES)


def test_a_workbook_keeps_them_too():
    written = BytesIO()
    write_xlsx(written, "人员", ["姓名"], [20], ([name] for name in NAMES))
    sheet = load_workbook(written).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == list(NAMES)


def test_a_letter_names_people_as_they_write_themselves(desks: Desks):
    body = desks.cast.bodies["翠园社区居民委员会"]
    with transaction.atomic():
        letter = issue(
            district=DISTRICT,
            kind="refusal_notice",
            issuer=Body(body.pk, body.name),
            addressee=Body(body.pk, body.name),
            copied_to=None,
            series="翠园居告",
            title="样张",
            paragraphs=[f"经办人：{name}" for name in NAMES],
            subject_ref="demand:x",
            actor=SYSTEM,
            at=MONDAY_MORNING,
        )
    page = desks.browser("陈").get(reverse("desk:letter", args=[letter.pk])).text
    assert [name for name in NAMES if name not in page] == []
