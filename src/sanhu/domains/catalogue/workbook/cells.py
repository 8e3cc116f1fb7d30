"""What a cell's text says: each reader gives the best guess at what was meant, and notes what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.row_faults import MOST_AMOUNT, MOST_MONTHS, MOST_OF_STEP
from sanhu.domains.catalogue.rows import Assistant, Basis, LeadOption, StepRow, StepUnit
from sanhu.domains.catalogue.rules import Estate, Nature
from sanhu.domains.catalogue.terms import AssistRole, BasisKind
from sanhu.domains.catalogue.workbook import words
from sanhu.domains.catalogue.workbook.faults import Notes
from sanhu.domains.catalogue.workbook.grammar import (
    LIST_SIGNS,
    WORD_SIGNS,
    bare,
    escaped,
    items,
    joined,
    pieces,
    plain,
    split,
    with_note,
    without_note,
)
from sanhu.domains.catalogue.workbook.words import Words

T = TypeVar("T")

NOT_OFFERED = _("“%(word)s”不在可选的词里；可选：%(offered)s")
NOT_YES_NO = _("须写“是”或者“否”")
NOT_A_NUMBER = _("须为整数")
OUT_OF_RANGE = _("须在 %(least)s 到 %(most)s 之间")
READ_AS = _("读作“%(read)s”")
TOO_LONG = _("最多 %(most)s 个字")
TWO_LEADS = _("主责主体不止一个：用“；”“、”“+”隔开的是两个主责；由区里选定其中之一的，用“/”或者“或”隔开")
NOT_A_CODE = _("事项代码须为类别、短横和两到四位数字，例如 K1-01")
UNKNOWN_HELPER = _("主体名录中没有“%(name)s”，按说明文字保留")
BASIS_WITHOUT_KIND = _("须写明依据的种类，例如“法律条文：城乡规划法第六十四条”")
NOT_A_STEP = _("步骤“%(step)s”须写成“步骤|承办|材料|时限|文书”，材料之间用“、”隔开，时限例如“3个工作日”")
STEP_WITHOUT_ACTOR = _("步骤“%(step)s”没有写由谁承办")
STEP_TOO_LONG = _("步骤“%(step)s”太长：步骤最多 60 个字，承办最多 80 个字，文书最多 100 个字")
NOT_A_LIMIT = _("步骤“%(step)s”的时限须写成例如“3个工作日”或者“5个自然日”")

_CODE = re.compile(r"K[1-7]-[0-9]{2,4}")
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\uff0d_]")
_LIMIT = re.compile(r"([0-9]{1,4})\s*(\D*)")
_ONE_OF, _EACH = "/\uff0f或|", "；;、+\uff0b\n"
_BARS = "|\uff5c"
_STEP_SIGNS, _MATERIAL_SIGNS = _BARS + LIST_SIGNS, "、" + _BARS + LIST_SIGNS


def text_of(most: int) -> Callable[[str, Notes], str]:
    """Make a reader of free text of at most so many signs."""

    def read(text: str, notes: Notes) -> str:
        if len(text) > most:
            notes.error(TOO_LONG, most=most)
        return text

    return read


def texts(text: str, notes: Notes) -> tuple[str, ...]:
    """Read a list of free texts."""
    del notes
    return items(text)


def code(text: str, notes: Notes) -> str:
    """Read an item's code; another width, case or dash is put right and said."""
    said = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).upper().replace(" ", "")
    if not _CODE.fullmatch(said):
        notes.error(NOT_A_CODE)
    elif said != text:
        notes.warn(READ_AS, read=said)
    return said


def one_of(offered: Callable[[], Words[T]], substitute: T) -> Callable[[str, Notes], T]:
    """Make a reader of one closed word."""

    def read(text: str, notes: Notes) -> T:
        found = offered().find(text)
        if found is None:
            notes.error(NOT_OFFERED, word=text[:40], offered=offered().offered())
            return substitute
        return found

    return read


def some_of(offered: Callable[[], Words[T]]) -> Callable[[str, Notes], tuple[T, ...]]:
    """Make a reader of a list of closed words."""

    def read(text: str, notes: Notes) -> tuple[T, ...]:
        return _some(text, offered(), notes)

    return read


