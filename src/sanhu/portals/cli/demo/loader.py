"""Loading the demonstration: the district first, then matters one by one, so that a stop in between loses nothing."""

import csv
import os
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.announcements import CalendarRow
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.catalogue.services.calendars import import_calendar
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.evidence.models import Request
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.places.services import draw_cells, import_divisions
from sanhu.domains.subjects.imports import import_organisations, import_people, import_posts
from sanhu.domains.subjects.models import Account, Organisation, Person
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.domains.subjects.services.accounts import open_account
from sanhu.domains.subjects.services.founding import Administrators, found_district
from sanhu.engines.actors import SYSTEM
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.engines.tables import ImportReport
from sanhu.portals import clock
from sanhu.portals.cli.demo.desks import set_up_desks
from sanhu.portals.cli.demo.gate import play_gate
from sanhu.portals.cli.demo.ground import cells
from sanhu.portals.cli.demo.money import play_money
from sanhu.portals.cli.demo.plays import play
from sanhu.portals.cli.demo.story import DISTRICT, registration_id
from sanhu.portals.worker.loop import Duty

OTHER_DISTRICT = "990102"
FOLDER = Path(__file__).parent
_FIRST = 40
_AT_A_TIME = 4
_YEAR = timedelta(days=365)
_INVENTED_DAYS_OFF = ((1, 1), (2, 1), (2, 2), (2, 3), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
# Shown at the start: one person for each kind of work.
_SHOWN = (
    *("0011", "0012", "0021", "0022", "0029", "0031", "0032", "0041"),
    *("0071", "0075", "0023", "0076", "0077", "0078"),  # the gate's: who examines, decides, votes, reviews and pays
    *("0001", "0002", "0003"),
)

Say = Callable[[str], None]


def prepare_demonstration(*, say: Say) -> None:
    """Found the district and load the first matters, unless that was done before."""
    at = clock.now()
    if not Organisation.objects.filter(district=DISTRICT).exists():
        say("Founding the demonstration district 990101 …")
        keep_password(found_demonstration(at=at))
    missing = [number for number in range(_FIRST) if not _is_loaded(number)]
    for done, number in enumerate(missing, start=1):
        play(number, as_of=at)
        if done % 10 == 0 or done == len(missing):
            say(f"  matters: {done} of {len(missing)}")
    told = play_gate(as_of=at)
    if told:
        say(f"  admissions, money and demands: {told}")
    told += _say_money(as_of=at, say=say)
    told += set_up_desks(as_of=at)
    if missing or told:
        sequence(limit=10_000)


def _say_money(*, as_of: datetime, say: Say) -> int:
    told = play_money(as_of=as_of)
    if told:
        say(f"  budgets, statements and public accounts: {told}")
    return told


def rest_of_demonstration() -> tuple[Duty, ...]:
    """The worker's part: the matters beyond the first, a few at a time."""
    return (Duty("demonstration", timedelta(seconds=1), _load_some),) if settings.SANHU_DEMO else ()


def _load_some(at: datetime) -> int:
    if not Organisation.objects.filter(district=DISTRICT).exists():
        return 0
    ids = [registration_id(number) for number in range(settings.SANHU_DEMO_MATTERS)]
    loaded = set(Request.objects.filter(client_id__in=ids).values_list("client_id", flat=True))
    missing = [number for number, client_id in enumerate(ids) if client_id not in loaded][:_AT_A_TIME]
    for number in missing:
        play(number, as_of=at)
    return len(missing)


def _is_loaded(number: int) -> bool:
    return Request.objects.filter(client_id=registration_id(number)).exists()


@transaction.atomic
def found_demonstration(*, at: datetime) -> str:
    """Found both districts as they have been for a year, and give the random password of everybody's account."""
    founded = day_start(legal_day(at - _YEAR))
    for name in ("areas", "streets", "villages"):
        _sound(import_divisions(lines=_lines(FOLDER / f"{name}.csv"), actor=SYSTEM, at=founded, source=f"{name}.csv"))
    for district, folder in ((DISTRICT, FOLDER), (OTHER_DISTRICT, FOLDER / "other")):
        found_district(code=district, actor=SYSTEM, at=founded, administrators=_administrators(folder))
        for importing, name in (
            (import_organisations, "organisations"),
            (import_people, "people"),
            (import_posts, "posts"),
        ):
            _sound(importing(lines=_lines(folder / f"{name}.csv"), district=district, actor=SYSTEM, at=founded))
        instrument = shipped.demonstration_instrument()
        load_catalogue(
            actor=SYSTEM,
            at=founded,
            district=district,
            instrument=register_instrument(actor=SYSTEM, at=founded, district=district, data=instrument),
            in_force_from=legal_day(founded),
        )
    _sound(draw_cells(actor=SYSTEM, at=founded, cells=cells()))
    _look_ahead(at=founded, until=at + timedelta(days=180))
    return _open_accounts(at=at)


def _administrators(folder: Path) -> Administrators:
    with (folder / "administrators.csv").open(encoding="utf-8", newline="") as file:
        return Administrators(**{row["office"]: row["name"] for row in csv.DictReader(file)})


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def _sound(report: ImportReport) -> None:
    if report.faults:
        fault = report.faults[0]
        raise ValueError(f"demonstration data: row {fault.row}, {fault.column}: {fault.reason}")


def _look_ahead(*, at: datetime, until: datetime) -> None:
    """Lend the demonstration an invented calendar where the official one ends, so that it lives on.

    Its source says that it is invented, and it exists only in a demonstration's database; a district refuses (X-17)
    until the real announcement is imported.
    """
    while (last := working_calendar(until).last) < legal_day(until):
        year = last.year + 1
        import_calendar(
            actor=SYSTEM,
            at=at,
            title=f"示范用日历（{year}年，虚构）",
            notice="仅供演示：只有固定日期的假日和一个虚构的春节，不是国务院公布的放假安排，不得用于真实办件。",
            rows=[CalendarRow(day=date(year, month, day), is_working=False) for month, day in _INVENTED_DAYS_OFF],
            year=year,
        )


def _open_accounts(*, at: datetime) -> str:
    """Open an account for everybody in a post, all with one random password: one hash, not one for each."""
    password = secrets.token_urlsafe(9)
    holders = posts_in_force(at).values("person")
    for person in Person.objects.filter(pk__in=holders, account__isnull=True).order_by("pk"):
        open_account(person_id=person.pk, actor=SYSTEM, at=at, is_demonstration=True)
    for account in Account.objects.filter(is_demonstration=False).select_related("person"):
        account.is_demonstration, account.must_change_password = True, False
        account.save(update_fields=["is_demonstration", "must_change_password"])
        record(
            event="account.marked_demonstration",
            actor=SYSTEM,
            at=at,
            subject=f"account:{account.pk}",
            district=account.person.district,
            rows=[account],
        )
    # Passwords are no part of the record, and this one only opens invented posts.
    Account.objects.update(password=make_password(password))
    return password


def _password_file() -> Path:
    return Path(settings.SANHU_DATA) / "demonstration-password.txt"


def keep_password(password: str) -> None:
    """Write the password of everybody's account down beside the database, for its owner alone."""
    path = _password_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(password + "\n")


def sign_ins() -> list[str]:
    """The demonstration's sign-ins, one line for each kind of work."""
    path = _password_file()
    if not path.exists():
        return ["The demonstration's password file is missing; remove the database to start anew."]
    lines = ["", f"Demonstration sign-ins (password of all: {path.read_text(encoding='utf-8').strip()}):"]
    accounts = {
        account.person.staff_number: account
        for account in Account.objects.filter(
            person__district=DISTRICT, person__staff_number__in=_SHOWN
        ).select_related("person")
    }
    posts = {
        post.person_id: post
        for post in posts_in_force(clock.now())
        .filter(person__account__in=[account.pk for account in accounts.values()])
        .select_related("organisation")
        .order_by("-starts_at", "-pk")  # of somebody with two posts, the first one stands
    }
    for number in _SHOWN:
        if number in accounts and (post := posts.get(accounts[number].person_id)):
            account = accounts[number]
            lines.append(f"  {account.username}  {account.person.name}  {post.organisation.name} {post.title}")
    return lines
