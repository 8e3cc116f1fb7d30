"""Sending a form to a service that tells a repetition itself: what came of it, with faults at the fields they name."""

import re
from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext

from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.engines.decisions import Decision, Refused
from sanhu.portals.desk.submitting import OnceForm, Written, conflicting
from sanhu.portals.look.forms import NAMES_ITSELF


class SentForm(OnceForm):
    """A form whose service is asked once by the form's own number.

    A refusal names what it speaks of before a colon (金额：必须大于 0); `named` says which field that is.
    """

    named: Mapping[str, str] = {}

    def field_of(self, reason: str) -> str:
        """Give the field a reason speaks of; empty where it speaks of the whole.

        A reason is Chinese until it is shown, but what has figures in it was put together in the reader's language.
        """
        before, *rest = re.split("[：:]", reason, maxsplit=1)
        known = (field for label, field in self.named.items() if before in {label, gettext(label)})
        name = next(known, "") if rest else ""
        return name if name in self.fields else ""


def send(form: SentForm, write: Callable[[], object]) -> Written:
    """Ask a service for what a valid form says. Stale forms are the caller's: only the page knows what happened."""
    try:
        return Written(ref=str(write()))
    except (GateNotFound, MatterNotFound):
        raise Http404 from None
    except Refused as refused:
        return Written(decision=placed(form, refused), status=422)
    except ConflictError:
        return conflicting(form)


def placed(form: SentForm, refused: Refused) -> Decision | None:
    """Put each reason at its field; give what is to be shown above: nothing where the fields say it all.

    A single reason takes its articles along. Several with articles, and what has a code, are shown whole all the same:
    they are more than a slip of the pen.
    """
    decision = refused.decision
    by_name = refused.field if isinstance(refused, FieldRefused) and _is_shown(form, refused.field) else ""
    is_short = not decision.code and (len(decision.reasons) == 1 or not decision.citations)
    targets = []
    for reason in decision.reasons:
        named = form.field_of(reason)
        targets.append(named or by_name)
        if named or by_name:
            words = _with_articles(reason, decision.citations if is_short else ())
            form.add_error(named or by_name, ValidationError(words, code=NAMES_ITSELF if named else ""))
    return None if all(targets) and is_short else decision


def _with_articles(reason: str, citations: tuple[str, ...]) -> str:
    if not citations:
        return gettext(reason)
    articles = gettext("；").join(map(gettext, citations))
    return gettext("%(reason)s（%(articles)s）") % {"reason": gettext(reason), "articles": articles}


def _is_shown(form: SentForm, name: str) -> bool:
    return name in form.fields and not form[name].is_hidden
