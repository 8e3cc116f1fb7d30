"""The words the catalogue's columns may hold."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InstrumentLevel(TextChoices):
    """The level of a legal instrument: a district can make the last only (立法法 80, 81)."""

    LAW = "law", _("法律")
    ADMINISTRATIVE_REGULATION = "administrative_regulation", _("行政法规")
    LOCAL_REGULATION = "local_regulation", _("地方性法规")
    GOVERNMENT_RULE = "government_rule", _("政府规章")
    NORMATIVE_DOCUMENT = "normative_document", _("规范性文件")


class ItemStatus(TextChoices):
    """Whether an item may be used: one that leaves a question open, or a duty without a lawful lead, stays a draft."""

    DRAFT = "draft", _("草案")
    EFFECTIVE = "effective", _("生效")


class Standing(TextChoices):
    """How an item stands on a day: effective items of an instrument not in force are on trial, not binding (R31)."""

    DRAFT = "draft", _("草案")
    PILOT = "pilot", _("试行")
    BINDING = "binding", _("施行")


class Purpose(TextChoices):
    """What a community affair is for (R2)."""

    NEEDS = "needs", _("满足社区居民需求")
    SELF_GOVERNANCE_RIGHTS = "self_governance_rights", _("保障居民民主自治权利")
    PARTICIPATION_SPIRIT = "participation_spirit", _("培育社区参与精神")
    DEVELOPMENT = "development", _("促进社区发展")


class Origin(TextChoices):
    """How an affair came to the community (R1, R10)."""

    STATUTE = "statute", _("法律法规规定")
    POLICY = "policy", _("政策文件部署")
    CONTRACT = "contract", _("合同约定")
    SELF_GOVERNANCE = "self_governance", _("居民或者业主自治议定")
    UNIT_SHED = "unit_shed", _("单位剥离移交")


class Publicity(TextChoices):
    """Who may see the matters of an item (B.0)."""

    PUBLIC = "public", _("公开")
    RECEIPT_ONLY = "receipt_only", _("凭回执查询")
    NEVER = "never", _("不公开")


class AssistRole(TextChoices):
    """What an assistant does. `lead` is in the source table beside another lead; it is never loaded (X-03)."""

    PUBLICISE = "publicise", _("宣传")
    REPORT = "report", _("报告")
    DISSUADE = "dissuade", _("劝阻")
    MEDIATE = "mediate", _("调解")
    ASSIST = "assist", _("协助")
    ORGANISE = "organise", _("组织")
    LEAD = "lead", _("主责")


class MoneySource(TextChoices):
    """Where the money of an item comes from."""

    FIS = "FIS", _("部门预算")
    FAF = "FAF", _("费随事转")
    FEE = "FEE", _("物业费")
    MTF = "MTF", _("专项维修资金")
    PUB = "PUB", _("公共收益")
    UNIT = "UNIT", _("产权单位")
    SELF = "SELF", _("居民自筹")
    LOT = "LOT", _("彩票公益金")
    DON = "DON", _("捐赠赞助")
    ENT = "ENT", _("企业经营成本")


class BasisKind(TextChoices):
    """What an act rests on: the government's on an article, the market's on a contract, self-governance on a decision.

    R24; an article that names a participant holds for whichever it is.
    """

    ARTICLE = "article", _("法律条文")
    CONTRACT = "contract", _("合同")
    DECISION = "decision", _("章程、公约或者会议决定")


class Boundary(TextChoices):
    """Whether an affair is the community's (R15)."""

    IN_SCOPE = "in_scope", _("属于社区事务")
    SHARED = "shared", _("与单位共担")
    OUT_OF_SCOPE = "out_of_scope", _("不属于社区事务")


class InstrumentStageKind(TextChoices):
    """The stages of an instrument's life (R31), in their order; an amendment may come more than once."""

    DRAFT = "draft", _("起草")
    ADOPTED = "adopted", _("通过")
    APPROVED = "approved", _("批准")
    IN_FORCE = "in_force", _("施行")
    AMENDED = "amended", _("修正")
    REPEALED = "repealed", _("废止")


class ReviewOutcome(TextChoices):
    """What is to become of an item that was reviewed; a change of it is proposed apart."""

    KEEP = "keep", _("保留")
    AMEND = "amend", _("修改")
    END = "end", _("终止")
