"""Every fault of a workbook is named by the file's own row and column, with its refusal code; none hides another."""

import pytest
from openpyxl.utils import get_column_letter

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.workbook import cells, duplicates, reading, words
from sanhu.domains.catalogue.workbook.cell_texts import IS_ERROR, IS_FORMULA
from sanhu.domains.catalogue.workbook.writing import headings
from sanhu.engines.tables import CONTROL_CHARACTER, EMPTY_CELL, MISSING_COLUMN
from tests.domains.catalogue.sheets import csv_file, errors, grid, judged, rows_of, told, xlsx

BOTH = pytest.mark.parametrize("file", [xlsx, csv_file])


@BOTH
@pytest.mark.covers("X-02", "X-03", "X-06", "X-14", "R6", "R24")
def test_each_planted_fault_is_named_with_row_column_and_code(file) -> None:
    rows = rows_of("K1-01", "K1-02", "K1-03", "K2-01", "K2-03")
    rows[0]["主责主体"] = "城管局；应急局"  # two leads
    rows[1]["主责主体"] = "居委会"  # a committee leads the first class
    rows[2]["法律依据"] = ""  # a missing basis
    rows[3]["要求开具的证明"] = "居住情况说明；婚姻状况证明"  # one of the twenty
    rows[5]["事项名称"] = "违法建设（私搭乱建） 查处"  # a duplicate, in another writing
    found = judged(file([["示范区社区事务清单"], *grid(rows)]))
    assert errors(found) == [
        (3, "主责主体", "X-03"),
        (4, "主责主体", "X-02"),
        (5, "法律依据", "X-06"),
        (5, "法律依据", "X-06"),
        (5, "法律依据", "X-06"),
        (6, "要求开具的证明", "X-14"),
        (8, "事项名称", ""),
    ]
    assert [fault.letters for fault in found.errors] == ["Y", "Y", "L", "L", "L", "S", "C"]
    assert found.errors[1].words == "居民委员会不得主责行政执法和管理事务，只能协助"
    assert {fault.words for fault in found.errors[2:5]} == {
        "政府一方的行为没有法律条文依据",
        "市场一方的行为没有法律条文依据，也没有合同依据",
        "社区一方的行为没有法律条文依据，也没有章程、公约或者会议决定",
    }
    assert found.errors[5].words == "“婚姻状况证明”：这是居民委员会不应出具的证明"
    assert found.errors[6].words == "与第 3 行 K1-01《违法建设(私搭乱建)查处》同名，代码不同"
    assert found.wanted == ()
    assert found.as_json()["errors"][0] == {
        "row": 3,
        "column": "Y",
        "label": "主责主体",
        "code": "X-03",
        "reason": cells.TWO_LEADS,
        "citations": ["分类管理办法第六条"],
    }


