"""What a token may carry, for how long, and who may make one.

A person's token acts as that person: whatever takes two persons takes a second one beside them here too. A system's
token does what its post does, but for what a person has to have looked at: it approves nothing and sees no personal
value unmasked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

MOST_DAYS = 366
MOST_NAME = 60

# What the operations under /api/v1/ ask for; nothing else is ever on a token.
OF_THE_API: tuple[Permission, ...] = (
    Permission.MATTER_VIEW,
    Permission.MATTER_REGISTER,
    Permission.MATTER_ACCEPT,
    Permission.MATTER_ASSIGN,
    Permission.MATTER_SIGN,
    Permission.MATTER_HANDLE,
    Permission.MATTER_VERIFY,
    Permission.MATTER_CLOSE,
    Permission.MATTER_EXTEND,
    Permission.MATTER_SUSPEND,
    Permission.MATTER_MERGE,
    Permission.MATTER_URGE,
    Permission.MATTER_SUPERVISE,
    Permission.ADMISSION_VIEW,
    Permission.ADMISSION_APPLY,
    Permission.ADMISSION_EXAMINE,
    Permission.ADMISSION_CHECK_LEGALITY,
    Permission.ADMISSION_CHECK_FUNDING,
    Permission.ADMISSION_HEAR,
    Permission.ADMISSION_VOTE,
    Permission.ADMISSION_DECIDE,
    Permission.TASK_SUSPEND,
    Permission.TASK_HAND_OVER,
    Permission.DEMAND_RECORD,
    Permission.DEMAND_ANSWER,
    Permission.DEMAND_SETTLE,
    Permission.FUNDING_VIEW,
    Permission.FUNDING_OVERSEE,
)
# What a person has to have looked at: approving, judging and voting. No system does that, whoever answers for it.
APPROVING = frozenset(
    {
        Permission.CATALOGUE_APPROVE,
        Permission.MATTER_VERIFY,
        Permission.MATTER_CLOSE,
        Permission.MATTER_EXTEND,
        Permission.MATTER_SUSPEND,
        Permission.MATTER_RULE,
        Permission.MATTER_PUBLISH,
        Permission.ADMISSION_EXAMINE,
        Permission.ADMISSION_CHECK_LEGALITY,
        Permission.ADMISSION_CHECK_FUNDING,
        Permission.ADMISSION_HEAR,
        Permission.ADMISSION_VOTE,
        Permission.ADMISSION_DECIDE,
        Permission.DEMAND_SETTLE,
        Permission.FUNDING_SIGN,
        Permission.FUNDING_CLOSE,
        Permission.FUNDING_DISCLOSE,
    }
)
PERSONAL_DATA = frozenset(permission for permission in Permission if permission.startswith("personal_data."))
NEVER_OF_SYSTEMS = APPROVING | PERSONAL_DATA


def offered(held: Collection[str], *, is_system: bool) -> tuple[Permission, ...]:
    """Give the scopes a token of a post with these permissions may have, in the order they are listed."""
    return tuple(
        permission
        for permission in OF_THE_API
        if permission in held and not (is_system and permission in NEVER_OF_SYSTEMS)
    )


@dataclass(frozen=True)
class Wanted:
    """A token as somebody asks for it."""

    name: str
    scopes: frozenset[str]
    expires_on: date
    is_system: bool


def may_make(wanted: Wanted, *, held: Collection[str], today: date) -> Decision:
    """May a post with these permissions have this token? Every reason against it is given."""
    possible = offered(held, is_system=wanted.is_system)
    faults = (
        (not wanted.name.strip(), _("名称：不能为空")),
        (len(wanted.name) > MOST_NAME, _("名称：不超过 60 个字")),
        (not wanted.scopes, _("令牌的权限：至少选一项")),
        (not wanted.scopes <= set(possible), _("令牌的权限：只能在岗位自己的权限里选")),
        (wanted.expires_on <= today, _("有效期：须晚于今天")),
        (wanted.expires_on > today + timedelta(days=MOST_DAYS), _("有效期：最长 366 天")),
    )
    approving = wanted.is_system and wanted.scopes & {permission.value for permission in NEVER_OF_SYSTEMS}
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    by_system = refuse(_("令牌的权限：系统的令牌不得代人核查、办结、批准、签批、表决或者查看个人信息"))
    return all_of(refuse(*reasons) if reasons else ALLOWED, by_system if approving else ALLOWED)


def may_make_for(*, maker_id: int | None, holder_id: int) -> Decision:
    """May somebody make a system's token for this post? Not for one they hold themselves."""
    if maker_id != holder_id:
        return ALLOWED
    return refuse(_("不能给自己的岗位发放系统令牌"), citations=(ADMINISTRATORS,))
