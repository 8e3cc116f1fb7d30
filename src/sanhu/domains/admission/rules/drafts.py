"""What a draft is held to before anybody asks whether it is complete: types, ranges and lengths, each by its name."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.application_fields import LABELS
from sanhu.domains.funding.terms import MOST_FEN

MOST_MINUTES = 10_000_000  # twenty people at work for a year
MOST_TEXT = 2000
MOST_INSTALMENTS = 12
MOST_DATA_FIELDS = 50
MOST_DATA_FIELD = 40


@dataclass(frozen=True)
class Limits:
    """What the columns and the configuration allow: lengths of texts, words to choose from, and the longest period."""

    lengths: Mapping[str, int]
    choices: Mapping[str, Collection[str]]
    most_days: int


def faults(values: Mapping[str, object], limits: Limits) -> list[str]:
    """List what is wrong with the values of a draft by field name; empty when each can be kept as it is."""
    return [
        *_of_texts(values, limits),
        *_of_choices(values, limits),
        *_of_days(values, limits.most_days),
        *_of_numbers(values),
        *_of_lists(values),
        *_of_instalments(values["instalments"]),
    ]


def is_whole(value: object) -> bool:
    """Tell whether a value is an integer; a boolean is none here."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_day(value: object) -> bool:
    """Tell whether a value is a day; a moment is none."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _say(rule: str, name: str, **figures: object) -> str:
    return gettext(rule) % {"field": gettext(LABELS[name]), **figures}


def _of_texts(values: Mapping[str, object], limits: Limits) -> Iterator[str]:
    for name, most in limits.lengths.items():
        value = values[name]
        if not isinstance(value, str):
            yield _say(_("%(field)s：须为文字"), name)
        elif len(value.strip()) > most:
            yield _say(_("%(field)s：不超过 %(most)s 个字"), name, most=most)
        elif "\x00" in value:
            yield _say(_("%(field)s：含有不能保存的字符"), name)


def _of_choices(values: Mapping[str, object], limits: Limits) -> Iterator[str]:
    for name, known in limits.choices.items():
        if values[name] != "" and values[name] not in known:
            yield _say(_("%(field)s：没有这个选项"), name)


def _of_days(values: Mapping[str, object], most_days: int) -> Iterator[str]:
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    for name, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not is_day(day):
            yield _say(_("%(field)s：须为日期"), name)
    if not (isinstance(starts_on, date) and isinstance(ends_on, date) and is_day(starts_on) and is_day(ends_on)):
        return
    if ends_on < starts_on:
        yield _("结束日期：不得早于开始日期")
    elif (ends_on - starts_on).days >= most_days:
        yield gettext("结束日期：一次准入最长 %(most)s 天，到期须重新登记") % {"most": most_days}


def _of_numbers(values: Mapping[str, object]) -> Iterator[str]:
    for name, most in (("minutes_each", MOST_MINUTES), ("amount_each_fen", MOST_FEN)):
        value = values[name]
        if not isinstance(value, int) or not is_whole(value):
            yield _say(_("%(field)s：须为整数"), name)
        elif value <= 0:
            yield _say(_("%(field)s：必须大于 0"), name)
        elif value > most:
            yield _say(_("%(field)s：数额过大，请核对"), name)


def _of_lists(values: Mapping[str, object]) -> Iterator[str]:
    fields, acts, committees = values["data_fields"], values["acts"], values["committee_ids"]
    if not (isinstance(committees, (list, tuple)) and all(is_whole(committee) for committee in committees)):
        yield _("请求协助的居民委员会：本区没有这个居民委员会")
    if not isinstance(values["renews"], str):
        yield _("续期的原申请：须为本单位已生效或者已到期的申请")
    if not _are_texts(acts):
        yield _("协助行为：没有这个选项")
    if not _are_texts(fields):
        yield _("需采集或者填报的数据项：须逐项写明名称")
    elif isinstance(fields, Sequence):
        if len(fields) > MOST_DATA_FIELDS:
            yield gettext("需采集或者填报的数据项：不超过 %(most)s 项") % {"most": MOST_DATA_FIELDS}
        if any(len(name) > MOST_DATA_FIELD for name in fields):
            yield gettext("需采集或者填报的数据项：每项不超过 %(most)s 个字") % {"most": MOST_DATA_FIELD}
        if any("\x00" in name for name in fields):
            yield _say(_("%(field)s：含有不能保存的字符"), "data_fields")


def _are_texts(values: object) -> bool:
    return isinstance(values, (list, tuple)) and all(isinstance(value, str) and value.strip() for value in values)


def _of_instalments(parts: object) -> Iterator[str]:
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, Mapping) for part in parts):
        yield _("拨付时点：每期须有日期和金额")
        return
    if len(parts) > MOST_INSTALMENTS:
        yield gettext("拨付时点：不超过 %(most)s 期") % {"most": MOST_INSTALMENTS}
    for part in parts:
        amount = part.get("amount_fen")
        if day_of(part.get("due_on")) is None:
            yield _("拨付时点：每期须有日期")
        if not isinstance(amount, int) or not is_whole(amount) or not 0 < amount <= MOST_FEN:
            yield _("拨付时点：每期金额必须大于 0，并不得过大")


def day_of(value: object) -> date | None:
    """Read a day that is one, or is written as one; None for anything else."""
    if isinstance(value, date):
        return value if is_day(value) else None
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