@pytest.mark.covers("X-01", "X-03", "X-04", "X-15", "R2", "R11")
def test_the_other_refusals_stand_at_their_cells_too() -> None:
    rows = rows_of("K1-01", "K1-02", "K1-04", "K7-05")
    rows[0]["目的"], rows[0]["公共性"] = "", "否"
    rows[1]["主责主体"], rows[1]["协助主体"] = "棋牌爱好者协会", "居民委员会：主责"
    rows[2]["主责主体"], rows[2]["要求填报的信息"] = "", "身份证号码"
    rows[3]["截止规则"] = ""
    found = judged(xlsx(grid(rows)))
    assert errors(found) == [
        (2, "目的", "X-01"),
        (2, "公共性", "X-01"),
        (3, "主责主体", "X-04"),
        (3, "协助主体", "X-03"),
        (4, "要求填报的信息", "X-15"),
        (4, "主责主体", "X-03"),
    ]
    assert told(found)[2, "目的"] == reading.NO_PURPOSE
    assert told(found)[3, "主责主体"] == "主体名录中没有这类主体"
    assert told(found)[4, "主责主体"] == reading.NO_LEAD
    assert [(fault.row, fault.label, fault.words) for fault in found.warnings] == [
        (5, "截止规则", "临时性、专业性事务须写明截止日期")
    ]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("事项代码", "1-01", cells.NOT_A_CODE),
        ("类别", "K2", reading.CLASS_AGAINST_CODE),
        ("类别", "第八类", "“第八类”不在可选的词里；可选：K1、K2、K3、K4、K5、K6、K7"),
        ("事项名称", "名" * 101, "最多 100 个字"),
        ("公共性", "也许", cells.NOT_YES_NO),
        ("期限", "十五", cells.NOT_A_NUMBER),
        ("期限", 0, "须在 1 到 3650 之间"),
        ("期限", 1.5, cells.NOT_A_NUMBER),
        ("期限单位", "周", "“周”不在可选的词里；可选：自然日、工作日、工作时、小时、月"),
        ("期限依据", None, EMPTY_CELL),
        ("期限依据", "\x85", EMPTY_CELL),
        ("定义", "甲\u202e乙", CONTROL_CHARACTER),
        ("示范值", "是", reading.NO_DEMONSTRATION),
        ("经费来源", "FIS、彩票", f"“彩票”不在可选的词里；可选：{words.money().offered()}"),
        ("协助主体", "物业：唱歌", "“唱歌”不在可选的词里；可选：宣传、报告、劝阻、调解、协助、组织、主责"),
        ("行为依据", "物业服务合同", cells.BASIS_WITHOUT_KIND),
        ("办理程序", "受理|街道|表|三天|书", "步骤“受理”的时限须写成例如“3个工作日”或者“5个自然日”"),
        ("办理程序", "受理", "步骤“受理”没有写由谁承办"),
        ("办理程序", "甲|乙|丙|1个工作日|丁|戊", cells.NOT_A_STEP % {"step": "甲"}),
        ("定义", "=A1", IS_FORMULA),
        ("期限", "=1+1", IS_FORMULA),
        ("定义", "#N/A", IS_ERROR),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_used_says_why(column: str, cell: object, reason: str) -> None:
    (row,) = rows_of("K1-01")  # ninety natural days, statutory
    row[column] = cell
    found = judged(xlsx(grid([row])))
    assert (2, column, reason) in [(fault.row, fault.label, fault.words) for fault in found.errors]
    assert len(found.errors) == 1


def test_hours_do_not_roll() -> None:
    (row,) = rows_of("K1-01")
    row["期限单位"], row["末日顺延"] = "工作时", "顺延到下一个工作日"
    assert told(judged(xlsx(grid([row])))) == {(2, "末日顺延"): reading.HOURS_DO_NOT_ROLL}


def test_other_widths_spaces_and_signs_are_put_right_and_told() -> None:
    (row,) = rows_of("K1-01")
    row |= {
        "事项代码": "\uff4b\uff11\uff0d\uff10\uff11",
        "期限": "\uff19\uff10",
        "类别": " 社区行政执法和管理事务\u3000",
        "公共性": "\uff39\uff25\uff33",
    }
    row |= {"英文名称": "Illegal\u00a0construction:\u200b investigation and penalties ", "期限单位": "个自然日"}
    row |= {"法律依据": "城乡规划法第六十四条、第六十六条、第六十八条\n行政处罚法第二十四条;物业管理条例第四十五条；"}
    row |= {"主责主体": "自然资源和规划局或街道综合执法队(已下放的省份)", "协助主体": "物业公司:劝、报\n居委会：报"}
    row |= {"定义": "第一行\n第二行"}
    found = judged(xlsx(grid([row])))
    (place,) = found.book.items
    expected = shipped.items()[0]
    assert place.item.code == "K1-01"
    assert place.item.name_en == expected.name_en
    assert place.item.legal_basis == expected.legal_basis
    assert place.item.duties[0].clock == expected.duties[0].clock
    assert place.item.duties[0].assist == expected.duties[0].assist
    assert [(one.kind, one.note) for one in place.item.duties[0].leads] == [
        ("functional_department:natural_resources", ""),
        ("subdistrict_office", "已下放的省份"),
    ]
    assert place.item.definition == "第一行 第二行"
    assert [(fault.label, fault.words) for fault in found.warnings] == [
        ("事项代码", "读作“K1-01”"),
        ("英文名称", "去掉了看不见的字符"),
        ("定义", "换行改成了空格"),
        ("期限", "读作“90”"),
    ]
    assert found.errors == ()


