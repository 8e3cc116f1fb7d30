"""`sanhu roles`: what this version's roles may do that the district's may not yet, and giving it to them."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.domains.subjects.models import Role
from sanhu.domains.subjects.services.powers import set_permissions
from sanhu.domains.subjects.services.roles import load_roles, shipped_roles
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from sanhu.portals import clock

REFUSED = 1


class Command(BaseCommand):
    """Compare the roles that ship with the district's, and add what they lack. Nothing is ever taken away.

    What a district took from a role on purpose shows as lacking too, so roles are named one by one, or `--all` is said.
    """

    help = "Show which permissions and roles of this version the district's roles lack, and add them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which roles are to have what they lack."""
        parser.add_argument("--add", nargs="+", default=[], metavar="ROLE", help="give these roles what they lack")
        parser.add_argument("--all", action="store_true", help="give it to all of them, and add roles that are new")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Add what was asked for, then show what is lacking still."""
        before, new = _lacking()
        wanted = sorted(before) if options["all"] else options["add"]
        if unknown := sorted(set(wanted) - set(before)):
            raise CommandError(
                gettext("这些角色不缺什么，或者没有：%(codes)s") % {"codes": ", ".join(unknown)}, returncode=REFUSED
            )
        try:
            for code in wanted:
                _give(code, before[code])
            added = load_roles(actor=SYSTEM, at=clock.now()) if options["all"] and new else []
        except Refused as refused:
            raise CommandError("；".join(map(gettext, refused.decision.reasons)), returncode=REFUSED) from refused
        given = {code: before[code] for code in wanted}
        lacking, new = _lacking()
        if options["json"]:
            answer = {"given": given, "added": added, "lacking": lacking, "new": new}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for title, rows in ((gettext("已经补上"), given), (gettext("还缺"), lacking)):
            for code, permissions in rows.items():
                self.stdout.write(f"{title}  {code}: {', '.join(permissions)}")
        for title, codes in ((gettext("已经新增角色"), added), (gettext("本区没有的角色"), new)):
            if codes:
                self.stdout.write(f"{title}  {', '.join(codes)}")
        if not lacking and not new:
            self.stdout.write(gettext("本区的角色什么都不缺。"))


def _lacking() -> tuple[dict[str, list[str]], list[str]]:
    """Give what each role of the district lacks of those that ship, and the roles it lacks whole."""
    carried = {code: set(permissions) for code, permissions in Role.objects.values_list("code", "permissions")}
    shipped = shipped_roles()
    lacks = {
        role.code: [one for one in role.permissions if one not in carried[role.code]]
        for role in shipped
        if role.code in carried
    }
    return {code: found for code, found in lacks.items() if found}, [
        role.code for role in shipped if role.code not in carried
    ]


def _give(code: str, permissions: list[str]) -> None:
    """Add to what a role carries; the entry tells before and after."""
    carried = Role.objects.values_list("permissions", flat=True).get(code=code)
    set_permissions(
        role=code,
        permissions=[*carried, *permissions],
        reason=gettext("升级后补上新版本的权限（sanhu roles）"),
        actor=SYSTEM,
        at=clock.now(),
    )
