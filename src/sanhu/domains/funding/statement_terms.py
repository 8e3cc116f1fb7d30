"""What statements and their differences are called."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StatementOrigin(TextChoices):
    """Who says that money arrived."""

    BANK = "bank", _("银行")
    FINANCE = "finance", _("财政系统")


class FileFormat(TextChoices):
    """In which form a statement came."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"


class ClearingKind(TextChoices):
    """What a difference is."""

    SAME = "same", _("就是这张凭证")
    BANK_FEE = "bank_fee", _("银行手续费、利息")
    TIMING = "timing", _("时间差：在途，还没有入账")
    BANK_MISTAKE = "bank_mistake", _("对方记错")
    BOOK_MISTAKE = "book_mistake", _("账上记错，已冲销")
    OTHER = "other", _("其他")


class ClearingState(TextChoices):
    """An explanation waits for another person, who signs or refuses it."""

    WAITING = "waiting", pgettext_lazy("clearing", "待第二人签认")
    SIGNED = "signed", pgettext_lazy("clearing", "已签认")
    REFUSED = "refused", pgettext_lazy("clearing", "未通过")
