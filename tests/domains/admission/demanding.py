"""Demands as 陈 takes them down for 翠园, and what happens to them, through the services alone."""

import json
from datetime import date, datetime, timedelta
from uuid import uuid4

from sanhu.domains.admission.models import Demand, RefusalRight
from sanhu.domains.admission.services.demand_moves import DemandMove, make_move
from sanhu.domains.admission.services.demands import DemandWords, record_demand
from sanhu.domains.admission.services.refusal_rights import register_right
from sanhu.domains.catalogue.models import Article, Instrument
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.evidence.models import Entry
from sanhu.engines.actors import SYSTEM
from tests.cast import DISTRICT, FOUNDED_AT, MONDAY_MORNING
from tests.gate import ORGAN, Gate

CAMPAIGN, CORRECTIONS = "K7-13", "K1-10"  # by admission only; RC law 10(5)
DECLARED = {"is_emergency": True, "emergency_basis": "区防汛指挥部 Ⅲ 级应急响应，示汛〔2026〕3号"}


def words(gate: Gate, *, organ: str = ORGAN, at: datetime = MONDAY_MORNING, **changes: object) -> DemandWords:
    """What 区城市管理局 wants by phone: ten hours' work, without power, money or people."""
    said: dict[str, object] = {
        "organ_id": gate.bodies[organ].pk,
        "channel": "phone",
        "received_at": at - timedelta(minutes=20),
        "name": "创建迎检材料整理",
        "words": "刘科长说三天内要报来，做不完的周末加班。",
        "minutes": 600,
        "has_power": False,
        "money_fen": 0,
        "has_staff": False,
        "is_emergency": False,
        "item_code": CAMPAIGN,
    }
    return DemandWords(**(said | changes))


def recorded(gate: Gate, *, by: str = "陈", at: datetime = MONDAY_MORNING, **changes: object) -> Demand:
    """Take a demand down."""
    wish = words(gate, at=at, **changes)
    return record_demand(actor=gate.actor(by, at), at=at, client_id=uuid4(), wish=wish)


def moved(gate: Gate, demand: Demand, code: str, *, by: str, at: datetime = MONDAY_MORNING, **said: str) -> Demand:
    """Make a move on a demand, with words where nothing else is said."""
    request = DemandMove(move=code, revision=demand.revision, **({"reason": "见电话记录。"} | said))
    return make_move(actor=gate.actor(by, at), at=at, client_id=uuid4(), number=demand.number, request=request)


def instrument(*, begins: date = date(2026, 9, 1), ends: date | None = None, district: str = DISTRICT) -> Instrument:
    """Register a local regulation whose article 27 lets committees refuse."""
    data = {
        "title": "示范市居民委员会工作条例",
        "level": "local_regulation",
        "number": "示范市人大常委会公告第7号",
        "maker": "示范市人民代表大会常务委员会",
        "adopted_on": "2026-06-30",
        "in_force_from": begins.isoformat(),
        "in_force_to": ends.isoformat() if ends else None,
        "articles": [{"number": "第二十七条", "text": "对未经准入的事项，居民委员会有权拒绝。"}],
    }
    return register_instrument(actor=SYSTEM, at=FOUNDED_AT, district=district, data=data)


def right(gate: Gate, *, at: datetime = MONDAY_MORNING, **period: date) -> RefusalRight:
    """Register the right to refuse that article 27 gives."""
    article = Article.objects.get(instrument=instrument(**period))
    return register_right(actor=gate.actor("高", at), at=at, client_id=uuid4(), article_id=article.pk)


def facts_of(subject: str, event: str) -> dict[str, object]:
    """What the one entry of that kind says in the open about something."""
    entry = Entry.objects.get(subject_ref=subject, event=event)
    found: dict[str, object] = json.loads(entry.body)["facts"]
    return found
