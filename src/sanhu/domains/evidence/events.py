"""What the record says happened to personal data, with the words a page shows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PersonalDataEvent(TextChoices):
    """Events that any room with personal data writes into the record."""

    UNMASKED = "personal_data.unmasked", _("查看个人信息原文")
    ERASURE_ASKED = "erasure.asked", _("登记删除个人信息的请求")
    ERASURE_REFUSED = "erasure.refused", _("不同意删除个人信息")
    ERASED = "personal_data.erased", _("删除个人信息")


class RecordEvent(TextChoices):
    """Events that concern the record as a whole."""

    RESTORED = "record.restored", _("从备份恢复")
