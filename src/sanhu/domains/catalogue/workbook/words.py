"""The closed words of a workbook's cells, written as people write them and read in any of their ways."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db.models import TextChoices
from django.utils.translation import override

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.rows import StepUnit
from sanhu.domains.catalogue.rules import AffairClass, LeadKind
from sanhu.domains.catalogue.terms import AssistRole, BasisKind, Boundary, MoneySource, Origin, Publicity, Purpose
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.engines.deadlines import ClockKind, Roll, Unit

T = TypeVar("T")


@lru_cache(maxsize=8_192)
def key(text: str) -> str:
    """Write a word so that its ways of being written are one: one width, one case, no spaces, no punctuation.

    >>> key("K1 － 01")
    'k101'
    """
    flat = unicodedata.normalize("NFKC", text).casefold().strip()
    return "".join(sign for sign in flat if sign.isalnum()) or flat


@dataclass(frozen=True)
class Words(Generic[T]):
    """A closed set: how each value is written, and by which words it is known."""

    labels: Mapping[T, str]
    known: Mapping[str, T]

    @classmethod
    def of(cls, ways: Mapping[T, Iterable[str]]) -> "Words[T]":
        """Build from each value's words, the first of which is written. A word of two values would be neither's."""
        known: dict[str, T] = {}
        for value, words in ways.items():
            for word in words:
                assert known.setdefault(key(word), value) == value, f"{word} stands for two values"
        return cls(labels={value: next(iter(words)) for value, words in ways.items()}, known=known)

    def find(self, text: str) -> T | None:
        """Give the value a word stands for."""
        return self.known.get(key(text))

    def offered(self) -> str:
        """The words as a sentence lists them."""
        return "、".join(self.labels.values())


def _choices(choices: type[TextChoices], more: Mapping[Any, Iterable[str]] | None = None) -> Mapping[str, list[str]]:
    with override("zh-hans"):
        return {choice: [str(choice.label), choice.value, *(more or {}).get(choice.value, ())] for choice in choices}


YES_NO = Words.of(
    {
        True: ["是", "yes", "y", "true", "1", "有", "对", "√", "✓", "具有"],
        False: ["否", "no", "n", "false", "0", "无", "不", "×", "不是", "没有"],
    }
)


def say_yes_no(answer: object) -> str:
    """Write yes or no."""
    return YES_NO.labels[bool(answer)]


@lru_cache(maxsize=1)
def classes() -> Words[AffairClass]:
    """The seven classes, by code, by name and by both."""
    with override("zh-hans"):
        return Words.of(
            {
                one: [one.value, str(one.label), f"{one.value}{one.label}", f"第{number}类"]
                for one, number in zip(AffairClass, "一二三四五六七", strict=True)
            }
        )


@lru_cache(maxsize=1)
def purposes() -> Words[Purpose]:
    """The four purposes (R2)."""
    more = {
        Purpose.NEEDS: ["满足居民需求", "居民需求"],
        Purpose.SELF_GOVERNANCE_RIGHTS: ["保障民主自治权利", "民主自治"],
        Purpose.PARTICIPATION_SPIRIT: ["培育参与精神", "参与精神"],
        Purpose.DEVELOPMENT: ["社区发展"],
    }
    return Words.of({Purpose(one): words for one, words in _choices(Purpose, more).items()})


@lru_cache(maxsize=1)
def origins() -> Words[Origin]:
    """Where affairs come from (R1, R10)."""
    more = {
        Origin.STATUTE: ["法律法规", "法定"],
        Origin.POLICY: ["政策文件", "政策"],
        Origin.CONTRACT: ["合同"],
        Origin.SELF_GOVERNANCE: ["自治议定", "居民自治", "业主自治"],
        Origin.UNIT_SHED: ["单位剥离", "单位移交"],
    }
    return Words.of({Origin(one): words for one, words in _choices(Origin, more).items()})


@lru_cache(maxsize=1)
def publicities() -> Words[Publicity]:
    """Who may see an item's matters (B.0)."""
    more = {Publicity.RECEIPT_ONLY: ["凭回执", "回执"], Publicity.NEVER: ["保密"]}
    return Words.of({Publicity(one): words for one, words in _choices(Publicity, more).items()})


@lru_cache(maxsize=1)
def boundaries() -> Words[Boundary]:
    """Whether an affair is the community's (R15)."""
    more = {Boundary.IN_SCOPE: ["属于", "内"], Boundary.SHARED: ["共担"], Boundary.OUT_OF_SCOPE: ["不属于", "外"]}
    return Words.of({Boundary(one): words for one, words in _choices(Boundary, more).items()})


@lru_cache(maxsize=1)
def money() -> Words[MoneySource]:
    """Where the money comes from."""
    return Words.of({MoneySource(one): words for one, words in _choices(MoneySource).items()})


@lru_cache(maxsize=1)
def roles() -> Words[AssistRole]:
    """What an assistant does; the tables of departments have one sign for each."""
    short = {"publicise": "宣", "report": "报", "dissuade": "劝", "mediate": "调", "assist": "助", "organise": "组"}
    more = {code: [sign] for code, sign in short.items()} | {"lead": ["主"]}
    return Words.of({AssistRole(one): words for one, words in _choices(AssistRole, more).items()})


