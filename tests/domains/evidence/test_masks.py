"""What pages show of a personal value until somebody says why they must see it."""

import pytest
from django.db import transaction

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.evidence.fields import mask_address, mask_contact, mask_words, personal_fields
from sanhu.domains.evidence.models import Notice, Unmasking
from sanhu.domains.evidence.unmasking import enter_unmasking
from sanhu.engines.actors import SYSTEM
from tests.conftest import MONDAY_MORNING


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("翠园小区三号楼西侧", "翠园小区三号楼西侧"),
        ("翠园小区3号楼2单元501室", "翠园小区3号楼*单元*室"),
        ("十二单元三层三〇二室", "*单元*层*室"),
        ("翠园3-2-501", "翠园3*"),
        ("幸福路12号院5栋301", "幸福路12号院5栋*"),
        ("和平街12号楼 1203", "和平街12号楼*"),
        ("翠园门口，电话13800990101", "翠园门口，电话138******01"),
        ("", ""),
    ],
)
def test_an_address_is_masked_finer_than_the_building(address: str, masked: str):
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("contact", "masked"),
    [("13800990101", "138******01"), ("lin@example.org", "l***@example.org"), ("@x", "***@x"), ("", "")],
)
def test_a_contact_is_masked(contact: str, masked: str):
    assert mask_contact(contact) == masked


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("身份证11010519491231002X。", "身份证******************。"),
        ("电话138-0099-0101，或者 010-12345678", "电话138********01，或者 010*******78"),
        ("写信给lin@example.org", "写信给l***@example.org"),
        ("办件 990101202611090001 的 3 天", "办件 ****************** 的 3 天"),
        ("2026年11月9日堆了20袋", "2026年11月9日堆了20袋"),
    ],
)
def test_numbers_in_a_text_are_masked_rather_one_too_many(words: str, masked: str):
    assert mask_words(words) == masked


def test_personal_fields_are_found_by_their_type():
    assert personal_fields(Matter) == ("address", "words")
    assert personal_fields(Step) == ("reason", "reply")
    assert personal_fields(Notice) == ("address",)


@pytest.mark.django_db(transaction=True)
def test_a_look_is_entered_in_the_transaction_that_shows_the_value():
    asked = {"actor": SYSTEM, "at": MONDAY_MORNING, "district": "990101", "subject_ref": "matter:1", "field": "words"}
    with pytest.raises(RuntimeError, match="transaction"):
        enter_unmasking(**asked, reason="回访反映人")
    with transaction.atomic():
        enter_unmasking(**asked, reason="回访反映人")
    assert Unmasking.objects.get().reason == "回访反映人"