def _some(text: str, offered: Words[T], notes: Notes) -> tuple[T, ...]:
    found = []
    for word in _closed_words(text, offered):
        value = offered.find(word)
        if value is None:
            notes.error(NOT_OFFERED, word=word[:40], offered=offered.offered())
        else:
            found.append(value)
    return tuple(dict.fromkeys(found))


def _closed_words(text: str, offered: Words[T]) -> list[str]:
    """Cut a list of closed words; one that holds a sign of a list itself stands whole between the stronger signs."""
    words_found: list[str] = []
    for piece in pieces(text):
        words_found += [piece] if offered.find(piece) is not None else pieces(piece, WORD_SIGNS)
    return words_found


def yes_no(text: str, notes: Notes) -> bool:
    """Read yes or no."""
    found = words.YES_NO.find(text)
    if found is None:
        notes.error(NOT_YES_NO)
    return bool(found)


def number(least: int, most: int) -> Callable[[str, Notes], int]:
    """Make a reader of a whole number, of either width, with or without a decimal part of nought."""

    def read(text: str, notes: Notes) -> int:
        said = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
        if not re.fullmatch(r"[+-]?[0-9]{1,9}(\.0*)?", said):
            notes.error(NOT_A_NUMBER)
            return least
        value = int(float(said))
        if not least <= value <= most:
            notes.error(OUT_OF_RANGE, least=least, most=most)
            return least
        if said != text:
            notes.warn(READ_AS, read=value)
        return value

    return read


review_months = number(0, MOST_MONTHS)
clock_amount = number(1, MOST_AMOUNT)


def leads(text: str, notes: Notes) -> tuple[LeadOption, ...]:
    """Read who leads: of several one is chosen where / or 或 stands between them; any other sign makes two (X-03)."""
    each = pieces(text, _EACH)
    if len(each) > 1:
        notes.error(TWO_LEADS, "X-03")
    found = [_lead(option) for piece in each for option in pieces(piece, _ONE_OF)]
    return tuple(dict.fromkeys(found))


def _lead(text: str) -> LeadOption:
    kind, note = body(text)
    # A body nobody registered stays as it was written, for the rules to refuse.
    return LeadOption(kind or plain(text), note if kind else "")


def body(text: str) -> tuple[str, str]:
    """Read a body and what is noted beside it; an unknown one gives no kind."""
    name, note = without_note(text)
    if part := words.PARTS.get(plain(name)):
        return part, plain(note) or plain(name)
    return (words.bodies().find(plain(name)) or "") if name else "", plain(note)


def say_leads(options: tuple[LeadOption, ...]) -> str:
    """Write who leads."""
    return "/".join(_say_body(option.kind, option.note, _ONE_OF + _EACH) for option in options)


def _say_body(kind: str, note: str, signs: str) -> str:
    known = words.bodies().labels.get(kind)
    return with_note(known if known is not None else bare(kind, signs), note)


def assistants(text: str, notes: Notes) -> tuple[Assistant, ...]:
    """Read who helps, and how: 物业服务企业：劝阻、报告；居民委员会（楼组长）：报告."""
    return tuple(_assistant(piece, notes) for piece in pieces(text))


def _assistant(text: str, notes: Notes) -> Assistant:
    who, *told = split(text, "：:", most=1)
    known_roles = _some(told[0], words.roles(), notes) if told else (AssistRole.ASSIST,)
    kind, note = body(who.strip())
    if kind or who.strip()[:1] in {"（", "("}:
        return Assistant(known_roles, kind, note)
    notes.warn(UNKNOWN_HELPER, name=plain(who.strip())[:40])
    return Assistant(known_roles, "", plain(who.strip()))


def say_assistants(helpers: tuple[Assistant, ...]) -> str:
    """Write who helps."""
    signs = "：:" + LIST_SIGNS
    labels = words.roles().labels
    return "；".join(
        f"{_say_body(helper.kind, helper.note, signs)}：{'、'.join(labels[role] for role in helper.roles)}"
        for helper in helpers
    )


def bases(text: str, notes: Notes) -> tuple[Basis, ...]:
    """Read what the act rests on: 合同：物业服务合同；章程、公约或者会议决定：居民会议决定."""
    found = []
    for piece in pieces(text):
        kind_word, *told = split(piece, "：:", most=1)
        kind = words.basis_kinds().find(plain(kind_word)) if told else None
        if kind is None:
            notes.error(BASIS_WITHOUT_KIND)
            continue
        found.append(Basis(kind, plain(told[0].strip())))
    return tuple(found)


