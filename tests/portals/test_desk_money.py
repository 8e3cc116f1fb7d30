"""Amounts as people write them, and as pages show them: exact to the fen, both ways."""

import pytest
from django import forms
from django.utils import translation

from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.templatetags.gate import person_time, yuan
from sanhu.portals.look.forms import LookForm


class Asking(LookForm):
    amount = YuanField(label="金额")


def asked(written: str) -> Asking:
    return Asking({"amount": written})


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1234.56", 123456),
        ("0.1", 10),
        ("0.29", 29),  # 0.29 × 100 is 28.999… in binary
        ("1,234,567.80", 123456780),
        ("\uff11\uff12\uff13\uff14\uff0e\uff15\uff16", 123456),
        ("\uff11，\uff12\uff13\uff14", 123400),
        ("1234。5", 123450),
        (" ¥88 ", 8800),
        ("￥88.8", 8880),
        ("0", 0),
        ("-5", -500),
        ("100000000000", 10_000_000_000_000),
    ],
)
def test_an_amount_is_read_exactly(written: str, fen: int):
    form = asked(written)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == fen


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("0.125", "最多两位小数"),
        ("1.000", "最多两位小数"),
        ("1,23", "要写成元"),
        ("12,34,567", "要写成元"),
        ("一百元", "要写成元"),
        ("1e3", "要写成元"),
        ("NaN", "要写成元"),
        ("٣", "要写成元"),
        ("9" * 41, "要写成元"),
        ("100000000000.01", "不能超过一千亿元"),
        ("", "请填写“金额”。"),
        ("  ", "请填写“金额”。"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_rule_and_stays_as_it_was_written(written: str, rule: str):
    form = asked(written)
    assert rule in form.errors["amount"][0]
    assert form["amount"].value() == written


def test_fen_are_shown_in_a_form_as_they_are_asked_for():
    assert str(Asking(initial={"amount": 123456})["amount"].value()) == "1234.56"
    assert str(Asking(initial={"amount": -7})["amount"].value()) == "-0.07"
    assert not isinstance(YuanField().widget, forms.NumberInput)  # a number box throws away what it cannot read


@pytest.mark.parametrize(
    ("fen", "words"),
    [(123456, "¥1,234.56"), (0, "¥0.00"), (5, "¥0.05"), (-123456, "\u2212¥1,234.56"), (10_000_000, "¥100,000.00")],
)
def test_money_is_written_in_yuan_with_two_decimals(fen: int, words: str):
    assert yuan(fen) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(750, "12 小时 30 分"), (120, "2 小时"), (45, "45 分钟"), (0, "0 分钟"), (61, "1 小时 1 分")]
)
def test_peoples_time_is_written_in_hours_and_minutes(minutes: int, words: str):
    with translation.override("zh-hans"):
        assert person_time(minutes) == words
