"""What was said of an application in one round: the three opinions side by side, and the votes of the joint meeting."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from sanhu.domains.admission.models import Application, Opinion, Vote
from sanhu.domains.admission.queries.applications import opinions_of, votes_of
from sanhu.domains.admission.terms import OpinionKind
from sanhu.domains.subjects.models import Organisation


@dataclass(frozen=True)
class OpinionLine:
    """One who is asked, and what they said; None while they have not spoken."""

    who: str
    opinion: Opinion | None


@dataclass(frozen=True)
class OpinionColumn:
    """One of the three checks."""

    kind: str
    label: str | Promise
    lines: list[OpinionLine]


def opinion_columns(
    application: Application, committees: Sequence[Organisation], *, of_round: int | None = None
) -> list[OpinionColumn]:
    """The three checks of a round, this one unless another is asked for; nothing before it was accepted."""
    wanted = application.round if of_round is None else of_round
    said = [opinion for opinion in opinions_of(application) if opinion.round == wanted]
    if not said and application.state not in {"reviewing", "joint_meeting"}:
        return []
    heard = {opinion.committee_id: opinion for opinion in said if opinion.kind == OpinionKind.HEARING}
    still_asked = {committee.pk for committee in committees}
    hearing = [OpinionLine(who=body.name, opinion=heard.get(body.pk)) for body in committees]
    hearing += [
        OpinionLine(who=opinion.committee.name if opinion.committee else "", opinion=opinion)
        for pk, opinion in heard.items()
        if pk not in still_asked
    ]
    return [
        OpinionColumn(kind, OpinionKind(kind).label, [OpinionLine(who="", opinion=_of_kind(said, kind))])
        for kind in (OpinionKind.LEGALITY, OpinionKind.FUNDING)
    ] + [OpinionColumn(OpinionKind.HEARING, OpinionKind.HEARING.label, hearing)]


def _of_kind(said: Sequence[Opinion], kind: str) -> Opinion | None:
    return next((opinion for opinion in said if opinion.kind == kind), None)


def votes_of_round(application: Application) -> list[Vote]:
    """The votes of this round, oldest first."""
    return [vote for vote in votes_of(application) if vote.round == application.round]
