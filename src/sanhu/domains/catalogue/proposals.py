"""May a proposal to change the catalogue move, may this person move it, and how it is put on a newer version (R32)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.tables import AMEND_ARTICLE, APPROVER, PROPOSAL
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.workflow import Move

# What keeps a new or changed row out of the catalogue; whatever else is found leaves the item a draft.
BLOCKING = frozenset({"X-01", "X-02", "X-03", "X-04", "X-06", "X-14", "X-15"})


OUTDATED = _("清单已有新版本：请把修改建议改以最新版本为底本，或者撤回")
UP_TO_DATE = _("修改建议已经以最新版本为底本")


def check_base(move: str, *, is_newest: bool) -> Decision:
    """Only a proposal on the newest version is approved, and only one on an older is put on the newest."""
    reason = {"approve": "" if is_newest else OUTDATED, "rebase": UP_TO_DATE if is_newest else ""}.get(move, "")
    return refuse(reason, citations=(AMEND_ARTICLE,)) if reason else ALLOWED


def may_move(*, state: str, district: str, authors: Collection[int], move: str, actor: Actor) -> Decision:
    """May the proposal make this move, and may this person make it? Nobody decides on what they had a hand in."""
    allowed = PROPOSAL.may_move(state=state, move=move)
    if not allowed:
        return refuse(*allowed.reasons, citations=(AMEND_ARTICLE,))
    made = PROPOSAL.move(move)
    if made.party != APPROVER and actor.kind is ActorKind.SYSTEM:
        return ALLOWED
    reason = _against(made, district, frozenset(authors), actor)
    return refuse(reason, citations=(AMEND_ARTICLE,)) if reason else ALLOWED


def _against(move: Move, district: str, authors: frozenset[int], actor: Actor) -> str:
    """What speaks against this person, as a message id."""
    decides = move.party == APPROVER
    faults = (
        (actor.kind is not ActorKind.POST or not actor.may(move.permission), _("您的岗位没有这项权限")),
        (actor.district != district, _("不在您的辖区")),
        (decides and not actor.persons, _("批准清单的修改须由本人作出")),
        (
            decides and bool(actor.persons & authors),
            _("起草、改动或者提交这份修改建议的人不能批准它，换岗位、代理都不行"),
        ),
    )
    return next((reason for is_faulty, reason in faults if is_faulty), "")


@dataclass(frozen=True)
class Merged:
    """A proposal put on a newer version; `conflicts` are the items both had changed, each in its own way."""

    rows: tuple[ItemRow, ...]
    conflicts: tuple[str, ...]


def merge(*, base: Iterable[ItemRow], newest: Iterable[ItemRow], wanted: Iterable[ItemRow]) -> Merged:
    """Put what `wanted` changed in `base` into `newest`. An item both changed otherwise is a conflict."""
    old, new, mine = ({row.code: row for row in rows} for rows in (base, newest, wanted))
    conflicts = []
    merged = dict(new)
    for code in [*new, *(code for code in mine if code not in new), *(code for code in old if code not in new)]:
        if mine.get(code) == old.get(code):
            continue
        if new.get(code) not in (old.get(code), mine.get(code)):
            conflicts.append(code)
        elif code in mine:
            merged[code] = mine[code]
        else:
            merged.pop(code, None)
    return Merged(tuple(merged.values()), tuple(dict.fromkeys(conflicts)))
