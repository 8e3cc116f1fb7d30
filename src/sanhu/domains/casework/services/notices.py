"""What whoever reported or joined is told, through the outbox: number, state and date, never a personal value.

It is told in the installation's own language, not in the one the official reads pages in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from sanhu.domains.casework.deferring import DeferralKind, Outcome
from sanhu.domains.casework.joined import to_be_told
from sanhu.domains.casework.models import Clock, Contact, Deferral, Matter, Step
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.evidence import outbox
from sanhu.engines.codes.case_numbers import display


@dataclass(frozen=True)
class _Words:
    """One notice as its reporter reads it, and as whoever joined does."""

    to_reporter: str
    to_joined: str


_NEW_STATE = _Words(
    gettext_noop("您反映的事项 %(number)s：%(state)s。凭回执码可查看全部经过。"),
    gettext_noop("您加入的事项 %(number)s：%(state)s。凭您的回执码可查看进展。"),
)
_MERGED = _Words(
    gettext_noop("您反映的事项 %(number)s 已并入另一件办理，那一件：%(state)s。凭回执码可查看。"),
    gettext_noop("您加入的事项 %(number)s 已并入另一件办理，那一件：%(state)s。凭您的回执码可查看。"),
)
_EXTENSION = _Words(
    gettext_noop("您反映的事项 %(number)s：办结期限由%(before)s延至%(after)s。原因和依据凭回执码可查看。"),
    gettext_noop("您加入的事项 %(number)s：办结期限由%(before)s延至%(after)s。原因和依据凭您的回执码可查看。"),
)
_NEW_DATE = _Words(
    gettext_noop("您反映的事项 %(number)s：因放假安排变动，%(purpose)s期限改为%(day)s。凭回执码可查看全部经过。"),
    gettext_noop("您加入的事项 %(number)s：因放假安排变动，%(purpose)s期限改为%(day)s。凭您的回执码可查看进展。"),
)


def tell_new_state(matter: Matter, step: Step, *, at: datetime) -> None:
    """Tell that the matter has entered another state."""
    with translation.override(settings.LANGUAGE_CODE):
        said = {"state": gettext(MATTER.state(matter.state).public_label)}
        _tell(matter, _NEW_STATE, said, key=f"{matter.number}:{step.ordinal}", at=at)


def tell_merged(main: Matter, step: Step, *, at: datetime) -> None:
    """Tell those of the matters merged into one that it has come to its end."""
    with translation.override(settings.LANGUAGE_CODE):
        said = {"state": gettext(MATTER.state(main.state).public_label)}
        for matter in main.merged.all():
            _tell(matter, _MERGED, said, key=f"{matter.number}:{main.number}-{step.ordinal}", at=at)


def tell_extension(matter: Matter, deferral: Deferral, *, at: datetime) -> None:
    """Tell of an extension that was granted: the date as it was, and as it is now."""
    is_granted = deferral.outcome == Outcome.GRANTED and deferral.kind == DeferralKind.EXTENSION
    if not is_granted or deferral.due_before is None or deferral.due_after is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        said = {"before": deferral.due_before.isoformat(), "after": deferral.due_after.isoformat()}
        _tell(matter, _EXTENSION, said, key=f"{matter.number}:deferral-{deferral.pk}", at=at)


def tell_new_date(matter: Matter, clock: Clock, *, at: datetime) -> None:
    """Tell that the last day has moved with the calendar."""
    if clock.due_on is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        said = {"purpose": clock.get_purpose_display(), "day": clock.due_on.isoformat()}
        _tell(matter, _NEW_DATE, said, key=f"{matter.number}:clock-{clock.pk}:{at.isoformat()}", at=at)


@dataclass(frozen=True)
class _Told:
    """One address, and what it stands under: of those who joined, something of their own each."""

    subject_ref: str
    key: str
    channel: str
    address: str
    text: str


def _addresses(matter: Matter, words: _Words, *, key: str) -> Iterator[_Told]:
    contact = Contact.objects.filter(matter=matter, erased_at__isnull=True).first()
    if contact is not None:
        yield _Told(matter.ref, key, contact.channel, contact.address, words.to_reporter)
    for joining in to_be_told(matter):
        yield _Told(joining.ref, f"{key}:{joining.ref}", joining.channel, joining.address, words.to_joined)


def _tell(matter: Matter, words: _Words, said: Mapping[str, str], *, key: str, at: datetime) -> None:
    """Put it into the outbox, for the reporter and for each who joined."""
    for told in _addresses(matter, words, key=key):
        outbox.enqueue(
            key=told.key,
            district=matter.district,
            subject_ref=told.subject_ref,
            channel=told.channel,
            address=told.address,
            text=gettext(told.text) % {"number": display(matter.number), **said},
            at=at,
        )
