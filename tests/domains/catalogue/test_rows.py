"""An item's plain data reads back the same."""

from dataclasses import replace

import pytest

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.rows import Basis, ItemRow, StepRow, StepUnit, as_data, item_row
from sanhu.domains.catalogue.rules import Estate, Nature
from sanhu.domains.catalogue.terms import BasisKind, Boundary, MoneySource


def _full(row: ItemRow) -> ItemRow:
    duty = replace(
        row.duties[0],
        bases=(Basis(BasisKind.CONTRACT, "前期物业服务合同第三条"),),
        money=(MoneySource.FEE,),
        evidence="维修记录和业主签字",
    )
    return replace(
        row,
        duties=(duty, *row.duties[1:]),
        needs_record="2026年第一季度居民议事会纪要",
        former_bearer="原属单位",
        boundary=Boundary.SHARED,
        boundary_evidence="联席会议纪要〔2026〕1号",
        nature=Nature(needs_public_power=True, estate=Estate.COMMODITY),
        certificates=("居住证明",),
        asked_data=("身份证号",),
        indicators=("按期办结率",),
        review_months=6,
        procedure=(StepRow("现场查看", "functional_department", ("照片",), 2, StepUnit.NATURAL_DAY, "查看记录"),),
    )


@pytest.mark.parametrize("row", shipped.items(), ids=lambda row: row.code)
def test_what_is_written_as_data_is_read_back_the_same(row: ItemRow):
    assert item_row(as_data(row)) == row
    assert item_row(as_data(_full(row))) == _full(row)
