"""Issuing letters (文书, H.1): numbered per issuer and year, with a check code that nobody guesses, never changed."""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from sanhu.domains.evidence.models import Letter
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.serials import next_in
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.legal_time import legal_day

ISSUED = "letter.issued"
CODE_LENGTH = 16
_GROUP = 4
# Crockford's alphabet: no I, L, O or U to misread. Sixteen characters of five bits each are eighty bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


@dataclass(frozen=True)
class Body:
    """A body as a letter names it."""

    id: int
    name: str


def issue(
    *,
    district: str,
    kind: str,
    issuer: Body,
    addressee: Body,
    copied_to: Body | None,
    series: str,
    title: str,
    paragraphs: Sequence[str],
    subject_ref: str,
    actor: Actor,
    at: datetime,
) -> Letter:
    """Issue a letter in the caller's transaction, with its entry in the record.

    `series` is the issuer's mark in the document number (机关代字): 翠园居告 gives 翠园居告〔2026〕1号, 2号 and so on,
    beginning anew each year.
    """
    year = legal_day(at).year
    serial = next_in(district=district, kind=_kind_of(series), year=year)
    letter = Letter.objects.create(
        district=district,
        number=f"{series}〔{year}〕{serial}号",
        kind=kind,
        issuer=issuer.name,
        issuer_id=issuer.id,
        addressee=addressee.name,
        addressee_id=addressee.id,
        copied_to=copied_to.name if copied_to else "",
        copied_to_id=copied_to.id if copied_to else None,
        title=title,
        paragraphs=list(paragraphs),
        issued_at=at,
        subject_ref=subject_ref,
        check_code="".join(secrets.choice(_ALPHABET) for _place in range(CODE_LENGTH)),
    )
    facts = {"kind": kind, "number": letter.number, "title": title}
    record(event=ISSUED, actor=actor, at=at, subject=subject_ref, district=district, rows=[letter], facts=facts)
    return letter


def _kind_of(series: str) -> str:
    """Give the serial numbers' own name of a series: two bodies of one mark must not give one number twice."""
    return f"letter:{hashlib.sha256(series.encode()).hexdigest()[:13]}"


def find_letter(check_code: str) -> Letter | None:
    """Give the letter of a check code as somebody typed it off the paper; None when none was issued with it."""
    code = as_issued(check_code)
    return Letter.objects.filter(check_code=code).first() if len(code) == CODE_LENGTH else None


def as_issued(check_code: str) -> str:
    """Read a code as somebody typed it: case, width, dashes, blanks and the letters people misread do not matter.

    >>> as_issued("o1li-abcd efgh－JKMN")
    '0111ABCDEFGHJKMN'
    """
    typed = unicodedata.normalize("NFKC", check_code).upper()
    return "".join(letter for letter in typed if letter.isalnum()).translate(_MISREAD)


def in_groups(check_code: str) -> str:
    """Write a check code so that it can be copied by hand.

    >>> in_groups("0123456789ABCDEF")
    '0123 4567 89AB CDEF'
    """
    return " ".join(check_code[start : start + _GROUP] for start in range(0, len(check_code), _GROUP))


def letters_about(subject_ref: str) -> QuerySet[Letter]:
    """Give the letters about something, oldest first."""
    return Letter.objects.filter(subject_ref=subject_ref).order_by("issued_at", "pk")


def letters_visible_to(actor: Actor) -> QuerySet[Letter]:
    """Give the letters an actor's body wrote, received or got a copy of."""
    if actor.kind is not ActorKind.POST or actor.organisation_id is None:
        return Letter.objects.none()
    body = actor.organisation_id
    mine = Q(issuer_id=body) | Q(addressee_id=body) | Q(copied_to_id=body)
    return Letter.objects.filter(mine, district=actor.district)


def official_date(day: date) -> str:
    """Write a day as official papers do: Arabic numerals, no zeros before them.

    >>> official_date(date(2026, 3, 5))
    '2026年3月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"
