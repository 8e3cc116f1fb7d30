"""What earmarks are called: money that may be spent for one purpose alone, and where such money comes from."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanhu.domains.funding.terms import FundSource

MOST_PURPOSE = 200
EARMARK_PREFIX = "earmark:"


class EarmarkKind(TextChoices):
    """Why money is earmarked: a lottery project was approved, or a donor said what it is for."""

    LOTTERY_PROJECT = "lottery_project", pgettext_lazy("earmark", "彩票公益金项目")
    DONATION = "donation", pgettext_lazy("earmark", "定向捐赠")


SOURCE_OF: Mapping[str, FundSource] = {
    EarmarkKind.LOTTERY_PROJECT: FundSource.LOTTERY,
    EarmarkKind.DONATION: FundSource.SOCIAL_DONATION,
}
# Only accounts of these sources hold earmarked money.
EARMARKED_SOURCES = frozenset(SOURCE_OF.values())


class EarmarkEvent(TextChoices):
    """What the record says happened to earmarks."""

    OPENED = "earmark.opened", _("设立专款")
