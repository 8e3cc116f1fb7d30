"""Public matters, and the proof of what the record says about each."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from sanhu.domains.casework import queries
from sanhu.domains.casework.disclosure import disclosure
from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.checkpoints import latest
from sanhu.domains.evidence.proofs import proof_of
from sanhu.domains.places.queries import path_of
from sanhu.portals import clock, site
from sanhu.portals.matters import public_steps
from sanhu.portals.open.fields import PaperNumber
from sanhu.portals.open.filters import MatterFilters, narrowed
from sanhu.portals.open.matter_shapes import MatterPage, PublicMatter, line_of, passed, reported_on, whole
from sanhu.portals.open.operations import told
from sanhu.portals.open.paging import page
from sanhu.portals.open.problems import Problem

router = Router()
NO_PROOF = gettext_noop("现在给不出证明：记录树缺了一部分。")
AFFAIRS = gettext_noop("公开的办件，新的在前")


@router.get("/matters", url_name="matters", **told(AFFAIRS, MatterPage, 404))
def public_matters(request: HttpRequest, filters: Query[MatterFilters]) -> MatterPage:
    """List public matters, newest first."""
    district = site.home_district()
    public = queries.public_matters(district)
    rows, following = page(request, narrowed(public, filters, district=district), filters, known=public)
    return MatterPage(items=[line_of(matter) for matter in rows], next=following)


@router.get("/matters/{number}", url_name="matter", **told(gettext_noop("一件公开的办件"), PublicMatter, 404))
def public_matter(request: HttpRequest, number: Path[PaperNumber]) -> PublicMatter:
    """Show one public matter."""
    del request
    at, found = clock.now(), _found(number)
    names = path_of(found.area_code, reported_on(found))
    return PublicMatter(**whole(found, public_steps(found), names, at=at), **passed(found))


@router.get(
    "/matters/{number}/proof", url_name="proof", **told(gettext_noop("一件办件的记录证明"), dict[str, Any], 404)
)
def proof(request: HttpRequest, number: Path[PaperNumber]) -> dict[str, Any]:
    """Give the proof of what the record says about a public matter, as the verifier reads it."""
    del request
    found, checkpoint = _found(number), latest()
    if checkpoint is None:
        raise Http404
    try:
        return proof_of(found.ref, checkpoint=checkpoint, disclosure=disclosure())
    except LookupError:
        raise Problem(503, (NO_PROOF,)) from None


def _found(number: str) -> Matter:
    return queries.public_matter(site.home_district(), number.replace("-", ""))
