"""Forms of a legal instrument: drafted or registered with its articles, and each stage it reaches after that."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.citing import UnreadableLine, read_articles
from sanhu.domains.catalogue.terms import InstrumentLevel, InstrumentStageKind
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.sending import SentForm

MOST_TEXT = 200_000


class ArticlesField(forms.CharField):
    """The text of an instrument, read article by article, each with its number and text as the services take it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 14}), **kwargs)

    def clean(self, value: Any) -> list[dict[str, str]]:
        """Read the articles. Raises ValidationError naming the line that belongs to none."""
        found = read_articles(super().clean(value))
        if isinstance(found, UnreadableLine):
            said = gettext("条文：第 %(line)s 行不属于任何一条；每条另起一行，以“第一条”这样的条号开头")
            raise forms.ValidationError(said % {"line": found.line})
        return [{"number": one.number, "text": one.text} for one in found]


class _InstrumentForm(SentForm):
    """What every instrument has."""

    named = {
        "名称、文号、制定机关": "title",
        "这个文号的文件已经登记": "number",
        "日期": "on",
        "条文": "articles",
    }

    title = forms.CharField(label=_("名称"), max_length=200)
    title_en = forms.CharField(label=_("英文名称"), max_length=200, required=False)
    level = forms.ChoiceField(
        label=_("层级"),
        help_text=_("区一级只能制定规范性文件；地方性法规由省、设区的市人大制定。"),
        choices=InstrumentLevel.choices,
        initial=InstrumentLevel.NORMATIVE_DOCUMENT,
    )
    maker = forms.CharField(label=_("制定机关"), max_length=100)
    number = forms.CharField(label=_("文号"), max_length=60)
    articles = ArticlesField(
        label=_("条文"), help_text=_("每条另起一行，以条号开头：第一条 为了……；一条里的各款接在后面。")
    )

    def data_said(self) -> dict[str, Any]:
        """What was said, as the services take it."""
        names = ("title", "title_en", "level", "maker", "number", "articles")
        return {name: self.cleaned_data[name] for name in names}


class DraftInstrumentForm(_InstrumentForm):
    """An instrument that is being drafted; it gets its number when it is adopted."""

    on = DayField(label=_("起草日期"), help_text=_("不填的，是今天。"), required=False)
    field_order = ("title", "title_en", "level", "maker", "number", "on", "articles")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("文号或者草案编号")
        self.fields["number"].help_text = _("通过的时候改成正式文号。")


class MadeInstrumentForm(_InstrumentForm):
    """An instrument that was made already."""

    named = {**_InstrumentForm.named, "有效期": "in_force_to"}

    adopted_on = DayField(label=_("通过日期"))
    in_force_from = DayField(label=_("施行日期"))
    in_force_to = DayField(label=_("有效期至"), help_text=_("没有写明的不填。"), required=False)
    field_order = (
        *("title", "title_en", "level", "maker", "number"),
        *("adopted_on", "in_force_from", "in_force_to", "articles"),
    )

    def clean(self) -> dict[str, Any] | None:
        """Hold the days against each other."""
        said = super().clean()
        adopted, begins, ends = (self.cleaned_data.get(name) for name in ("adopted_on", "in_force_from", "in_force_to"))
        if adopted and begins and begins < adopted:
            self.add_error("in_force_from", gettext("施行日期：不得早于通过日期"))
        if begins and ends and ends < begins:
            self.add_error("in_force_to", gettext("有效期：不得早于施行日期"))
        return said

    def data_said(self) -> dict[str, Any]:
        """What was said, with its days as they are written in a file."""
        days = ("adopted_on", "in_force_from", "in_force_to")
        said = {name: self.cleaned_data[name].isoformat() for name in days if self.cleaned_data[name]}
        return {**super().data_said(), **said}


class StageForm(SentForm):
    """One stage of an instrument: when, before which organ, under which number, and what goes with it."""

    named = {"日期": "on", "机关": "organ", "文号": "document_number", "有效期": "in_force_to", "条文": "articles"}

    on = DayField(label=_("日期"))
    organ = forms.CharField(label=_("机关"), max_length=100)
    document_number = forms.CharField(label=_("文号"), max_length=60)
    in_force_to = DayField(label=_("有效期至"), help_text=_("没有写明的不填。"), required=False)
    articles = ArticlesField(label=_("修正后的条文"), help_text=_("只写改动的和新增的各条，每条另起一行，以条号开头。"))

    def __init__(self, *args: Any, stage: InstrumentStageKind, maker: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("organ", maker)
        if stage is not InstrumentStageKind.IN_FORCE:
            del self.fields["in_force_to"]
        if stage is not InstrumentStageKind.AMENDED:
            del self.fields["articles"]
