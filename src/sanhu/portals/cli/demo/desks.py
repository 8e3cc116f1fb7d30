"""How people of the demonstration set up their desks: templates, deputies, a digest, lists they come back to, a token.

Each tale is told in one transaction and known again by what it leaves behind, as those of the gate are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sanhu.domains.casework.models import ReplyTemplate
from sanhu.domains.casework.services.reply_templates import Draft, add_template
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.subjects.models import ApiToken, Delegation, DigestSubscription, SavedView
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.domains.subjects.rules.delegating import Absence
from sanhu.domains.subjects.services.api_tokens import make_system_token
from sanhu.domains.subjects.services.delegations import delegate
from sanhu.domains.subjects.services.digests import subscribe
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.telling import DISTRICT, Telling, acting
from sanhu.portals.desk.saved_lists import query_of

_KEEPER_OF_TOKENS = "0002"
_TOKEN_DAYS = 180


@dataclass(frozen=True)
class Absent:
    """Whose powers are lent to whom: from so many days ago, for so many days."""

    holder: str
    deputy: str
    permissions: tuple[Permission, ...]
    ago: int
    days: int
    reason: Absence


# Who keeps which words for their body.
TEMPLATES: tuple[tuple[str, Draft], ...] = (
    ("0011", Draft("不属于社区事务", "您反映的{编号}不属于社区事务，已告知可以去的部门。", "decline")),
    ("0022", Draft("已到场处理", "{单位}已到场处理{社区}的这件事，{今天}复核正常。", "finish", "K1-02")),
    ("0024", Draft("等待配件或批次", "{编号}正在办理，最迟{期限}办结。", "ask_extension")),
    ("0031", Draft("居委会已核实", "居委会已到场核实：{事项}。", "finish")),
    ("0041", Draft("维修完成", "{单位}已修好，连续观察三天无故障。", "finish", "K3-07")),
)
ABSENCES = (
    Absent("0013", "0014", (Permission.MATTER_ACCEPT, Permission.MATTER_VIEW), 2, 10, Absence.LEAVE),
    Absent("0062", "0031", (Permission.MATTER_VERIFY, Permission.MATTER_VIEW), 1, 20, Absence.TRAINING),
    Absent("0029", "0022", (Permission.MATTER_HANDLE, Permission.MATTER_VIEW), 40, 6, Absence.AWAY),
)
# Lists of matters somebody comes back to, as the address of the page says them.
LISTS = (
    ("0011", "本周要到期", "due=near&order=due"),
    ("0012", "超期的", "due=overdue&order=due"),
    ("0071", "电梯", "item=K3-07"),
)
_DIGEST = ("0021", "urban-management@example.org", 8)


def set_up_desks(*, as_of: datetime) -> int:
    """Tell every tale of the desks that was not told yet, and give how many."""
    told = 0
    for name, traces, tell in _tales():
        if not traces.exists():
            with transaction.atomic():
                tell(Telling(name, as_of))
            told += 1
    return told


def _tales() -> Iterator[tuple[str, QuerySet[Any], Callable[[Telling], None]]]:
    yield "templates", ReplyTemplate.objects.filter(organisation__district=DISTRICT), _write_templates
    yield "deputies", Delegation.objects.filter(post__organisation__district=DISTRICT), _lend_powers
    yield "lists", DigestSubscription.objects.filter(post__organisation__district=DISTRICT), _arrange_desks
    yield "token", ApiToken.objects.filter(district=DISTRICT), _let_a_system_in


def _write_templates(telling: Telling) -> None:
    at = telling.moment(60)
    for number, draft in TEMPLATES:
        add_template(actor=acting(number, at), at=at, draft=draft)


def _lend_powers(telling: Telling) -> None:
    for absent in ABSENCES:
        at = telling.moment(absent.ago)
        holder = acting(absent.holder, at)
        assert holder.post_id is not None, "only a post is lent"
        delegate(
            post_id=holder.post_id,
            deputy_staff_number=absent.deputy,
            permissions=absent.permissions,
            starts_on=legal_day(at),
            ends_on=legal_day(at) + timedelta(days=absent.days - 1),
            reason=absent.reason,
            actor=holder,
            at=at,
            client_id=telling.next_id(),
        )


def _arrange_desks(telling: Telling) -> None:
    """Keep lists under names, and have a digest mailed to a body nobody has."""
    at = telling.moment(20)
    for number, name, query in LISTS:
        person = acting(number, at).person_id
        assert person is not None, "a post is somebody's"
        SavedView.objects.create(person_id=person, page="matters", name=name, query=query_of(query))
    number, address, hour = _DIGEST
    subscribe(channel=Channel.EMAIL, address=address, hour=hour, actor=acting(number, at), at=at)


def _let_a_system_in(telling: Telling) -> None:
    """Give a program of the district a token, of which nobody keeps the secret."""
    at = telling.moment(15)
    post = posts_in_force(at).get(person__district=DISTRICT, person__staff_number="0071")
    make_system_token(
        post_id=post.pk,
        name="区级运行平台只读接口",
        scopes=(Permission.MATTER_VIEW, Permission.MATTER_URGE),
        expires_on=legal_day(telling.as_of) + timedelta(days=_TOKEN_DAYS),
        actor=acting(_KEEPER_OF_TOKENS, at),
        at=at,
    )
