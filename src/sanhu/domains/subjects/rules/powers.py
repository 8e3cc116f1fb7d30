"""Which powers one role may carry: those who keep the system do no business in it, and their three offices stay apart.

三员分立 (GB/T 22239-2019): who manages people cannot give powers, who gives powers cannot read the record of it, and
who reads the record changes nothing. Who oversees looking at personal data cannot look at it.
"""

from collections.abc import Collection

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

# What anybody may carry beside the rest.
SHARED = frozenset({Permission.SUBJECTS_VIEW})
OFFICES = (
    frozenset(
        {
            Permission.SUBJECTS_MANAGE,
            Permission.ACCOUNT_MANAGE,
            Permission.PLACES_IMPORT,
            Permission.CALENDAR_IMPORT,
            Permission.HEALTH_VIEW,
        }
    ),
    frozenset(
        {
            Permission.ROLE_MANAGE,
            Permission.TOKEN_MANAGE,
            Permission.ACCOUNT_UNLOCK,
            Permission.PERSONAL_DATA_ERASE,
            Permission.PERSONAL_DATA_OVERSEE,
        }
    ),
    frozenset({Permission.RECORD_VIEW}),
)
ADMINISTRATION = frozenset().union(*OFFICES)
BUSINESS = frozenset(Permission) - ADMINISTRATION - SHARED


def may_carry(*, is_administrator: bool, permissions: Collection[Permission]) -> Decision:
    """May a role carry these powers together?"""
    wanted = frozenset(permissions)
    offices = [office for office in OFFICES if office & wanted]
    faults = (
        (not wanted, _("角色至少要有一项权限"), ()),
        (is_administrator and bool(wanted & BUSINESS), _("管理员的角色不得有业务权限"), (ADMINISTRATORS,)),
        (is_administrator and not offices, _("管理员的角色须有一项管理权限"), (ADMINISTRATORS,)),
        (
            not is_administrator and bool(wanted & ADMINISTRATION),
            _("业务角色不得有管理员的权限"),
            (ADMINISTRATORS,),
        ),
        (
            is_administrator and len(offices) > 1,
            _("系统、安全、审计三类管理权限不得集中在一个角色"),
            (ADMINISTRATORS,),
        ),
    )
    refusals = [refuse(reason, citations=citations) for is_faulty, reason, citations in faults if is_faulty]
    return all_of(*refusals) if refusals else ALLOWED
