"""Who may bear an affair: the kinds of body, each in exactly one of three sectors (R3, R22, R29; A.2)."""

from enum import StrEnum


class Sector(StrEnum):
    """The three subjects of 三互."""

    GOVERNMENT = "government"
    MARKET = "market"
    COMMUNITY = "community"


class SubjectKind(StrEnum):
    """Every kind of body a duty can be given to, or that takes part."""

    # government, and what acts in its name
    DISTRICT_COORDINATION_BODY = "district_coordination_body"
    DISTRICT_GOVERNMENT = "district_government"
    FUNCTIONAL_DEPARTMENT = "functional_department"
    SUBDISTRICT_OFFICE = "subdistrict_office"
    PUBLIC_SECURITY = "public_security"
    QUASI_GOVERNMENT_ORG = "quasi_government_org"
    PUBLIC_INSTITUTION = "public_institution"
    SERVICE_CENTRE = "service_centre"
    SOCIAL_WORK_STATION = "social_work_station"
    # market
    PROFESSIONAL_SERVICE_ORG = "professional_service_org"
    PROPERTY_FIRM = "property_firm"
    UTILITY = "utility"
    INSPECTION_BODY = "inspection_body"
    APPRAISAL_AGENCY = "appraisal_agency"
    # community
    PARTY_ORGANISATION = "party_organisation"
    RESIDENTS_COMMITTEE = "residents_committee"
    SUPERVISION_COMMITTEE = "supervision_committee"
    ELECTION_COMMITTEE = "election_committee"
    RESIDENTS_ASSEMBLY = "residents_assembly"
    MEDIATION_COMMITTEE = "mediation_committee"
    OWNERS_ASSEMBLY = "owners_assembly"
    OWNERS_COMMITTEE = "owners_committee"
    PROPERTY_MANAGEMENT_COMMITTEE = "property_management_committee"
    SOCIAL_ORGANISATION = "social_organisation"
    CHARITY = "charity"
    GRASSROOTS_ORG = "grassroots_org"
    RESIDENT_UNIT = "resident_unit"
    TITLE_UNIT = "title_unit"
    RESIDENTS = "residents"


class Specialty(StrEnum):
    """The field of competence that tells two bodies of one kind apart (a civil affairs bureau is not a fire brigade)."""

    GENERAL = "general"
    AGRICULTURE = "agriculture"
    ARCHIVES = "archives"
    CIVIL_AFFAIRS = "civil_affairs"
    COMMUNITY_CORRECTIONS = "community_corrections"
    CULTURE_TOURISM = "culture_tourism"
    DISABLED_PERSONS = "disabled_persons"
    DISEASE_CONTROL = "disease_control"
    DRAINAGE = "drainage"
    ECOLOGY = "ecology"
    ELECTIONS = "elections"
    EMERGENCY = "emergency"
    FINANCE = "finance"
    FIRE_RESCUE = "fire_rescue"
    GAS = "gas"
    HEALTH = "health"
    HEALTHCARE_SECURITY = "healthcare_security"
    HEATING = "heating"
    HOUSING = "housing"
    HOUSING_EXPROPRIATION = "housing_expropriation"
    HUMAN_RESOURCES = "human_resources"
    JUSTICE = "justice"
    LEGAL_AID = "legal_aid"
    MARKET_REGULATION = "market_regulation"
    MILITARY_SERVICE = "military_service"
    NATURAL_RESOURCES = "natural_resources"
    POWER = "power"
    SPORTS = "sports"
    STATISTICS = "statistics"
    TAXATION = "taxation"
    URBAN_MANAGEMENT = "urban_management"
    VETERANS = "veterans"
    WATER = "water"
    WOMEN = "women"


_GOVERNMENT = frozenset(
    {
        SubjectKind.DISTRICT_COORDINATION_BODY,
        SubjectKind.DISTRICT_GOVERNMENT,
        SubjectKind.FUNCTIONAL_DEPARTMENT,
        SubjectKind.SUBDISTRICT_OFFICE,
        SubjectKind.PUBLIC_SECURITY,
        SubjectKind.QUASI_GOVERNMENT_ORG,
        SubjectKind.PUBLIC_INSTITUTION,
        SubjectKind.SERVICE_CENTRE,
        SubjectKind.SOCIAL_WORK_STATION,
    }
)
_MARKET = frozenset(
    {
        SubjectKind.PROFESSIONAL_SERVICE_ORG,
        SubjectKind.PROPERTY_FIRM,
        SubjectKind.UTILITY,
        SubjectKind.INSPECTION_BODY,
        SubjectKind.APPRAISAL_AGENCY,
    }
)


def sector_of(kind: SubjectKind) -> Sector:
    """Give the one sector a kind of body belongs to (R22)."""
    if kind in _GOVERNMENT:
        return Sector.GOVERNMENT
    return Sector.MARKET if kind in _MARKET else Sector.COMMUNITY
