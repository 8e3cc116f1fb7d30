"""Learning where messages belong, and predicting it: our router beside a plain scikit-learn pipeline in the same run.

Both learn from the same 6,000 made-up messages of some 100 characters and predict 6,000 others made of other sentences,
in turns. Ours tells its reasons for each row and, while training, examines itself out of fold to know how sure it may
be: that is some twenty trainings beside the pipeline's one.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, show

MESSAGES = 6_000
SENTENCES = 6  # in a message
LEARNT_FROM, ASKED = range(9), range(9, 12)  # of the twelve sentences of each item
PER_SECOND_AIM = 3_000.0
SIZE_AIM_MB = 60.0
FIRST_AIM_S = 1.5
RUNS = 3
_FIRST = """
import sys
from pathlib import Path
from sanhu.engines.routing.model import load
print(load(Path(sys.argv[1]).read_bytes()).predict("楼道里的灯坏了").label)
"""

Row = tuple[str, str]


def measure(count: int = MESSAGES) -> Iterator[Figure]:
    """Measure both in turns."""
    from sanhu.engines.routing import model, training  # noqa: PLC0415 - a second to load, and not for listing the parts

    learnt_from, asked = messages(count, of=LEARNT_FROM), messages(count, of=ASKED)
    texts = [text for text, _label in asked]
    plain, plain_seconds = _plain(learnt_from)
    started = time.perf_counter()
    router, _choice = training.train([training.Example(*row) for row in learnt_from])
    yield Figure("route_train_with_examination_s", time.perf_counter() - started, "s", baseline=plain_seconds)
    data = router.dumps()
    yield Figure("route_model_mb", len(data) / 1e6, "MB", baseline=SIZE_AIM_MB)
    router = model.load(data)
    ours, theirs, right, plain_right = [], [], 0, 0
    for _ in range(RUNS):
        started = time.perf_counter()
        found = router.predict_many(texts)
        ours.append(count / (time.perf_counter() - started))
        started = time.perf_counter()
        answers = plain.predict_proba(texts)
        theirs.append(count / (time.perf_counter() - started))
        right = sum(one.label == label for one, (_text, label) in zip(found, asked, strict=True))
        given = plain.classes_[answers.argmax(axis=1)]
        plain_right = sum(one == label for one, (_text, label) in zip(given, asked, strict=True))
    yield Figure("route_predict_per_s", median(ours), "messages/s", baseline=median(theirs))
    yield Figure("route_predict_aim", median(ours), "messages/s", baseline=PER_SECOND_AIM)
    yield Figure("route_accuracy", right / count, "of messages", baseline=plain_right / count)
    one_by_one = texts[:500]
    started = time.perf_counter()
    for text in one_by_one:
        router.predict(text)
    yield Figure("route_predict_one_ms", (time.perf_counter() - started) / len(one_by_one) * 1000, "ms", baseline=50.0)
    yield Figure("route_first_prediction_s", _first_seconds(data), "s", baseline=FIRST_AIM_S)


def messages(count: int, *, of: range) -> list[Row]:
    """Make messages up of some of the sentences: most of one class of affairs, and two of others, in any order."""
    from sanhu.domains.catalogue.examples import sentences  # noqa: PLC0415 - after the path is set

    chance = random.Random(of.start)
    said: dict[str, list[str]] = {}
    for code, texts in sentences().items():
        said.setdefault(code.partition("-")[0], []).extend(texts[place] for place in of)
    labels = sorted(said)
    rows = []
    for _ in range(count):
        label = chance.choice(labels)
        others = [chance.choice(said[chance.choice(labels)]) for _ in range(2)]
        parts = [*chance.sample(said[label], SENTENCES - len(others)), *others]
        chance.shuffle(parts)
        rows.append(("，".join(parts), label))
    return rows


def _plain(rows: list[Row]) -> tuple[object, float]:
    """Fit the pipeline everybody would write first."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a second to load
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - same
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - same

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    pipeline = make_pipeline(vectors, LogisticRegression(max_iter=300))
    started = time.perf_counter()
    pipeline.fit(*zip(*rows, strict=True))
    return pipeline, time.perf_counter() - started


def _first_seconds(data: bytes) -> float:
    """Tell how long a new process takes from its start to its first prediction."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "model"
        kept.write_bytes(data)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        seconds = []
        for _ in range(RUNS):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", _FIRST, str(kept)], check=True, capture_output=True, env=environment)
            seconds.append(time.perf_counter() - started)
    return median(seconds)


if __name__ == "__main__":
    show(measure())