def say_bases(rests_on: tuple[Basis, ...]) -> str:
    """Write what the act rests on."""
    labels = words.basis_kinds().labels
    return "；".join(f"{labels[BasisKind(basis.kind)]}：{escaped(basis.text, LIST_SIGNS)}" for basis in rests_on)


def steps(text: str, notes: Notes) -> tuple[StepRow, ...]:
    """Read a procedure: 受理|街道窗口|申请表、身份证明|3个工作日|受理通知书；审核|…."""
    return tuple(step for piece in pieces(text) if (step := _step(piece, notes)))


def _step(text: str, notes: Notes) -> StepRow | None:
    told = [part.strip() for part in split(text, _BARS)]
    if not told[0] or len(told) > 5:
        notes.error(NOT_A_STEP, step=plain(told[0])[:40])
        return None
    name, actor, materials, limit, output = told + [""] * (5 - len(told))
    if not actor:
        notes.error(STEP_WITHOUT_ACTOR, step=plain(name)[:40])
    amount, unit = _limit(limit, plain(name), notes)
    step = StepRow(plain(name), plain(actor), items(materials, "、"), amount, unit, plain(output))
    if any(len(getattr(step, field)) > most for field, (_words, most) in MOST_OF_STEP.items()):
        notes.error(STEP_TOO_LONG, step=step.name[:40])
    return step


def _limit(text: str, step: str, notes: Notes) -> tuple[int, StepUnit]:
    if not text:
        return 0, StepUnit.WORKING_DAY
    said = _LIMIT.fullmatch(unicodedata.normalize("NFKC", text))
    unit = words.STEP_UNITS.find(said[2].removeprefix("个").strip()) if said else None
    if said is None or unit is None or int(said[1]) > MOST_AMOUNT:
        notes.error(NOT_A_LIMIT, step=step[:40])
        return 0, StepUnit.WORKING_DAY
    return int(said[1]), unit


def say_steps(procedure: tuple[StepRow, ...]) -> str:
    """Write a procedure."""
    return "；".join(_say_step(step) for step in procedure)


def _say_step(step: StepRow) -> str:
    unsaid = step.limit == 0 and step.unit is StepUnit.WORKING_DAY
    told = [
        escaped(step.name, _STEP_SIGNS),
        escaped(step.actor, _STEP_SIGNS),
        "、".join(escaped(material, _MATERIAL_SIGNS) for material in step.materials),
        "" if unsaid else f"{step.limit}个{words.STEP_UNITS.labels[step.unit]}",
        escaped(step.output, _STEP_SIGNS),
    ]
    while told and not told[-1]:
        told.pop()
    return "|".join(told)


_NATURE = Words.of(
    {
        "needs_public_power": ["需要公权力", "needs_public_power", "公权力"],
        "is_temporary_or_specialist": ["临时或者专业", "is_temporary_or_specialist", "临时性、专业性", "临时", "专业"],
        "is_organisational": ["组织事务", "is_organisational", "组织"],
        "commodity": ["商品房小区", "commodity"],
        "non_commodity": ["非商品房小区", "non_commodity"],
        "is_entitlement_or_bought": ["法定待遇或者购买服务", "is_entitlement_or_bought", "法定待遇", "购买服务"],
        "is_voluntary_between_residents": ["居民自愿互助", "is_voluntary_between_residents", "自愿互助", "互助"],
        "none": ["都不是", "none", "均否"],
    }
)


def nature(text: str, notes: Notes) -> Nature | None:
    """Read the answers to the decision key (B.0): those that are yes."""
    said = set(_some(text, _NATURE, notes))
    if not said:
        return None
    estate = next((one for one in Estate if one.value in said), None)
    return Nature(estate=estate, **dict.fromkeys(said - {"none", *(one.value for one in Estate)}, True))


def say_nature(answers: Nature | None) -> str:
    """Write the answers to the decision key."""
    if answers is None:
        return ""
    said = [name for name, answer in answers.__dict__.items() if answer is True]
    said += [answers.estate.value] if answers.estate else []
    return joined(_NATURE.labels[name] for name in said or ["none"])


NATURE_WORDS = tuple(_NATURE.labels.values())
