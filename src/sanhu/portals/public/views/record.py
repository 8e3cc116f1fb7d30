"""How anybody can check the record: its signed checkpoint, the key, the verifier, a proof for each public matter."""

from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.casework import queries
from sanhu.domains.casework.disclosure import disclosure
from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.evidence.checkpoints import latest, standing
from sanhu.domains.evidence.models import Checkpoint
from sanhu.domains.evidence.proofs import proof_of
from sanhu.domains.evidence.record import lines_of
from sanhu.engines.checkpoints import fingerprint, read_note
from sanhu.engines.codes.case_numbers import display
from sanhu.portals import record_key, site
from sanhu.portals.public.page import public_page
from sanhu.portals.record_keeping import VERIFIER, public_key

_LONGEST_SIZE = 12  # digits: more entries than any district ever writes


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """Explain in plain words how the record is checked, and give what it takes."""
    key, checkpoint = public_key(), latest()
    return public_page(
        request,
        "record",
        {
            "standing": standing(),
            "checkpoint": checkpoint,
            "root": read_note(checkpoint.note).root.hex() if checkpoint else "",
            "fingerprint": fingerprint(key) if key else "",
            "every": settings.SANHU_CHECKPOINT_GROWN_MINUTES,
        },
    )


@require_safe
def checkpoint_txt(request: HttpRequest) -> HttpResponse:
    """Give the newest signed note, for whoever keeps one every now and then."""
    del request
    newest = latest()
    if newest is None:
        raise Http404
    return HttpResponse(newest.note, content_type="text/plain; charset=utf-8")


@require_safe
def public_key_pem(request: HttpRequest) -> HttpResponse:
    """Give the public key that belongs to the signatures."""
    del request
    if public_key() is None:
        raise Http404
    pem = record_key.public_path(settings.SANHU_RECORD_KEY_FILE).read_bytes()
    return HttpResponse(pem, content_type="application/x-pem-file")


@require_safe
def verifier_py(request: HttpRequest) -> HttpResponse:
    """Give the verifier: one file for any Python, short enough to be read first."""
    del request
    return HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")


@require_safe
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """Show one public matter's entries, and how each is checked."""
    matter, checkpoint = _public_matter(number), latest()
    try:
        entries = _proof(matter, checkpoint, None)["entries"] if checkpoint else []
    except LookupError:
        entries = None
    words = dict(MatterEvent.choices)
    proven = {entry["seq"] for entry in entries or []}
    lines = [(line, words.get(line.event, _("其他记录")), line.seq in proven) for line in lines_of(matter.ref)]
    return public_page(
        request,
        "proof",
        {
            "matter": matter,
            "checkpoint": checkpoint,
            "lines": lines,
            "is_damaged": entries is None,
            "steps": len(entries[0]["path"]) if entries else 0,
            "every": settings.SANHU_CHECKPOINT_GROWN_MINUTES,
            "crumbs": [
                (_("办理公开"), reverse("public:matters")),
                (display(matter.number), reverse("public:matter", args=[matter.number])),
            ],
        },
    )


@require_safe
def proof_json(request: HttpRequest, number: str) -> HttpResponse:
    """Give the proof as a file; `?since=SIZE` adds that the tree grew out of the checkpoint of that size."""
    matter, checkpoint = _public_matter(number), latest()
    if checkpoint is None:
        raise Http404
    try:
        found = _proof(matter, checkpoint, _since(request))
    except LookupError:
        return HttpResponse(
            _("现在给不出证明：记录树缺了一部分。"), status=503, content_type="text/plain; charset=utf-8"
        )
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="proof-{matter.number}.json"'
    return answer


def _public_matter(number: str) -> Matter:
    try:
        return queries.public_matter(site.home_district(), number.replace("-", ""))
    except MatterNotFound:
        raise Http404 from None


def _since(request: HttpRequest) -> Checkpoint | None:
    asked = request.GET.get("since", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _LONGEST_SIZE):
        raise BadRequest("since is the size of an earlier checkpoint, a number")
    found = Checkpoint.objects.filter(size=int(asked)).order_by("at").first()
    if found is None:
        raise Http404
    return found


def _proof(matter: Matter, checkpoint: Checkpoint, since: Checkpoint | None) -> dict[str, Any]:
    return proof_of(matter.ref, checkpoint=checkpoint, disclosure=disclosure(), since=since)
