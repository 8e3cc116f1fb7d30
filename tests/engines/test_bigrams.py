"""Cutting text into what it is found by, and finding the words again where they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.bigrams import fold, found_in, tokens, wanted

FULL_WIDTH = "\uff37\uff29\uff26\uff29"  # WIFI
RARE = "𠮷"  # beyond the BMP
NEWER = "\U00031350"  # of an extension younger than some Pythons


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("电梯", {"电梯"}),
        ("梯", set()),
        ("三号楼电梯", {"三号", "号楼", "楼电", "电梯"}),
        ("电梯，停了", {"电梯", "停了"}),
        ("电 梯", set()),
        ("3号楼12层", {"3", "号楼", "12"}),
        ("12345", {"12345"}),
        ("WiFi坏了", {"wifi", "坏了"}),
        (f"{FULL_WIDTH}\uff12", {"wifi", "2"}),
        ("A栋", {"a"}),
        (f"{RARE}野家", {f"{RARE}野", "野家"}),
        (f"王{NEWER}", {f"王{NEWER}"}),
        ("\ue000某", {"\ue000某"}),
        ("㎡", {"m", "2"}),
        ("🚲🚲", set()),
    ],
)
def test_a_text_is_found_by_its_pairs_its_latin_words_and_its_numbers(text: str, expected: set[str]):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("query", "phrases", "asked"),
    [
        ("电梯", ("电梯",), {"电梯"}),
        (" 翠园　电梯 电梯 ", ("翠园", "电梯"), {"翠园", "电梯"}),
        ("3号楼", ("3号楼",), {"3", "号楼"}),
        ("翠园，Lift！", ("翠园", "lift"), {"翠园", "lift"}),
        ("梯", ("梯",), set()),
        ("！？", (), set()),
    ],
)
def test_a_query_is_parted_by_blanks_and_punctuation(query: str, phrases: tuple[str, ...], asked: set[str]):
    read = wanted(query)
    assert (read.phrases, read.tokens) == (phrases, asked)


def test_pairs_may_stand_apart_where_the_phrase_does_not_occur():
    read = wanted("人民医院")
    apart = "人民银行的民医，再到医院"
    assert read.tokens <= tokens(apart)
    assert not read.is_in(apart)
    assert read.is_in("东区人民医院门口")


def test_every_phrase_must_occur_wherever():
    read = wanted("翠园 电梯")
    assert read.is_in("电梯坏了", "翠园小区")
    assert not read.is_in("电梯坏了", "柳堤里")


@pytest.mark.parametrize(
    ("text", "phrases", "spans"),
    [
        ("电梯坏了，电梯", ("电梯",), [(0, 2), (5, 7)]),
        ("ＬＩＦＴ坏", ("lift",), [(0, 4)]),
        ("十㎡的房", ("m2的",), [(1, 3)]),
        ("人民医院", ("人民医", "民医院"), [(0, 4)]),
        (f"{RARE}野家", ("野家",), [(1, 3)]),
        ("没有", ("电梯",), []),
    ],
)
def test_words_are_found_where_they_were_written(text: str, phrases: tuple[str, ...], spans: list[tuple[int, int]]):
    assert found_in(text, phrases) == spans


CHARACTERS = st.text(alphabet=st.sampled_from(f"三号楼电梯坏了，。 3\uff112ab㎡{RARE}{NEWER}"), max_size=30)


@given(before=CHARACTERS, word=st.text(alphabet="三号楼电梯", min_size=2, max_size=4), after=CHARACTERS)
def test_whatever_contains_a_word_is_found_by_it(before: str, word: str, after: str):
    read = wanted(word)
    text = f"{before}{word}{after}"
    assert read.tokens <= tokens(text)
    assert read.is_in(text)
    assert any(fold(word) in fold(text[start:end]) for start, end in found_in(text, read.phrases))
