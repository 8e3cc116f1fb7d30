"""What applies to a demand, said so that it can be read out on the phone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.models import Demand
from sanhu.domains.admission.queries.demands import decision_of
from sanhu.domains.admission.terms import Ground
from sanhu.engines.decisions import Decision


@dataclass(frozen=True)
class Verdict:
    """The heading, the one sentence under it, and the refusal where it is one."""

    title: Promise
    words: Promise | str
    decision: Decision | None = None


_HELP: dict[str, tuple[Promise, Promise]] = {
    Ground.ADMITTED: (_("应当协助"), _("这是已准入的协助事项，权、费、事都已到位，不得拒绝。")),
    Ground.STATUTORY: (_("应当协助"), _("这是法律规定居民委员会应当协助的事项，不经准入也不得拒绝。")),
    Ground.EMERGENCY: (
        _("应当协助，先办再补手续"),
        _("突发事件应急，先行协助；部门逾期不补办手续的，转为未经准入的下派。"),
    ),
}


def verdict_of(demand: Demand) -> Verdict:
    """Say what applies: the duty to help, or the notice, which is a refusal only where a local instrument says so."""
    decision = decision_of(demand)
    if decision:
        title, words = _HELP[demand.ground]
        return Verdict(title=title, words=words)
    title = _("可以拒绝承接，已出告知单") if demand.is_refusal else _("请对方先按准入程序申请，已出告知函")
    return Verdict(title=title, words="", decision=decision)
