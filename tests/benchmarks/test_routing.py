"""What the routing benchmark measures: messages made of sentences that were not learnt from, and both ways beside."""

from benchmarks import routing
from sanhu.domains.catalogue.examples import sentences


def test_what_is_asked_was_not_learnt_from_and_is_the_same_each_time():
    learnt_from, asked = (routing.messages(200, of=of) for of in (routing.LEARNT_FROM, routing.ASKED))
    assert asked == routing.messages(200, of=routing.ASKED)
    every = {text for said in sentences().values() for text in said}
    used = [
        {text for text in every if any(text in message for message, _label in rows)} for rows in (learnt_from, asked)
    ]
    assert len(used[0]) > 300
    assert not used[0] & used[1]


def test_every_figure_is_there():
    figures = {figure.name: figure for figure in routing.measure(70)}
    assert len(figures) == 7
    assert figures["route_accuracy"].ratio is not None
    assert 0.3 < figures["route_accuracy"].value <= 1
    assert figures["route_model_mb"].value < 60
