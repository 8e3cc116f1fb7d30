"""The witness: founds the district, and says after a crash what is missing, doubled or altered.

A process of its own with Django loaded, which answers one JSON line with one JSON line.
"""

import io
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from sanhu.domains.casework.models import Clock, Contact, Matter, Step  # noqa: E402
from sanhu.domains.casework.services import retention  # noqa: E402
from sanhu.domains.casework.services.receipts import receipt_hash  # noqa: E402
from sanhu.domains.catalogue.queries import choosable_duties, current_version  # noqa: E402
from sanhu.domains.evidence.checkpoints import standing  # noqa: E402
from sanhu.domains.evidence.models import Entry, Notice  # noqa: E402
from sanhu.domains.subjects.models import Account  # noqa: E402
from sanhu.engines.legal_time import legal_day  # noqa: E402
from sanhu.portals import clock  # noqa: E402
from sanhu.portals.cli.demo.ground import cells  # noqa: E402
from sanhu.portals.cli.demo.loader import DISTRICT, found_demonstration  # noqa: E402
from sanhu.portals.worker.handed_over import name_of  # noqa: E402

_CLERK, _STREET = f"{DISTRICT}-0011", f"{DISTRICT}001"
_PATIENCE_SECONDS = 60
_EACH_MAIL = re.compile(rb"\n-{79}\n")  # what Django's file backend writes after each message


def found() -> dict[str, Any]:
    """Found the demonstration district in an empty database; give what the load needs to know."""
    call_command("migrate", verbosity=0, skip_checks=True)
    found_demonstration(at=clock.now())
    version = current_version(DISTRICT, legal_day(clock.now()))
    assert version is not None, "just loaded"
    duty = choosable_duties(version).first()
    assert duty is not None, "the demonstration's catalogue has effective items"
    return {
        "communities": sorted({cell.area_code for cell in cells() if cell.area_code.startswith(_STREET)}),
        "duty": duty.pk,
        "session": _signed_in(Account.objects.get(username=_CLERK)),
        "durable": _is_durable(),
    }


def _signed_in(account: Account) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _is_durable() -> bool:
    """Whether a commit is on disk before it is answered, as the connection itself says."""
    asked = (
        {"PRAGMA synchronous": "2", "PRAGMA journal_mode": "wal"}
        if connection.vendor == "sqlite"
        else {"SHOW fsync": "on", "SHOW synchronous_commit": "on", "SHOW full_page_writes": "on"}
    )
    with connection.cursor() as cursor:
        return all(str(cursor.execute(sql).fetchone()[0]) == answer for sql, answer in asked.items())


