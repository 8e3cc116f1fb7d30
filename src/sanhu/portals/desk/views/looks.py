"""Looking at personal values that pages show masked: the reason, the value once, and the list of who looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.unmasking import MaskedField, unmask_matter
from sanhu.domains.evidence.models import Unmasking
from sanhu.domains.evidence.unmasking import UNMASKING_ARTICLE, unmaskings
from sanhu.domains.subjects.models import Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_visible_to, refs_of
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.unmasking import PHONE, unmask_phone
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import day_start
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.actor_words import KnownActor, known_actors
from sanhu.portals.desk.administering import Asked, Words, ask
from sanhu.portals.desk.forms.personal_data import LookingForm, LooksFilter
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.matters import visible_or_404
from sanhu.portals.desk.views.people import crumbs_of, person_or_404
from sanhu.portals.desk.views.retention import OVERSEERS, personal_data_tabs
from sanhu.portals.look.keyset import Page, page_of

PAGE_SIZE = 50
_NOTES = (_("原文只在下一页显示一次。每看一次，都记下谁、何时、看了什么、为什么。"),)
_LABELS = {**dict(MaskedField.choices), PHONE: _("电话")}


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.PERSONAL_DATA_UNMASK)
def unmask(request: HttpRequest, *, acting: Acting, number: str, field: str) -> HttpResponse:
    """Ask why, and then show one value of a matter in full."""
    found = visible_or_404(acting.actor, number)
    if field not in set(MaskedField):
        raise Http404
    form = LookingForm(request.POST or None)
    asked = _asked(form, label=MaskedField(field).label, crumbs=matter_crumbs(found))
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    try:
        value = unmask_matter(
            actor=acting.actor,
            at=clock.now(),
            number=found.number,
            field=MaskedField(field),
            reason=form.cleaned_data["reason"],
        )
    except MatterNotFound:
        raise Http404 from None
    except Refused as refused:
        return ask(request, acting, asked, Written(decision=refused.decision, status=422))
    return _shown(request, acting, asked, value)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE)
def person_unmask(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Ask why, and then show an official's telephone number in full."""
    found = person_or_404(acting, pk)
    form = LookingForm(request.POST or None)
    asked = _asked(form, label=_LABELS[PHONE], crumbs=crumbs_of(found))
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    try:
        value = unmask_phone(actor=acting.actor, at=clock.now(), person_id=pk, reason=form.cleaned_data["reason"])
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        return ask(request, acting, asked, Written(decision=refused.decision, status=422))
    return _shown(request, acting, asked, value)


def _asked(form: LookingForm, *, label: Words, crumbs: list[tuple[str, str]]) -> Asked:
    return Asked(
        title=gettext("查看原文：%(what)s") % {"what": label},
        lead=gettext("依据：%(article)s") % {"article": gettext(UNMASKING_ARTICLE)},
        submit=_("查看原文"),
        form=form,
        crumbs=crumbs,
        notes=_NOTES,
    )


def _shown(request: HttpRequest, acting: Acting, asked: Asked, value: str) -> HttpResponse:
    """The one page that holds the value: an answer to a form, which no browser keeps."""
    return desk_page(request, "unmasked", acting, {"asked": asked, "value": value, "crumbs": asked.crumbs})


def matter_crumbs(found: Matter) -> list[tuple[str, str]]:
    """The way to a matter's page."""
    here = reverse("desk:matter", kwargs={"number": found.number})
    return [(gettext("办件"), reverse("desk:matters")), (display(found.number), here)]


@dataclass(frozen=True)
class Line:
    """One look in words."""

    look: Unmasking
    who: str
    staff_number: str
    what: str
    subject: str


@require_safe
@at_the_desk(*OVERSEERS, Permission.PERSONAL_DATA_UNMASK, Permission.SUBJECTS_MANAGE)
def looks(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List who looked at what, newest first: the district's for whoever oversees it, everybody else's own."""
    wanted = LooksFilter(request.GET)
    if not wanted.is_valid():
        raise BadRequest("a staff number has at most 20 characters, a day is a date")
    sees_all = any(acting.actor.may(permission) for permission in OVERSEERS)
    found = unmaskings(acting.actor.district)
    posts = posts_visible_to(acting.actor) if sees_all else Post.objects.filter(person=acting.account.person_id)
    if number := wanted.cleaned_data["staff_number"].strip().upper():
        posts = posts.filter(person__staff_number=number)
    if number or not sees_all:
        own = [f"post:{key}" for key in posts.values_list("pk", flat=True)]
        through = refs_of(posts.values_list("person_id", flat=True).distinct())
        found = found.filter(actor_ref__in=[*own, *through])
    if on := wanted.cleaned_data["day"]:
        found = found.filter(at__gte=day_start(on), at__lt=day_start(on + timedelta(days=1)))
    page: Page[Unmasking] = page_of(
        found, after=request.GET.get("after", ""), size=PAGE_SIZE, url=request.get_full_path()
    )
    context = {
        "page": page,
        "lines": _lines(page.rows, acting),
        "filter": wanted,
        "is_filtered": bool(number or on),
        "sees_all": sees_all,
        "tabs": personal_data_tabs(acting, "desk:looks") if sees_all else [],
        "tabs_label": _("个人信息"),
    }
    return desk_page(request, "looks", acting, context)


def _lines(found: list[Unmasking], acting: Acting) -> list[Line]:
    posts = Post.objects.filter(organisation__district=acting.actor.district)
    known = known_actors([look.actor_ref for look in found], posts)
    return [_line(look, known) for look in found]


def _line(look: Unmasking, known: Mapping[str, KnownActor]) -> Line:
    actor = known.get(look.actor_ref)
    kind, _colon, name = look.subject_ref.partition(":")
    return Line(
        look=look,
        who=f"{actor.post.organisation.name} {actor.post.title}" if actor else look.actor_ref,
        staff_number=actor.numbers if actor else "",
        what=str(_LABELS.get(look.field, look.field)),
        subject=gettext("办件 %(number)s") % {"number": display(name)} if kind == "matter" else look.subject_ref,
    )
