"""What is kept of people, why, how long and what then: one table, which the worker carries out and pages show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from sanhu.domains.casework.models import Contact, Joining, Matter
from sanhu.domains.casework.services import retention as casework
from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.attachments import drop_stale_drafts
from sanhu.domains.evidence.models import Attachment, Notice, Request, Throttle
from sanhu.domains.funding.services import payee_names
from sanhu.domains.funding.source_rules import names_rule
from sanhu.domains.subjects.models import Person
from sanhu.domains.subjects.services import erasing as subjects
from sanhu.domains.subjects.services import exports

SHORTEST = gettext_noop("个人信息保护法第十九条")
_DAY = timedelta(days=1)
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Rule:
    """One rule. `work` carries it out and gives how much went; None where it happens with the deed itself.

    `held` and `due` count, in a district as far as districts are told apart, what there is now and what goes by a
    moment. `for_reporters` marks what is shown to residents.
    """

    code: str
    what: Promise
    why: str
    days: Callable[[], int]
    since: Promise
    then: Promise
    held: Callable[[str], int]
    due: Callable[[str, datetime], int]
    work: Callable[[datetime], int] | None = None
    every: timedelta = timedelta(minutes=10)
    for_reporters: bool = False


def _count(rows: QuerySet[Any]) -> int:
    """Count, but no further than a page needs to know."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def text_message_folder() -> Path:
    """Give the folder the district's gateway fetches text messages from."""
    return Path(settings.SANHU_DATA) / "sms"


def text_messages_before(moment: datetime) -> list[Path]:
    """List the files written before a moment; one that is fetched meanwhile is not there any more."""
    found = []
    for file in text_message_folder().glob("*"):
        try:
            if file.stat().st_mtime <= moment.timestamp():
                found.append(file)
        except FileNotFoundError:
            continue
    return found


def drop_text_messages(at: datetime) -> int:
    """Remove what the gateway did not fetch in time: it holds a telephone number."""
    late = text_messages_before(at - timedelta(days=settings.SANHU_TEXT_MESSAGES_KEPT_DAYS))
    for file in late:
        file.unlink(missing_ok=True)
    return len(late)


def _drop_sessions(at: datetime) -> int:
    return Session.objects.filter(expire_date__lte=at).delete()[0]


