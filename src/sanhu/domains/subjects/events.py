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
    DELEGATION_GIVEN = "delegation.given", _("安排代办")
    DELEGATION_ENDED = "delegation.ended", _("结束代办")
    ACCOUNT_OPENED = "account.opened", _("开立账号")
    ACCOUNT_DEACTIVATED = "account.deactivated", _("停用账号")
    ACCOUNT_REACTIVATED = "account.reactivated", _("恢复账号")
    PASSWORD_ISSUED = "account.password_issued", _("发放一次性密码")
    PASSWORD_CHANGED = "account.password_changed", _("本人更改密码")
    SIGN_IN_UNLOCKED = "account.unlocked", _("解除登录锁定")
    SIGNED_IN = "account.signed_in", _("登录")
    APP_SET_UP = "account.app_set_up", _("设置验证器")
    APP_REMOVED = "account.app_removed", _("停用验证器")
    PASSKEY_ADDED = "account.passkey_added", _("登记通行密钥")
    PASSKEY_REMOVED = "account.passkey_removed", _("停用通行密钥")
    RECOVERY_CODES_ISSUED = "account.recovery_codes_issued", _("生成恢复码")
    RECOVERY_CODE_USED = "account.recovery_code_used", _("使用恢复码")
    SECOND_FACTOR_RESET = "account.second_factor_reset", _("重置第二重验证")
    SIGN_ON_LINKED = "account.sign_on_linked", _("关联统一身份认证")
    SIGN_ON_UNLINKED = "account.sign_on_unlinked", _("解除统一身份认证关联")
    TOKEN_MADE = "token.made", _("生成令牌")
    TOKEN_REVOKED = "token.revoked", _("撤销令牌")
    DIGEST_SUBSCRIBED = "digest.subscribed", _("订阅每日提醒")
    DIGEST_ENDED = "digest.ended", _("退订每日提醒")
    EXPORT_ASKED = "export.asked", _("要求导出列表")
    EXPORT_FETCHED = "export.fetched", _("取走导出的文件")
