"""What the record says happened to subjects, with the words a page shows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SubjectEvent(TextChoices):
    """The events this room writes into the record."""

    DISTRICT_FOUNDED = "district.founded", _("建立辖区")
    ROLES_LOADED = "roles.loaded", _("载入角色")
    ROLE_CHANGED = "role.changed", _("更改角色权限")
    SUBJECTS_IMPORTED = "subjects.imported", _("导入主体")
    ORGANISATION_CREATED = "organisation.created", _("登记机构")
    ORGANISATION_CHANGED = "organisation.changed", _("变更机构")
    PERSON_ADDED = "person.added", _("登记人员")
    PERSON_CHANGED = "person.changed", _("变更人员")
    POST_APPOINTED = "post.appointed", _("任职")
    POST_CHANGED = "post.changed", _("变更任职")
    POST_LEFT = "post.left", _("离任")
    ACCOUNT_OPENED = "account.opened", _("开立账号")
    ACCOUNT_DEACTIVATED = "account.deactivated", _("停用账号")
    ACCOUNT_REACTIVATED = "account.reactivated", _("恢复账号")
    PASSWORD_ISSUED = "account.password_issued", _("发放一次性密码")
    PASSWORD_CHANGED = "account.password_changed", _("本人更改密码")
    SIGN_IN_UNLOCKED = "account.unlocked", _("解除登录锁定")
