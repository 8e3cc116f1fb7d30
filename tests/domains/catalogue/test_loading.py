"""Loading the shipped catalogue: a complete version 1, once, by somebody who may, with one entry in the record."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

import pytest

from sanhu.domains.catalogue import queries, shipped
from sanhu.domains.catalogue.models import AffairItem, Article, CatalogueVersion, Duty, Instrument
from sanhu.domains.catalogue.rules import AffairClass, LeadKind, Question
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.catalogue.services.loading import LoadResult, load_catalogue
from sanhu.domains.catalogue.terms import Standing
from sanhu.domains.catalogue.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Refused


@pytest.mark.covers("R35")
def test_the_whole_table_becomes_version_one(loaded: LoadResult):
    version = loaded.version
    assert version.number == 1
    assert version.in_force_from == date(2026, 9, 1)
    assert version.approved_by_post_id == 7
    counts = Counter(version.items.values_list("affair_class", flat=True))
    assert counts == {"K1": 15, "K2": 15, "K3": 15, "K4": 13, "K5": 12, "K6": 15, "K7": 15}
    assert Duty.objects.filter(item__version=version).count() == 108


def test_what_did_not_fit_stays_with_the_version(loaded: LoadResult):
    assert len(loaded.findings) == 13
    kept = CatalogueVersion.objects.get(pk=loaded.version.pk).findings
    assert [(row["item_code"], row["lead"], row["code"]) for row in kept] == [
        (finding.item_code, finding.lead, finding.code) for finding in loaded.findings
    ]


@pytest.mark.covers("R1")
def test_the_row_without_a_lawful_lead_is_a_draft_that_says_what_it_lacks(version: CatalogueVersion):
    draft = queries.item_by_code(version, "K6-02")
    assert draft is not None
    assert draft.status == "draft"
    assert not draft.duties.exists()
    assert queries.missing_answers(draft) == (Question.DECOMPOSITION,)
    assert str(Question.DECOMPOSITION.label) == "如何分解"
    assert "K6-02" not in [item.code for item in queries.items(version)]
    assert "K6-02" not in [duty.item.code for duty in queries.choosable_duties(version)]
    assert len(queries.items(version)) == 99
    assert len(queries.items(version, with_drafts=True)) == 100


@pytest.mark.covers("R1")
def test_every_effective_item_answers_the_four_questions(version: CatalogueVersion):
    assert all(queries.missing_answers(item) == () for item in queries.items(version))


@pytest.mark.covers("R6")
def test_a_duty_knows_its_lead_its_choices_its_helpers_and_its_clock(duty: Callable[[str], Duty]):
    found = duty("K1-02")
    assert found.lead == LeadKind.parse("subdistrict_office")
    assert found.lead_note == "街道综合执法队"
    assert [str(choice) for choice in found.choices_of_lead] == [
        "subdistrict_office",
        "functional_department:urban_management",
    ]
    assert found.assist == [
        {"kind": "functional_department:market_regulation", "note": "", "roles": ["assist"]},
        {"kind": "residents_committee", "note": "", "roles": ["report", "dissuade"]},
    ]
    assert (found.clock_rule.amount, found.clock_rule.unit, found.clock_kind) == (5, "working_day", "local_rule")
    assert found.is_demonstration_value
    assert found.part == found.item.name


def test_items_are_read_by_class_and_code(version: CatalogueVersion, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = list(queries.items(version, affair_class=AffairClass.K4))
        assert [len(item.duties.all()) for item in found].count(2) == 1
    assert [item.code for item in found] == [f"K4-{number:02}" for number in range(1, 14)]
    assert queries.item_by_code(version, "K9-01") is None
    assert [duty.part for duty in queries.duties_for(found[6])] == ["日常清掏疏通", "托底处置"]


@pytest.mark.covers("R31")
def test_items_rest_on_the_instrument_s_article_and_bind_while_it_is_in_force(version: CatalogueVersion):
    item = queries.item_by_code(version, "K3-07")
    assert item is not None
    assert item.article is not None
    assert item.article.number == "第五条"
    assert "商品房小区物业管理事务" in item.article.text
    assert item.standing(date(2026, 8, 31)) is Standing.PILOT
    assert item.standing(date(2026, 9, 1)) is Standing.BINDING
    assert item.standing(date(2028, 8, 31)) is Standing.BINDING
    assert item.standing(date(2028, 9, 1)) is Standing.PILOT


@pytest.mark.covers("R31")
@pytest.mark.django_db
def test_without_an_instrument_the_items_are_on_trial(at: datetime):
    version = load_catalogue(actor=SYSTEM, at=at, district="110101").version
    assert version.in_force_from == date(2026, 11, 9)
    assert {item.standing(date(2026, 11, 9)) for item in queries.items(version)} == {Standing.PILOT}
    assert queries.article(version, "第五条") is None


@pytest.mark.covers("R32")
def test_version_one_is_loaded_once(loaded: LoadResult, coordinator: Actor, at: datetime):
    with pytest.raises(Refused) as refused:
        load_catalogue(actor=coordinator, at=at, district="990101")
    assert refused.value.decision.citations == ("分类管理办法第十八条",)
    assert CatalogueVersion.objects.count() == 1
    assert AffairItem.objects.count() == 100


def test_only_a_post_with_the_power_loads_a_catalogue(instrument: Instrument, clerk: Actor, zheng: Actor, at: datetime):
    for actor in (clerk, zheng):
        with pytest.raises(Refused):
            load_catalogue(actor=actor, at=at, district="990101", instrument=instrument)
    assert not CatalogueVersion.objects.exists()


def test_an_instrument_of_another_district_carries_no_catalogue(instrument: Instrument, zheng: Actor, at: datetime):
    with pytest.raises(Refused):
        load_catalogue(actor=zheng, at=at, district="990102", instrument=instrument)


def test_two_districts_keep_their_own_versions(loaded: LoadResult, zheng: Actor, at: datetime):
    other = load_catalogue(actor=zheng, at=at, district="990102").version
    assert other.number == 1
    assert queries.current_version("990101", date(2026, 11, 9)) == loaded.version
    assert queries.current_version("990102", date(2026, 11, 9)) == other
    assert queries.current_version("990101", date(2026, 8, 31)) is None
    assert queries.current_version("990103", date(2026, 11, 9)) is None


@pytest.mark.covers("R31")
def test_the_instrument_stands_with_level_number_articles_and_period(instrument: Instrument):
    assert instrument.level == "normative_document"
    assert re.fullmatch(r"示政规.2026.3号", instrument.number)
    assert (instrument.in_force_from, instrument.in_force_to) == (date(2026, 9, 1), date(2028, 8, 31))
    numbers = list(instrument.articles.order_by("pk").values_list("number", flat=True))
    assert len(numbers) == 29
    assert numbers[4] == "第五条"
    assert "七类" in Article.objects.get(instrument=instrument, number="第五条").text
    assert "承诺时限" in Article.objects.get(instrument=instrument, number="第十二条").text
    assert "准入" in Article.objects.get(instrument=instrument, number="第二十一条").text


def test_an_instrument_is_registered_once(instrument: Instrument, coordinator: Actor, at: datetime):
    with pytest.raises(Refused):
        register_instrument(actor=coordinator, at=at, district="990101", data=shipped.demonstration_instrument())


def test_one_entry_vouches_for_every_row(loaded: LoadResult):
    entry = Entry.objects.get(event="catalogue.loaded")
    assert entry.subject_ref == "catalogue:990101-1"
    assert entry.body.count('"catalogue.affairitem:') == 100
    assert entry.body.count('"catalogue.duty:') == 108


@pytest.mark.django_db(transaction=True)
def test_a_loaded_catalogue_verifies_and_an_altered_duty_is_found(at: datetime):
    load_catalogue(actor=SYSTEM, at=at, district="990101")
    sequence()
    assert verify(checks=CHECKS).findings == ()
    duty = Duty.objects.get(item__code="K1-06")
    Duty.objects.filter(pk=duty.pk).update(lead_kind="property_firm")
    kinds = {(finding.kind, finding.ref) for finding in verify(checks=CHECKS).findings}
    assert ("row_altered", duty.row_ref) in kinds
    assert ("lead_unlawful", duty.row_ref) in kinds
