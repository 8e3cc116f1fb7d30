"""What in a text tells of a person: examples by hand, and what holds for any text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.codes import citizen_ids
from sanhu.engines.personal_marks import Mark, find, mask
from sanhu.engines.personal_numbers import MarkKind
from sanhu.engines.surnames import COMPOUND, NO_NAMES, OFTEN_WORDS, SINGLE

SURE, UNSURE = True, False


# Text, text masked, and of each mark its kind and whether it is certain.
FOUND: list[tuple[str, str, list[tuple[str, bool]]]] = [
    # identity numbers: D.1's two worked examples, in every way people write them
    ("身份证11010519491231002X。", "身份证******************。", [("identity_number", SURE)]),
    ("号码是 11010519491231002x，请查", "号码是 ******************，请查", [("identity_number", SURE)]),
    ("440524 18800101 0014", "****** ******** ****", [("identity_number", SURE)]),
    ("身份证１１０１０５１９４９１２３１００２Ｘ", "身份证******************", [("identity_number", SURE)]),
    ("110105194912310021", "******************", [("identity_number", UNSURE)]),  # its check digit is wrong
    ("老身份证110105491231002", "老身份证***************", [("identity_number", UNSURE)]),
    # telephones
    ("电话13800990101", "电话***********", [("phone", SURE)]),
    ("138-0099-0101", "***-****-****", [("phone", SURE)]),
    ("138 0099 0101", "*** **** ****", [("phone", SURE)]),
    ("+86 13800990101", "*** ***********", [("phone", SURE)]),
    ("8613800990101找我", "*************找我", [("phone", SURE)]),
    ("打１３８００９９０１０１", "打***********", [("phone", SURE)]),
    ("138–0099–0101", "***–****–****", [("phone", SURE)]),
    ("1 3 8 0 0 9 9 0 1 0 1", "* * * * * * * * * * *", [("phone", UNSURE)]),
    ("一三八零零九九零一零一", "***********", [("phone", UNSURE)]),
    ("010-62345678转801", "***-************", [("phone", SURE)]),
    ("(0755)2345678", "(****)*******", [("phone", SURE)]),
    ("电话：62345678", "电话：********", [("phone", SURE)]),
    # mail, accounts, cards
    ("写信给lin@example.org。", "写信给***************。", [("mail", SURE)]),
    ("微信号lin_2026", "微信号********", [("account", SURE)]),
    ("加QQ：12345678", "加QQ：********", [("account", SURE)]),
    ("打到6222021234567890128", "打到*******************", [("bank_card", SURE)]),
    ("4111 1111 1111 1111", "**** **** **** ****", [("bank_card", UNSURE)]),
    # plates
    ("京A12345违停", "京******违停", [("plate", SURE)]),
    ("京AD12345占道", "京*******占道", [("plate", SURE)]),
    ("沪A·D1234F", "沪*·******", [("plate", SURE)]),
    ("豫a8k88挂", "豫******", [("plate", SURE)]),
    ("京A1234警和粤Z1234港", "京******和粤******", [("plate", SURE), ("plate", SURE)]),
    # doors
    ("12单元501室", "**单元***室", [("door", SURE), ("door", SURE)]),
    ("二单元三层", "*单元*层", [("door", SURE), ("door", SURE)]),
    ("三〇二室漏水", "***室漏水", [("door", SURE)]),
    ("3-2-501", "3-*-***", [("door", SURE)]),
    ("5栋301", "5栋***", [("door", SURE)]),
    ("3号楼 1203", "3号楼 ****", [("door", SURE)]),
    ("3-501漏水", "3-***漏水", [("door", UNSURE)]),
    ("501户", "***户", [("door", SURE)]),
    # names
    ("我叫张三，有事", "我叫张*，有事", [("name", SURE)]),
    ("我叫何㛃", "我叫何*", [("name", SURE)]),
    ("名叫陈𬭎的人", "名叫陈*的人", [("name", SURE)]),
    ("姓名：欧阳䶮", "姓名：欧阳*", [("name", SURE)]),
    ("联系人:马力", "联系人:马*", [("name", SURE)]),
    ("姓张名三，住这", "姓张名*，住这", [("name", SURE)]),
    ("我叫艾力·某", "我叫艾*·*", [("name", SURE)]),
    ("张·某", "张·*", [("name", UNSURE)]),
    ("买买提·艾力", "买**·**", [("name", UNSURE)]),
    ("业主张三说", "业主张*说", [("name", UNSURE)]),
    ("邻居王小明家的狗", "邻居王**家的狗", [("name", UNSURE)]),
    ("张三先生来过", "张*先生来过", [("name", UNSURE)]),
    ("我是马力", "我是马*", [("name", UNSURE)]),
    ("何㛃昨天来过", "何*昨天来过", [("name", UNSURE)]),
    ("问王芳就知道", "问王*就知道", [("name", UNSURE)]),
    # children
    ("翠园小学三年级2班的林小雨同学", "*************同学", [("minor", SURE)]),
    ("翠园幼儿园大班", "*******", [("minor", SURE)]),
    ("孩子在翠园小学三年级2班，", "孩子在*********，", [("minor", SURE)]),
    ("儿子叫林小雨", "儿子叫***", [("minor", SURE)]),
    ("女儿林小雨昨天", "女儿***昨天", [("minor", UNSURE)]),
    ("8岁的孩子摔伤", "*岁的孩子摔伤", [("minor", UNSURE)]),
    ("八岁男孩", "*岁男孩", [("minor", UNSURE)]),
]

NOTHING = [
    "要价13800元",
    "2026-11-22停水",
    "2026年11月22日",
    "打12345没人接",
    "统一社会信用代码914403001922038216",
    "91350100M000100Y43",
    "3号楼西侧",
    "第3层平台",
    "共6层",
    "第二单元",
    "有3户人家",
    "一室一厅",
    "2室1厅",
    "办公室没人",
    "10-200元",
    "水费 1200 块",
    "12-2026年",
    "微信群里说",
    "京东快递A12345",
    "云A很多",
    "张先生",
    "林阿姨",
    "业主高空抛物",
    "住户常年堆放",
    "业主和物业吵",
    "业主任意停车",
    "业主安装空调",
    "邻居经常半夜唱歌",
    "本人于昨天",
    "我叫不出名字",
    "叫停施工",
    "师傅们在等",
    "孩子们在玩",
    "18岁的学生",
    "30岁的儿子",
    "三号楼西侧的灯柱倒了，压着𠮷老师的车。",
    "垃圾桶边堆了装修垃圾，三天没人清，𠮷祥里的老人绊倒过。",
    "",
]


@pytest.mark.parametrize(("text", "masked", "kinds"), FOUND, ids=[text for text, *_ in FOUND])
def test_what_tells_of_a_person_is_found_and_masked(text: str, masked: str, kinds: list[tuple[str, bool]]):
    marks = find(text)
    assert mask(text, marks) == masked
    assert [(mark.kind.value, mark.is_certain) for mark in marks] == kinds


@pytest.mark.parametrize("text", NOTHING)
def test_what_tells_of_nobody_stays(text: str):
    assert find(text) == ()


def test_marks_that_overlap_become_one_of_the_longest_kind_and_as_certain_as_the_surest():
    text = "找翠园小学三年级2班的林小雨同学，电话13800990101"
    minor, phone = find(text)
    assert (minor.kind, minor.is_certain) == (MarkKind.MINOR, True)
    assert text[minor.start : minor.end].endswith("林小雨")
    assert (text[phone.start : phone.end], phone.masked) == ("13800990101", "*" * 11)


def test_places_are_counted_in_code_points():
    (name,) = find("𠮷𠮷𠮷，我叫陈𬭎。")
    assert (name.start, name.end, name.masked) == (6, 8, "陈*")


def test_a_text_of_two_thousand_characters_is_read_at_once():
    text = "我叫张三，业主李四住3-2-501，电话13800990101，高空抛物常年不断，小区的东门路灯坏了。" * 45
    masked = mask(text[:2000], find(text[:2000]))
    assert "张三" not in masked
    assert "1380099" not in masked


def test_the_tables_of_surnames_are_what_they_say():
    assert {len(name) for name in SINGLE | OFTEN_WORDS} == {1}
    assert {len(name) for name in COMPOUND | NO_NAMES} == {2}
    assert OFTEN_WORDS <= SINGLE
    assert len(SINGLE) > 430
    assert {word[0] for word in NO_NAMES} <= SINGLE


# --- laws

ALPHABET = "0123456789Xx\uff10\uff11- ·*，。：()张王李欧阳何㛃陈𬭎䶮𠮷京A我叫业主先生号楼单元室层岁孩子小学班电话微信"
TEXTS = st.one_of(st.text(st.sampled_from(ALPHABET), max_size=60), st.text(max_size=40))
CITIZENS = st.builds(
    citizen_ids.compose,
    st.sampled_from(["110105", "440524", "990101"]),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.integers(1, 999),
)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
AROUND = st.text(st.sampled_from("张三的电话，。 在我叫业主楼 𠮷\n（）"), max_size=8)


@given(TEXTS)
def test_marks_stand_in_order_apart_and_over_what_they_say(text: str):
    end = 0
    for mark in find(text):
        assert end <= mark.start < mark.end <= len(text)
        assert len(mark.masked) == mark.end - mark.start
        assert mark.masked != text[mark.start : mark.end]
        kept = zip(mark.masked, text[mark.start : mark.end], strict=True)
        assert all(shown in ("*", given_) for shown, given_ in kept)
        end = mark.end


@given(TEXTS)
def test_masking_twice_changes_nothing(text: str):
    masked = mask(text, find(text))
    assert find(masked) == ()
    assert len(masked) == len(text)


@given(AROUND, st.one_of(CITIZENS, MOBILES), AROUND)
def test_no_number_that_proves_itself_survives(before: str, number: str, after: str):
    text = before + number + after
    marks = find(text)
    masked = mask(text, marks)
    assert not any(character.isdigit() for character in masked)
    assert any(mark.is_certain and mark.start <= len(before) and mark.end >= len(before + number) for mark in marks)


@given(TEXTS)
def test_what_no_mark_covers_stays_as_it_is(text: str):
    marks = find(text)
    covered = {place for mark in marks for place in range(mark.start, mark.end)}
    masked = mask(text, marks)
    assert all(masked[place] == text[place] for place in range(len(text)) if place not in covered)


def test_a_mark_is_a_value():
    assert find("我叫张三") == (Mark(2, 4, MarkKind.NAME, "张*", is_certain=True),)
