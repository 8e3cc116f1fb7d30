"""What lottery projects are called: who approved them, for whose good, and what is announced of them each year."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_DOCUMENT, MOST_DONE = 60, 1000


class LotteryOrgan(TextChoices):
    """Who approves a project paid from the lottery's public-welfare fund."""

    CIVIL_AFFAIRS = "civil_affairs", _("民政部门")
    SPORT = "sport", _("体育部门")


class LotteryField(TextChoices):
    """For whose good the fund is spent."""

    ELDERLY = "elderly", _("扶老")
    DISABLED = "disabled", _("助残")
    ORPHANS = "orphans", _("救孤")
    HARDSHIP = "hardship", _("济困")
    SPORT = "sport", pgettext_lazy("lottery", "体育")


_WELFARE = frozenset({LotteryField.ELDERLY, LotteryField.DISABLED, LotteryField.ORPHANS, LotteryField.HARDSHIP})
FIELDS_OF: Mapping[str, frozenset[LotteryField]] = {
    LotteryOrgan.CIVIL_AFFAIRS: _WELFARE,
    LotteryOrgan.SPORT: frozenset({LotteryField.SPORT}),
}


class LotteryEvent(TextChoices):
    """What the record says happened to lottery projects."""

    PROJECT_REGISTERED = "lottery_project.registered", _("登记彩票公益金项目")
    NOTICE_PUBLISHED = "lottery_notice.published", _("公告彩票公益金使用情况")
