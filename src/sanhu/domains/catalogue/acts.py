"""What a committee can be asked to do, what it may not (the seven bans of B.8), and what is on record already.

Codes, articles and words are in `data/`, for a district to read and correct; their labels are here, where they are
translated.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

_DATA = Path(__file__).parent / "data"

BAN_LABELS: Mapping[str, str] = {
    "lead": _("由居民委员会主责或者作决定"),
    "enforcement": _("执法、审批、确认类"),
    "census_and_assessment": _("应由部门完成的普查、考核材料"),
    "investment_tax_expropriation": _("招商、协税、征地拆迁的主体责任"),
    "apportioned_donations": _("摊派捐款"),
    "clicks_and_subscriptions": _("订阅、注册、点赞、转发任务"),
    "duplicate_ledgers": _("重复台账"),
    "certificates": _("没有法律依据的证明"),
}

ACT_LABELS: Mapping[str, str] = {
    "publicise": _("宣传"),
    "report": _("报告"),
    "dissuade": _("劝阻"),
    "mediate": _("调解"),
    "assist": _("协助"),
    "organise": _("组织"),
    "lead": _("主责办理"),
    "decide": _("作出决定"),
    "enforce": _("执法检查、处罚、强制"),
    "approve": _("审批、许可"),
    "confirm": _("行政确认、资格认定"),
    "census_for_department": _("完成应由部门开展的普查"),
    "assessment_papers": _("准备应由部门完成的考核材料"),
    "attract_investment": _("招商引资"),
    "collect_taxes": _("协税护税"),
    "expropriate": _("承担征地拆迁"),
    "apportion_donations": _("摊派捐款"),
    "subscribe_and_forward": _("订阅、注册、点赞、转发"),
    "duplicate_ledger": _("重复建立台账"),
    "certify_without_basis": _("出具没有法律依据的证明"),
    "certify_kinship": _("出具亲属关系证明"),
    "certify_identity_information": _("出具居民身份信息证明"),
    "certify_household_registration": _("出具户口登记项目变更申请证明"),
    "certify_dog_keeping": _("出具养犬证明"),
    "certify_no_criminal_record": _("出具无犯罪记录证明"),
    "certify_drug_rehabilitation": _("出具社区戒毒康复人员情况证明"),
    "certify_missing_person": _("出具人员失踪证明"),
    "certify_marital_status": _("出具婚姻状况证明"),
    "certify_birth": _("出具出生证明"),
    "certify_being_alive": _("出具健在证明"),
    "certify_death": _("出具死亡证明"),
    "certify_illness": _("出具疾病状况证明"),
    "certify_disability": _("出具残疾状况证明"),
    "certify_childbirth": _("出具婚育状况证明"),
    "certify_employment": _("出具就业状况证明"),
    "certify_personal_file": _("出具个人档案证明"),
    "certify_property": _("出具财产证明"),
    "certify_inheritance": _("出具遗产继承权证明"),
    "certify_business_premises": _("出具市场主体住所证明"),
    "certify_lost_document": _("出具证件遗失证明"),
}

HOLDER_LABELS: Mapping[str, str] = {
    "sanhu": _("本系统"),
    "public_security": _("公安机关"),
    "civil_affairs": _("民政部门"),
    "disabled_persons": _("残疾人联合会"),
    "human_resources": _("人力资源和社会保障部门"),
    "healthcare_security": _("医疗保障部门"),
    "natural_resources": _("自然资源部门"),
    "market_regulation": _("市场监管部门"),
    "taxation": _("税务机关"),
    "housing": _("住房和城乡建设部门"),
    "education": _("教育部门"),
    "veterans": _("退役军人事务部门"),
}

HELD_ARTICLE = _("社会救助法第六十二条、整治形式主义为基层减负若干规定")

# The articles that the data file cites.
ARTICLES = frozenset(
    {
        _("城市居民委员会组织法第十条、第四十三条"),
        _("城市居民委员会组织法第四十三条"),
        _("行政处罚法第十七条、行政强制法第十七条"),
        _("行政许可法第二十二条"),
        _("慈善法第三十二条"),
        _("整治形式主义为基层减负若干规定"),
        _("民发〔2015〕136号"),
        _("民发〔2020〕20号"),
    }
)


@dataclass(frozen=True)
class Act:
    """Something a committee can be asked to do; with a `ban` it may not be, on `article`, refused under `refusal`.

    An act that gives out a certificate lists the words the certificate is known by.
    """

    code: str
    ban: str = ""
    article: str = ""
    refusal: str = ""
    names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What it is called, as a message id."""
        return ACT_LABELS[self.code]


@dataclass(frozen=True)
class HeldField:
    """Something that is on record already: where, and by which words it is known."""

    code: str
    holder: str
    synonyms: tuple[str, ...]


@lru_cache(maxsize=1)
def acts() -> Mapping[str, Act]:
    """Give every act by its code, those that are allowed first."""
    rows = _read("acts.json")["acts"]
    return {row["code"]: Act(**{**row, "names": tuple(row.get("names", ()))}) for row in rows}


@lru_cache(maxsize=1)
def hinting_words() -> Mapping[str, tuple[str, ...]]:
    """Give the words that may hint at a ban, by the ban."""
    return {ban: tuple(words) for ban, words in _read("acts.json")["words"].items()}


@lru_cache(maxsize=1)
def held_fields() -> tuple[HeldField, ...]:
    """Give what is on record already."""
    return tuple(HeldField(row["code"], row["holder"], tuple(row["synonyms"])) for row in _read("held_fields.json"))


def plain_name(text: str) -> str:
    """Write a name so that two ways of writing it are equal: no spaces, no punctuation, one width, one case.

    >>> plain_name("A B：养犬（登记）") == plain_name("ab养犬登记")
    True
    """
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def refused_certificate(name: str, known: Iterable[Act]) -> Act | None:
    """Give the act a committee is not to do that gives out a certificate of this name; None for any other (X-14)."""
    wanted = plain_name(name)
    return next((act for act in known if any(plain_name(word) in wanted for word in act.names)), None)


def holder_of(name: str, held: Iterable[HeldField]) -> str:
    """Give the code of whoever has this on record already; empty where nobody does (X-15)."""
    wanted = plain_name(name)
    return next((row.holder for row in held if any(plain_name(word) in wanted for word in row.synonyms)), "")


def _read(name: str) -> Any:
    return json.loads((_DATA / name).read_text(encoding="utf-8"))
