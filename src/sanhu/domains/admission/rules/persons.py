"""May this person make that move? The same answer for applications, tasks and demands, by the party of the move."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.parties import ADMISSION_ARTICLE, Party
from sanhu.domains.subjects.rules.delegating import NO_DEPUTY_VOTES
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.workflow import Move

NOT_PERMITTED = _("您的岗位没有这项权限")
_DECIDING = frozenset({Party.LEGALITY, Party.FUNDING, Party.EXAMINER, Party.CHAIR, Party.MEMBER})


@dataclass(frozen=True)
class Parties:
    """The bodies concerned: the organ that wants help, the committees it wants it of, and who coordinates.

    `bodies_of_person` are all bodies in which the acting person holds a post in force, whatever post they act through;
    for a deputy, those of whoever is absent too.
    """

    district: str
    organ_id: int
    committee_ids: frozenset[int]
    coordination_id: int | None
    bodies_of_person: frozenset[int] = frozenset()

    @property
    def is_partial(self) -> bool:
        """Whether the acting person belongs to the organ that asks."""
        return self.organ_id in self.bodies_of_person


def may_person(*, parties: Parties, move: Move, actor: Actor) -> Decision:
    """May this person make that move? Nobody decides on what a body asks for in which they hold a post."""
    if move.party == Party.SYSTEM:
        return ALLOWED if actor.kind is ActorKind.SYSTEM else refuse(_("这一步由系统按期限自动记录"))
    if move.party == Party.MEMBER and actor.stands_for is not None:
        return refuse(NO_DEPUTY_VOTES, citations=(move.citation,))
    is_here = actor.kind is ActorKind.POST and actor.district == parties.district
    if not is_here or not actor.may(move.permission):
        return refuse(NOT_PERMITTED, citations=(move.citation,))
    faults = (
        (
            move.party == Party.ORGAN and actor.organisation_id != parties.organ_id,
            _("只有提出要求的部门可以办理这一步"),
        ),
        (
            move.party == Party.COMMITTEE and actor.organisation_id not in parties.committee_ids,
            _("只有被要求协助的居民委员会可以办理这一步"),
        ),
        (
            move.party in {Party.EXAMINER, Party.CHAIR, Party.MEMBER}
            and actor.organisation_id != parties.coordination_id,
            _("只有区社区建设协调管理机构可以办理这一步"),
        ),
        (
            move.party in _DECIDING and parties.is_partial,
            _("您在提出要求的部门任职，应当回避，换岗位也不行"),
        ),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(move.citation or ADMISSION_ARTICLE,)) if reasons else ALLOWED
