"""Reporting a problem: one page, no account, no JavaScript, nothing lost on the way."""

from dataclasses import dataclass
from math import isfinite
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.casework.services.intake import Registered, Report, is_registered, register
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.evidence.attachments import drafts_of
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.places.queries import cell_at, cells_of, district_map, name_of
from sanhu.engines.actors import resident
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from sanhu.engines.maps import MapShapes, Shape
from sanhu.portals import clock, site
from sanhu.portals.drafts import client_id_of, keep_photos, kept_with
from sanhu.portals.public.alike import offers_for
from sanhu.portals.public.page import public_page
from sanhu.portals.public.tickets import hand_ticket
from sanhu.portals.reporting import ReportForm, carried, community_choices

# A click comes in the pixels the map is shown at, so each width has a button of its own; the style sheet shows one.
MAP_WIDTHS = {"map": 720, "small_map": 320}


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form; read a click on the map; register the report."""
    at = clock.now()
    district = site.home_district()
    communities = community_choices(district, legal_day(at))
    if request.method != "POST":
        area = request.GET.get("area", "")
        return _show(request, ReportForm(communities=communities, initial={"area": area}), district)
    posted = request.POST.copy()
    client_id = client_id_of(str(posted.get("client_id", "")))
    posted["client_id"] = str(client_id)
    refusals = keep_photos(request, client_id, actor=resident(district), at=at)
    clicked = next((name for name in MAP_WIDTHS if f"{name}.x" in posted), "")
    if clicked:
        note = _read_click(posted, district, clicked)
        form = ReportForm(posted, communities=communities)
        form.errors.clear()  # nobody has submitted yet: a click on the map is not judged
        return _show(request, form, district, place_note=note, client_id=client_id, photo_refusals=refusals)
    form = ReportForm(posted, request.FILES, communities=communities)
    is_faulty = not form.is_valid() or bool(refusals)
    if is_faulty or "edit" in posted:
        status = 422 if is_faulty else 200
        return _show(request, form, district, client_id=client_id, photo_refusals=refusals, status=status)
    # A form that was registered already is answered as it was, whatever others have reported meanwhile.
    if "distinct" not in posted and not is_registered(client_id):
        offers = offers_for(form.cleaned_data, district=district, at=at)
        if offers:
            return public_page(request, "report_alike", {"offers": offers, "carried": carried(posted)})
    return _register(request, form, client_id, district)


def _register(request: HttpRequest, form: ReportForm, client_id: UUID, district: str) -> HttpResponse:
    said = _report(form.cleaned_data, district, client_id)
    try:
        registered = register(actor=resident(district), at=clock.now(), client_id=client_id, report=said)
    except Refused as refused:
        return _show(request, form, district, client_id=client_id, decision=refused.decision, status=422)
    except ConflictError:
        return _changed_after_sending(request, form, district)
    return _registered(request, registered)


def _show(
    request: HttpRequest,
    form: ReportForm,
    district: str,
    *,
    status: int = 200,
    client_id: UUID | None = None,
    place_note: str = "",
    photo_refusals: list[Decision] | None = None,
    decision: Decision | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "kept": kept_with(client_id),
        "place_note": place_note,
        "photo_refusals": photo_refusals or [],
        "decision": decision,
        "has_map": cells_of(district, legal_day(clock.now())).exists(),
        "maps": MAP_WIDTHS,
    }
    return public_page(request, "report", context, status=status)


def _read_click(posted: Any, district: str, clicked: str) -> str:
    """Turn a click on the drawn map into a place, and say which."""
    on = legal_day(clock.now())
    drawn = district_map(district, on, width=MAP_WIDTHS[clicked])
    try:
        x, y = float(posted[f"{clicked}.x"]), float(posted[f"{clicked}.y"])
    except (KeyError, ValueError):
        x, y = -1.0, -1.0
    cell = cell_at(*drawn.projection.to_lon_lat(x, y), on, district) if drawn and isfinite(x) and isfinite(y) else None
    if drawn is None or cell is None:
        return gettext("点到的地方不在本区的网格之内，请再点一次或选择社区。")
    posted["cell"], posted["area"] = cell.code, cell.area_code
    lon, lat = drawn.projection.to_lon_lat(x, y)
    posted["lon"], posted["lat"] = f"{lon:.6f}", f"{lat:.6f}"
    return gettext("已选：%(name)s，网格 %(cell)s。") % {"name": name_of(cell.area_code, on), "cell": cell.code}


def _report(cleaned: dict[str, Any], district: str, client_id: UUID) -> Report:
    area = cleaned["area"]
    in_area = cleaned["cell"].startswith(area)
    return Report(
        district=district,
        area_code=area,
        # A community chosen after the click wins over the click.
        cell_code=cleaned["cell"] if in_area else "",
        lon=cleaned["lon"] if in_area else None,
        lat=cleaned["lat"] if in_area else None,
        address=cleaned["address"],
        words=cleaned["words"],
        contact_channel=Channel(cleaned["tell"]) if cleaned["tell"] else None,
        contact_address=cleaned["contact"],
        photos=tuple(photo.sha256 for photo in drafts_of(client_id)),
    )


def _registered(request: HttpRequest, registered: Registered) -> HttpResponse:
    response = public_page(request, "registered", {"registered": registered})
    hand_ticket(response, receipt_hash(registered.receipt), secure=request.is_secure())
    add_never_cache_headers(response)  # the one page that shows the code; the form before it may be gone back to
    return response


def _changed_after_sending(request: HttpRequest, sent: ReportForm, district: str) -> HttpResponse:
    """The form was sent before with other words: keep these, under a new identity, and ask."""
    assert isinstance(sent.data, QueryDict), "a form of a page"
    posted = sent.data.copy()
    posted["client_id"] = str(uuid4())
    form = ReportForm(posted, communities=community_choices(district, legal_day(clock.now())))
    form.add_error(None, _("这张表已经提交过一次，内容不同。如果是另一件事，请再次提交；原来那件已经登记。"))
    return _show(request, form, district, status=409)


@require_safe
def district_map_svg(request: HttpRequest, width: int) -> HttpResponse:
    """The drawn map as an image, for the button that is clicked on."""
    drawn = (
        district_map(site.home_district(), legal_day(clock.now()), width=width)
        if width in MAP_WIDTHS.values()
        else None
    )
    if drawn is None:
        raise Http404
    context = {"map": drawn, "shapes": [(shape, _tint(shape.code)) for shape in drawn.shapes], "labels": _labels(drawn)}
    response = render(request, "public/district_map.svg", context, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=300"
    return response


@dataclass(frozen=True)
class _Label:
    """A community's name, in the middle of its cells."""

    text: str
    x: float
    y: float


def _tint(cell_code: str) -> str:
    """Neighbouring communities differ in tint, like fields of a chessboard: street and community number added."""
    return "a" if (int(cell_code[6:9]) + int(cell_code[9:12])) % 2 else "b"


def _labels(drawn: MapShapes) -> list[_Label]:
    inside: dict[str, list[Shape]] = {}
    for shape in drawn.shapes:
        inside.setdefault(shape.label, []).append(shape)
    return [
        _Label(
            text=name,
            x=round(sum(shape.x for shape in shapes) / len(shapes), 1),
            y=round(sum(shape.y for shape in shapes) / len(shapes), 1),
        )
        for name, shapes in inside.items()
    ]
