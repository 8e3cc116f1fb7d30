"""`sanhu district`: found a district in an empty database; give an administrator a new password, or second factor."""

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.queries import accounts_visible_to
from sanhu.domains.subjects.rules.signing_in import ResetReason
from sanhu.domains.subjects.services.accounts import issue_password
from sanhu.domains.subjects.services.founding import (
    AUDIT_OFFICE,
    SECURITY_OFFICE,
    SYSTEM_OFFICE,
    Administrators,
    FirstSignIn,
    FoundedDistrict,
    found_district,
)
from sanhu.domains.subjects.services.second_factors import reset_second_factor
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from sanhu.engines.tables import Column, Fault, Wrong, decoded, read_rows
from sanhu.portals import clock
from sanhu.portals.cli import first_passwords

REFUSED = 1
BAD_USAGE = 2

_OFFICES = {"system": SYSTEM_OFFICE, "security": SECURITY_OFFICE, "audit": AUDIT_OFFICE}


def _office(cell: str) -> str | Wrong:
    titles = {office.title: key for key, office in _OFFICES.items()}
    key = titles.get(cell, cell)
    return key if key in _OFFICES else Wrong(gettext_noop("职位应为 system、security 或者 audit"))


ADMINISTRATOR_COLUMNS = (
    Column("office", "职位", required=True, check=_office),
    Column("name", "姓名", required=True),
)


class Command(BaseCommand):
    """Found a district: its two first bodies, three administrators, the roles and the catalogue's first version."""

    help = "Found a district, give a new one-time password, or reset a second factor."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what can be done."""
        ways = parser.add_subparsers(dest="way", required=True, metavar="create|password|second-factor")
        create = ways.add_parser("create", help="found a district in this database")
        create.add_argument("code", help="the district's six digits, as in 110101")
        create.add_argument("--name", default="", help="its name; by default what the imported divisions say")
        create.add_argument("--administrators", type=Path, metavar="FILE", help="a CSV file: office,name")
        for key, office in _OFFICES.items():
            create.add_argument(
                f"--{key}", metavar="NAME", help=f"the name of the {key} administrator ({office.title})"
            )
        create.add_argument("--json", action="store_true", help="answer in JSON")
        password = ways.add_parser("password", help="give an account a new one-time password")
        password.add_argument("username", help="the sign-in name, as in 110101-0001")
        password.add_argument("--json", action="store_true", help="answer in JSON")

        second = ways.add_parser("second-factor", help="reset an account's second factor, an administrator's too")
        second.add_argument("username", help="the sign-in name, as in 110101-0001")
        second.add_argument("--reason", required=True, choices=ResetReason.values, help="why it is reset")
        second.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Do what was asked; refuse with exit code 1."""
        asked = Namespace(**options)
        ways = {"create": _create, "password": _password, "second-factor": _second_factor}
        do: Callable[[Namespace], dict[str, Any]] = ways[asked.way]
        try:
            answer = do(asked)
        except Refused as refused:
            reasons = [gettext(reason) for reason in refused.decision.reasons]
            if asked.json:
                self.stdout.write(json.dumps({"refused": reasons, "code": refused.decision.code}, ensure_ascii=False))
            raise CommandError("；".join(reasons), returncode=REFUSED) from refused
        except FileExistsError as fault:
            message = gettext("密码文件已经存在，请先收好并移走：%(path)s") % {"path": fault.filename}
            raise CommandError(message, returncode=REFUSED) from fault
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if asked.json else _as_text(answer))


def _create(asked: Namespace) -> dict[str, Any]:
    administrators = _administrators(asked)
    at = clock.now()
    path = first_passwords.path_of(settings.SANHU_DATA, asked.code)
    with transaction.atomic():
        founded = found_district(code=asked.code, name=asked.name, administrators=administrators, actor=SYSTEM, at=at)
        catalogue = load_catalogue(district=founded.district, actor=SYSTEM, at=at)
        # Last, and within the transaction: either the district stands and its passwords lie there, or neither.
        first_passwords.write(path, founded.sign_ins)
    return _founded(founded, path) | {
        "catalogue": {"version": catalogue.version.number, "findings": len(catalogue.findings)},
        "next": [
            "sanhu import divisions FILE",
            *(
                f"sanhu import {kind} FILE --district {founded.district}"
                for kind in ("organisations", "people", "posts")
            ),
        ],
    }


