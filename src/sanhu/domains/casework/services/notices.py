"""What the reporter is told, through the outbox: number, state and date, never a personal value.

It is told in the installation's own language, not in the one the official reads pages in.
"""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from sanhu.domains.casework.deferring import DeferralKind, Outcome
from sanhu.domains.casework.models import Clock, Contact, Deferral, Matter, Step
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.evidence import outbox
from sanhu.engines.codes.case_numbers import display


def tell_new_state(matter: Matter, step: Step, *, at: datetime) -> None:
    """Tell the reporter that the matter has entered another state."""
    if (contact := _contact_of(matter)) is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext("您反映的事项 %(number)s：%(state)s。凭回执码可查看全部经过。") % {
            "number": display(matter.number),
            "state": gettext(MATTER.state(matter.state).public_label),
        }
    _send(contact, matter, text, key=f"{matter.number}:{step.ordinal}", at=at)


def tell_merged(main: Matter, step: Step, *, at: datetime) -> None:
    """Tell the reporters of the matters merged into one that it has come to its end."""
    for matter in main.merged.all():
        if (contact := _contact_of(matter)) is None:
            continue
        with translation.override(settings.LANGUAGE_CODE):
            text = gettext("您反映的事项 %(number)s 已并入另一件办理，那一件：%(state)s。凭回执码可查看。") % {
                "number": display(matter.number),
                "state": gettext(MATTER.state(main.state).public_label),
            }
        _send(contact, matter, text, key=f"{matter.number}:{main.number}-{step.ordinal}", at=at)


def tell_extension(matter: Matter, deferral: Deferral, *, at: datetime) -> None:
    """Tell the reporter of an extension that was granted: the date as it was, and as it is now."""
    is_granted = deferral.outcome == Outcome.GRANTED and deferral.kind == DeferralKind.EXTENSION
    if not is_granted or deferral.due_before is None or deferral.due_after is None:
        return
    if (contact := _contact_of(matter)) is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext("您反映的事项 %(number)s：办结期限由%(before)s延至%(after)s。原因和依据凭回执码可查看。") % {
            "number": display(matter.number),
            "before": deferral.due_before.isoformat(),
            "after": deferral.due_after.isoformat(),
        }
    _send(contact, matter, text, key=f"{matter.number}:deferral-{deferral.pk}", at=at)


def tell_new_date(matter: Matter, clock: Clock, *, at: datetime) -> None:
    """Tell the reporter that the last day has moved with the calendar."""
    if clock.due_on is None or (contact := _contact_of(matter)) is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext(
            "您反映的事项 %(number)s：因放假安排变动，%(purpose)s期限改为%(day)s。凭回执码可查看全部经过。"
        ) % {
            "number": display(matter.number),
            "purpose": clock.get_purpose_display(),
            "day": clock.due_on.isoformat(),
        }
    _send(contact, matter, text, key=f"{matter.number}:clock-{clock.pk}:{at.isoformat()}", at=at)


def _contact_of(matter: Matter) -> Contact | None:
    return Contact.objects.filter(matter=matter, erased_at__isnull=True).first()


def _send(contact: Contact, matter: Matter, text: str, *, key: str, at: datetime) -> None:
    outbox.enqueue(
        key=key,
        district=matter.district,
        subject_ref=matter.ref,
        channel=contact.channel,
        address=contact.address,
        text=text,
        at=at,
    )
