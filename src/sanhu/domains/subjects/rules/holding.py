"""Who may hold which post: elected, hired and appointed never blur (R47, R48), administrators stay three (H.3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

TERM_ARTICLE = _("城市居民委员会组织法第十四条")
SUPERVISION_ARTICLE = _("城市居民委员会组织法第三十六条")
SEPARATION = _("选聘分离：居民委员会成员由选举产生，社区工作者由街道或者承接单位聘用")
ADMINISTRATORS = _("GB/T 22239-2019 三员分立")

# Members come to these bodies by election or nomination of those they answer to, and in no other way.
ELECTED_ONLY = frozenset(
    {
        SubjectKind.RESIDENTS_COMMITTEE,
        SubjectKind.SUPERVISION_COMMITTEE,
        SubjectKind.ELECTION_COMMITTEE,
        SubjectKind.RESIDENTS_ASSEMBLY,
        SubjectKind.REPRESENTATIVES_MEETING,
        SubjectKind.RESIDENTS_GROUP,
        SubjectKind.OWNERS_ASSEMBLY,
        SubjectKind.OWNERS_COMMITTEE,
    }
)
# These elect their heads, and others may work in them besides.
MAY_ELECT = ELECTED_ONLY | {
    SubjectKind.PARTY_ORGANISATION,
    SubjectKind.MEDIATION_COMMITTEE,
    SubjectKind.PROPERTY_MANAGEMENT_COMMITTEE,
    SubjectKind.COMMUNITY_PUBLIC_BENEFIT_SERVICE_ORG,
    SubjectKind.SOCIAL_ORGANISATION,
    SubjectKind.CHARITY,
    SubjectKind.GRASSROOTS_ORG,
}
# Everybody of a place, and no body: nobody holds a post among them.
HAS_NO_POSTS = frozenset({SubjectKind.RESIDENTS, SubjectKind.OWNERS})
# A street, its centre or station, a provider or a firm (R48).
MAY_EMPLOY = frozenset(
    {
        SubjectKind.SUBDISTRICT_OFFICE,
        SubjectKind.SERVICE_CENTRE,
        SubjectKind.SOCIAL_WORK_STATION,
        SubjectKind.PUBLIC_INSTITUTION,
        SubjectKind.PROFESSIONAL_SERVICE_ORG,
        SubjectKind.PROPERTY_FIRM,
        SubjectKind.UTILITY,
        SubjectKind.INSPECTION_BODY,
        SubjectKind.APPRAISAL_AGENCY,
        SubjectKind.COMMUNITY_PUBLIC_BENEFIT_SERVICE_ORG,
        SubjectKind.SOCIAL_ORGANISATION,
        SubjectKind.CHARITY,
        SubjectKind.TITLE_UNIT,
        SubjectKind.RESIDENT_UNIT,
    }
)
# Bodies whose term the law sets at five years.
FIVE_YEAR_TERM = {
    SubjectKind.RESIDENTS_COMMITTEE: TERM_ARTICLE,
    SubjectKind.SUPERVISION_COMMITTEE: SUPERVISION_ARTICLE,
}
_TERM_YEARS = 5


@dataclass(frozen=True)
class Holding:
    """A post as the rules see it, wanted or held already. `areas` are those its body serves."""

    appointment: Appointment
    organisation_id: int
    body: SubjectKind
    areas: tuple[str, ...]
    role: str
    is_administrator: bool
    starts_on: date
    term_ends_on: date | None = None
    contract_number: str = ""
    contract_ends_on: date | None = None
    employer: SubjectKind | None = None


def may_hold(
    wanted: Holding, *, held: Sequence[Holding], carried_by: Collection[str], dual_post_basis: str
) -> Decision:
    """May somebody who holds those posts hold this one too?

    `carried_by` are the appointments its role goes with. Every reason against it is given, not only the first.
    """
    return all_of(
        _has_its_facts(wanted),
        _fits_the_body(wanted),
        _fits_the_role(wanted, carried_by),
        _has_an_employer_who_may(wanted),
        _has_a_lawful_term(wanted),
        _is_new(wanted, held),
        _keeps_election_and_contract_apart(wanted, held, dual_post_basis),
        _keeps_supervisors_apart(wanted, held),
        _keeps_administrators_apart(wanted, held),
    )


def _has_its_facts(wanted: Holding) -> Decision:
    is_contract = bool(wanted.contract_number) or wanted.contract_ends_on is not None or wanted.employer is not None
    faults: tuple[tuple[bool, str], ...]
    match wanted.appointment:
        case Appointment.ELECTED:
            faults = (
                (wanted.term_ends_on is None, _("选举产生的职务须写明任期届满日期")),
                (is_contract, _("选举产生的职务没有合同和用人单位")),
            )
        case Appointment.HIRED:
            faults = (
                (not wanted.contract_number, _("聘用的职务须写明合同编号")),
                (wanted.employer is None, _("聘用的职务须写明用人单位")),
                (wanted.term_ends_on is not None, _("聘用的职务没有任期")),
            )
        case Appointment.APPOINTED:
            faults = (
                (wanted.term_ends_on is not None, _("任命的职务没有任期")),
                (is_contract, _("任命的职务没有合同和用人单位")),
            )
    return all_of(*(refuse(reason, citations=(SEPARATION,)) for is_faulty, reason in faults if is_faulty))


def _fits_the_body(wanted: Holding) -> Decision:
    if wanted.body in HAS_NO_POSTS:
        return refuse(_("居民、业主是全体，不是机构，没有职务"))
    if wanted.appointment is Appointment.ELECTED:
        if wanted.body in MAY_ELECT:
            return ALLOWED
        return refuse(_("这类机构的职务不由选举产生"), citations=(SEPARATION,))
    if wanted.body not in ELECTED_ONLY:
        return ALLOWED
    citation = TERM_ARTICLE if wanted.body is SubjectKind.RESIDENTS_COMMITTEE else SEPARATION
    return refuse(_("这类组织的成员由选举或者推选产生，不能聘用或者任命"), citations=(citation,))


def _fits_the_role(wanted: Holding, carried_by: Collection[str]) -> Decision:
    if wanted.appointment in carried_by:
        return ALLOWED
    return refuse(_("这个角色不能以这种方式任职"), citations=(SEPARATION,))


def _has_an_employer_who_may(wanted: Holding) -> Decision:
    if wanted.employer is None or wanted.employer in MAY_EMPLOY:
        return ALLOWED
    if wanted.employer is SubjectKind.RESIDENTS_COMMITTEE:
        return refuse(_("居民委员会不能作社区工作者的用人单位"), citations=(SEPARATION,))
    return refuse(_("用人单位应为街道、服务中心、工作站、承接单位或者企业"), citations=(SEPARATION,))


def _has_a_lawful_term(wanted: Holding) -> Decision:
    ends = [day for day in (wanted.term_ends_on, wanted.contract_ends_on) if day is not None]
    if any(day < wanted.starts_on for day in ends):
        return refuse(_("截止日期早于起始日期"))
    citation = FIVE_YEAR_TERM.get(wanted.body)
    if citation and wanted.term_ends_on and wanted.term_ends_on > _years_after(wanted.starts_on, _TERM_YEARS):
        return refuse(_("任期不得超过五年"), citations=(citation,))
    return ALLOWED


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _is_new(wanted: Holding, held: Sequence[Holding]) -> Decision:
    is_held = any((post.organisation_id, post.role) == (wanted.organisation_id, wanted.role) for post in held)
    return refuse(_("此人已担任这一职务")) if is_held else ALLOWED


def _keeps_election_and_contract_apart(wanted: Holding, held: Sequence[Holding], basis: str) -> Decision:
    other = {Appointment.ELECTED: Appointment.HIRED, Appointment.HIRED: Appointment.ELECTED}.get(wanted.appointment)
    if other is None or basis.strip() or all(post.appointment is not other for post in held):
        return ALLOWED
    return refuse(_("同一人兼任选举产生和聘用的职务，须写明准许兼任的法律或者地方规定"), citations=(SEPARATION,))


def _keeps_supervisors_apart(wanted: Holding, held: Sequence[Holding]) -> Decision:
    other = {
        SubjectKind.RESIDENTS_COMMITTEE: SubjectKind.SUPERVISION_COMMITTEE,
        SubjectKind.SUPERVISION_COMMITTEE: SubjectKind.RESIDENTS_COMMITTEE,
    }.get(wanted.body)
    if all(post.body is not other or not _meet(post.areas, wanted.areas) for post in held):
        return ALLOWED
    return refuse(_("居民委员会成员不得担任居务监督委员会成员"), citations=(SUPERVISION_ARTICLE,))


def _meet(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return any(one.startswith(other) or other.startswith(one) for one in some for other in others)


def _keeps_administrators_apart(wanted: Holding, held: Sequence[Holding]) -> Decision:
    if wanted.is_administrator and wanted.appointment is not Appointment.APPOINTED:
        return refuse(_("管理员由任命产生"), citations=(ADMINISTRATORS,))
    if wanted.is_administrator and any(post.is_administrator for post in held):
        return refuse(_("系统、安全、审计三名管理员须为三个不同的人"), citations=(ADMINISTRATORS,))
    if held and (wanted.is_administrator or any(post.is_administrator for post in held)):
        return refuse(_("管理员不得兼任其他职务"), citations=(ADMINISTRATORS,))
    return ALLOWED
