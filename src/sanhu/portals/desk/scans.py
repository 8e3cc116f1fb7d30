"""Scans of papers that go with a form: kept while the form is still being filled in, so that none is lost."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sanhu.domains.evidence.attachments import drafts_of, keep_draft, take_photo
from sanhu.domains.evidence.models import Attachment
from sanhu.engines.decisions import Decision, Refused
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting
from sanhu.portals.reporting import PhotosField


class ScansForm(forms.Form):
    """What a form with scans carries; put it beside the form of the house. Whether there are any, the service says."""

    scans = PhotosField(
        label=_("凭证扫描件"),
        help_text=_("至少一张，最多三张，JPEG、PNG 或 WebP，每张不超过 10 MB。"),
    )
    draft_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("draft_id", uuid4())

    @property
    def kept(self) -> list[Attachment]:
        """The scans that are with us already."""
        draft_id = _uuid(str(self["draft_id"].value()))
        return drafts_of(draft_id) if self.is_bound and draft_id else []


def keep_scans(request: HttpRequest, acting: Acting) -> list[Decision]:
    """Take what was uploaded with a form, keep what is good, and say of each other one why not."""
    draft_id = _uuid(request.POST.get("draft_id", ""))
    if draft_id is None:
        return []
    refusals, good = [], []
    for upload in request.FILES.getlist("scans"):
        assert isinstance(upload, UploadedFile), "uploads are files"
        try:
            good.append(take_photo(data=upload.read(), claimed_type=upload.content_type or "", name=upload.name or ""))
        except Refused as refused:
            refusals.append(refused.decision)
    if good:
        try:
            with transaction.atomic():
                keep_draft(
                    draft_id=draft_id,
                    district=acting.actor.district,
                    photos=good,
                    actor=acting.actor,
                    at=clock.now(),
                )
        except Refused as refused:
            refusals.append(refused.decision)
    return refusals


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
