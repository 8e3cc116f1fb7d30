"""Whether an item may be activated: its bases (X-06), certificates (X-14), data asked (X-15) and boundary (R15)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.acts import Act, HeldField, holder_of, refused_certificate
from sanhu.domains.catalogue.rows import DutyRow, ItemRow
from sanhu.domains.catalogue.rules import LeadKind, Matrix
from sanhu.domains.catalogue.terms import BasisKind, Boundary
from sanhu.domains.subjects.kinds import Sector, sector_of
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

# What a participant's act may rest on beside an article, by sector (R24).
_OWN_BASIS: Mapping[Sector, BasisKind | None] = {
    Sector.GOVERNMENT: None,
    Sector.MARKET: BasisKind.CONTRACT,
    Sector.COMMUNITY: BasisKind.DECISION,
}
_WITHOUT_BASIS: Mapping[Sector, str] = {
    Sector.GOVERNMENT: _("政府一方的行为没有法律条文依据"),
    Sector.MARKET: _("市场一方的行为没有法律条文依据，也没有合同依据"),
    Sector.COMMUNITY: _("社区一方的行为没有法律条文依据，也没有章程、公约或者会议决定"),
}
FUNCTIONS: Mapping[Sector, Promise] = {
    Sector.GOVERNMENT: gettext_lazy("行政功能"),
    Sector.MARKET: gettext_lazy("市场调节功能"),
    Sector.COMMUNITY: gettext_lazy("自治功能"),
}


@dataclass(frozen=True)
class Asked:
    """A refusal about one thing an item asks for: a certificate or a piece of data, by its name in the row."""

    about: str
    decision: Decision


def sectors_of(duty: DutyRow, lead: LeadKind | None) -> tuple[Sector, ...]:
    """Give the sectors that take part in a duty: its lead's first, then those of its assistants."""
    helpers = (LeadKind.known(helper.kind) for helper in duty.assist)
    return tuple(dict.fromkeys(sector_of(one.kind) for one in (lead, *helpers) if one is not None))


def check_bases(row: ItemRow, duty: DutyRow, sectors: Iterable[Sector], *, matrix: Matrix) -> Decision:
    """X-06: each sector that takes part needs a basis; an article of the item or of the duty holds for all of them."""
    given = {basis.kind for basis in duty.bases if basis.text.strip()}
    if any(article.strip() for article in row.legal_basis) or BasisKind.ARTICLE in given:
        return ALLOWED
    without = [sector for sector in sectors if _OWN_BASIS[sector] not in given]
    return all_of(*(matrix.refuse("X-06", _WITHOUT_BASIS[sector]) for sector in without))


def check_certificates(names: Iterable[str], acts: Collection[Act], *, matrix: Matrix) -> Iterator[Asked]:
    """X-14: the committee is not asked for one of the twenty certificates."""
    for name in names:
        if refused_certificate(name, acts) is not None:
            yield Asked(name, matrix.refuse("X-14", _("这是居民委员会不应出具的证明")))


def check_asked_data(names: Iterable[str], held: Collection[HeldField], *, matrix: Matrix) -> Iterator[Asked]:
    """X-15: nobody is asked for what is on record already or can be checked."""
    for name in names:
        if holder_of(name, held):
            yield Asked(name, matrix.refuse("X-15", _("这项数据已经掌握或者可以核验，不得再要求填报")))


def check_boundary(row: ItemRow, *, matrix: Matrix) -> Decision:
    """An affair outside the boundary stays out; one that is shared or outside says on what evidence (R15)."""
    cited = matrix.citations["boundary"]
    reasons = (
        (row.boundary is Boundary.OUT_OF_SCOPE, _("认定为不属于社区事务的，不能生效")),
        (
            row.boundary is not Boundary.IN_SCOPE and not row.boundary_evidence.strip(),
            _("认定为共担或者不属于社区事务的，须写明依据"),
        ),
        (
            not row.needs_record.strip() and not any(article.strip() for article in row.legal_basis),
            _("没有写明需求依据，也没有法律依据"),
        ),
    )
    return all_of(*(refuse(reason, citations=cited) for holds, reason in reasons if holds))
