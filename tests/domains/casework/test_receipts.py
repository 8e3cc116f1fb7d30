"""Receipt codes: unguessable, kept only as a hash, and found however somebody types them."""

from math import log2
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import matter_by_receipt
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.receipts import receipt_code, receipt_hash
from tests.cast import Cast, report_matter

ALPHABET = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
CLIENT = UUID("5c9f6c0e-6f0a-4a5e-8f3b-1d2c3b4a5968")


@given(client_id=st.uuids())
def test_a_code_has_at_least_sixty_bits_in_letters_nobody_confuses(client_id: UUID):
    code = receipt_code(client_id)
    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 5]
    letters = "".join(groups)
    assert set(letters) <= ALPHABET
    assert len(letters) * log2(len(ALPHABET)) >= 60


def test_every_place_of_a_code_takes_every_letter():
    codes = [receipt_code(uuid4()).replace("-", "") for _ in range(1000)]
    assert len(set(codes)) == 1000
    assert all({code[place] for code in codes} == ALPHABET for place in range(13))


def test_a_code_follows_from_the_form_under_the_installation_s_key(settings):
    code = receipt_code(CLIENT)
    assert receipt_code(CLIENT) == code
    assert receipt_code(uuid4()) != code
    settings.SANHU_RECEIPT_KEY = bytes(32)
    assert receipt_code(CLIENT) != code


def test_a_stored_hash_cannot_be_computed_without_the_key(settings):
    stored = receipt_hash("ABCD-EFGH-JKMNP")
    settings.SANHU_RECEIPT_KEY = bytes(32)
    assert receipt_hash("ABCD-EFGH-JKMNP") != stored


@pytest.mark.parametrize(
    "typed",
    [
        "0V1A-9ZK3-1Q0WV",
        "0v1a-9zk3-1q0wv",
        "0v1a9zk31q0wv",
        " 0V1A 9ZK3\t1Q0WV\n",
        "0V1A—9ZK3－1Q0WV",
        "OVIA-9ZK3-LQOWU",
        "ovla-9zk3-iqowu",
        "".join(chr(ord(letter) + 0xFEE0) for letter in "0V1A9zk31Q0WV"),  # full width, from a Chinese keyboard
        "0V1A.9ZK3/1Q0WV。",
    ],
)
def test_how_somebody_types_a_code_does_not_matter(typed: str):
    assert receipt_hash(typed) == receipt_hash("0V1A-9ZK3-1Q0WV")


@pytest.mark.parametrize("typed", ["0V1A-9ZK3-1Q0WW", "0V1A-9ZK3-1Q0W", "V01A-9ZK3-1Q0WV", "", "——", "回执码"])
def test_another_code_is_another_code(typed: str):
    assert receipt_hash(typed) != receipt_hash("0V1A-9ZK3-1Q0WV")


def test_a_receipt_finds_its_matter_and_no_other(cast: Cast):
    registered, other = report_matter(cast), report_matter(cast)
    assert matter_by_receipt(receipt_hash(registered.receipt.lower())).number == registered.number
    assert matter_by_receipt(receipt_hash(other.receipt)).number == other.number
    for guess in ("", registered.number, registered.receipt[:-1], "0000-0000-00000"):
        with pytest.raises(MatterNotFound):
            matter_by_receipt(receipt_hash(guess))


def test_no_table_holds_a_code(cast: Cast):
    registered = report_matter(cast)
    code, bare = registered.receipt, registered.receipt.replace("-", "")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found = repr(cursor.fetchall())
            assert code not in found, table
            assert bare not in found, table
    assert Matter.objects.get(number=registered.number).receipt_hash == receipt_hash(code)