@pytest.mark.parametrize(
    ("cell", "leads"),
    [
        ("街道办事处/城管局", ["subdistrict_office", "functional_department:urban_management"]),
        ("街道办事处或城管局", ["subdistrict_office", "functional_department:urban_management"]),
        ("residents_committee", ["residents_committee"]),
        ("职能部门·农业农村", ["functional_department:agriculture"]),
        ("FUNCTIONAL_DEPARTMENT:HOUSING", ["functional_department:housing"]),
        ("住房城乡建设（房管）部门（物业科）", ["functional_department:housing"]),
    ],
)
def test_a_body_is_known_by_its_names_and_its_code(cell: str, leads: list[str]) -> None:
    (row,) = rows_of("K4-01")[:1]
    row["主责主体"] = cell
    found = judged(csv_file(grid([row])))
    assert [option.kind for option in found.book.items[0].item.duties[0].leads] == leads
    assert not [fault for fault in found.errors if fault.code == "X-03"]


@pytest.mark.parametrize("sign", ["；", ";", "、", "+", "\uff0b", "\n"])
def test_what_is_not_a_choice_is_two_leads(sign: str) -> None:
    (row,) = rows_of("K1-02")
    row["主责主体"] = f"街道办事处{sign}城管局"
    assert errors(judged(xlsx(grid([row])))) == [(2, "主责主体", "X-03")]


def test_duties_of_one_item_may_leave_out_or_merge_what_is_said_of_the_whole() -> None:
    rows = rows_of("K7-09")  # water, heating, drainage
    for row in rows[1:]:
        row.update(dict.fromkeys(headings()[:22], ""))
    expected = [row for row in shipped.items() if row.code == "K7-09"]
    assert [place.item for place in judged(csv_file(grid(rows))).book.items] == expected
    merged = [f"{get_column_letter(column)}3:{get_column_letter(column)}5" for column in range(1, 23)]
    table = [["清单", *[None] * 41], *grid(rows)]
    found = judged(xlsx(table, merged=["A1:AP1", *merged]))
    assert [place.item for place in found.book.items] == expected
    assert (found.book.rows, found.errors) == (3, ())


def test_a_merged_cell_counts_for_all_its_rows() -> None:
    rows = rows_of("K1-01", "K1-02")
    rows[1]["公开方式"] = None
    place = get_column_letter(headings().index("公开方式") + 1)
    assert errors(judged(xlsx(grid(rows)))) == [(3, "公开方式", "")]
    assert errors(judged(xlsx(grid(rows), merged=[f"{place}2:{place}3"]))) == []


def test_rows_of_one_item_do_not_contradict_each_other() -> None:
    rows = rows_of("K7-09")
    rows[1]["公开方式"] = "不公开"
    rows[2]["事项名称"] = "另一个事项"
    found = judged(xlsx(grid(rows)))
    assert told(found) == {
        (3, "公开方式"): "与同一事项第 2 行写的不一样",
        (4, "事项名称"): "事项代码与第 2 行相同，名称却不同",
    }


def test_a_row_written_twice_and_a_task_given_twice_are_found() -> None:
    rows = [*rows_of("K1-01"), *rows_of("K1-01"), *rows_of("K1-02"), *rows_of("K1-02")]
    rows[3]["主责主体"] = "城市管理部门"
    found = judged(xlsx(grid(rows)))
    assert errors(found) == [(3, "事项代码", ""), (4, "主责主体", "X-03"), (5, "主责主体", "X-03")]
    assert told(found)[3, "事项代码"] == "与第 2 行完全重复"


def test_a_row_without_a_code_and_without_an_item_above_is_told() -> None:
    rows = rows_of("K1-01", "K1-02")
    rows[0]["事项代码"] = ""
    found = judged(xlsx(grid(rows)))
    assert told(found) == {(2, "事项代码"): reading.NO_ITEM_ABOVE}
    assert [place.item.code for place in found.book.items] == ["K1-02"]