def settle() -> dict[str, Any]:
    """Wait until the worker has chained every entry and sent every notice."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        tail = Entry.objects.filter(seq__isnull=True).count()
        unsent = Notice.objects.filter(sent_at__isnull=True).count()
        if not (tail or unsent):
            return {"settled": True}
        connection.close()
        time.sleep(0.1)
    return {"settled": False, "tail": tail, "unsent": unsent}


def check(reports: dict[str, list[str]], accepted: list[str]) -> dict[str, Any]:
    """Compare what was acknowledged with what is there. `reports` are receipt and number by client_id."""
    problems = [*_matters(reports), *_wholes(), *_accepted(accepted), *_notices(accepted), *_verified()]
    return {"problems": problems, "mail_copies": sum(_mails().values()) - len(_mails())}


def _matters(reports: dict[str, list[str]]) -> list[str]:
    """Find every acknowledged report under its receipt, and no other."""
    stored = dict(Matter.objects.values_list("receipt_hash", "number"))
    problems = [
        f"{number}: acknowledged, not there"
        for receipt, number in reports.values()
        if stored.get(receipt_hash(receipt)) != number
    ]
    numbers = [number for _receipt, number in reports.values()]
    problems += [f"{number}: one number for two reports" for number, n in Counter(numbers).items() if n > 1]
    problems += [f"{number}: there, and nobody reported it" for number in set(stored.values()) - set(numbers)]
    for day, places in _places_by_day(stored.values()).items():
        if sorted(places) != list(range(1, len(places) + 1)):
            problems.append(f"{day}: the case numbers have gaps")
    return problems


def _places_by_day(numbers: Any) -> dict[str, list[int]]:
    days: dict[str, list[int]] = {}
    for number in numbers:
        days.setdefault(number[6:14], []).append(int(number[14:]))
    return days


def _wholes() -> list[str]:
    """Every matter has its first step, its entry and its clock, each once; and nothing of them is there without it."""
    everyone = set(Matter.objects.values_list("number", flat=True))
    parts = {
        "first step": Step.objects.filter(ordinal=1).values_list("matter__number", flat=True),
        "acceptance clock": Clock.objects.filter(purpose="acceptance").values_list("matter__number", flat=True),
        "entry": [
            ref.removeprefix("matter:")
            for ref in Entry.objects.filter(event="matter.registered").values_list("subject_ref", flat=True)
        ],
    }
    problems = []
    for what, owners in parts.items():
        counted = Counter(owners)
        problems += [f"{number}: without {what}" for number in sorted(everyone - set(counted))]
        problems += [f"{number}: {what}, but no matter" for number in sorted(set(counted) - everyone)]
        problems += [f"{number}: {what} twice" for number, times in counted.items() if times > 1]
    return problems


def _accepted(accepted: list[str]) -> list[str]:
    """Every acknowledged acceptance is there once with its entry and clock; a matter has as many steps as revisions."""
    steps = Counter(Step.objects.filter(move="accept").values_list("matter__number", flat=True))
    entries = Counter(
        ref.removeprefix("matter:")
        for ref in Entry.objects.filter(event="matter.accepted").values_list("subject_ref", flat=True)
    )
    clocks = Counter(Clock.objects.filter(purpose="handling").values_list("matter__number", flat=True))
    problems = [
        f"{number}: accepted {steps[number]} times, {entries[number]} entries, {clocks[number]} clocks"
        for number in accepted
        if (steps[number], entries[number], clocks[number]) != (1, 1, 1)
    ]
    problems += [f"{number}: accepted, and nobody did it" for number in set(steps) - set(accepted)]
    counted = Counter(Step.objects.values_list("matter__number", flat=True))
    revisions = dict(Matter.objects.values_list("number", "revision"))
    problems += [f"{number}: steps and revision differ" for number in revisions if counted[number] != revisions[number]]
    return problems


def _notices(accepted: list[str]) -> list[str]:
    """Every notice was sent: texts were fetched by the gateway exactly once, mails left under one Message-ID each."""
    notices = list(Notice.objects.all())
    fetched, mails = _fetched(), _mails()
    out = {"sms": fetched, "email": mails}
    problems = [f"{notice.key}: not sent" for notice in notices if notice.sent_at is None]
    problems += [
        f"{notice.key}: {notice.channel} not handed over"
        for notice in notices
        if not out[notice.channel][name_of(notice)]
    ]
    problems += [f"text {name} was handed over {times} times" for name, times in fetched.items() if times > 1]
    known = {name_of(notice) for notice in notices}
    problems += [f"{name}: left, and there is no such notice" for name in (set(fetched) | set(mails)) - known]
    told = {notice.subject_ref.removeprefix("matter:") for notice in notices}
    problems += [f"{number}: told, though not accepted" for number in told - set(accepted)]
    return problems


def _fetched() -> Counter[str]:
    """Count what the gateway fetched, by the notice's name."""
    folder = Path(settings.SANHU_DATA) / "gateway"
    return Counter(file.name.partition(".")[0] for file in folder.glob("*")) if folder.exists() else Counter()


def _mails() -> Counter[str]:
    """Count the mails that left, by the notice's name in their Message-ID."""
    folder, names = Path(settings.EMAIL_FILE_PATH), Counter[str]()
    for file in folder.glob("*.log") if folder.exists() else ():
        for text in _EACH_MAIL.split(file.read_bytes()):
            if text.strip():
                names[str(message_from_bytes(text, policy=default)["Message-ID"]).strip("<>").partition("@")[0]] += 1
    return names


def erase() -> dict[str, Any]:
    """Erase one reporter's contact, as the end of its period does; say whose."""
    contact = Contact.objects.filter(erased_at__isnull=True).select_related("matter").first()
    assert contact is not None, "some of the load wants to be told"
    assert retention._erase(contact.pk, at=clock.now())
    return {"subject": contact.matter.ref, "row": contact.row_ref}


def stand() -> dict[str, Any]:
    """Say where the record stands."""
    here = standing()
    return {"size": here.size, "root": here.root.hex(), "matters": Matter.objects.count()}


def prove() -> dict[str, Any]:
    """Say where the record stands, and what verifying finds."""
    return stand() | {"problems": _verified()}


def _verified() -> list[str]:
    out = io.StringIO()
    try:
        call_command("verify", "--json", stdout=out, stderr=io.StringIO())
    except SystemExit:
        told = json.loads(out.getvalue())
        return [f"sanhu verify: {told['count']} findings, first {told['first']}"]
    return []


_ASKED: dict[str, Callable[..., dict[str, Any]]] = {
    "found": found,
    "settle": settle,
    "check": check,
    "erase": erase,
    "stand": stand,
    "prove": prove,
}


def main() -> None:
    """Answer until there is nothing more to answer."""
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _ASKED[asked.pop("do")](**asked)
        connection.close()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
