"""What donations are called: who gave, how it came, how the donor wants to be named, and what happened since."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_NAME, MOST_CONTACT, MOST_WORDS, MOST_CHECKED = 60, 60, 500, 200


class DonorKind(TextChoices):
    """Who gives."""

    PERSON = "person", pgettext_lazy("donor", "个人")
    ENTERPRISE = "enterprise", pgettext_lazy("donor", "企业")
    ORGANISATION = "organisation", pgettext_lazy("donor", "社会组织或者其他单位")
    ANONYMOUS = "anonymous", pgettext_lazy("donor", "匿名捐赠人")


class CameBy(TextChoices):
    """How a donation came."""

    OWN_ACCORD = "own_accord", _("捐赠人主动捐赠")
    PUBLIC_APPEAL = "public_appeal", _("响应公开募捐")
    CHARITY = "charity", _("经慈善组织捐赠")


class AmountSetBy(TextChoices):
    """Who decided that there is a donation, and how much it is. Only the donor may (慈善法第三十二条)."""

    DONOR = "donor", _("捐赠人自己决定捐不捐、捐多少")
    ORGAN = "organ", _("由机关或者单位定了数额、名单或者任务")
    APPORTIONED = "apportioned", _("按户、按人或者按单位分摊")
    CONDITION = "condition", _("作为办事、享受服务或者参加评比的条件")


class Naming(TextChoices):
    """How a donor wants to stand in what is published."""

    FULL = "full", _("公开姓名或者名称")
    MASKED = "masked", _("只公开姓氏或者类别")
    HIDDEN = "hidden", _("不公开，写“匿名捐赠人”")


class DonationEvent(TextChoices):
    """What the record says happened to donations."""

    REGISTERED = "donation.registered", _("登记捐赠")
    KEY_GIVEN = "donation.key_given", _("给捐赠人新的查询码")
    PURPOSE_CHANGED = "donation.purpose_changed", _("经捐赠人书面同意变更用途")
    PUBLISHED = "donation.published", _("公布捐赠收支")
