"""The record's arithmetic: one way to write a value, commitments that bind, a head that any change moves."""

import hashlib
import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from functools import reduce
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sanhu.engines.chain import GENESIS, body_hash, canonical, commitment, link

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
HELD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(TEXT, HELD, max_size=5)
# A link knows a body as its text alone: what may stand in one is the affair of writing it canonically.
FLAT = st.dictionaries(TEXT, st.integers() | TEXT, max_size=2).map(canonical)
BODIES = st.lists(FLAT, min_size=1, max_size=6, unique=True)
SALTS = st.binary(min_size=16, max_size=16)


def head_of(bodies: list[str]) -> str:
    return reduce(link, bodies, GENESIS)


def kept_apart(value: object) -> object:
    """Write a value so that True, 1 and 1.0, which Python calls equal, differ."""
    match value:
        case dict():
            return {key: kept_apart(item) for key, item in value.items()}
        case list():
            return [kept_apart(item) for item in value]
        case float():
            return ("float", value + 0.0)
        case _:
            return (type(value).__name__, value)


@given(MAPPINGS)
def test_what_was_written_canonically_reads_back_as_it_was(mapping: dict[str, object]):
    assert kept_apart(json.loads(canonical(mapping))) == kept_apart(mapping)


@given(MAPPINGS, MAPPINGS)
def test_two_mappings_are_written_alike_only_when_they_are_the_same(one: dict[str, object], other: dict[str, object]):
    assert (canonical(one) == canonical(other)) == (kept_apart(one) == kept_apart(other))


@given(st.lists(st.tuples(TEXT, HELD), max_size=6, unique_by=lambda pair: pair[0]), st.randoms())
def test_the_order_of_keys_does_not_show(pairs: list[tuple[str, object]], chance):
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert canonical(dict(pairs)) == canonical(dict(shuffled))


def test_moments_days_and_ids_have_one_form():
    moment = datetime(2026, 11, 9, 9, 40, tzinfo=timezone(timedelta(hours=8)))
    assert canonical([moment, date(2026, 11, 9), UUID(int=7)]) == (
        '["2026-11-09T01:40:00.000000Z","2026-11-09","00000000-0000-0000-0000-000000000007"]'
    )
    assert canonical(moment) == canonical(moment.astimezone(UTC))


def test_rare_characters_and_markup_stay_as_they_are():
    assert canonical({"名": "𠮷㛃<b>'\""}) == '{"名":"𠮷㛃<b>\'\\""}'


def test_negative_zero_is_zero():
    assert canonical(-0.0) == canonical(0.0) == "0.0"


NO_ZONE = datetime(2026, 11, 9, 9, 40, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize("value", [b"bytes", {1: "a"}, {None: "a"}, {"a": {1}}, NO_ZONE], ids=repr)
def test_what_the_record_cannot_hold_is_a_type_error(value: object):
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_a_value_error(value: float):
    with pytest.raises(ValueError, match="finite"):
        canonical(value)


def test_the_link_is_the_hash_of_two_hashes():
    body = '{"event":"matter.registered"}'
    expected = hashlib.sha256(bytes(32) + hashlib.sha256(body.encode()).digest()).hexdigest()
    assert link(GENESIS, body) == expected
    assert body_hash(body) == hashlib.sha256(body.encode()).hexdigest()


@given(BODIES, st.data())
def test_any_changed_byte_moves_the_head(bodies: list[str], data: st.DataObject):
    which = data.draw(st.integers(0, len(bodies) - 1))
    body = bodies[which]
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]))
    assume(other != body[place])
    changed = [*bodies[:which], body[:place] + other + body[place + 1 :], *bodies[which + 1 :]]
    assert head_of(changed) != head_of(bodies)


@given(BODIES, st.data())
def test_any_other_order_moves_the_head(bodies: list[str], data: st.DataObject):
    shuffled = data.draw(st.permutations(bodies))
    assert (head_of(shuffled) == head_of(bodies)) == (shuffled == bodies)


@given(BODIES, st.data())
def test_a_dropped_or_inserted_body_moves_the_head(bodies: list[str], data: st.DataObject):
    which = data.draw(st.integers(0, len(bodies) - 1))
    assert head_of([*bodies[:which], *bodies[which + 1 :]]) != head_of(bodies)
    assert head_of([*bodies[:which], data.draw(FLAT), *bodies[which:]]) != head_of(bodies)


@given(SALTS, TEXT, HELD, SALTS, TEXT, HELD)
def test_a_commitment_binds_salt_field_and_value(
    salt: bytes, field: str, value: object, other_salt: bytes, other_field: str, other_value: object
):
    assume("\x00" not in field + other_field)  # a field's name is an identifier
    same = (salt, field, kept_apart(value)) == (other_salt, other_field, kept_apart(other_value))
    assert (commitment(salt, field, value) == commitment(other_salt, other_field, other_value)) == same


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_a_salt_of_another_length_would_let_a_value_be_guessed(salt: bytes):
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(salt, "words", "路灯不亮")
