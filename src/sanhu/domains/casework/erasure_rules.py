"""When a matter's personal data may be erased on request (PIPL 47): on which ground, how much of it, how soon."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, gettext_noop

from sanhu.engines.decisions import ALLOWED, Decision, refuse

ERASURE_ARTICLE = gettext_noop("个人信息保护法第四十七条")
STATUTORY_DUTY_ARTICLE = gettext_noop("个人信息保护法第十三条第一款第三项")


class ErasureScope(TextChoices):
    """How much is erased."""

    CONTACT = "contact", gettext_lazy("只删联系方式，不再通知")
    EVERYTHING = "everything", gettext_lazy("全部：原话、位置、照片、联系方式、答复和评语")


class ErasureGround(TextChoices):
    """Why: the cases of article 47; the period's end is the house's own."""

    PURPOSE_ACHIEVED = "purpose_achieved", gettext_lazy("事情已经办结，不再需要")
    CONSENT_WITHDRAWN = "consent_withdrawn", gettext_lazy("本人撤回同意")
    UNLAWFUL_PROCESSING = "unlawful_processing", gettext_lazy("收集或者使用违反法律、行政法规或者约定")
    OTHER_LAW = "other_law", gettext_lazy("其他法律、行政法规规定应当删除")
    PERIOD_OVER = "period_over", gettext_lazy("保存期限已满")


class ErasureState(TextChoices):
    """How far a request has come."""

    ASKED = "asked", gettext_lazy("等待决定")
    ERASED = "erased", gettext_lazy("已删除")
    REFUSED = "refused", gettext_lazy("不同意删除")


ASKABLE_GROUNDS = tuple(ground for ground in ErasureGround if ground is not ErasureGround.PERIOD_OVER)

CITED = {
    ErasureGround.PURPOSE_ACHIEVED: gettext_noop("个人信息保护法第四十七条第一款第一项"),
    ErasureGround.PERIOD_OVER: gettext_noop("个人信息保护法第四十七条第一款第二项"),
    ErasureGround.CONSENT_WITHDRAWN: gettext_noop("个人信息保护法第四十七条第一款第三项"),
    ErasureGround.UNLAWFUL_PROCESSING: gettext_noop("个人信息保护法第四十七条第一款第四项"),
    ErasureGround.OTHER_LAW: gettext_noop("个人信息保护法第四十七条第一款第五项"),
}


def may_erase(*, ground: ErasureGround, scope: ErasureScope, article: str, is_final: bool) -> Decision:
    """May the data go now? What the law forbids to keep goes at once; what handling still needs stays until it ends."""
    if ground is ErasureGround.OTHER_LAW and not article.strip():
        return refuse(gettext_noop("依据：须写明是哪部法律、行政法规的哪一条"), citations=(CITED[ground],))
    if scope is ErasureScope.CONTACT or ground in (ErasureGround.UNLAWFUL_PROCESSING, ErasureGround.OTHER_LAW):
        return ALLOWED
    if ground is ErasureGround.CONSENT_WITHDRAWN:
        reason = gettext_noop(
            "办理反映依据的是法定职责，不以同意为前提；撤回同意可以先删除联系方式，办结以后再删除其余内容"
        )
        return refuse(reason, citations=(STATUTORY_DUTY_ARTICLE,))
    if not is_final:
        reason = gettext_noop("这件事还没有最终办结，办理还需要这些内容；现在可以先删除联系方式")
        return refuse(reason, citations=(CITED[ErasureGround.PURPOSE_ACHIEVED], STATUTORY_DUTY_ARTICLE))
    return ALLOWED
