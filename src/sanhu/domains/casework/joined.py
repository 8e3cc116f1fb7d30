"""Reading who joined a matter: how many others there are, and what a joined person's receipt opens."""

from collections.abc import Collection, Mapping

from django.db.models import Count, Q
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.models import Joining, Matter
from sanhu.domains.casework.parties import MERGE_ARTICLE
from sanhu.domains.casework.rules import may_register
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

PUBLIC = "public"
_FOLLOWING = Q(left_at__isnull=True)


def may_join(matter: Matter) -> Decision:
    """May somebody join this matter? One that anybody may see, and that goes on by itself."""
    if not matter.publicity:
        return refuse(_("这件事还没有受理，不能加入；请单独反映"), citations=(MERGE_ARTICLE,))
    if matter.publicity != PUBLIC:
        return refuse(_("这件事不公开，不能加入；请单独反映"), citations=(MERGE_ARTICLE,))
    if not matter.is_open:
        return refuse(_("这件事已经结束，不能再加入；问题还在的，请单独反映"), citations=(MERGE_ARTICLE,))
    return ALLOWED


def may_add(matter: Matter, *, actor: Actor) -> Decision:
    """May this person put somebody down as having joined: themselves, or at the window whoever they register for?"""
    return all_of(may_join(matter), may_register(district=matter.district, location=matter.location, actor=actor))


def joining_by_receipt(stored_hash: str) -> Joining:
    """Give the joining a receipt code's hash belongs to. Raises MatterNotFound, also once its holder has left."""
    found = Joining.objects.filter(_FOLLOWING, receipt_hash=stored_hash)
    joining = found.select_related(
        "matter__item", "matter__duty__item__version__instrument", "matter__lead", "matter__merged_into"
    ).first()
    if joining is None:
        raise MatterNotFound
    return joining


def others_reporting(matter: Matter) -> int:
    """Count who else reports a matter beside its reporter: who joined, and who reported what was merged into it."""
    together = Matter.objects.filter(Q(pk=matter.pk) | Q(merged_into=matter))
    counted = together.aggregate(
        reported=Count("pk", distinct=True),
        joined=Count("joinings", distinct=True, filter=Q(joinings__left_at__isnull=True)),
    )
    return int(counted["reported"]) - 1 + int(counted["joined"])


def joined_counts(keys: Collection[int]) -> Mapping[int, int]:
    """Count who joined each of some matters, in one query; a matter nobody joined is not there."""
    rows = Joining.objects.filter(_FOLLOWING, matter_id__in=keys).order_by().values("matter_id")
    return dict(rows.annotate(count=Count("pk")).values_list("matter_id", "count"))


def to_be_told(matter: Matter) -> list[Joining]:
    """Give who joined a matter and left an address, while the matter is one that anybody may see."""
    if matter.publicity != PUBLIC:
        return []
    return list(Joining.objects.filter(_FOLLOWING, matter=matter).exclude(address="").order_by("pk"))