def test_what_exists_already_is_found_by_name_and_compared_by_code() -> None:
    existing = [row for row in shipped.items() if row.code in {"K1-01", "K1-02", "K1-03"}]
    rows = rows_of("K1-01", "K1-02", "K1-03", "K1-04")
    rows[1]["定义"] = "另一种说法"
    rows[2]["事项代码"], rows[3]["事项代码"] = "K1-93", "K1-04"
    found = judged(xlsx(grid(rows)), existing)
    assert (found.added, found.changed, found.unchanged) == (2, 1, 1)
    expected = duplicates.SAME_NAME_AS_ITEM % {"code": "K1-03", "name": existing[2].name}
    assert told(found) == {(4, "事项名称"): expected}
    rows[2] = rows_of("K1-03")[0] | {"事项名称": "噪声扰民"}
    found = judged(xlsx(grid(rows)), existing)
    assert found.errors == ()
    assert [fault.row for fault in found.warnings] == [4]
    assert [row.code for row in found.wanted] == ["K1-01", "K1-02", "K1-03", "K1-04"]


def test_items_the_file_does_not_name_stay_unless_it_is_the_whole_list() -> None:
    existing = list(shipped.items()[:4])
    file = xlsx(grid(rows_of("K1-03", "K2-01")))
    kept, whole = judged(file, existing), judged(file, existing, is_whole_list=True)
    assert [row.code for row in kept.wanted] == ["K1-01", "K1-02", "K1-03", "K1-04", "K2-01"]
    assert [row.code for row in whole.wanted] == ["K1-03", "K2-01"]
    assert (kept.removed, whole.removed) == (0, 3)


def test_what_a_rule_says_of_an_unchanged_item_is_a_warning() -> None:
    existing = [row for row in shipped.items() if row.code == "K1-13"]  # offers the court, which may not lead the class
    rows = rows_of("K1-13")
    found = judged(xlsx(grid(rows)), existing)
    assert (errors(found), [fault.code for fault in found.warnings]) == ([], ["X-04"])
    rows[0]["定义"] = "另一种说法"
    assert errors(judged(xlsx(grid(rows)), existing)) == [(2, "主责主体", "X-04")]


def test_a_class_the_decision_key_does_not_give_is_a_doubt() -> None:
    (row,) = rows_of("K1-01")
    row["归类判断"] = "组织事务；居民自愿互助"
    (doubt,) = judged(xlsx(grid([row]))).warnings
    assert (doubt.row, doubt.label) == (2, "归类判断")
    assert doubt.words.startswith("按归类判断应为 K6（")
    row["归类判断"] = "都不是"
    (doubt,) = judged(xlsx(grid([row]))).warnings
    assert doubt.words == "按归类判断不属于任何一类；请核对是否为社区事务"
    row["归类判断"] = "需要公权力"
    assert judged(xlsx(grid([row]))).warnings == ()


@pytest.mark.covers("R1")
def test_a_question_left_open_keeps_a_draft_and_is_a_doubt() -> None:
    (row,) = rows_of("K1-01")
    row["定义"] = ""
    found = judged(xlsx(grid([row])))
    assert found.errors == ()
    assert [(fault.label, fault.words) for fault in found.warnings] == [
        ("定义", "没有回答“何为此项事务”：事项将停留在草案")
    ]


def test_a_missing_column_is_told_once_and_the_rest_is_read() -> None:
    rows = rows_of("K1-01", "K1-02")
    rows[1]["主责主体"] = "居委会"
    header = [name for name in headings() if name not in {"公开方式", "期限性质"}]
    found = judged(xlsx(grid(rows, header)))
    assert [(fault.row, fault.letters, fault.label, fault.words) for fault in found.errors[:2]] == [
        (1, "", "公开方式", MISSING_COLUMN),
        (1, "", "期限性质", MISSING_COLUMN),
    ]
    assert errors(found)[2:] == [(3, "主责主体", "X-02")]
