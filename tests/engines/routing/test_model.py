"""A model from training to file and back: what it answers, why, and which files it will not take."""

import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sanhu.engines.routing import bundle, training
from sanhu.engines.routing.bundle import BadModelError
from sanhu.engines.routing.model import Router, load
from sanhu.engines.routing.training import Example, train
from tests.engines.routing.messages import made_up

LEARNT_FROM = made_up(900, seed=1)
ASKED = [example.text for example in made_up(200, seed=2)]
# Imports what predicts, predicts, and says which of the heavy packages came along.
PREDICTS = """
import sys
from pathlib import Path
from sanhu.engines.routing.model import load
found = load(Path(sys.argv[1]).read_bytes()).predict(sys.argv[2])
print(found.label, sorted({"sklearn", "scipy", "joblib", "pandas", "django"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def data() -> bytes:
    """Train once, and write the model."""
    return train(LEARNT_FROM, seed=7)[0].dumps()


@pytest.fixture(scope="module")
def router(data: bytes) -> Router:
    """Read the model."""
    return load(data)


class TestPredicting:
    """Labels, probabilities, reasons."""

    def test_plain_words_reach_their_class_and_say_why(self, router: Router) -> None:
        found = router.predict("楼下广场舞的音响吵到晚上十点，没法睡")
        assert found.label == "K1"
        assert found.second_label != "K1"
        assert 1 >= found.probability >= found.second_probability > 0
        assert found.reasons
        assert set("".join(found.reasons)) & set("广场舞音响吵")

    def test_reasons_are_pieces_of_the_message_without_blanks_or_signs(self, router: Router) -> None:
        for text, found in zip(ASKED, router.predict_many(ASKED), strict=True):
            assert len(found.reasons) <= 3
            assert all(reason in text and not set(reason) & set(" ，！：、") for reason in found.reasons)

    def test_words_cut_apart_give_the_same_answer(self, router: Router) -> None:
        cut = [re.sub("([\u4e00-\u9fff])", r"\1 ", text) for text in ASKED]
        whole = router.predict_many(ASKED)
        for before, after in zip(whole, router.predict_many(cut), strict=True):
            assert (before.label, before.probability, before.is_certain) == (
                after.label,
                after.probability,
                after.is_certain,
            )

    def test_one_by_one_as_all_at_once(self, router: Router) -> None:
        assert [router.predict(text) for text in ASKED[:40]] == router.predict_many(ASKED)[:40]

    @pytest.mark.parametrize("text", ["", " \n ", "？！", "zzz qqq", "Ω≈ç√"])
    def test_what_it_knows_nothing_of_goes_to_a_person(self, router: Router, text: str) -> None:
        found = router.predict(text)
        assert not found.is_certain
        assert not found.reasons
        assert found.label in router.labels

    def test_a_message_of_200_000_characters(self, router: Router) -> None:
        found = router.predict("饭馆的油烟熏人，" * 25_000)
        assert found.label == "K1"
        assert router.predict_many(["饭馆的油烟熏人，" * 25_000, "低保怎么申请"])[1].label == "K2"

    def test_certain_is_what_reaches_the_threshold(self, router: Router) -> None:
        found = router.predict_many(ASKED)
        assert router.threshold is not None
        assert {one.is_certain for one in found} == {True, False}
        assert all(one.probability >= router.threshold for one in found if one.is_certain)
        silent = Router(router.labels, router.learnt, None, router.least_known)
        assert not any(one.is_certain for one in silent.predict_many(ASKED))

    def test_no_messages_no_answers(self, router: Router) -> None:
        assert router.predict_many([]) == []


class TestTraining:
    """The same messages, the same model."""

    def test_the_same_seed_gives_the_same_bytes_whatever_the_order(self, data: bytes) -> None:
        assert train(LEARNT_FROM[::-1], seed=7)[0].dumps() == data
        assert train(LEARNT_FROM, seed=8)[0].dumps() != data

    def test_two_labels_and_labels_that_stand_once(self) -> None:
        examples = [Example("低保怎么申请", "甲"), Example("路灯坏了", "乙"), Example("低保申请材料", "甲")]
        router, choice = train(examples)
        assert router.labels == ("乙", "甲")
        assert [router.predict(text).label for text in ("申请低保", "灯坏了")] == ["甲", "乙"]
        assert (choice.threshold, choice.tested) == (None, ())

    @pytest.mark.parametrize(
        ("examples", "reason"),
        [
            ([], training.TOO_FEW_LABELS),
            ([Example("低保", "甲"), Example("路灯", "甲")], training.TOO_FEW_LABELS),
            ([Example("路灯坏了", "甲"), Example("路灯坏了", "乙")], training.TOO_FEW_GROUPS),
        ],
    )
    def test_what_cannot_be_learnt_from(self, examples: list[Example], reason: str) -> None:
        with pytest.raises(training.CannotTrainError) as refused:
            train(examples)
        assert refused.value.reason == reason

    def test_too_many_labels_for_the_size(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(training, "_MOST_LEARNT_BYTES", 20_000)
        with pytest.raises(training.CannotTrainError) as refused:
            train(LEARNT_FROM[:50])
        assert refused.value.reason == training.TOO_MANY_LABELS

    def test_the_size_is_kept_by_leaving_rare_runs_out(self, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
        monkeypatch.setattr(training, "_MOST_LEARNT_BYTES", 60_000)
        small = train(LEARNT_FROM, seed=7)[0].dumps()
        assert len(small) < 70_000 < len(data)
        assert load(small).predict("低保怎么申请").label == "K2"

    def test_near_duplicates_are_kept_apart_from_what_they_are_predicted_by(self) -> None:
        examples = made_up(300, seed=3)
        corpus = training.corpus_of([*examples, *examples], seed=0)
        for group in np.unique(corpus.group):
            assert len(set(corpus.fold[corpus.group == group].tolist())) == 1
        together, blindly = corpus.partings
        assert (together != blindly).any()
        assert np.bincount(blindly).tolist() == [60] * 10


class TestFile:
    """Which bytes are a model."""

    def test_it_is_read_back_the_same(self, data: bytes, router: Router) -> None:
        assert router.dumps() == data
        assert len(data) < bundle.MOST_BYTES

    @pytest.mark.parametrize("length", [0, 5, 14, 20, 22, 200, -1])
    def test_a_file_cut_off_is_refused(self, data: bytes, length: int) -> None:
        with pytest.raises(BadModelError):
            load(data[:length])

    def test_what_is_refused_says_why(self, data: bytes) -> None:
        for given, reason in [
            (pickle.dumps({"weights": [1]}), bundle.FOREIGN),
            (b"PK\x03\x04" + bytes(100), bundle.FOREIGN),
            (b"", bundle.FOREIGN),
            (data.replace(b"ROUTE 1", b"ROUTE 2", 1), bundle.FOREIGN),
            (data + b"x", bundle.CUT_OFF),
            (data[:-1], bundle.CUT_OFF),
            (data[:-1] + bytes([data[-1] ^ 1]), bundle.ALTERED),
            (bytes(bundle.MOST_BYTES + 1), bundle.TOO_LARGE),
        ]:
            with pytest.raises(BadModelError) as refused:
                load(given)
            assert refused.value.reason == reason

    @pytest.mark.parametrize(
        "change",
        [
            lambda header: header.update(labels=["K1"]),
            lambda header: header.update(labels=["K1"] * 7),
            lambda header: header.update(labels=[1, 2, 3, 4, 5, 6, 7]),
            lambda header: header.update(labels=header["labels"][1:]),
            lambda header: header.update(threshold="0.9"),
            lambda header: header.update(threshold=7),
            lambda header: header.update(least_known=None),
            lambda header: header.update(told=[]),
            lambda header: header.update(arrays=None),
            lambda header: header["arrays"][0].__setitem__(1, "|O"),
            lambda header: header["arrays"][0].__setitem__(2, [-1]),
            lambda header: header["arrays"][0].__setitem__(2, [2**62, 2**62]),
            lambda header: header["arrays"][0].__setitem__(2, [True]),
            lambda header: header["arrays"][0].__setitem__(0, "other"),
            lambda header: header["arrays"].reverse(),
        ],
    )
    def test_a_header_that_does_not_fit_is_refused(
        self, data: bytes, change: Callable[[dict[str, object]], None]
    ) -> None:
        start = len(bundle.MAGIC) + 8
        length = int.from_bytes(data[len(bundle.MAGIC) : start], "little")
        header = json.loads(data[start : start + length])
        change(header)
        written = json.dumps(header).encode()
        with pytest.raises(BadModelError):
            load(bundle.MAGIC + len(written).to_bytes(8, "little") + written + data[start + length :])

    @pytest.mark.parametrize("name", ["rarity", "weights", "lead"])
    def test_numbers_that_are_none_are_refused(self, router: Router, name: str) -> None:
        broken = {key: getattr(router.learnt, key).copy() for key in ("keys", "rarity", "weights", "lead")}
        broken[name].flat[0] = np.nan
        said = {"labels": list(router.labels), "threshold": 0.9, "least_known": 0.1, "told": {}}
        with pytest.raises(BadModelError):
            load(bundle.pack(said, broken))

    def test_a_model_that_would_be_too_large_is_not_written(
        self, monkeypatch: pytest.MonkeyPatch, router: Router
    ) -> None:
        monkeypatch.setattr(bundle, "MOST_BYTES", 1_000)
        with pytest.raises(BadModelError):
            router.dumps()

    def test_predicting_loads_nothing_that_training_needs(self, data: bytes, tmp_path: Path) -> None:
        kept = tmp_path / "model"
        kept.write_bytes(data)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", PREDICTS, str(kept), "低保怎么申请"]
        said = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, timeout=60).stdout
        assert said == "K2 []\n"
