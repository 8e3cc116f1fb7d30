"""Made-up data for the gallery: the fixed cast, one lift, one report that must be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms

from sanhu.domains.casework.rules import MATTER
from sanhu.engines.deadlines import Fact, FactKind, Rule, Unit, compute, explain
from sanhu.engines.decisions import Decision
from sanhu.engines.diagrams import layout
from sanhu.engines.workdays import WorkCalendar
from sanhu.portals.look.forms import LookForm

TODAY = date(2026, 11, 20)
_CALENDAR = WorkCalendar.from_rest_and_work(
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    rest=[date(2026, 10, 1) + timedelta(offset) for offset in range(7)],
    work=[date(2026, 10, 10)],
)


@dataclass(frozen=True)
class Link:
    """A way to go: what navigation, tabs and actions are made of."""

    label: str
    url: str = "#main"
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Step:
    """A step on the way of a matter."""

    title: str
    text: str = ""
    at: datetime | None = None
    who: str = ""
    sector: str = ""
    is_now: bool = False
    is_next: bool = False


class SampleForm(LookForm):
    """One field of every kind."""

    words = forms.CharField(
        label="发生了什么",
        help_text="例如：三号楼电梯一周停了四次。",
        max_length=12,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    community = forms.ChoiceField(label="社区", choices=[("", "请选择"), ("1", "翠园社区"), ("2", "柳堤社区")])
    address = forms.CharField(label="具体位置", required=False)
    photo = forms.FileField(label="照片", required=False, help_text="拍摄位置等信息会自动去掉。")
    tell = forms.ChoiceField(
        label="要不要告诉您进展",
        widget=forms.RadioSelect,
        choices=[("code", "只要回执码"), ("phone", "发到手机（只用于这件事，办结后删除）")],
    )
    times = forms.MultipleChoiceField(
        label="什么时候方便上门",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("am", "上午"), ("pm", "下午"), ("eve", "晚上")],
    )
    agreed = forms.BooleanField(label="我已经看过个人信息怎样使用")
    on = forms.DateField(label="日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    token = forms.CharField(widget=forms.HiddenInput, initial="h")


def gallery(query: Mapping[str, str]) -> dict[str, Any]:
    """Give the gallery its data; `?bound=1` shows the form with its errors."""
    broken = {"words": "三号楼电梯一周停了四次，老人上下楼困难", "token": "h", "on": "昨天"}
    return {
        "today": TODAY,
        "form": SampleForm(broken if query.get("bound") else None),
        "nav_items": [
            Link("反映问题"),
            Link("查进展"),
            Link("办理公开", is_current=True),
            Link("事务清单"),
            Link("待办", count=7),
        ],
        "crumbs": [("办理公开", "#main"), ("K3 商品房小区物业管理", "")],
        "tabs": [
            Link("待受理", is_current=True, count=3),
            Link("待签收", count=1),
            Link("办理中", count=18),
            Link("待核查", count=3),
            Link("被退回", count=1),
        ],
        "ways_on": [Link("出具拒绝承接告知单"), Link("告诉来件单位怎样申请")],
        "offered": [Link("一同反映这件"), Link("不是同一件事")],
        "facts": [
            ("依据", ["民法典第九百四十二条", "物业管理条例第三十五条"]),
            ("经费", "物业费（不占社区经费）"),
            ("编号", "990101-20261109-000217"),
            ("反映人", "𠮷㛃𬭎"),
        ],
        "page": {"previous_url": "#main", "next_url": "#main", "words": "第 51–100 件，共 1,000+ 件"},
        "diagram": layout(MATTER, "assigned"),
        "decision": Decision(
            allowed=False,
            reasons=("“企业用工台账填报”未经准入。",),
            citations=("居民委员会组织法第四十三条", "分类管理办法第二十一条"),
            code="X-05",
        ),
        "two_reasons": Decision(
            allowed=False,
            reasons=("核查和办结须由承办人以外的人进行，换岗位也不行", "不在您的辖区"),
            citations=("分类管理办法第十三条",),
        ),
        "steps": _steps(),
        **_clock(),
    }


def _clock() -> dict[str, Any]:
    rule, facts = Rule(10, Unit.WORKING_DAY), [Fact(FactKind.STARTED, _at(9, 9, 40))]
    paused = [
        Fact(FactKind.STARTED, datetime(2026, 9, 28, 1, 0, tzinfo=UTC)),
        Fact(FactKind.PAUSED, datetime(2026, 10, 13, 1, 0, tzinfo=UTC)),
        Fact(FactKind.RESUMED, datetime(2026, 10, 16, 1, 0, tzinfo=UTC)),
    ]
    return {
        "due": compute(rule, facts, _CALENDAR).due_on,
        "days": explain(rule, facts, _CALENDAR),
        "paused_days": explain(rule, paused, _CALENDAR),
    }


def _steps() -> list[Step]:
    return [
        Step("居民反映", "三号楼西侧电梯一周内停了四次，老人上下楼困难。", _at(9, 8, 12), "", "community"),
        Step("受理", "归入 K3-07 共用设施设备维修养护。", _at(9, 9, 40), "周某（街道窗口）", "government"),
        Step(
            "交办：安居物业服务有限公司",
            "主责一家；翠园业委会监督，居委会协助联系住户。",
            _at(9, 10, 5),
            "徐某（街道值班）",
            "government",
        ),
        Step(
            "办理中", "更换曳引机控制板，配件已到场，11月22日检测。", _at(18, 16, 20), "安居物业", "market", is_now=True
        ),
        Step("核查", "由居委会委员陈某到场确认。", sector="community", is_next=True),
        Step("办结，请您评价", is_next=True),
    ]


def _at(day: int, hour: int, minute: int) -> datetime:
    """A moment of November 2026, by the clock on the wall."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)
