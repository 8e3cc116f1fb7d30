"""What proves who signs in: codes and their time, counters, and who needs a second factor at all."""

import doctest
from datetime import UTC, datetime

import pyotp
import pytest

from sanhu.domains.subjects.rules import signing_in
from sanhu.domains.subjects.rules.signing_in import (
    SecondFactorPolicy,
    counter_goes_on,
    is_code_of_app,
    must_have_second_factor,
    step_of_code,
)

# RFC 6238, appendix B: the secret "12345678901234567890" at second 59 shows 94287082, whose last six digits count.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_MOMENT, RFC_CODE, RFC_STEP = datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC), "287082", 1


def test_the_examples_hold():
    assert doctest.testmod(signing_in) == (0, 1)


@pytest.mark.parametrize(
    ("code", "after", "step"),
    [
        (RFC_CODE, 0, RFC_STEP),
        ("\uff12\uff18\uff17 \uff10\uff18\uff12", 0, RFC_STEP),
        (RFC_CODE, RFC_STEP, None),
        ("287083", 0, None),
        ("", 0, None),
        ("二八七〇八二", 0, None),
    ],
    ids=["RFC 6238", "full width", "taken before", "wrong", "empty", "words"],
)
def test_a_code_belongs_to_its_time(code: str, after: int, step: int | None):
    assert step_of_code(SECRET, code, at=RFC_MOMENT, after=after) == step


@pytest.mark.parametrize(("steps_away", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_either_way_is_taken_and_no_further(steps_away: int, is_taken: bool):
    now = datetime(2026, 11, 9, 1, 40, tzinfo=UTC)
    step = int(now.timestamp()) // 30 + steps_away
    code = pyotp.TOTP(SECRET).generate_otp(step)
    assert step_of_code(SECRET, code, at=now, after=0) == (step if is_taken else None)


@pytest.mark.parametrize(
    ("policy", "is_administrator", "is_demonstration", "must"),
    [
        ("optional", True, False, False),
        ("administrators", True, False, True),
        ("administrators", False, False, False),
        ("everybody", False, False, True),
        ("everybody", True, True, False),
    ],
)
def test_who_must_have_a_second_factor(policy: str, is_administrator: bool, is_demonstration: bool, must: bool):
    decided = must_have_second_factor(
        SecondFactorPolicy(policy), is_administrator=is_administrator, is_demonstration=is_demonstration
    )
    assert decided is must


@pytest.mark.parametrize(
    ("stored", "shown", "goes_on"),
    [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)],
)
def test_a_counter_goes_on_or_is_never_kept(stored: int, shown: int, goes_on: bool):
    assert counter_goes_on(stored=stored, shown=shown) is goes_on


@pytest.mark.parametrize(
    ("typed", "of_app"), [("123 456", True), ("12345", False), ("abcde-fghjk", False), ("", False)]
)
def test_an_apps_code_is_told_from_one_on_paper(typed: str, of_app: bool):
    assert is_code_of_app(typed) is of_app
