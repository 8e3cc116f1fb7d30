"""A form of the desk that writes: it counts once, and what speaks against it stands in the form or above it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.db import IntegrityError, transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from sanhu.domains.evidence import requests
from sanhu.domains.evidence.requests import AlreadyAnsweredError, ConflictError
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.engines.decisions import Decision, Refused, refuse
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting
from sanhu.portals.look.forms import LookForm


class OnceForm(LookForm):
    """A form that carries its own number, so that a second press of the button writes nothing."""

    client_id = forms.UUIDField(label=_("表单编号"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_id", uuid4())

    def asked(self, *, about: str) -> dict[str, object]:
        """What is asked for, and about what, for telling a repetition from another wish."""
        said = {name: str(value) for name, value in self.cleaned_data.items() if name != "client_id"}
        return {"form": type(self).__name__, "about": about, **said}


@dataclass(frozen=True)
class Written:
    """What came of it: a reference to what was written, or why nothing was."""

    ref: str = ""
    decision: Decision | None = None
    status: int = 200

    @property
    def is_done(self) -> bool:
        """Tell whether it was written, now or by the same form before."""
        return self.status == 200


def submit(form: OnceForm, acting: Acting, write: Callable[[], object], *, about: str = "") -> Written:
    """Write what a valid form asks for, once. `write` gives what the answer is called by; `about` names the object.

    A refusal goes to the field it speaks of; one that rests on an article or a code is given back too, to be shown
    whole. What belongs to another district is not found.
    """
    try:
        return Written(ref=_once(form, acting, write, about=about))
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        return _refused(form, refused)
    except ConflictError:
        return conflicting(form)
    except IntegrityError:
        reason = gettext_noop("同样的内容刚刚由别人写入，这一次没有保存；请刷新后再看")
        return Written(decision=refuse(reason), status=409)


def through_service(form: OnceForm, write: Callable[[], object]) -> Written:
    """Write what a valid form asks for through a service that counts the form's number itself; else as `submit`."""
    try:
        return Written(ref=str(write()))
    except Refused as refused:
        return _refused(form, refused)
    except ConflictError:
        return conflicting(form)


def conflicting(form: OnceForm) -> Written:
    """Say that this form was sent before with other words, and give it a number of its own for the next time."""
    assert isinstance(form.data, QueryDict), "a form of a page"
    kept = form.data.copy()
    kept["client_id"] = str(uuid4())
    form.data = kept
    form.add_error(None, _("这张表已经提交过一次，内容不同。先前提交的已经记下；要再改，请核对后重新提交。"))
    return Written(status=409)


def _once(form: OnceForm, acting: Acting, write: Callable[[], object], *, about: str) -> str:
    client_id, asked = form.cleaned_data["client_id"], form.asked(about=about)

    def earlier() -> str | None:
        return requests.answered(client_id=client_id, actor=acting.actor, asked=asked)

    if (known := earlier()) is not None:
        return known
    try:
        with transaction.atomic():
            ref = str(write())
            requests.remember(client_id=client_id, actor=acting.actor, asked=asked, result=ref, at=clock.now())
    except (Refused, IntegrityError, AlreadyAnsweredError):
        # A second press at the same moment meets what the first has just written.
        if (known := earlier()) is not None:
            return known
        raise
    return ref


def _refused(form: forms.Form, refused: Refused) -> Written:
    decision = refused.decision
    if isinstance(refused, FieldRefused) and refused.field in form.fields:
        for reason in decision.reasons:
            form.add_error(refused.field, gettext(reason))
        if not decision.citations and not decision.code:
            return Written(status=422)
    return Written(decision=decision, status=422)
