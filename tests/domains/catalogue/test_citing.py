"""Articles read from an instrument's text, and found where rows cite them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.citing import (
    ArticleText,
    Citation,
    OwnLaw,
    Place,
    UnreadableLine,
    citations,
    in_numerals,
    own_articles,
    read_articles,
    unknown,
)
from sanhu.domains.catalogue.rows import Basis
from sanhu.domains.catalogue.terms import BasisKind

TITLE = "示范区社区事务分类管理办法（试行）"

CITED = [
    ("分类管理办法第九条", ("第九条",)),
    ("《社区事务分类管理办法》第9条", ("第九条",)),
    ("《示范区社区事务分类管理办法（试行）》第九条第二款、第十条", ("第九条", "第十条")),
    ("本办法第十二条", ("第十二条",)),
    ("依照本办法第十二条和第十三条", ("第十二条", "第十三条")),
    ("根据社区事务分类管理办法第二十七条", ("第二十七条",)),
    ("社会救助法第五条", ()),
    ("政府购买服务管理办法第六条", ()),
    ("《管理办法》第六条", ()),
    ("社会救助法第五条；分类管理办法第六条", ("第六条",)),
    ("分类管理办法第六条；社会救助法第五条", ("第六条",)),
    ("第六条", ()),
    ("分类管理办法", ()),
    ("地方规定（示范值）", ()),
]


@pytest.mark.covers("R31")
@pytest.mark.parametrize(("text", "numbers"), CITED)
def test_a_citation_names_the_articles_of_the_own_instrument_only(text: str, numbers: tuple[str, ...]):
    assert own_articles(text, title=TITLE) == numbers


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
    ],
)
def test_numbers_are_written_in_numerals(number: int, words: str):
    assert in_numerals(f"第{number}条") == f"第{words}条"


@given(st.lists(st.text("条例之一二第文字，。 ", max_size=20).map(str.strip), min_size=1, max_size=30))
def test_articles_written_down_read_back_the_same(texts: list[str]):
    articles = [
        ArticleText(in_numerals(f"第{number}条"), f"本{text}".strip()) for number, text in enumerate(texts, start=1)
    ]
    written = "\n".join(f"{one.number} {one.text}" for one in articles)
    assert read_articles(written) == articles


def test_what_belongs_to_no_article_is_named_by_its_line():
    assert read_articles("\n\n总则\n第一条 为了") == UnreadableLine(3)
    assert read_articles("  \n ") == []
    assert read_articles("第一条\n为了") == [ArticleText("第一条", "为了")]


def test_citations_say_which_item_which_duty_and_for_what():
    row = next(row for row in shipped.items() if row.code == "K1-05")
    first = row.duties[0]
    duty = replace(
        first,
        bases=(Basis(BasisKind.ARTICLE, "分类管理办法第七条"),),
        clock=replace(first.clock, citation="分类管理办法第十二条"),
    )
    row = replace(row, legal_basis=("分类管理办法第五条", "社会救助法第一条"), duties=(duty, *row.duties[1:]))
    assert list(citations([row], title=TITLE)) == [
        Citation("第五条", "K1-05", "", Place.ITEM),
        Citation("第七条", "K1-05", first.part, Place.BASIS),
        Citation("第十二条", "K1-05", first.part, Place.CLOCK),
    ]
    law = OwnLaw(TITLE, frozenset({"第五条", "第十二条"}))
    assert unknown(["分类管理办法第五条、第七条", "社会救助法第九十九条"], law) == ("第七条",)