def _founded(founded: FoundedDistrict, path: Path) -> dict[str, Any]:
    return {
        "district": founded.district,
        "name": founded.name,
        "bodies": [body.name for body in founded.bodies],
        "accounts": [{"username": one.username, "role": one.role, "name": one.name} for one in founded.sign_ins],
        "passwords": str(path),
    }


def _password(asked: Namespace) -> dict[str, Any]:
    account = _account(asked.username)
    path = first_passwords.path_of(settings.SANHU_DATA, account.username)
    with transaction.atomic():
        password = issue_password(account_id=account.pk, actor=SYSTEM, at=clock.now())
        name = account.person.name
        first_passwords.write(path, [FirstSignIn(username=account.username, role="", name=name, password=password)])
    return {"username": account.username, "passwords": str(path)}


def _second_factor(asked: Namespace) -> dict[str, Any]:
    account = _account(asked.username)
    reset_second_factor(account_id=account.pk, reason=ResetReason(asked.reason), actor=SYSTEM, at=clock.now())
    return {"username": account.username, "second_factor": "reset"}


def _account(username: str) -> Account:
    account = accounts_visible_to(SYSTEM).filter(username=username.strip().lower()).first()
    if account is None:
        raise CommandError(gettext("没有这个账号：%(username)s") % {"username": username}, returncode=REFUSED)
    return account


def _administrators(asked: Namespace) -> Administrators:
    named = {key: name for key in _OFFICES if (name := getattr(asked, key))}
    if asked.administrators is None:
        return Administrators(**named)
    if named:
        raise CommandError(gettext("管理员要么写在文件里，要么逐个写明，不要两样都用"), returncode=BAD_USAGE)
    return Administrators(**_from_file(asked.administrators))


def _from_file(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as lines:
            rows = list(read_rows(decoded(lines), ADMINISTRATOR_COLUMNS))
    except OSError as fault:
        message = gettext("文件打不开：%(why)s") % {"why": fault.strerror}
        raise CommandError(message, returncode=BAD_USAGE) from fault
    faults = [row for row in rows if isinstance(row, Fault)]
    if faults:
        said = [gettext("第 %(row)s 行 %(column)s") % {"row": fault.row, "column": fault.column} for fault in faults]
        lines_of_text = [
            f"{place.rstrip()}: {gettext(fault.reason)}" for place, fault in zip(said, faults, strict=True)
        ]
        raise CommandError("\n".join(lines_of_text), returncode=REFUSED)
    names = {row["office"]: row["name"] for row in rows if not isinstance(row, Fault)}
    if set(names) != set(_OFFICES):
        raise CommandError(gettext("文件里须有系统、安全、审计三名管理员"), returncode=REFUSED)
    return names


def _as_text(answer: dict[str, Any]) -> str:
    if "second_factor" in answer:
        return gettext("%(username)s 的第二重验证已重置，所有登录已结束。") % answer
    lines = []
    if "district" in answer:
        lines += [gettext("已建立 %(district)s %(name)s。") % answer, *answer["bodies"]]
        lines += [f"{one['username']}  {one['role']}  {one['name']}" for one in answer["accounts"]]
        lines.append(
            gettext("已载入事务清单第 %(version)s 版，%(findings)s 处不合规则，没有载入。") % answer["catalogue"]
        )
    lines.append(gettext("一次性密码在 %(passwords)s，只有您能读；交给本人以后请删除。") % answer)
    if "next" in answer:
        lines += [gettext("接下来："), *(f"  {command}" for command in answer["next"])]
    return "\n".join(lines)
