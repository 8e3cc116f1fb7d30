"""Personal and sensitive text: plain in Python, sealed in the database, never searched through."""

from datetime import datetime

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.evidence.fields import UNREADABLE, Unreadable, mask_name, mask_phone, seal, unseal
from sanhu.domains.evidence.models import Notice

WORDS = [
    "林",
    "𠮷田㛃路 3 号",
    "𬭎𠀀🏮",
    "'; DROP TABLE evidence_notice; --",
    '<script>alert("林")</script>&amp;',
    "%_\\%s{}{{ 7|add:7 }}",
    "两行\r\n第二行\t",
    " ",
    "v1:" + "A" * 40,
    "长" * 5000,
]


def keep(address: str, *, at: datetime, key: str = "1") -> Notice:
    return Notice.objects.create(
        key=key,
        district="990101",
        subject_ref="matter:1",
        channel="email",
        address=address,
        text="已受理",
        created_at=at,
    )


def stored(notice: Notice) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM evidence_notice WHERE id = %s", [notice.pk])
        (value,) = cursor.fetchone()
    return value


@pytest.mark.django_db
@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_words_come_back_as_they_were(words: str, at: datetime):
    notice = keep(words, at=at)
    assert Notice.objects.get(pk=notice.pk).address == words


@pytest.mark.django_db
@pytest.mark.parametrize("words", [words for words in WORDS if len(words) > 2], ids=len)
def test_words_are_never_plain_in_the_database(words: str, at: datetime):
    value = stored(keep(words, at=at))
    assert words not in value
    assert value.isascii()
    assert value.startswith("v1:")


@pytest.mark.django_db
def test_the_same_words_are_sealed_differently_each_time(at: datetime):
    assert stored(keep("林", at=at, key="1")) != stored(keep("林", at=at, key="2"))


@pytest.mark.django_db
def test_nothing_given_stays_nothing_and_can_be_asked_for(at: datetime):
    silent, reachable = keep("", at=at, key="1"), keep("lin@example.org", at=at, key="2")
    assert stored(silent) == ""
    assert list(Notice.objects.filter(address="")) == [silent]
    assert list(Notice.objects.exclude(address="")) == [reachable]


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["address", "address__contains", "address__icontains", "address__startswith"])
def test_sealed_text_cannot_be_searched_through(question: str):
    with pytest.raises(FieldError):
        Notice.objects.filter(**{question: "林"}).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["plain words", "v1:", "v1:!!!!", "v1:AAAA", "v1:" + "A" * 60])
def test_what_does_not_open_says_so_and_is_not_written_back(damage: str, at: datetime):
    notice = keep("lin@example.org", at=at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_notice SET address = %s WHERE id = %s", [damage, notice.pk])
    notice.refresh_from_db()
    assert isinstance(notice.address, Unreadable)
    assert notice.address == UNREADABLE
    with pytest.raises(TypeError, match="never written back"), transaction.atomic():
        notice.save()
    assert stored(notice) == damage


def test_a_value_opens_in_its_own_column_alone():
    sealed = seal("林".encode(), column="casework.matter.words")
    assert unseal(sealed, column="casework.matter.words").decode() == "林"
    with pytest.raises(InvalidTag):
        unseal(sealed, column="casework.contact.address")


@given(st.binary(max_size=80), st.data())
def test_any_flipped_bit_is_noticed(value: bytes, data: st.DataObject):
    sealed = bytearray(seal(value, column="a.b"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(InvalidTag):
        unseal(bytes(sealed), column="a.b")


def test_another_key_opens_nothing(settings):
    sealed = seal(b"lin", column="a.b")
    settings.SANHU_FIELD_KEY = bytes(32)
    with pytest.raises(InvalidTag):
        unseal(sealed, column="a.b")


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳修", "欧**"), ("𠮷田", "𠮷*"), ("林", "林*"), ("", "")]
)
def test_a_name_is_masked_to_its_first_character(name: str, masked: str):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [("13800001234", "138******34"), ("01012345678", "010******78"), ("", "")]
)
def test_a_telephone_number_keeps_three_and_two_digits(phone: str, masked: str):
    assert mask_phone(phone) == masked
