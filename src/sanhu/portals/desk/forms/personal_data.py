"""Forms about personal data: why one must see it, why it is to go, and whether it goes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.erasure_rules import ASKABLE_GROUNDS, ErasureGround, ErasureScope
from sanhu.domains.casework.services.erasure_requests import MOST_CITED, MOST_WORDS, ErasureWish
from sanhu.domains.evidence.unmasking import LEAST_REASON, MOST_REASON
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.submitting import OnceForm
from sanhu.portals.look.forms import LookForm

AGREE, REFUSE = "agree", "refuse"


class LookingForm(LookForm):
    """Why somebody must see a value that is masked. Each look is a look: sent twice, it is entered twice."""

    reason = forms.CharField(
        label=_("为什么要看原文"),
        help_text=_("例如：办结前电话回访反映人。和看的人、时间、对象一起记下，安全管理员能看到。"),
        min_length=LEAST_REASON,
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LooksFilter(LookForm):
    """Whose looks, and on which day."""

    staff_number = forms.CharField(label=_("工号"), max_length=20, required=False)
    day = DayField(label=_("哪一天"), required=False)


class ErasureForm(OnceForm):
    """What somebody asks to have erased."""

    scope = forms.ChoiceField(label=_("删除哪些"), choices=ErasureScope.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label=_("请求的理由"),
        choices=[(ground.value, ground.label) for ground in ASKABLE_GROUNDS],
        widget=forms.RadioSelect,
    )
    article = forms.CharField(
        label=_("依据的条款"),
        help_text=_("只有“其他法律、行政法规规定”的填写。"),
        max_length=MOST_CITED,
        required=False,
    )
    reason = forms.CharField(
        label=_("来人怎样说、怎样确认是本人"),
        help_text=_("例如：持回执码到窗口，说事情已经解决。不写证件号。"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def wish(self) -> ErasureWish:
        """What is asked for."""
        said = self.cleaned_data
        return ErasureWish(
            scope=ErasureScope(said["scope"]),
            ground=ErasureGround(said["ground"]),
            reason=said["reason"],
            article=said["article"],
        )


class DecisionForm(OnceForm):
    """Whether what was asked for is erased."""

    decision = forms.ChoiceField(
        label=_("决定"),
        choices=[(AGREE, _("同意，现在删除，不能恢复")), (REFUSE, _("不同意"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("不同意的理由"),
        help_text=_("不同意的必须写，告诉请求人。"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PersonErasureForm(OnceForm):
    """Yes, this person's data is to go now."""

    is_sure = forms.BooleanField(label=_("确认删除姓名、电话和账号，不能恢复"))
