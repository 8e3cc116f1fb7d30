"""Templates of a body's words: who keeps them, what they may hold, what is filled in, and which fit."""

from dataclasses import replace

import pytest

from sanhu.domains.casework.models import ReplyTemplate
from sanhu.domains.casework.reply_templates import fitting, templates_of
from sanhu.domains.casework.reply_words import PLACEHOLDERS, faults_of, fill
from sanhu.domains.casework.services.reply_templates import (
    OVERTAKEN,
    Draft,
    add_template,
    change_template,
    may_keep,
    retire_template,
)
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from tests.cast import MONDAY_MORNING, Cast
from tests.domains.casework.refusals import refusal_of

AT = MONDAY_MORNING
TEXT = "您反映的“{事项}”（{编号}）由{单位}办理，最迟{期限}办结。"


def add(cast: Cast, *, by: str = "孙", **changes: str) -> ReplyTemplate:
    said = {"name": "已清运", "text": TEXT} | changes
    return add_template(actor=cast.actor(by), at=AT, draft=Draft(**said))


def test_those_who_handle_accept_or_supervise_keep_the_templates_of_their_body(cast: Cast):
    able = {who for who in "周徐吴孙陈何马高钱冯沈郑林" if may_keep(cast.actor(who))}
    assert able == {"周", "吴", "孙", "陈", "马", "高", "郑"}
    template = add(cast)
    assert template.organisation_id == cast.bodies["区城市管理局"].pk
    assert [list(templates_of(cast.actor(who))) for who in "吴周马林"] == [[template], [], [], []]
    assert refusal_of(lambda: add(cast, by="徐")).reasons == ("您的岗位没有这项权限",)


def test_a_template_changes_by_revision_and_goes_out_of_use_in_the_record(cast: Cast):
    template = add(cast)
    changed = change_template(
        actor=cast.actor("吴"), at=AT, template_id=template.pk, revision=1, draft=Draft("清运", "已清运。", "finish")
    )
    assert (changed.revision, changed.text, changed.changed_by_id) == (2, "已清运。", cast["吴"].person.pk)
    stale = refusal_of(
        lambda: change_template(
            actor=cast.actor("孙"), at=AT, template_id=template.pk, revision=1, draft=Draft("清运", "又改。")
        )
    )
    assert stale.reasons == (OVERTAKEN,)
    for who in "马郑":
        with pytest.raises(NotFound):
            retire_template(actor=cast.actor(who), at=AT, template_id=template.pk, revision=2)
    retire_template(actor=cast.actor("孙"), at=AT, template_id=template.pk, revision=2)
    assert not templates_of(cast.actor("孙")).exists()
    with pytest.raises(NotFound):
        retire_template(actor=cast.actor("孙"), at=AT, template_id=template.pk, revision=3)
    assert add(cast, name="清运").pk != template.pk
    events = list(Entry.objects.order_by("pk").values_list("event", flat=True))[-4:]
    assert events == [
        "reply_template.added",
        "reply_template.changed",
        "reply_template.retired",
        "reply_template.added",
    ]
    sequence()
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"name": " "}, "name", "名称：请写一个名称"),
        ({"name": "名" * 41}, "name", "名称：不超过 40 个字"),
        ({"name": "办好了"}, "name", "名称：本单位已有同名的一条"),
        ({"text": ""}, "text", "内容：请写内容"),
        ({"text": "字" * 2001}, "text", "内容：不超过 2000 个字"),
        ({"move": "register"}, "move", "步骤：请从列出的步骤里选"),
        ({"move": "urge_by_reporter"}, "move", "步骤：请从列出的步骤里选"),
        ({"item_code": "K9-99"}, "item_code", "事项：请从现行清单里选"),
        ({"text": "收到，已转{单位}。{"}, "text", "内容：花括号没有成对"),
        (
            {"text": "{姓名}您好"},
            "text",
            "内容：没有“姓名”这个占位符，只能用 {编号} {事项} {单位} {期限} {状态} {社区} {今天}",
        ),
    ],
)
def test_what_may_not_be_kept_is_refused_at_its_field(cast: Cast, changes: dict[str, str], field: str, reason: str):
    add(cast, name="办好了")
    entries = Entry.objects.count()
    with pytest.raises(FieldRefused) as refused:
        add(cast, **changes)
    assert (refused.value.field, refused.value.decision.reasons) == (field, (reason,))
    assert (ReplyTemplate.objects.count(), Entry.objects.count()) == (1, entries)


def test_placeholders_are_seven_none_names_a_person_and_both_widths_of_braces_are_known():
    assert list(PLACEHOLDERS) == ["编号", "事项", "单位", "期限", "状态", "社区", "今天"]
    values = {name: f"<{name}>" for name in PLACEHOLDERS}
    assert fill("{编号}由\uff5b 单位 \uff5d办，{编号}", values) == "<编号>由<单位>办，<编号>"
    assert list(faults_of("没有花括号")) == []
    assert [fault[:11] for fault in faults_of("{电话}{电话}{地址}")] == ["内容：没有“电话”这个", "内容：没有“地址”这个"]


def test_those_for_the_item_and_the_move_come_first_and_those_for_others_not_at_all(cast: Cast):
    for name, move, item in [
        ("甲通用", "", ""),
        ("乙办结", "close", ""),
        ("丙事项", "", "K1-06"),
        ("丁事项办结", "close", "K1-06"),
        ("戊别的事项", "close", "K1-01"),
        ("己别的步骤", "finish", "K1-06"),
    ]:
        add(cast, name=name, move=move, item_code=item)
    actor = cast.actor("吴")
    assert [one.name for one in fitting(actor, move="close", item_codes={"K1-06"})] == [
        "丁事项办结",
        "丙事项",
        "乙办结",
        "甲通用",
    ]
    assert [one.name for one in fitting(actor, move="close", item_codes={"K1-06", "K1-01"})] == ["乙办结", "甲通用"]
    assert (
        fitting(replace(actor, organisation_id=cast.bodies["翠园社区居民委员会"].pk), move="close", item_codes=set())
        == []
    )
