"""The coverage matrix at the desk: read, narrowed down, counted, taken along; of the version in force or another."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.catalogue.models import CatalogueVersion
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.services.deciding import approve_proposal
from sanhu.domains.catalogue.services.proposing import open_proposal, put_item, submit_proposal
from sanhu.domains.subjects.queries import actor_of
from tests.portals.desk_administration.conftest import District
from tests.portals.reading import words

PAGE, FILE = reverse("desk:coverage"), reverse("desk:coverage_csv")


def with_k3_06_renamed(district: District, catalogue: CatalogueVersion, name: str) -> CatalogueVersion:
    """Make version 2, in which the owners assist no longer in K3-06, and it is called otherwise."""
    gao, shi, at = actor_of(district.posts["高"]), actor_of(district.posts["石"]), district.at
    row = next(row for row in rows_of(catalogue) if row.code == "K3-06")
    duty = replace(row.duties[0], assist=())
    made = open_proposal(actor=gao, at=at, client_id=uuid4(), reason="改写", in_force_from=None)
    changed = replace(row, name=name, name_en="", duties=(duty, *row.duties[1:]))
    made = put_item(actor=gao, at=at, client_id=uuid4(), proposal_id=made.pk, row=changed)
    made = submit_proposal(actor=gao, at=at, client_id=uuid4(), proposal_id=made.pk)
    approve_proposal(actor=shi, at=at, client_id=uuid4(), proposal_id=made.pk, words="同意")
    return CatalogueVersion.objects.get(number=2)


@pytest.mark.covers("R25")
def test_every_item_shows_its_functions_and_what_is_missing_or_doubled(district: District, catalogue: CatalogueVersion):
    desk = district.desk("周")
    assert f'href="{PAGE}"' in desk.get(reverse("desk:duties")).content.decode()
    assert f'href="{PAGE}"' in desk.get(reverse("desk:duty_table")).content.decode()
    page = words(desk.get(PAGE).content.decode())
    assert "有缺口 14 ÷ 99 项 有重叠 6 ÷ 99 项 应有的功能已有 113 ÷ 127 处" in page
    assert "K3-04 临时业主大会 — — 业主委员会" in page
    assert "K5-06" in page
    assert "自治功能：居民委员会、慈善组织" in page
    with CaptureQueriesContext(
        connection,
    ) as queries:
        desk.get(PAGE + "?class=K3&only=gaps")
    assert len(queries) <= 20
    narrow = desk.get(PAGE + "?class=K3&only=gaps")
    assert [line.row.code for line, *_rest in narrow.context["lines"]] == [
        "K3-01", "K3-02", "K3-03", "K3-04", "K3-05", "K3-09", "K3-12", "K3-14", "K3-15",
    ]  # fmt: skip
    text = words(narrow.content.decode())
    assert "有缺口 9 ÷ 15 项 有重叠 0 ÷ 15 项 应有的功能已有 21 ÷ 30 处" in text
    assert "行政功能 8 ÷ 15 项 市场调节功能 8 ÷ 15 项 自治功能 13 ÷ 15 项" in text
    assert "K3 商品房小区物业管理事务 市场调节功能、自治功能 业主共同决定" in text
    assert "K7 社区临时性、专业性事务" not in text
    doubled = desk.get(PAGE + "?only=overlaps")
    assert len(doubled.context["lines"]) == 6
    empty = words(desk.get(PAGE + "?class=K6&only=overlaps").content.decode())
    assert "K6-10" in empty
    assert "没有这样的事项" in words(desk.get(PAGE + "?class=K4&only=overlaps").content.decode())
    for wrong, status in (("?class=K9", 400), ("?only=all", 400), ("?version=9", 404)):
        assert (desk.get(PAGE + wrong).status_code, desk.get(FILE + wrong).status_code) == (status, status), wrong


@pytest.mark.covers("R25")
def test_each_version_has_its_own_matrix_and_a_formula_stays_text(district: District, catalogue: CatalogueVersion):
    with_k3_06_renamed(district, catalogue, "=保洁（新）")
    desk = district.desk("周")
    newest = desk.get(PAGE + "?version=2&class=K3&only=gaps")
    assert "K3-06" in [line.row.code for line, *_rest in newest.context["lines"]]
    first = desk.get(PAGE + "?version=1&class=K3&only=gaps")
    assert "K3-06" not in [line.row.code for line, *_rest in first.context["lines"]]
    current, other = ("2", "1") if newest.context["current"].number == 2 else ("1", "2")
    assert "这不是现行版本" in words(desk.get(f"{PAGE}?version={other}").content.decode())
    assert "这不是现行版本" not in words(desk.get(f"{PAGE}?version={current}").content.decode())
    file = desk.get(FILE + "?version=2&class=K3&only=gaps")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("编号,事项,类别,行政功能：主责,行政功能：协助,市场调节功能：主责,")
    assert len(lines) == 1 + len(newest.context["lines"])
    said = next(line for line in lines if line.startswith("K3-06"))
    assert said.split(",")[:5] == ["K3-06", "'=保洁（新）", "K3", "", ""]
    assert said.endswith(",自治功能,")


def test_a_district_without_a_catalogue_has_an_empty_matrix(district: District):
    page = words(district.desk("周").get(PAGE).content.decode())
    assert "本区还没有载入清单" in page
    assert "应有的功能已有 无数据" in page
    assert len(district.desk("周").get(FILE).content.decode("utf-8-sig").splitlines()) == 1
