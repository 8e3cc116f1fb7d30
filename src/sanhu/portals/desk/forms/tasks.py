"""Forms of an admitted task: its moves, paying what falls due, taking its power back and giving it anew."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.models import Task
from sanhu.domains.admission.services.task_moves import TaskMove
from sanhu.domains.admission.terms import GrantKind
from sanhu.portals.desk.forms.application_committees import committee_groups
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.forms.task_documents import DocumentField
from sanhu.portals.desk.moving import GateMoveForm
from sanhu.portals.desk.scans import ScansForm
from sanhu.portals.desk.sending import SentForm

_MOST_BASIS = 100
_MOST_REASON = 200


class HandOverForm(GateMoveForm):
    """To which committee, with how much of what was paid, and on which paper."""

    named = {**GateMoveForm.named, "移交给": "committee", "未用余额": "unspent_fen", "授权文书号": "document_number"}

    committee = forms.TypedChoiceField(label=_("移交给哪个居民委员会"), coerce=int)
    unspent_fen = YuanField(
        label=_("已拨付还没有用完的经费（元）"),
        help_text=_("随任务划转给接手的居民委员会。没有的不填。还没有拨付的，自动改为拨给对方。"),
        required=False,
    )
    document_number = DocumentField(label=_("新的授权文书号"), help_text=_("给接手的居民委员会的授权或者委托文书。"))
    field_order = ("committee", "unspent_fen", "document_number", "reason")

    def prepare(self) -> None:
        """Offer every other committee of the district; a power the law gives needs no paper."""
        task = self.row
        assert isinstance(task, Task), "only a task is handed over"
        groups = committee_groups(task.district, at=self.at)
        others = [(name, [one for one in choices if one[0] != task.committee_id]) for name, choices in groups]
        committee = self.fields["committee"]
        assert isinstance(committee, forms.TypedChoiceField), "declared above"
        committee.choices = [("", _("请选择居民委员会")), *((name, choices) for name, choices in others if choices)]
        self.fields["document_number"].required = task.grant.kind != GrantKind.STATUTORY


def asked_of(form: GateMoveForm) -> TaskMove:
    """Give what a valid form asks for."""
    said = form.cleaned_data
    return TaskMove(
        move=form.move.code,
        revision=said["revision"],
        reason=said["reason"],
        article=said.get("article", ""),
        committee_id=said.get("committee"),
        unspent_fen=said.get("unspent_fen") or 0,
        document_number=said.get("document_number", ""),
    )


class InstalmentForm(ScansForm, SentForm):
    """The paper a payment rests on; what is paid to whom stands fixed."""

    named = {"依据": "basis", "凭证扫描件": "scans"}

    basis = forms.CharField(
        label=_("付款凭证号"), help_text=_("银行回单或者国库支付凭证的编号。"), max_length=_MOST_BASIS
    )
    field_order = ("basis", "scans")


class WithdrawForm(SentForm):
    """Until when the power still holds, and why no longer."""

    named = {"最后有效日": "last_day", "理由": "reason"}

    last_day = DayField(label=_("最后有效日"), help_text=_("这一天以后，任务自动中止。"))
    reason = forms.CharField(label=_("理由"), max_length=_MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class GiveForm(SentForm):
    """The paper that gives a power anew; for what and until when stands fixed."""

    named = {"授权文书号": "document_number"}

    document_number = DocumentField(label=_("授权文书号"), help_text=_("重新授权或者委托的文书。"))
