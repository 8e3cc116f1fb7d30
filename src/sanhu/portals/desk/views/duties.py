"""The catalogue at the desk: its duties, its versions, what was found at loading; and another lead proposed."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.catalogue.models import CatalogueVersion, Duty
from sanhu.domains.catalogue.queries import current_version, versions
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.catalogue.services.amending import amend_duty, choose_lead
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_visible_to
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.duties import DutyForm
from sanhu.portals.desk.leads import barred_from
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import Written, through_service
from sanhu.portals.look.templatetags.affairs import item_name

READS_CATALOGUE = (Permission.MATTER_VIEW, Permission.CATALOGUE_AMEND)


@require_safe
@at_the_desk(*READS_CATALOGUE)
def duties(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the duties of the current version, or of the one asked for, by class where asked."""
    today = legal_day(clock.now())
    known = list(versions(acting.actor.district))
    current = current_version(acting.actor.district, today)
    shown = version_asked(request, known) or current or (known[0] if known else None)
    chosen = request.GET.get("class", "")
    if chosen and chosen not in set(AffairClass):
        raise BadRequest("class is one of K1 to K7")
    found = Duty.objects.filter(item__version=shown).select_related("item").order_by("item__code", "position")
    context = {
        "version": shown,
        "current": current,
        "rows": found.filter(item__affair_class=chosen) if chosen else found,
        "classes": list(AffairClass),
        "chosen": chosen,
        "versions": known,
        "approvers": _approvers(acting, known),
        "findings": shown.findings if shown else [],
        "may_amend": acting.actor.may(Permission.CATALOGUE_AMEND),
        "may_see_gaps": acting.actor.may(Permission.CATALOGUE_AMEND) or acting.actor.may(Permission.MATTER_ASSIGN),
    }
    return desk_page(request, "duties", acting, context)


def version_asked(request: HttpRequest, known: list[CatalogueVersion]) -> CatalogueVersion | None:
    """Give the version an address asks for by its number; None where it asks for none, and 404 for no such one."""
    asked = request.GET.get("version", "")
    if not asked:
        return None
    found = next((version for version in known if str(version.number) == asked), None)
    if found is None:
        raise Http404
    return found


def _approvers(acting: Acting, known: list[CatalogueVersion]) -> dict[int, str]:
    """Who approved each version, by its key: the post, not the person."""
    keys = {version.approved_by_post_id for version in known if version.approved_by_post_id is not None}
    posts = posts_visible_to(acting.actor).in_bulk(keys)
    return {
        version.pk: f"{post.organisation.name} {post.title}"
        for version in known
        if version.approved_by_post_id is not None and (post := posts.get(version.approved_by_post_id))
    }


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*READS_CATALOGUE)
def duty(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one duty; propose another lead, which another person approves. Who may not amend reads only."""
    found = _duty_or_404(acting, pk)
    if not acting.actor.may(Permission.CATALOGUE_AMEND):
        if request.method == "POST":
            return _show(request, acting, found, None, status=403)
        return _show(request, acting, found, None)
    form = DutyForm(request.POST or None, duty=found)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, found, form, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    change = choose_lead if said["lead"] in found.choices_of_lead else amend_duty
    written = through_service(
        form,
        lambda: (
            change(
                actor=acting.actor,
                at=clock.now(),
                client_id=said["client_id"],
                duty=found,
                lead=said["lead"],
                reason=said["reason"],
                in_force_from=said["in_force_from"],
            ).number
        ),
    )
    if not written.is_done:
        return _show(request, acting, found, form, written=written, status=written.status)
    messages.success(
        request,
        gettext("已提交清单修改建议第 %(number)s 号，由另一人批准后形成新版本。") % {"number": written.ref},
    )
    return redirect("desk:proposal", number=int(written.ref))


def _show(
    request: HttpRequest,
    acting: Acting,
    found: Duty,
    form: DutyForm | None,
    *,
    written: Written | None = None,
    status: int = 200,
) -> HttpResponse:
    newest = versions(acting.actor.district).first()
    assert newest is not None, "a duty stands in a version"
    is_newest = found.item.version_id == newest.pk
    context = {
        "duty": found,
        "item": found.item,
        "version": found.item.version,
        "newest": None if is_newest else newest,
        "in_newest": None if is_newest else _same_in(newest, found),
        "form": form if is_newest or (form is not None and form.is_bound) else None,
        "decision": written.decision if written is not None else None,
        "barred": barred_from(found),
        "crumbs": [(_("清单"), reverse("desk:duties")), (f"{found.item.code} {item_name(found.item)}", "")],
    }
    return desk_page(request, "duty", acting, context, status=status)


def _same_in(version: CatalogueVersion, found: Duty) -> Duty:
    """The same part of the same item in another version: versions are complete copies."""
    return Duty.objects.get(item__version=version, item__code=found.item.code, part=found.part)


def _duty_or_404(acting: Acting, pk: int) -> Duty:
    duties = Duty.objects.select_related("item__version__instrument")
    found = duties.filter(pk=pk, item__version__district=acting.actor.district).first()
    if found is None:
        raise Http404
    return found