RULES: tuple[Rule, ...] = (
    Rule(
        code="erase_matters",
        what=_("反映和补充的原话、具体位置、照片、答复和评语"),
        why=SHORTEST,
        days=lambda: settings.SANHU_WORDS_KEPT_DAYS,
        since=_("最终办结"),
        then=_("内容销毁，不能恢复；编号、类别、网格、状态和日期留下"),
        held=lambda district: _count(casework.matters_with_words(Matter.objects.filter(district=district))),
        due=lambda district, at: _count(casework.matters_due(at=at).filter(district=district)),
        work=lambda at: casework.erase_matters(at=at),
        for_reporters=True,
    ),
    Rule(
        code="erase_contacts",
        what=_("反映人的手机号或邮箱"),
        why=SHORTEST,
        days=lambda: settings.SANHU_CONTACT_KEPT_DAYS,
        since=_("最终办结"),
        then=_("号码销毁，不能恢复；没有发出的通知撤回"),
        held=lambda district: _count(Contact.objects.filter(matter__district=district, erased_at__isnull=True)),
        due=lambda district, at: _count(casework.contacts_due(at=at).filter(matter__district=district)),
        work=lambda at: casework.erase_contacts(at=at),
        for_reporters=True,
    ),
    Rule(
        code="erase_joinings",
        what=_("加入已有办件的人的手机号或邮箱"),
        why=SHORTEST,
        days=lambda: settings.SANHU_CONTACT_KEPT_DAYS,
        since=_("最终办结"),
        then=_("号码销毁，不能恢复；没有发出的通知撤回"),
        held=lambda district: _count(Joining.objects.filter(matter__district=district).exclude(address="")),
        due=lambda district, at: _count(casework.joinings_due(at=at).filter(matter__district=district)),
        work=lambda at: casework.erase_joinings(at=at),
        for_reporters=True,
    ),
    Rule(
        code="notice_addresses",
        what=_("通知上的手机号或邮箱"),
        why=SHORTEST,
        days=lambda: 0,
        since=_("通知发出，或者最后一次也没有发成"),
        then=_("随发送销毁；通知里不写个人情况"),
        held=lambda district: _count(Notice.objects.filter(district=district).exclude(address="")),
        due=lambda district, at: _count(
            Notice.objects.filter(district=district, created_at__lte=at).exclude(address="")
        ),
        for_reporters=True,
    ),
    Rule(
        code="drop_text_messages",
        what=_("等短信网关取走的短信"),
        why=SHORTEST,
        days=lambda: settings.SANHU_TEXT_MESSAGES_KEPT_DAYS,
        since=_("写好"),
        then=_("没有取走的也删除"),
        held=lambda _district: len(list(text_message_folder().glob("*"))),
        due=lambda _district, at: len(
            text_messages_before(at - timedelta(days=settings.SANHU_TEXT_MESSAGES_KEPT_DAYS))
        ),
        work=drop_text_messages,
        for_reporters=True,
    ),
    Rule(
        code="drop_drafts",
        what=_("表还没有提交时先收下的照片"),
        why=SHORTEST,
        days=lambda: 1,
        since=_("收到"),
        then=pgettext_lazy("then", "删除"),
        held=lambda district: _count(Attachment.objects.filter(owner_ref="", district=district)),
        due=lambda district, at: _count(
            Attachment.objects.filter(owner_ref="", district=district, created_at__lt=at - _DAY)
        ),
        work=lambda at: drop_stale_drafts(before=at - _DAY),
        for_reporters=True,
    ),
    Rule(
        code="drop_exports",
        what=_("导出的文件和导出时的筛选条件"),
        why=SHORTEST,
        days=lambda: -(-settings.SANHU_EXPORT_KEPT_HOURS // 24),
        since=_("导出完成"),
        then=_("文件删除；谁在什么时候导出过哪张列表留在记录里"),
        held=lambda district: _count(exports.exports_kept().filter(post__organisation__district=district)),
        due=lambda district, at: _count(exports.exports_due(at=at).filter(post__organisation__district=district)),
        work=lambda at: exports.drop_exports(at=at),
    ),
    Rule(
        code="erase_former_staff",
        what=_("工作人员的姓名、电话和账号"),
        why=subjects.STAFF_ARTICLE,
        days=lambda: settings.SANHU_STAFF_KEPT_DAYS,
        since=_("最后一个岗位结束"),
        then=_("内容销毁，不能恢复，不能再登录；工号留下"),
        held=lambda district: _count(Person.objects.filter(district=district).exclude(name="")),
        due=lambda district, at: _count(subjects.people_due(at=at).filter(district=district)),
        work=lambda at: subjects.erase_former_staff(at=at),
        every=timedelta(hours=1),
    ),
    Rule(
        code="erase_payees",
        what=_("账外收款的个人的姓名"),
        why=names_rule().article,
        days=lambda: names_rule().kept_years * 365,
        since=_("付款那一年结束"),
        then=_("姓名销毁，不能恢复；金额、类别和凭证留下"),
        held=lambda district: _count(payee_names.named_payees().filter(voucher__district=district)),
        due=lambda district, at: _count(payee_names.payees_due(at=at).filter(voucher__district=district)),
        work=lambda at: payee_names.erase_payees(at=at),
        every=_DAY,
    ),
    Rule(
        code="drop_requests",
        what=_("已答复的提交编号（没有个人信息，用来认出重复提交）"),
        why=SHORTEST,
        days=lambda: settings.SANHU_REQUESTS_KEPT_DAYS,
        since=_("答复"),
        then=_("删除；登记反映的编号随办件留下，以免同一张表登记两次"),
        held=lambda _district: _count(Request.objects.all()),
        due=lambda _district, at: _count(casework.requests_due(at=at)),
        work=lambda at: casework.drop_requests(at=at),
        every=timedelta(hours=6),
    ),
    Rule(
        code="drop_throttles",
        what=_("登录和查回执的次数（只有加密过的来源）"),
        why=SHORTEST,
        days=lambda: 1,
        since=_("第一次尝试"),
        then=pgettext_lazy("then", "删除"),
        held=lambda _district: _count(Throttle.objects.all()),
        due=lambda _district, at: _count(Throttle.objects.filter(opened_at__lt=at - _DAY)),
        work=lambda at: throttle.drop_old(before=at - _DAY),
        every=timedelta(hours=1),
    ),
    Rule(
        code="drop_sessions",
        what=_("登录状态"),
        why=SHORTEST,
        days=lambda: 0,
        since=_("到期"),
        then=pgettext_lazy("then", "删除"),
        held=lambda _district: _count(Session.objects.all()),
        due=lambda _district, at: _count(Session.objects.filter(expire_date__lte=at)),
        work=_drop_sessions,
        every=timedelta(hours=1),
    ),
)