@lru_cache(maxsize=1)
def basis_kinds() -> Words[BasisKind]:
    """What an act rests on (R24)."""
    more = {
        BasisKind.ARTICLE: ["法律", "法条", "条文", "法规"],
        BasisKind.CONTRACT: ["协议"],
        BasisKind.DECISION: ["章程", "公约", "会议决定", "决定", "自治决定"],
    }
    return Words.of({BasisKind(one): words for one, words in _choices(BasisKind, more).items()})


UNITS = Words.of(
    {
        Unit.NATURAL_DAY: ["自然日", "natural_day", "天", "日", "个自然日", "日历日"],
        Unit.WORKING_DAY: ["工作日", "working_day", "个工作日"],
        Unit.WORKING_HOUR: ["工作时", "working_hour", "工作小时", "个工作时", "个工作小时"],
        Unit.CLOCK_HOUR: ["小时", "clock_hour", "个小时", "时"],
        Unit.MONTH: ["月", "month", "个月"],
    }
)
STEP_UNITS = Words.of({unit: [UNITS.labels[Unit(unit)], unit.value] for unit in StepUnit})
ROLLS = Words.of(
    {Roll.NONE: ["不顺延", "none", "否"], Roll.NEXT_WORKDAY: ["顺延到下一个工作日", "next_workday", "顺延", "是"]}
)
CLOCK_KINDS = Words.of(
    {
        ClockKind.STATUTORY: ["法定", "statutory", "法定期限"],
        ClockKind.LOCAL_RULE: ["地方规定", "local_rule", "地方"],
        ClockKind.CONTRACT: ["合同约定", "contract", "合同", "约定"],
        ClockKind.PROMISE: ["承诺", "promise", "承诺时限"],
    }
)

# What departments and streets call themselves in their own tables.
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "residents_committee": ("居委会", "社区居委会", "社区居民委员会", "RC"),
    "supervision_committee": ("居务监督委员", "监督委员会"),
    "subdistrict_office": ("街道", "街道办"),
    "district_government": ("区政府", "县级人民政府"),
    "public_security": ("公安", "公安局", "公安分局"),
    "party_organisation": ("党组织", "社区党委", "社区党支部", "社区党总支"),
    "property_firm": ("物业", "物业公司", "物业服务人", "物业服务公司"),
    "owners_committee": ("业委会",),
    "property_management_committee": ("物管会",),
    "mediation_committee": ("调委会", "人民调解组织"),
    "court": ("法院",),
    "functional_department:archives": ("档案局", "档案馆"),
    "functional_department:civil_affairs": ("民政局", "民政"),
    "functional_department:culture_tourism": ("文旅局", "文化和旅游局"),
    "functional_department:disease_control": ("疾控局",),
    "functional_department:ecology": ("生态环境局", "生态环境分局"),
    "functional_department:emergency": ("应急局", "应急管理局"),
    "functional_department:finance": ("财政局",),
    "functional_department:fire_rescue": ("消防救援大队", "消防大队", "消防"),
    "functional_department:health": ("卫健局", "卫健委", "卫生健康局", "卫生健康委员会"),
    "functional_department:healthcare_security": ("医保局", "医疗保障局"),
    "functional_department:housing": ("住建局", "房管局", "住房城乡建设局", "住房和城乡建设局", "住建部门", "房管部门"),
    "functional_department:human_resources": ("人社局", "人力资源社会保障局", "人力资源和社会保障局"),
    "functional_department:justice": ("司法局",),
    "functional_department:market_regulation": ("市监局", "市场监管局", "市场监督管理局"),
    "functional_department:military_service": ("人武部",),
    "functional_department:natural_resources": ("自然资源局", "自然资源和规划局", "自然资源规划局", "规划局"),
    "functional_department:sports": ("体育局",),
    "functional_department:statistics": ("统计局",),
    "functional_department:taxation": ("税务局",),
    "functional_department:urban_management": ("城管局", "城市管理局", "城管", "城管执法局", "城管部门"),
    "functional_department:veterans": ("退役军人局", "退役军人事务局"),
    "quasi_government_org:disabled_persons": ("残联",),
    "quasi_government_org:women": ("妇联",),
    "utility:gas": ("燃气公司",),
    "utility:heating": ("供热公司", "供暖公司"),
    "utility:power": ("供电公司",),
    "utility:water": ("供水公司", "自来水公司"),
    "utility:drainage": ("排水公司",),
}
# A part of a body: the body answers, and the part is noted beside it.
PARTS: Mapping[str, str] = {
    "街道综合执法队": "subdistrict_office",
    "综合执法队": "subdistrict_office",
    "公安派出所": "public_security",
    "派出所": "public_security",
    "司法所": "functional_department:justice",
}

_OF = "·"  # between a kind of body and a competence that has no name of its own


@lru_cache(maxsize=1)
def bodies() -> Words[str]:
    """Every kind of body, by the name the catalogue gives it, by its code, and by what tables call it.

    One without a name of its own is called by its kind and its competence.
    """
    ways: dict[str, list[str]] = {}
    with override("zh-hans"):
        for kind in SubjectKind:
            for specialty in Specialty:
                code = str(LeadKind(kind, specialty))
                own = shipped.lead_name(code)
                general = shipped.lead_name(kind.value)
                named = own if specialty is Specialty.GENERAL or own != general else f"{own}{_OF}{specialty.label}"
                ways[code] = [named, code, *_OTHER_NAMES.get(code, ())]
            ways[kind.value].append(str(kind.label))
    return Words.of(ways)


def named_bodies() -> list[str]:
    """The bodies that have names of their own, to choose from."""
    return [name for name in bodies().labels.values() if _OF not in name]
