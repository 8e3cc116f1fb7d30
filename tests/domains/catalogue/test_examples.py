"""The sentences a router begins with: enough for every item, each once, naming nobody."""

from collections import Counter
from dataclasses import replace

import pytest

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.examples import labelled, sentences, vague_sentences
from sanhu.engines.personal_marks import find
from sanhu.engines.routing.evaluation import evaluate
from sanhu.engines.routing.training import Example, train

ITEMS = shipped.items()


def test_every_item_has_at_least_twelve_sentences_and_there_are_no_others():
    assert {code: len(said) >= 12 for code, said in sentences().items()} == {item.code: True for item in ITEMS}
    assert len(vague_sentences()) >= 60


def test_no_sentence_stands_twice_and_all_are_short():
    every = [text for said in sentences().values() for text in said] + list(vague_sentences())
    assert [text for text, count in Counter(every).items() if count > 1] == []
    assert all(text == text.strip() and 2 <= len(text) <= 40 for text in every)


def test_no_sentence_names_anybody():
    assert [text for said in sentences().values() for text in said if find(text)] == []


def test_an_item_teaches_its_sentences_its_name_and_what_it_is():
    item = ITEMS[0]
    taught = labelled([item])
    assert taught == [(text, "K1-01") for text in (*sentences()["K1-01"], item.name, item.definition)]
    assert labelled([replace(item, code="K1-99")]) == [(item.name, "K1-99"), (item.definition, "K1-99")]


@pytest.mark.covers("R84.3")
def test_plain_words_reach_their_item_and_vague_ones_a_person():
    """Of what was not learnt from most reaches its item of a hundred, and more its class; the vague are in doubt."""
    taught = labelled(ITEMS)
    by_item = evaluate([Example(*row) for row in taught], folds=5)
    by_class = evaluate([Example(text, code[:2]) for text, code in taught], folds=5)
    assert len(by_item.labels) == 100
    assert by_item.accuracy > 0.7
    assert by_item.top_two > 0.8
    assert by_class.accuracy > 0.8
    assert by_class.certain.error <= 0.03
    router, _choice = train([Example(text, code[:2]) for text, code in taught])
    said = ["楼下烧烤的烟熏得开不了窗", "想给我妈申请低保", "家属院化粪池满了往外冒", "居委会换届在哪投票"]
    assert [router.predict(text).label for text in said] == ["K1", "K2", "K4", "K6"]
    assert sum(one.is_certain for one in router.predict_many(vague_sentences())) <= 0.05 * len(vague_sentences())
