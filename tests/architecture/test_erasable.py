"""Whatever is stored of a person can be erased: every sealed field belongs to something that some deed erases."""

import pytest
from django.apps import apps
from django.db.models import BinaryField, Model

from sanhu.domains.casework.models import Matter, TrainedRouter
from sanhu.domains.evidence.fields import PersonalBinaryField, personal_fields
from sanhu.domains.evidence.models import AttachmentBlob, Notice, Unmasking, Witnessed
from sanhu.domains.funding.models import Disclosure, Donation, DonorKey, Spending
from sanhu.domains.subjects.models import (
    DigestSubscription,
    ExportChunk,
    ExportJob,
    OneTimeCodes,
    Person,
    SavedView,
)

# By the deed that erases them: a matter's with the matter, an official's with the person, the rest with either.
WITH_THEIR_OWNER = {Notice, Unmasking, AttachmentBlob}
# Learnt of many matters, as weights of runs of three characters; learnt anew without those that were erased.
LEARNT_OF_MANY = {TrainedRouter}
WITH_THE_PERSON = {Person, OneTimeCodes, SavedView, DigestSubscription, ExportJob, ExportChunk}
# A paid person's name, when the period for which the voucher is kept is over.
WITH_THE_VOUCHER = {Spending}
# Who gave, once nothing is left of what was given.
WITH_THE_DONATION = {Donation, DonorKey}
GONE_BY_A_DEED = WITH_THE_PERSON | WITH_THEIR_OWNER | WITH_THE_VOUCHER | WITH_THE_DONATION | LEARNT_OF_MANY
SEALED = [
    model
    for model in apps.get_models()
    if personal_fields(model) or any(isinstance(field, PersonalBinaryField) for field in model._meta.concrete_fields)
]


def belongs_to_a_matter(model: type[Model]) -> bool:
    """Tell whether erasing a matter finds this model: by a key to it, and under the record's eyes."""
    keys = [field for field in model._meta.concrete_fields if field.related_model is Matter]
    return model is Matter or (bool(keys) and issubclass(model, Witnessed))


@pytest.mark.covers("R84.2")
@pytest.mark.parametrize("model", SEALED, ids=lambda model: model._meta.label)
def test_every_sealed_field_is_erased_by_some_deed(model: type[Model]):
    assert belongs_to_a_matter(model) or model in GONE_BY_A_DEED


# Bytes that everybody may have: a community's account as it was published, persons masked. Sealing hides nothing of it.
PUBLISHED = {"funding.Disclosure.table"}


def test_no_bytes_lie_unsealed():
    """A photo, a scan or a recording shows people, so its bytes are sealed; what was published stays as it was."""
    bare = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("sanhu.")
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField) and not isinstance(field, PersonalBinaryField)
    ]
    assert set(bare) == PUBLISHED
    assert Disclosure.privacy_default == "public"


def test_there_are_models_to_ask():
    assert {Matter, Person, Notice} <= set(SEALED)
