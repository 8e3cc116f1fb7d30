"""The columns that speak of a whole item; they may be filled in its first row alone, or in a merged cell."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.row_faults import MOST_OF_ITEM
from sanhu.domains.catalogue.terms import Boundary, Origin, Publicity
from sanhu.domains.catalogue.workbook import cells, words
from sanhu.domains.catalogue.workbook.column import Column
from sanhu.domains.catalogue.workbook.grammar import joined
from sanhu.domains.catalogue.workbook.words import Words

_MOST_COPIED = 1_000


def _text(name: str, label: str, about: str, **more: Any) -> Column:
    _words, most = MOST_OF_ITEM.get(name, ("", _MOST_COPIED))
    return Column(name, label, about, cells.text_of(most), lambda item, _duty: str(getattr(item, name)), **more)


def _said(of: Callable[[], Words[Any]], value: Any) -> str:
    return of().labels[value]


ITEM_COLUMNS: tuple[Column, ...] = (
    Column(
        "code",
        _("事项代码"),
        _("类别、短横和数字，例如 K1-01。同一代码的各行是同一个事项；下面各行可以不写，也可以合并单元格。"),
        cells.code,
        lambda item, _duty: item.code,
        is_required=True,
        also=("代码", "编号", "事项编号", "item code"),
        width=10,
    ),
    Column(
        "class",
        _("类别"),
        _("七类之一，写 K1 到 K7 或者类名；不写的按代码。"),
        cells.one_of(words.classes, None),
        lambda item, _duty: item.affair_class.value,
        empty=None,
        also=("事务类别", "affair class"),
        offered=words.classes,
        width=8,
    ),
    _text(
        "name",
        _("事项名称"),
        _("清单上的名称，一百字以内。"),
        is_required=True,
        also=("事项", "名称", "事务名称", "item"),
        width=28,
    ),
    _text("name_en", _("英文名称"), _("可不写。"), also=("name (en)",), width=24),
    _text(
        "definition",
        _("定义"),
        _("何为此项事务：做什么，到哪里为止。不写的，事项停留在草案。"),
        also=("事项定义", "何为此项事务"),
        width=36,
    ),
    Column(
        "purposes",
        _("目的"),
        _("四个目的中的一个或者几个，用“；”隔开。"),
        cells.some_of(words.purposes),
        lambda item, _duty: joined(_said(words.purposes, one) for one in item.purposes),
        is_required=True,
        is_list=True,
        empty=(),
        code="X-01",
        also=("主要目的", "purpose"),
        offered=words.purposes,
        width=22,
    ),
    Column(
        "origin",
        _("由何而来"),
        _("这项事务怎样来到社区。"),
        cells.one_of(words.origins, Origin.STATUTE),
        lambda item, _duty: _said(words.origins, item.origin),
        is_required=True,
        empty=Origin.STATUTE,
        also=("来源", "事项来源"),
        offered=words.origins,
        width=18,
    ),
    _text(
        "former_bearer",
        _("原承担单位"),
        _("单位剥离移交的，原来由谁承担。"),
        also=("原单位", "former bearer"),
    ),
    _text(
        "needs_record",
        _("需求依据"),
        _("居民需求从哪里看出：需求登记、调查、来电统计。"),
        also=("需求记录", "needs record"),
    ),
    Column(
        "boundary",
        _("边界"),
        _("是否属于社区事务；不写的为属于。"),
        cells.one_of(words.boundaries, Boundary.IN_SCOPE),
        lambda item, _duty: _said(words.boundaries, item.boundary),
        empty=Boundary.IN_SCOPE,
        also=("边界认定",),
        offered=words.boundaries,
    ),
    _text(
        "boundary_evidence",
        _("边界依据"),
        _("边界认定的依据。"),
        also=("边界认定依据", "boundary evidence"),
    ),
    Column(
        "legal_basis",
        _("法律依据"),
        _("文件名和条款，几条用“；”隔开。"),
        cells.texts,
        lambda item, _duty: joined(item.legal_basis),
        is_list=True,
        empty=(),
        also=("依据", "法规依据", "政策法律依据", "legal basis"),
        width=32,
    ),
    Column(
        "public_nature",
        _("公共性"),
        _("是不是公共事务；纯属私人或者商业的写“否”，不能列入清单。"),
        cells.yes_no,
        lambda item, _duty: words.say_yes_no(item.is_public_nature),
        is_required=True,
        empty=True,
        code="X-01",
        also=("公共性质", "是否公共", "public nature"),
        offered=lambda: words.YES_NO,
        width=8,
    ),
    Column(
        "publicity",
        _("公开方式"),
        _("办件谁能看到：公开、凭回执查询、不公开。"),
        cells.one_of(words.publicities, Publicity.NEVER),
        lambda item, _duty: _said(words.publicities, item.publicity),
        is_required=True,
        empty=Publicity.NEVER,
        also=("公开范围",),
        offered=words.publicities,
        width=12,
    ),
    _text(
        "end_rule",
        _("截止规则"),
        _("第七类必须写：到什么时候为止。"),
        also=("截止日期", "end rule"),
        width=18,
    ),
    Column(
        "nature",
        _("归类判断"),
        _("归类五问中回答“是”的，用“；”隔开；都不是的写“都不是”；没有判断的不写。"),
        cells.nature,
        lambda item, _duty: cells.say_nature(item.nature),
        is_list=True,
        empty=None,
        also=("归类", "decision key"),
        width=18,
    ),
    Column(
        "indicators",
        _("考评指标"),
        _("怎样算办好，用“；”隔开；不写的按类别的指标。"),
        cells.texts,
        lambda item, _duty: joined(item.indicators),
        is_list=True,
        empty=(),
        also=("指标", "评价指标"),
    ),
    Column(
        "review_months",
        _("评估周期（月）"),
        _("每几个月评估一次；不写的按类别的周期。"),
        cells.review_months,
        lambda item, _duty: str(item.review_months or ""),
        empty=0,
        also=("评估周期", "复评周期", "review months"),
        width=10,
    ),
    Column(
        "certificates",
        _("要求开具的证明"),
        _("办理时要居民委员会开具的证明，用“；”隔开；二十项不应开具的会被拒绝。"),
        cells.texts,
        lambda item, _duty: joined(item.certificates),
        is_list=True,
        empty=(),
        also=("证明", "证明事项"),
    ),
    Column(
        "asked_data",
        _("要求填报的信息"),
        _("办理时要居民或者居民委员会填报的信息，用“；”隔开；已经掌握或者可以核验的会被拒绝。"),
        cells.texts,
        lambda item, _duty: joined(item.asked_data),
        is_list=True,
        empty=(),
        also=("填报信息", "asked data"),
    ),
    Column(
        "procedure",
        _("办理程序"),
        _("每步写“步骤|承办|材料|时限|文书”，后面没有的可以不写；材料之间用“、”，步骤之间用“；”或者换行。"),
        cells.steps,
        lambda item, _duty: cells.say_steps(item.procedure),
        is_list=True,
        empty=(),
        also=("程序", "流程", "程序步骤"),
        width=40,
    ),
    Column(
        "money",
        _("经费来源"),
        _("经费从哪里来，用“；”隔开。"),
        cells.some_of(words.money),
        lambda item, _duty: joined(_said(words.money, one) for one in item.money),
        is_list=True,
        empty=(),
        also=("经费", "事项经费"),
        offered=words.money,
    ),
)

SOURCE_COLUMNS: tuple[Column, ...] = (
    _text("source_lead", _("原表主责"), _("原来表格里的写法，照抄，可不写。")),
    _text("deadline_text", _("原表期限"), _("原来表格里的写法，照抄，可不写。")),
    _text("money_text", _("原表经费"), _("原来表格里的写法，照抄，可不写。")),
    _text("mark", _("标记"), _("依据核对到什么程度，可不写。"), width=8),
)
