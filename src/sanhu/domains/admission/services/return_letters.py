"""The letter that tells whoever is concerned what was decided on a return (H.1): Chinese only, naming no person."""

from datetime import datetime

from sanhu.domains.admission.models import ReturnAnswer, ReturnProposal
from sanhu.domains.admission.queries.returns import answers_of
from sanhu.domains.admission.terms import LetterKind
from sanhu.domains.evidence.letters import Body, issue, official_date
from sanhu.domains.evidence.models import Letter
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day

DECISION_TITLE = "关于社区事务回归的决定书"
REJECTION_TITLE = "关于不予社区事务回归的决定书"


def issue_return_letter(proposal: ReturnProposal, *, reason: str, actor: Actor, at: datetime) -> Letter:
    """Write to whoever is to bear it, or to whoever asked in vain, with a copy to the committee or the bearer."""
    is_agreed = proposal.state != "rejected"
    assert actor.organisation_id is not None, "a body decides"
    issuer = Organisation.objects.get(pk=actor.organisation_id)
    addressee = proposal.bearer if is_agreed else proposal.proposer
    copied = proposal.committee if is_agreed else proposal.bearer
    return issue(
        district=proposal.district,
        kind=(LetterKind.RETURN_DECISION if is_agreed else LetterKind.RETURN_REJECTION).value,
        issuer=Body(issuer.pk, issuer.name),
        addressee=Body(addressee.pk, addressee.name),
        copied_to=Body(copied.pk, copied.name) if copied.pk != addressee.pk else None,
        series=f"{issuer.name[:40]}归",
        title=DECISION_TITLE if is_agreed else REJECTION_TITLE,
        paragraphs=[_asked(proposal), _decided(proposal, reason), *(_ordered(proposal) if is_agreed else ())],
        subject_ref=proposal.ref,
        actor=actor,
        at=at,
    )


def _asked(proposal: ReturnProposal) -> str:
    day = official_date(legal_day(proposal.proposed_at))
    task = f"，任务编号{proposal.task.number}" if proposal.task else ""
    item = f"，清单{proposal.item_code}" if proposal.item_code else ""
    return (
        f"{day}，{proposal.proposer.name}建议“{proposal.name}”（{proposal.number}{task}{item}）"
        f"不再由{proposal.committee.name}承担，由{proposal.bearer.name}承担。依据：{proposal.article}。"
    )


def _decided(proposal: ReturnProposal, reason: str) -> str:
    said = "；".join(_said(answer) for answer in answers_of(proposal))
    outcome = "不予回归" if proposal.state == "rejected" else "同意回归"
    why = reason.strip().rstrip("。")
    return f"经征求意见：{said}。经研究，{outcome}（{proposal.document_number}）。理由：{why}。"


def _said(answer: ReturnAnswer) -> str:
    name = answer.organisation.name
    if answer.agrees is None:
        return f"{name}逾期没有答复"
    return f"{name}{'同意' if answer.agrees else '不同意'}（{answer.words.strip().rstrip('。')}）"


def _ordered(proposal: ReturnProposal) -> tuple[str, ...]:
    day = official_date(proposal.transfers_on) if proposal.transfers_on else ""
    moving = f"自{day}起移交。权力：{proposal.power_words.rstrip('。')}。经费：{proposal.money_words.rstrip('。')}。"
    listed = "清单由他人批准修改、新版本施行以后移交。" if proposal.item_code else ""
    return (f"{moving}{listed}移交以后，由我机构核验成效。",)
