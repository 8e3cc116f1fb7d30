"""Donations at the desk: all of one's body or district, and one with everything that was done with its money."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.fields import mask_contact, mask_name
from sanhu.domains.evidence.letters import in_groups, letters_about, official_date
from sanhu.domains.evidence.models import Letter
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.donation_queries import donations_visible_to
from sanhu.domains.funding.donation_rules import may_keep, may_publish_donation
from sanhu.domains.funding.donation_terms import DonorKind
from sanhu.domains.funding.donation_way import standings_of, sums_of, way_of
from sanhu.domains.funding.models import Donation, Voucher
from sanhu.domains.funding.spending_rules import may_spend
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.funding.terms import VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.ledger_accounts import PAGE_SIZE, SEES_MONEY, money_tabs
from sanhu.portals.donations import standing_of, step_lines
from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.photos import photo_of


@require_safe
@at_the_desk(*SEES_MONEY)
def donations(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the donations one may see, the newest first, with what of them is still to be published."""
    today, visible = legal_day(clock.now()), donations_visible_to(acting.actor)
    page: Page[Donation] = page_of(
        visible.order_by("-registered_at", "-pk"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=visible,
    )
    standings = standings_of(page.rows)
    context = {
        "page": page,
        "rows": [
            (row, *(standing_of(standings[row.pk], today=today) if row.pk in standings else ("", "")))
            for row in page.rows
        ],
        "may_register": _may_register(acting.actor),
        "tabs": money_tabs(acting, "desk:donations"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "donations", acting, context)


def _may_register(actor: Actor) -> bool:
    return actor.may(Permission.FUNDING_BUDGET) or actor.may(Permission.FUNDING_PAY)


@require_safe
@at_the_desk(*SEES_MONEY)
def donation(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one donation: its agreement, each movement of its money, its changes, and what may be done with it."""
    found, today, actor = donation_or_404(acting.actor, number), legal_day(clock.now()), acting.actor
    body_id, steps = found.earmark.body_id, way_of(found)
    keeps = bool(may_keep(body_id=body_id, district=found.district, actor=actor))
    publishes = bool(may_publish_donation(body_id=body_id, district=found.district, actor=actor))
    waiting = Voucher.objects.filter(purpose_ref=found.earmark.ref, state=VoucherState.WAITING)
    names = dict(ExpenseKind.choices)
    context = {
        "donation": found,
        "donor": _masked(found),
        "contact": mask_contact(found.donor_contact),
        "agreed_expenses": [names[one] for one in found.agreed_expenses],
        "donation_lines": step_lines(found, steps, today=today),
        "sums": sums_of(found.earmark),
        "waiting": waiting.select_related("debit__body", "credit__body").order_by("pk"),
        "changes": [(one, photos_of(one.ref)) for one in found.purpose_changes.order_by("ordinal")],
        "keys": found.keys.select_related("given_by").order_by("ordinal"),
        "notice": found.notices.select_related("body").order_by("ordinal").last(),
        "letters": letters_about(found.ref),
        "keeps": keeps,
        "spends": bool(steps) and bool(may_spend(district=found.district, body_id=body_id, actor=actor)),
        "publishes": publishes and any(not step.is_published for step in steps),
        "lines": lines_of(found.ref),
        "crumbs": [(_("捐赠"), reverse("desk:donations")), (found.number, "")],
    }
    return desk_page(request, "donation", acting, context)


def _masked(found: Donation) -> str:
    """Name a donor to whoever keeps the money: of a person the surname, since it takes no more to tell who asks."""
    return mask_name(found.donor_name) if found.donor_kind == DonorKind.PERSON else found.donor_name


def donation_or_404(actor: Actor, number: str) -> Donation:
    """Give the donation, or not found: another body's money does not exist here."""
    found = donations_visible_to(actor).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_safe
@at_the_desk(*SEES_MONEY)
def donation_receipt(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """The receipt as it leaves the printer, without the key: that was printed when it was given."""
    return show_receipt(request, acting, donation_or_404(acting.actor, number))


def show_receipt(request: HttpRequest, acting: Acting, found: Donation, *, key: str = "") -> HttpResponse:
    """Show the receipt; with the key, this once, where it was just given."""
    letter: Letter = letters_about(found.ref)[0]
    context = {
        "donation": found,
        "letter": letter,
        "key": key,
        "dated": official_date(legal_day(letter.issued_at)),
        "check_code": in_groups(letter.check_code),
        "check_url": request.build_absolute_uri(reverse("public:letter_check")),
        "donor_url": request.build_absolute_uri(reverse("public:donor_key")),
        "crumbs": [
            (_("捐赠"), reverse("desk:donations")),
            (found.number, reverse("desk:donation", kwargs={"number": found.number})),
            (_("捐赠收据"), ""),
        ],
    }
    return desk_page(request, "donation_receipt", acting, context)


@require_safe
@at_the_desk(*SEES_MONEY)
def donation_scan(request: HttpRequest, *, acting: Acting, number: str, change: int, scan: UUID) -> HttpResponse:
    """A scan of the donor's consent to another purpose, for whoever may see the donation."""
    del request
    found = donation_or_404(acting.actor, number).purpose_changes.filter(ordinal=change).first()
    if found is None:
        raise Http404
    return photo_of(found.ref, scan)
