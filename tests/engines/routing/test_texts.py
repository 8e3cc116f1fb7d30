"""Folding and counting: what means the same to a router, wherever blanks, widths and numbers differ."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.routing.alike import groups
from sanhu.engines.routing.folding import composed, fold, text_of
from sanhu.engines.routing.texts import counted, in_batches, runs

CHINESE = st.text(st.sampled_from("小区电梯坏了楼道灯不亮物业没人管，。！"), max_size=30)
ANYTHING = st.text(max_size=40)
# How it is written, and what a router reads: a MARK is shown as a blank.
FOLDS = [
    ("电梯 坏 了 ， 请 处理", "电梯坏了 请处理"),
    ("电梯坏了，请处理", "电梯坏了 请处理"),
    ("电梯坏了！！！……请处理", "电梯坏了 请处理"),
    ("Wi-Fi ok now", "wi fi ok now"),
    ("3号楼 12 层", "0号楼0层"),
    ("2026年", "1年"),
    ("电话13800000000", "电话2"),
    ("㎡", "m0"),
    ("①", "0"),
    ("A8 县", "a0县"),
    ("零\u200b宽\ufe0f字", "零宽字"),
    ("e\u0301te\u0301", "été"),
    ("𠮷野家", "𠮷野家"),
    ("a\x00b", "a b"),
    ("  \n\t ", ""),
    ("", ""),
]


def read(text: str) -> str:
    """Give what a router reads in one message."""
    return text_of(fold([composed(text)]))


def keys(text: str) -> Counter[int]:
    """Give the runs of one message and how often each occurs."""
    _message, found, often = counted([text])
    return Counter(dict(zip(found.tolist(), often.tolist(), strict=True)))


class TestFolding:
    """One message, and many at once."""

    @pytest.mark.parametrize(("written", "folded"), FOLDS)
    def test_what_is_read(self, written: str, folded: str) -> None:
        assert read(written) == folded

    @given(st.lists(ANYTHING, max_size=8))
    def test_many_at_once_are_read_as_one_by_one(self, texts: list[str]) -> None:
        composed_texts = [composed(text) for text in texts]
        together = fold(composed_texts)
        alone = [text_of(fold([text])) for text in composed_texts]
        assert [text_of(together.where(together.message == number)) for number in range(len(texts))] == alone

    @given(CHINESE, st.data())
    def test_blanks_anywhere_in_chinese_change_nothing(self, text: str, data: st.DataObject) -> None:
        cut = "".join(char + data.draw(st.sampled_from(["", " ", "\u3000", "\n"])) for char in text)
        assert keys(cut) == keys(text)

    @given(st.text(st.sampled_from("abcXYZ 0189!?,-()电梯")))
    def test_full_width_forms_and_capitals_change_nothing(self, text: str) -> None:
        wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text.replace(" ", "\u3000"))
        assert keys(wide) == keys(text) == keys(text.upper())

    @given(st.lists(ANYTHING, min_size=1, max_size=5))
    def test_each_character_knows_where_it_was_written(self, texts: list[str]) -> None:
        texts = [composed(text) for text in texts]
        folded = fold(texts)
        for message, start, stop in zip(folded.message, folded.start, folded.stop, strict=True):
            assert 0 <= start < stop <= len(texts[message])
        inside = folded.message[1:] == folded.message[:-1]
        assert (folded.start[1:][inside] >= folded.start[:-1][inside]).all()

    def test_lone_surrogates_are_read(self) -> None:
        assert read("\ud800电梯") == " 电梯"


class TestRuns:
    """Runs of one, two and three characters."""

    def test_a_word_of_four_characters_has_nine_runs(self) -> None:
        assert sum(keys("电梯坏了").values()) == 4 + 3 + 2

    def test_a_run_ends_at_a_sign_between_chinese_but_parts_words_between_letters(self) -> None:
        assert sum(keys("电梯，坏了").values()) == 4 + 2
        assert sum(keys("ab cd").values()) == 4 + 4 + 3

    def test_runs_never_cross_messages(self) -> None:
        assert set(runs(fold(["电梯", "坏了"])).size.tolist()) == {1, 2}

    def test_what_occurs_twice_is_counted_twice(self) -> None:
        assert sorted(keys("好好好").values()) == [1, 2, 3]

    def test_messages_come_in_batches_in_their_order(self) -> None:
        texts = ["一二三", "四五六七八九十", "", "甲"]
        assert list(in_batches(texts, most_chars=4)) == [["一二三"], ["四五六七八九十"], ["", "甲"]]
        message, found, often = counted(["", "电", ""])
        assert (message.tolist(), found.tolist(), often.tolist()) == ([1], [ord("电")], [1])


class TestAlike:
    """Which messages are nearly the same."""

    def grouped(self, *texts: str) -> list[int]:
        message, found, _often = counted(texts)
        return groups(len(texts), message, found).tolist()

    def test_copies_and_small_changes_stand_together_and_others_apart(self) -> None:
        letter = "我们小区三号楼的电梯从上个星期开始就一直停用，老人上不了楼，请尽快派人来修好它"
        found = self.grouped(
            letter,
            "路灯坏了一个月",
            letter.replace("三号楼", "5号楼"),
            " ".join(letter),
            letter + "，谢谢！",
            "下水道堵了，污水倒灌到家里",
        )
        assert found[0] == found[2] == found[3] == found[4]
        assert len({found[0], found[1], found[5]}) == 3

    def test_messages_without_anything_in_them_are_each_alone(self) -> None:
        assert len(set(self.grouped("", "。", "？", "电梯"))) == 4

    def test_one_character_is_told_by_itself(self) -> None:
        found = self.grouped("电", "电", "梯")
        assert found[0] == found[1] != found[2]

    def test_a_thousand_copies_are_one_group(self) -> None:
        assert len(set(self.grouped(*["请问最低生活保障怎么申请"] * 1_000))) == 1

    def test_no_messages_have_no_groups(self) -> None:
        assert groups(0, np.empty(0, np.int64), np.empty(0, np.uint64)).tolist() == []
