"""The words of the three letters a committee sends (H.1): Chinese only, official papers, naming no person.

Of what a member took down only the fields go into a letter: the demander's own words may name people.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import translation

from sanhu.domains.admission.models import Demand, Instalment, RefusalRight, Task
from sanhu.domains.admission.queries.demands import measure_in_force, refusal_article
from sanhu.domains.admission.queries.parties import coordination_body
from sanhu.domains.admission.terms import DemandChannel, LetterKind
from sanhu.domains.evidence.letters import Body, issue, official_date
from sanhu.domains.evidence.models import Letter
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day

REFUSAL_TITLE = "拒绝承接告知单"
ADMISSION_TITLE = "关于请按准入程序申请协助事项的告知函"
SUSPENSION_TITLE = "中止协助告知单"

_LAW_43 = "《中华人民共和国城市居民委员会组织法》第四十三条"
_STILL_DUE = "依法应当协助的事项和突发事件应对，我委照常协助。"
_SUFFIXES = ("社区居民委员会", "居民委员会", "社区居委会", "居委会")


def issue_demand_letter(
    demand: Demand, *, right: RefusalRight | None, within: int, due_on: date, actor: Actor, at: datetime
) -> Letter:
    """Answer a demand nobody admitted: a refusal where an article gives the right, else a letter that asks to apply."""
    found = "该事项不属于清单内、法定或者应急协助，未经准入。"
    asked = _asked(demand, within, due_on, at=at)
    if right is not None:
        found = f"{found}依据{refusal_article(right)}，我委不予承接。"
        paragraphs = [_facts(demand), f"{found}{asked}", _STILL_DUE]
        return _issue(demand, LetterKind.REFUSAL, REFUSAL_TITLE, paragraphs, actor=actor, at=at)
    paragraphs = [_facts(demand), f"{found}{asked}", _STILL_DUE]
    return _issue(demand, LetterKind.ADMISSION_LETTER, ADMISSION_TITLE, paragraphs, actor=actor, at=at)


def issue_lapse_letter(
    demand: Demand, *, late_since: date, within: int, due_on: date, actor: Actor, at: datetime
) -> Letter:
    """Answer an emergency whose record is late. Help in an emergency is never refused: it asks to apply."""
    late = (
        f"该事项作为突发事件应急协助，我委已经先行协助；手续应当在{official_date(late_since)}以前补办，"
        "至今没有补办，按未经准入处理。仍需协助的，"
    )
    paragraphs = [_facts(demand), f"{late}{_asked(demand, within, due_on, at=at)}", _STILL_DUE]
    return _issue(demand, LetterKind.ADMISSION_LETTER, ADMISSION_TITLE, paragraphs, actor=actor, at=at)


def issue_suspension_notice(
    task: Task, *, reason: str, overdue: Sequence[Instalment], actor: Actor, at: datetime
) -> Letter:
    """Tell a late payer that the committee suspends its task until the money is there, and what goes on meanwhile."""
    late = "；".join(
        f"第{part.ordinal}笔{yuan(part.amount_fen)}，应于{official_date(part.due_on)}前拨付" for part in overdue
    )
    period = f"{official_date(task.starts_on)}至{official_date(task.ends_on)}"
    asked = f"你单位经准入委托我委协助的“{task.application.name}”（任务编号{task.number}，期限{period}），"
    basis = _grounds(task.district, "第二十条", at=at)
    day, why = official_date(legal_day(at)), reason.strip().rstrip("。")
    paragraphs = [
        f"{asked}下列经费逾期没有到账：{late}。",
        f"根据{basis}，自{day}起中止该项协助。理由：{why}。请尽快拨付，到账后我委恢复该项协助。",
        f"本件不是拒绝法定协助，也不是拒绝突发事件应急协助：{_STILL_DUE}",
    ]
    return _letter(
        LetterKind.SUSPENSION,
        SUSPENSION_TITLE,
        paragraphs,
        committee=task.committee,
        organ=task.application.organ,
        subject_ref=task.ref,
        actor=actor,
        at=at,
    )


def _facts(demand: Demand) -> str:
    """What was demanded, and what came along with it (R8)."""
    item = f"，清单{demand.item_code}" if demand.item_code else ""
    with translation.override("zh-hans"):
        channel = DemandChannel(demand.channel).label
        came = f"你单位于{official_date(legal_day(demand.received_at))}以{channel}方式要求我委承担“{demand.name}”"
    money = yuan(demand.money_fen) if demand.has_money else "无"
    return (
        f"{came}（编号{demand.number}{item}），估计工作量{person_time(demand.minutes)}，"
        f"随附授权：{'有' if demand.has_power else '无'}，经费：{money}，人员：{'有' if demand.has_staff else '无'}。"
    )


def _grounds(district: str, article: str, *, at: datetime) -> str:
    """Cite the law, and the article of the district's own measure where one is in force."""
    measure = measure_in_force(district, legal_day(at))
    return _LAW_43 + (f"、《{measure.title}》（{measure.number}）{article}" if measure else "")


def _asked(demand: Demand, within: int, due_on: date, *, at: datetime) -> str:
    """Ask for one of two answers in time, and say what comes of none."""
    return (
        f"请根据{_grounds(demand.district, '第二十一条', at=at)}，"
        f"在收到本件后{within}个工作日内，即{official_date(due_on)}以前（含当日），"
        "按照准入程序在系统中一键转为准入申请，或者写明理由收回要求。"
        "逾期的，系统报请区社区建设协调管理机构处理。"
    )


def _issue(
    demand: Demand, kind: LetterKind, title: str, paragraphs: Sequence[str], *, actor: Actor, at: datetime
) -> Letter:
    return _letter(
        kind,
        title,
        paragraphs,
        committee=demand.committee,
        organ=demand.organ,
        subject_ref=demand.ref,
        actor=actor,
        at=at,
    )


def _letter(
    kind: LetterKind,
    title: str,
    paragraphs: Sequence[str],
    *,
    committee: Organisation,
    organ: Organisation,
    subject_ref: str,
    actor: Actor,
    at: datetime,
) -> Letter:
    coordinating = Organisation.objects.filter(pk=coordination_body(committee.district, at=at) or 0).first()
    has_copy = coordinating is not None and coordinating.pk != organ.pk
    return issue(
        district=committee.district,
        kind=kind.value,
        issuer=Body(committee.pk, committee.name),
        addressee=Body(organ.pk, organ.name),
        copied_to=Body(coordinating.pk, coordinating.name) if coordinating and has_copy else None,
        series=series_of(committee.name),
        title=title,
        paragraphs=paragraphs,
        subject_ref=subject_ref,
        actor=actor,
        at=at,
    )


def series_of(committee: str) -> str:
    """Give a committee's mark in document numbers.

    >>> series_of("翠园社区居民委员会"), series_of("柳堤居委会")
    ('翠园居告', '柳堤居告')
    """
    stem = next((committee.removesuffix(suffix) for suffix in _SUFFIXES if committee.endswith(suffix)), committee)
    return f"{stem or committee}居告"


def yuan(fen: int) -> str:
    """Write fen in a letter.

    >>> yuan(123456)
    '1,234.56元'
    """
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02}元"


def person_time(minutes: int) -> str:
    """Write person-minutes in a letter.

    >>> person_time(750), person_time(120), person_time(45)
    ('12小时30分', '2小时', '45分钟')
    """
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}分钟"
    return f"{hours}小时{rest}分" if rest else f"{hours}小时"
