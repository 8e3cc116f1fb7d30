"""Made-up data for the gallery: the fixed cast, one lift, one report that must be refused.

What somebody is made to have said or done stays as it is, as it would on a page; what the page itself says is marked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.rules import MATTER
from sanhu.engines.deadlines import Fact, FactKind, Rule, Unit, compute, explain
from sanhu.engines.decisions import Decision
from sanhu.engines.diagrams import layout
from sanhu.engines.funnel import Origin, funnel
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


@dataclass(frozen=True)
class Row:
    """A matter in a list: how its clock stands, what it is about, who leads it."""

    state: str
    left: int
    due: date
    title: str
    code: str
    sector: str
    lead: str
    handoffs: int


@dataclass(frozen=True)
class Party:
    """The bodies that have one part in a matter, each with its sector."""

    role: str
    bodies: tuple[tuple[str, str], ...] = field(default=())


class SampleForm(LookForm):
    """One field of every kind."""

    words = forms.CharField(
        label=_("发生了什么"),
        help_text=_("例如：三号楼电梯一周停了四次。"),
        max_length=12,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    community = forms.ChoiceField(label=_("社区"), choices=[("", _("请选择")), ("1", "翠园社区"), ("2", "柳堤社区")])
    address = forms.CharField(label=_("具体位置"), required=False)
    photo = forms.FileField(label=_("照片"), required=False, help_text=_("拍摄位置等信息会自动去掉。"))
    tell = forms.ChoiceField(
        label=_("要不要告诉您进展"),
        widget=forms.RadioSelect,
        choices=[("code", _("只要回执码")), ("phone", _("发到手机（只用于这件事，办结后删除）"))],
    )
    times = forms.MultipleChoiceField(
        label=_("什么时候方便上门"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("am", _("上午")), ("pm", _("下午")), ("eve", _("晚上"))],
    )
    agreed = forms.BooleanField(label=_("我已经看过个人信息怎样使用"))
    on = forms.DateField(label=_("日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    token = forms.CharField(widget=forms.HiddenInput, initial="h")


def gallery(query: Mapping[str, str]) -> dict[str, Any]:
    """Give the gallery its data; `?bound=1` shows the form with its errors."""
    broken = {"words": "三号楼电梯一周停了四次，老人上下楼困难", "token": "h", "on": "昨天"}
    return {
        "today": TODAY,
        "form": SampleForm(broken if query.get("bound") else None),
        **_frame(),
        **_list(),
        **_matter(),
        **_refused(),
        **_clock(),
        "funnel": funnel(
            [Origin("区城市管理局", "government", 1500), Origin("东湖街道办事处", "government", 0)], "翠园社区居委会"
        ),
    }


def _frame() -> dict[str, Any]:
    """What stands around a page: where one is, who acts, what was just done."""
    return {
        "nav_items": [
            Link(gettext("反映问题")),
            Link(gettext("查进展")),
            Link(gettext("办理公开"), is_current=True),
            Link(gettext("事务清单")),
            Link(gettext("待办"), count=7),
        ],
        "account": {
            "name": "徐安",
            "absent": "周慧",
            "until": date(2026, 11, 27),
            "organisation": "东湖街道办事处",
            "post": "窗口受理员",
            "posts_url": "#main",
            "may_switch": True,
            "sign_out_url": "#main",
        },
        "crumbs": [(gettext("办理公开"), "#main"), ("K3 商品房小区物业管理", "")],
        "progress": {"done": 40, "total": 240},
        "messages": [
            Message(constants.SUCCESS, gettext("已保存。")),
            Message(constants.ERROR, gettext("这张表没有收下")),
        ],
    }


def _list() -> dict[str, Any]:
    """A list with its groups, its filter, its rows and its pages."""
    return {
        "tabs": [
            Link(gettext("待受理"), is_current=True, count=3),
            Link(gettext("待签收"), count=1),
            Link(gettext("办理中"), count=18),
            Link(gettext("待核查"), count=3),
            Link(gettext("被退回"), count=1),
        ],
        "communities": [("1", "翠园社区"), ("2", "柳堤社区")],
        "classes": [("K1", "K1"), ("K3", "K3")],
        "rows": [
            Row("overdue", -2, date(2026, 11, 18), "天桥下夜间烧烤油烟扰民", "K1-05", "government", "城管执法队", 3),
            Row("near", 1, date(2026, 11, 23), "翠园 3 号楼电梯反复停运", "K3-07", "market", "安居物业", 0),
            Row("on_time", 6, date(2026, 11, 30), "邻里助餐点想借活动室", "K2-06", "community", "翠园居委会", 1),
        ],
        "page": {
            "previous_url": "#main",
            "next_url": "#main",
            "words": gettext("第 %(first)s–%(last)s 件") % {"first": 51, "last": 100},
        },
    }


def _matter() -> dict[str, Any]:
    """One matter: who has which part in it, what is known of it, its way, its record, what was erased of it."""
    return {
        "title": "翠园小区 3 号楼电梯反复停运",
        "number": "99010120261109000217",
        "community": "翠园社区",
        "parties": [
            Party(gettext("主责"), (("market", "安居物业"),)),
            Party(gettext("协助"), (("community", "翠园居委会"), ("community", "翠园业委会"))),
            Party(gettext("监督"), (("government", "区住建局"),)),
        ],
        "facts": [
            (gettext("依据"), ["民法典第九百四十二条", "物业管理条例第三十五条"]),
            (gettext("经费"), "物业费（不占社区经费）"),
            (gettext("编号"), "990101-20261109-000217"),
            (gettext("反映人"), "𠮷㛃𬭎"),
        ],
        "diagram": layout(MATTER, "assigned", wording=gettext),
        "steps": _steps(),
        "lines": [
            {"at": _at(9, 8, 12), "seq": 217, "hash_prefix": "9f2c51a0"},
            {"at": _at(18, 16, 20), "seq": 3051, "hash_prefix": "04be77d1"},
            {"at": _at(20, 9, 5), "seq": None, "hash_prefix": ""},
        ],
        "proof_url": "#main",
        "erasure": {"ground": "period_over", "decided_at": _at(20, 9, 0), "article": gettext("个人信息保护法第十九条")},
        "rules": [{"since": gettext("最终办结"), "days": days} for days in (3 * 365, 90, 0)],
    }


def _refused() -> dict[str, Any]:
    """What may not be, and what may be done instead."""
    return {
        "ways_on": [Link(gettext("出具拒绝承接告知单")), Link(gettext("告诉来件单位怎样申请"))],
        "offered": [Link(gettext("一同反映这件")), Link(gettext("不是同一件事"))],
        "alike": "柳堤天桥下夜间烧烤油烟扰民（11月12日，3 人反映，城管执法队办理中）",
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
        "why": "11月9日受理，次日起算 10 个工作日。周末不计，没有调休。",
        "basis": "承诺时限。依据：示范区社区事务分类管理办法（试行）第十二条；期限规则第 3 版，受理时有效。",
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
