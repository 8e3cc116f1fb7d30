"""Who may bear an affair: the kinds of body, each in exactly one sector and of one type (R3, R22, R29; A.2).

Deputies, members and the public, who supervise, are people and no bodies; the press, the petitions office and the
supervision organ are told apart by their specialty.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sector(TextChoices):
    """The three subjects of 三互."""

    GOVERNMENT = "government", _("政府")
    MARKET = "market", _("市场")
    COMMUNITY = "community", _("社区")


class SubjectType(TextChoices):
    """The seven types of subject the article counts (R3)."""

    PARTY_ORG = "party_org", _("党组织")
    GOVERNMENT_ORG = "government_org", _("政府组织")
    PUBLIC_INSTITUTION = "public_institution", _("公营事业单位")
    RESIDENTS_COMMITTEE = "residents_committee", _("社区公共管理组织")
    PROFESSIONAL_SERVICE_ORG = "professional_service_org", _("专业性服务组织")
    SELF_GOVERNING_ORG = "self_governing_org", _("法定和民间自治组织")
    RESIDENT = "resident", _("居民")


class SubjectKind(TextChoices):
    """Every kind of body a duty can be given to, or that takes part."""

    # government, and what acts in its name
    DISTRICT_COORDINATION_BODY = "district_coordination_body", _("区社区建设协调管理机构")
    DISTRICT_GOVERNMENT = "district_government", _("区人民政府")
    FUNCTIONAL_DEPARTMENT = "functional_department", _("职能部门")
    SUBDISTRICT_OFFICE = "subdistrict_office", _("街道办事处")
    PUBLIC_SECURITY = "public_security", _("公安机关")
    COURT = "court", _("人民法院")
    QUASI_GOVERNMENT_ORG = "quasi_government_org", _("准政府组织")
    PUBLIC_INSTITUTION = "public_institution", _("公营事业单位")
    SERVICE_CENTRE = "service_centre", _("街道社区服务中心")
    SOCIAL_WORK_STATION = "social_work_station", _("社会服务工作站")
    # market
    PROFESSIONAL_SERVICE_ORG = "professional_service_org", _("专业性服务组织")
    PROPERTY_FIRM = "property_firm", _("物业服务企业")
    UTILITY = "utility", _("公用事业企业")
    INSPECTION_BODY = "inspection_body", _("检验检测机构")
    APPRAISAL_AGENCY = "appraisal_agency", _("第三方评估机构")
    # community
    PARTY_ORGANISATION = "party_organisation", _("社区党组织")
    RESIDENTS_COMMITTEE = "residents_committee", _("居民委员会")
    SUPERVISION_COMMITTEE = "supervision_committee", _("居务监督委员会")
    ELECTION_COMMITTEE = "election_committee", _("居民选举委员会")
    RESIDENTS_ASSEMBLY = "residents_assembly", _("居民会议")
    REPRESENTATIVES_MEETING = "representatives_meeting", _("居民代表会议")
    RESIDENTS_GROUP = "residents_group", _("居民小组")
    MEDIATION_COMMITTEE = "mediation_committee", _("人民调解委员会")
    OWNERS = "owners", _("业主")
    OWNERS_ASSEMBLY = "owners_assembly", _("业主大会")
    OWNERS_COMMITTEE = "owners_committee", _("业主委员会")
    PROPERTY_MANAGEMENT_COMMITTEE = "property_management_committee", _("物业管理委员会")
    COMMUNITY_PUBLIC_BENEFIT_SERVICE_ORG = "community_public_benefit_service_org", _("社区公益服务组织")
    SOCIAL_ORGANISATION = "social_organisation", _("社会组织")
    CHARITY = "charity", _("慈善组织")
    GRASSROOTS_ORG = "grassroots_org", _("社区民间自治（草根）组织")
    RESIDENT_UNIT = "resident_unit", _("驻区单位")
    TITLE_UNIT = "title_unit", _("产权单位")
    RESIDENTS = "residents", _("居民")


class Specialty(TextChoices):
    """The competence that tells two bodies of one kind apart: a civil affairs bureau is not a fire brigade."""

    GENERAL = "general", _("综合")
    AGRICULTURE = "agriculture", _("农业农村")
    ARCHIVES = "archives", _("档案")
    CIVIL_AFFAIRS = "civil_affairs", _("民政")
    COMMUNITY_CORRECTIONS = "community_corrections", _("社区矫正")
    CULTURE_TOURISM = "culture_tourism", _("文化旅游")
    DISABLED_PERSONS = "disabled_persons", _("残疾人事务")
    DISEASE_CONTROL = "disease_control", _("疾病预防控制")
    DRAINAGE = "drainage", _("排水")
    ECOLOGY = "ecology", _("生态环境")
    ELECTIONS = "elections", _("选举")
    EMERGENCY = "emergency", _("应急管理")
    FINANCE = "finance", _("财政")
    FIRE_RESCUE = "fire_rescue", _("消防救援")
    GAS = "gas", _("燃气")
    HEALTH = "health", _("卫生健康")
    HEALTHCARE_SECURITY = "healthcare_security", _("医疗保障")
    HEATING = "heating", _("供热")
    HOUSING = "housing", _("住房和城乡建设")
    HOUSING_EXPROPRIATION = "housing_expropriation", _("房屋征收")
    HUMAN_RESOURCES = "human_resources", _("人力资源和社会保障")
    JUSTICE = "justice", _("司法行政")
    LEGAL_AID = "legal_aid", _("法律援助")
    MARKET_REGULATION = "market_regulation", _("市场监管")
    MEDIA = "media", _("新闻媒体")
    MILITARY_SERVICE = "military_service", _("兵役")
    NATURAL_RESOURCES = "natural_resources", _("自然资源和规划")
    PETITIONS = "petitions", _("信访")
    POWER = "power", _("供电")
    SPORTS = "sports", _("体育")
    STATISTICS = "statistics", _("统计")
    SUPERVISION = "supervision", _("监察")
    TAXATION = "taxation", _("税务")
    URBAN_MANAGEMENT = "urban_management", _("城市管理")
    VETERANS = "veterans", _("退役军人事务")
    WATER = "water", _("供水")
    WOMEN = "women", _("妇女儿童")


_SECTORS: dict[Sector, frozenset[SubjectKind]] = {
    Sector.GOVERNMENT: frozenset(
        {
            SubjectKind.DISTRICT_COORDINATION_BODY,
            SubjectKind.DISTRICT_GOVERNMENT,
            SubjectKind.FUNCTIONAL_DEPARTMENT,
            SubjectKind.SUBDISTRICT_OFFICE,
            SubjectKind.PUBLIC_SECURITY,
            SubjectKind.COURT,
            SubjectKind.QUASI_GOVERNMENT_ORG,
            SubjectKind.PUBLIC_INSTITUTION,
            SubjectKind.SERVICE_CENTRE,
            SubjectKind.SOCIAL_WORK_STATION,
        }
    ),
    Sector.MARKET: frozenset(
        {
            SubjectKind.PROFESSIONAL_SERVICE_ORG,
            SubjectKind.PROPERTY_FIRM,
            SubjectKind.UTILITY,
            SubjectKind.INSPECTION_BODY,
            SubjectKind.APPRAISAL_AGENCY,
        }
    ),
    Sector.COMMUNITY: frozenset(
        {
            SubjectKind.PARTY_ORGANISATION,
            SubjectKind.RESIDENTS_COMMITTEE,
            SubjectKind.SUPERVISION_COMMITTEE,
            SubjectKind.ELECTION_COMMITTEE,
            SubjectKind.RESIDENTS_ASSEMBLY,
            SubjectKind.REPRESENTATIVES_MEETING,
            SubjectKind.RESIDENTS_GROUP,
            SubjectKind.MEDIATION_COMMITTEE,
            SubjectKind.OWNERS,
            SubjectKind.OWNERS_ASSEMBLY,
            SubjectKind.OWNERS_COMMITTEE,
            SubjectKind.PROPERTY_MANAGEMENT_COMMITTEE,
            SubjectKind.COMMUNITY_PUBLIC_BENEFIT_SERVICE_ORG,
            SubjectKind.SOCIAL_ORGANISATION,
            SubjectKind.CHARITY,
            SubjectKind.GRASSROOTS_ORG,
            SubjectKind.RESIDENT_UNIT,
            SubjectKind.TITLE_UNIT,
            SubjectKind.RESIDENTS,
        }
    ),
}
_SECTOR_OF = {kind: sector for sector, kinds in _SECTORS.items() for kind in kinds}

_TYPES: dict[SubjectType, frozenset[SubjectKind]] = {
    SubjectType.PARTY_ORG: frozenset({SubjectKind.PARTY_ORGANISATION}),
    SubjectType.GOVERNMENT_ORG: frozenset(
        {
            SubjectKind.DISTRICT_COORDINATION_BODY,
            SubjectKind.DISTRICT_GOVERNMENT,
            SubjectKind.FUNCTIONAL_DEPARTMENT,
            SubjectKind.SUBDISTRICT_OFFICE,
            SubjectKind.PUBLIC_SECURITY,
            SubjectKind.COURT,
        }
    ),
    SubjectType.PUBLIC_INSTITUTION: frozenset(
        {
            SubjectKind.QUASI_GOVERNMENT_ORG,
            SubjectKind.PUBLIC_INSTITUTION,
            SubjectKind.SERVICE_CENTRE,
            SubjectKind.SOCIAL_WORK_STATION,
        }
    ),
    SubjectType.RESIDENTS_COMMITTEE: frozenset({SubjectKind.RESIDENTS_COMMITTEE}),
    SubjectType.PROFESSIONAL_SERVICE_ORG: frozenset(
        {
            SubjectKind.PROFESSIONAL_SERVICE_ORG,
            SubjectKind.PROPERTY_FIRM,
            SubjectKind.UTILITY,
            SubjectKind.INSPECTION_BODY,
            SubjectKind.APPRAISAL_AGENCY,
        }
    ),
    SubjectType.SELF_GOVERNING_ORG: frozenset(
        {
            SubjectKind.SUPERVISION_COMMITTEE,
            SubjectKind.ELECTION_COMMITTEE,
            SubjectKind.RESIDENTS_ASSEMBLY,
            SubjectKind.REPRESENTATIVES_MEETING,
            SubjectKind.MEDIATION_COMMITTEE,
            SubjectKind.OWNERS_ASSEMBLY,
            SubjectKind.OWNERS_COMMITTEE,
            SubjectKind.PROPERTY_MANAGEMENT_COMMITTEE,
            SubjectKind.COMMUNITY_PUBLIC_BENEFIT_SERVICE_ORG,
            SubjectKind.SOCIAL_ORGANISATION,
            SubjectKind.CHARITY,
            SubjectKind.GRASSROOTS_ORG,
        }
    ),
    SubjectType.RESIDENT: frozenset(
        {
            SubjectKind.RESIDENTS,
            SubjectKind.RESIDENTS_GROUP,
            SubjectKind.OWNERS,
            SubjectKind.RESIDENT_UNIT,
            SubjectKind.TITLE_UNIT,
        }
    ),
}
_TYPE_OF = {kind: type_ for type_, kinds in _TYPES.items() for kind in kinds}

# A district has one of each, since one of them decides what the others may ask for (R38).
ONE_PER_DISTRICT = frozenset({SubjectKind.DISTRICT_COORDINATION_BODY, SubjectKind.DISTRICT_GOVERNMENT})


def sector_of(kind: SubjectKind) -> Sector:
    """Give the one sector a kind of body belongs to (R22)."""
    return _SECTOR_OF[kind]


def type_of(kind: SubjectKind) -> SubjectType:
    """Give the one of the seven types a kind of body belongs to (R3)."""
    return _TYPE_OF[kind]
