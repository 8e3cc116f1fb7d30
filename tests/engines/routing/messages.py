"""Messages made up for tests: the shipped sentences of a few classes, with places and pleas around them."""

import random

from sanhu.domains.catalogue.examples import sentences
from sanhu.engines.routing.training import Example

BEFORE = (
    "",
    "您好，",
    "请问",
    "我是幸福里的居民，",
    "反映一下：",
    "前天发现",
    "再次反映，",
    "翠园小区",
    "3号楼的人都说",
)
AFTER = ("", "，请尽快处理", "，谢谢", "，已经好几天了", "，没有人管", "，希望给个答复", "，到底找谁", "！！")


def made_up(count: int, *, seed: int, wrong: float = 0.0) -> list[Example]:
    """Make messages up, labelled with the class of their sentence; a share of the labels is wrong."""
    chance = random.Random(seed)
    said = [(text, code.partition("-")[0]) for code, texts in sentences().items() for text in texts]
    labels = sorted({label for _text, label in said})
    made = []
    for _ in range(count):
        text, label = chance.choice(said)
        more = chance.choice([other for other, its in said if its == label]) if chance.random() < 0.7 else ""
        whole = f"{chance.choice(BEFORE)}{text}，{more}{chance.choice(AFTER)}"
        made.append(Example(whole, chance.choice(labels) if chance.random() < wrong else label))
    return made
