"""The decision key (R17, B.0): seven questions, asked in order, of which the first answered yes gives the class."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sanhu.domains.catalogue.rules import AffairClass, Estate, Nature


class KeyQuestion(StrEnum):
    """The questions of the decision key, in the order they are asked; the first answered yes decides (R17, B.0)."""

    PUBLIC_POWER = "public_power"
    TEMPORARY_OR_SPECIALIST = "temporary_or_specialist"
    ORGANISATIONAL = "organisational"
    COMMODITY_ESTATE = "commodity_estate"
    NON_COMMODITY_ESTATE = "non_commodity_estate"
    ENTITLEMENT_OR_BOUGHT = "entitlement_or_bought"
    VOLUNTARY = "voluntary"

    @property
    def label(self) -> Promise:
        """The question as a person is asked it."""
        return _KEY_LABELS[self]

    @property
    def leads_to(self) -> AffairClass:
        """The class a yes gives."""
        return _KEY_CLASSES[self]

    def is_answered_by(self, nature: Nature) -> bool:
        """Tell whether it is answered yes."""
        return {
            KeyQuestion.PUBLIC_POWER: nature.needs_public_power,
            KeyQuestion.TEMPORARY_OR_SPECIALIST: nature.is_temporary_or_specialist,
            KeyQuestion.ORGANISATIONAL: nature.is_organisational,
            KeyQuestion.COMMODITY_ESTATE: nature.estate is Estate.COMMODITY,
            KeyQuestion.NON_COMMODITY_ESTATE: nature.estate is Estate.NON_COMMODITY,
            KeyQuestion.ENTITLEMENT_OR_BOUGHT: nature.is_entitlement_or_bought,
            KeyQuestion.VOLUNTARY: nature.is_voluntary_between_residents,
        }[self]


_KEY_LABELS: Mapping[KeyQuestion, Promise] = {
    KeyQuestion.PUBLIC_POWER: gettext_lazy("需要动用公权力（处罚、强制、许可、对人的监管）"),
    KeyQuestion.TEMPORARY_OR_SPECIALIST: gettext_lazy("有截止日期，或者由专门单位办理，或者是一次性的专项工作"),
    KeyQuestion.ORGANISATIONAL: gettext_lazy("是社区组织的选举、会议、组织、公开、审计或者人事"),
    KeyQuestion.COMMODITY_ESTATE: gettext_lazy("是商品房小区业主共有部分或者共同事务"),
    KeyQuestion.NON_COMMODITY_ESTATE: gettext_lazy("是公房、单位房、无物业的老旧小区或者安置房的共用部分或者共同事务"),
    KeyQuestion.ENTITLEMENT_OR_BOUGHT: gettext_lazy("是国家给予个人或者家庭的待遇，或者政府购买的服务"),
    KeyQuestion.VOLUNTARY: gettext_lazy("是居民之间自愿、无偿的互助"),
}

_KEY_CLASSES: Mapping[KeyQuestion, AffairClass] = {
    KeyQuestion.PUBLIC_POWER: AffairClass.K1,
    KeyQuestion.TEMPORARY_OR_SPECIALIST: AffairClass.K7,
    KeyQuestion.ORGANISATIONAL: AffairClass.K6,
    KeyQuestion.COMMODITY_ESTATE: AffairClass.K3,
    KeyQuestion.NON_COMMODITY_ESTATE: AffairClass.K4,
    KeyQuestion.ENTITLEMENT_OR_BOUGHT: AffairClass.K2,
    KeyQuestion.VOLUNTARY: AffairClass.K5,
}


@dataclass(frozen=True)
class Proposed:
    """What the decision key proposes and why: the question that decided, and those answered no before it.

    Without a deciding question there is no class: so far it is no community affair. `also` are the later questions
    answered yes as well: the item may have to be split into tasks of one class each.
    """

    affair_class: AffairClass | None
    decided_by: KeyQuestion | None
    passed: tuple[KeyQuestion, ...]
    also: tuple[KeyQuestion, ...]


def propose_class(nature: Nature) -> Proposed:
    """Ask the decision key, and keep what each question said.

    >>> propose_class(Nature(is_temporary_or_specialist=True, is_entitlement_or_bought=True)).also
    (<KeyQuestion.ENTITLEMENT_OR_BOUGHT: 'entitlement_or_bought'>,)
    """
    questions = tuple(KeyQuestion)
    decided_by = explain(nature)
    place = questions.index(decided_by) if decided_by else len(questions)
    return Proposed(
        affair_class=decided_by.leads_to if decided_by else None,
        decided_by=decided_by,
        passed=questions[:place],
        also=tuple(question for question in questions[place + 1 :] if question.is_answered_by(nature)),
    )


def explain(nature: Nature) -> KeyQuestion | None:
    """Say which question of the decision key decides; None where none is answered yes."""
    return next((question for question in KeyQuestion if question.is_answered_by(nature)), None)


def classify(nature: Nature) -> AffairClass | None:
    """Find the class by the decision key; the first question answered yes decides. None: no community affair so far.

    >>> classify(Nature(is_temporary_or_specialist=True, is_entitlement_or_bought=True))
    <AffairClass.K7: 'K7'>
    """
    decided_by = explain(nature)
    return decided_by.leads_to if decided_by else None
