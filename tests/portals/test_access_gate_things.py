"""What the gate's matrix asks about: applications, tasks, demands and money, each somebody's; and the forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from sanhu.domains.admission.models import Application, Demand, Instalment, ReturnProposal, Task
from sanhu.domains.admission.services.refusal_rights import end_right, register_right
from sanhu.domains.catalogue.models import Article, CatalogueProposal, Instrument
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.services.proposing import open_proposal, put_item, submit_proposal
from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.letters import letters_about
from sanhu.domains.evidence.models import Letter
from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.models import Budget, LedgerAccount, StatementLine, Voucher
from sanhu.domains.funding.services.clearing import explain
from sanhu.domains.funding.services.disclosing import disclose
from sanhu.domains.funding.services.statements import import_statement
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation, Role
from sanhu.domains.subjects.permissions import Permission
from tests.applying import AGAINST, application_of, drafted, fund, move
from tests.cast import (
    APPOINTED,
    COMMUNITY,
    COMMUNITY_OF_OTHER_DISTRICT,
    ELECTED,
    FOUNDED_AT,
    MONDAY_MORNING,
    OTHER_COMMUNITY,
    OTHER_DISTRICT,
    Cast,
    Hiring,
)
from tests.domains.admission.bearing import Bearing
from tests.domains.admission.demanding import CORRECTIONS, DECLARED, instrument, moved, recorded
from tests.domains.casework.test_clocks import shanghai
from tests.domains.funding.money import LIMIT, Purse
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE, OTHER_ORGAN, Gate
from tests.portals.filing import photo_bytes
from tests.portals.test_access_budget_things import budget_address, budget_form, make_budgets, make_plans
from tests.portals.test_access_donation_things import OF_DONORS, DonationThings, make_donations
from tests.portals.test_access_earmark_things import OF_EARMARKS, EarmarkThings, make_earmarks
from tests.portals.test_access_performance_things import make_performances, performance_address, performance_form
from tests.portals.test_access_return_things import make_returns, return_form, return_move_form
from tests.portals.test_access_year_end_things import make_years, year_end_address, year_end_form

AT = MONDAY_MORNING
LATELY = shanghai("2026-11-05", "10:00")  # a Thursday, thirty working days and more before the last week of the year
NAME = "养犬入户宣传之"
WORDS = "刘科长说三天内要报来，做不完的周末加班。"
# What is asked for in the last week of the year: an hour's work, a hundred yuan.
LATER: Mapping[str, Any] = {
    "starts_on": date(2026, 12, 28),
    "ends_on": date(2026, 12, 31),
    "minutes_each": 60,
    "amount_each_fen": 10_000,
    "instalments": ({"due_on": "2026-12-28", "amount_fen": 10_000},),
}
STATES = ("draft", "submitted", "returned", "reviewing", "heard", "joint_meeting", "voted", AGAINST, "approved")
GATE_SCOPES = {"admission", "task", "power", "demand", "funding"}
AWAY_ORGAN, AWAY_COMMITTEE = "东街道", "东一社区居民委员会"
# How the application of the other district got into force, and by whom.
AWAY_WAY = (
    ("submit", "孙"),
    ("accept", "外"),
    ("check_legality", "罗"),
    ("check_funding", "田"),
    ("hear", "陈"),
    ("convene", "外"),
    ("vote", "外"),
    ("approve", "外"),
    ("put_in_force", "外"),
)


@dataclass(frozen=True)
class GateThings:
    """Everything of the gate by what the matrix calls it; 外 of `away` holds every power of it in district 990102."""

    gate: Gate
    away: Gate
    numbers: Mapping[str, Mapping[str, str | int]]
    keys: Mapping[str, Mapping[str, int]]
    performances: Mapping[str, tuple[str, str]]
    donations: DonationThings
    earmarks: EarmarkThings
    article: int
    years: Mapping[str, Any]

    # What no page may show to those who may not see it.
    secrets = (NAME, WORDS)

    def address(self, name: str, what: str) -> dict[str, Any]:
        """Give what stands in an address."""
        what = what.removesuffix("bad").rstrip(",")
        code, _at, moved_one = what.partition("@")
        if name == "desk:voucher_scan":
            return {"number": self.numbers["voucher"]["posted"], "scan": self._scan(what)}
        if found := self._of_the_list(name, what):
            return found
        if name.startswith("desk:post_card"):
            bodies = self.away.bodies if what == "away" else self.gate.bodies
            return {"pk": bodies[AWAY_COMMITTEE if what == "away" else ORGAN].pk} if what else {}
        if given := self._for_one_purpose(name):
            return given.address(name, what)
        if name == "desk:budget_adjustment":
            return budget_address(self.numbers["budget"], what)
        if name in _KEYS:
            return {"pk": self.keys[_KEYS[name]][what]}
        if name.endswith("_move"):
            return {"number": self.numbers[name.removeprefix("desk:").removesuffix("_move")][moved_one], "move": code}
        kind = "task" if name == "desk:power_give" else name.removeprefix("desk:").partition("_")[0]
        if kind in self.numbers and what in self.numbers[kind]:
            return {"number": self.numbers[kind][what]}
        return self._community_address(name, what)

    def _of_the_list(self, name: str, what: str) -> dict[str, Any]:
        if name in {"desk:catalogue_item", "desk:item_review"}:
            return {"code": "K1-02" if what == "known" else "K9-99"}
        if name in {"desk:proposal_item", "desk:proposal_item_remove"}:
            return {"number": self.numbers["proposal"][what], "code": "K3-07"}
        if name == "desk:instrument_stage":
            stage, _at, which = what.partition("@")
            return {"pk": self.keys["instrument"][which], "stage": stage}
        return {}

    def _for_one_purpose(self, name: str) -> DonationThings | EarmarkThings | None:
        """Give what knows of money for one purpose, where an address is about that."""
        if "donation" in name or name in OF_DONORS:
            return self.donations
        return self.earmarks if name in OF_EARMARKS else None

    def _community_address(self, name: str, what: str) -> dict[str, Any]:
        """Give the community an address is about; 翠园's third quarter is published, and changed since."""
        if (found := year_end_address(self.years, name, what)) is not None:
            return found
        if what and name.partition(":")[2].startswith("performance"):
            return performance_address(self.performances, name, what)
        if name.startswith("public:account_voucher"):
            return {"number": self.numbers["voucher"]["disclosed" if what == "known" else "posted"]}
        area = {"known": COMMUNITY, "own": COMMUNITY, "early": COMMUNITY, "theirs": OTHER_COMMUNITY}.get(what)
        of = {"area": area or COMMUNITY_OF_OTHER_DISTRICT} if what else {}
        if name in _OF_A_COMMUNITY:
            return of
        if name == "public:account_sources":
            return of | {"year": 2026}
        if name == "desk:disclosure" or name.startswith("public:account_"):
            has_ordinal = name in {"public:account_published", "public:account_proof_json"}
            period = "2026Q4" if what == "early" else "2026Q3"
            return of | {"period": period} | ({"ordinal": 1} if has_ordinal else {})
        return {}

    def _scan(self, what: str) -> Any:
        of = "theirs" if what == "scan_of_another" else what
        return photos_of(f"voucher:{self.numbers['voucher'][of]}")[0].uuid

    def form(self, name: str, what: str, role: str) -> dict[str, Any]:
        """Give what is sent: a good form, or one with everything missing where the row says it is a bad one."""
        del role
        is_bad, what = what.endswith("bad"), what.removesuffix("bad").rstrip(",")
        if not is_bad and (given := self._for_one_purpose(name)):
            return given.form(name, what)
        revision = self._revision(name, what)
        if is_bad:
            return {"client_id": "", **revision}
        sent = {"client_id": str(uuid4()), **revision}
        if name.endswith("_move"):
            return sent | self._move_form(name, what.partition("@")[0])
        return sent | self._form(name, what)

    def _revision(self, name: str, what: str) -> dict[str, Any]:
        """A form is filled in on what it is about as it stands."""
        models = {
            "desk:application": Application,
            "desk:task": Task,
            "desk:demand": Demand,
            "desk:return_proposal": ReturnProposal,
            "desk:proposal": CatalogueProposal,
            "desk:budget": Budget,
        }
        model = models.get(re.sub("_(move|edit|item.*)$", "", name))
        if model is None or not what:
            return {}
        number = self.address(name, what)["number"]
        return {"revision": model.objects.get(number=number).revision}

    def _move_form(self, name: str, code: str) -> dict[str, Any]:
        said = {"reason": "见会议记录，问题逐条写明，请一次补齐。", "article": "分类管理办法第二十一条"}
        wanted: dict[str, dict[str, Any]] = {
            "check_legality": {"agrees": "yes"},
            "check_funding": {"agrees": "yes", "account": self.keys["account"]["own"]},
            "hear": {"agrees": "yes"},
            "convene": {"meets_on": "2026-11-10"},
            "vote": {"choice": "approve"},
            "put_in_force": {"document_number": "示城管委〔2026〕9号"},
            "hand_over": {"committee": self.gate.bodies[OTHER_COMMITTEE].pk, "document_number": "示城管委〔2026〕9号"},
        }
        if name == "desk:return_proposal_move":
            return said | return_move_form(code, at=AT)
        return said | (wanted.get(code, {}) if name != "desk:demand_move" else {})

    def _form(self, name: str, what: str) -> dict[str, Any]:
        if name.startswith("desk:performance"):
            return performance_form(name)
        if name.startswith(("desk:budget", "desk:plan", "desk:reference_rates")):
            return budget_form(name, what)
        if name.startswith("desk:instrument_"):
            return self._instrument(name)
        match name:
            case "public:letter_check":
                return {"code": Letter.objects.get(pk=self.keys["letter"][what]).check_code}
            case "desk:application_new" | "desk:application_edit":
                return self._application()
            case "desk:demand_new":
                return self._demand()
            case "desk:item_review":
                return {"outcome": "keep", "words": "按期办结，保留。"}
            case "desk:right_new":
                return {"article": self.article}
            case "desk:power_withdraw" | "desk:power_give":
                return {"last_day": "2026-11-30", "reason": "机构调整。", "document_number": "示城管委〔2026〕9号"}
        return {"is_sure": "on", "reason": "发票与合同不符。"} | self._money_form(name, what)

    def _instrument(self, name: str) -> dict[str, Any]:
        match name:
            case "desk:instrument_draft":
                return {**_INSTRUMENT, "number": "草案二"}
            case "desk:instrument_register":
                return {**_INSTRUMENT, "adopted_on": "2026-09-01", "in_force_from": "2026-10-01"}
        return {"on": "2026-12-01", "organ": "示范区人民政府", "document_number": "示政规〔2026〕8号"}

    def _money_form(self, name: str, what: str) -> dict[str, Any]:
        papers = {"basis": "示银回2026-118", "draft_id": str(uuid4())}
        match name:
            case "desk:return_new":
                return return_form(self.gate)
            case "desk:instalment_pay" | "desk:voucher_reverse":
                return papers | {"scans": _upload("文件.jpg", photo_bytes(size=16))}
            case "desk:appropriate":
                order = {"body_id": self.gate.bodies[ORGAN].pk, "source": "fee_follows_affair", "line": "L9"}
                scans = _upload("文件.jpg", photo_bytes(size=16))
                return papers | order | {"year": "2026", "amount_fen": "100.00", "scans": scans}
            case "desk:statement_import":
                return {
                    "name": "十一月",
                    "origin": "bank",
                    "file": _upload("十一月.csv", _statement(f"B{uuid4().hex[:8]}")),
                }
            case "desk:year_close":
                return {"year": what}
        return year_end_form(name)

    def _application(self) -> dict[str, Any]:
        return {
            "name": "文明养犬劝导",
            "affair_class": "K1",
            "legal_basis": "示范区养犬管理条例第六条",
            "necessity": "养犬人分散，部门人员不熟悉住户。",
            "committees": [self.gate.bodies[COMMITTEE].pk],
            "acts": ["publicise"],
            "content": "张贴告知书。",
            "boundary": "只宣传，不查验。",
            "starts_on": "2026-12-28",
            "ends_on": "2026-12-31",
            "frequency": "一次",
            "minutes_each": "60",
            "power_kind": "commission",
            "power_article": "示范区养犬管理条例第六条第二款",
            "power_scope": "在本社区入户宣传养犬规定",
            "training": "开始前培训一次",
            "cost_basis": "每分钟 1 元",
            "amount_each_fen": "100.00",
            "source": "fee_follows_affair",
            "line": "L9",
            "due_1": "2026-12-28",
            "part_1": "100",
            "exit_terms": "条例修改时退出",
            "then": "save",
        }

    def _demand(self) -> dict[str, Any]:
        return {
            "organ": self.gate.bodies[ORGAN].pk,
            "channel": "phone",
            "received_at": "2026-11-09T09:20",
            "name": "上门登记养犬情况",
            "words": "电话里说本周要报表。",
            "minutes": "120",
        }


_OF_A_COMMUNITY = {
    *("public:register_of", "public:register_csv", "public:register_feed"),
    *("public:burden_of", "desk:burden_of", "public:account"),
}
_KEYS = {
    "desk:instalment_pay": "instalment",
    "desk:power_withdraw": "grant",
    "desk:letter": "letter",
    "desk:right_end": "right",
    "desk:account": "account",
    "desk:statement": "statement",
    "desk:clearing": "clearing",
    "desk:clearing_sign": "clearing",
    "desk:clearing_refuse": "clearing",
    "desk:plan": "plan",
    "desk:plan_correct": "plan",
    "desk:instrument": "instrument",
}


_INSTRUMENT = {
    "title": "示范区社区事务分类管理细则",
    "level": "normative_document",
    "maker": "示范区人民政府",
    "number": "示政规〔2026〕7号",
    "articles": "第一条 社区事务分为七类。",
}


def _upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/csv" if name.endswith("csv") else "image/jpeg")


def _statement(reference: str) -> bytes:
    return f"reference,booked_on,amount,voucher_number\n{reference},2026-11-02,12.00,\n".encode()


def make_gate_things(gate: Gate) -> GateThings:
    """Carry applications, tasks and demands to where the matrix asks about them, and move the money they need."""
    away = open_gate_elsewhere(gate.cast)
    own_article = Article.objects.get(instrument=instrument()).pk
    applications, tasks = _admitted(gate, away)
    demands = _demands(gate, away)
    returns = make_returns(gate, away, tasks, away_organ=AWAY_ORGAN, at=LATELY)
    vouchers = {"disclosed": _disclosed(gate), **_vouchers(gate, away, tasks)}
    letters = {what: letters_about(row.ref)[0].pk for what, row in demands.items() if what in {"own", "theirs", "away"}}
    letters["suspension"] = letters_about(tasks["suspended"].ref)[0].pk
    instalments = {what: Instalment.objects.get(task=task, ordinal=1).pk for what, task in tasks.items()}
    return GateThings(
        gate=gate,
        away=away,
        numbers={
            "application": {what: row.number for what, row in applications.items()},
            "task": {what: row.number for what, row in tasks.items()},
            "demand": {what: row.number for what, row in demands.items()},
            **{key: {what: row.number for what, row in returns.items()} for key in ("return", "return_proposal")},
            "voucher": {what: row.number for what, row in vouchers.items()},
            "budget": make_budgets(gate, away),
            "proposal": {**{what: row.number for what, row in _proposals(gate).items()}, "unknown": 99},
        },
        keys={
            "instalment": instalments,
            "grant": {what: task.grant_id for what, task in tasks.items()},
            "letter": letters,
            "right": _rights(gate, away, own_article),
            "account": _accounts(gate, away),
            "instrument": {
                "own": Article.objects.get(pk=own_article).instrument_id,
                "away": Instrument.objects.filter(district=OTHER_DISTRICT).latest("pk").pk,
            },
            "statement": (statements := _statements(gate, away)),
            "clearing": _clearings(gate, away, statements),
            "plan": make_plans(gate, away),
        },
        performances=make_performances(gate, away),
        donations=make_donations(gate, away),
        earmarks=make_earmarks(gate, away),
        article=own_article,
        years=make_years(gate),
    )


def _proposals(gate: Gate) -> dict[str, CatalogueProposal]:
    """Let 高 prepare two changes of the catalogue, and submit one."""
    said: dict[str, Any] = {"actor": gate.actor("高"), "at": MONDAY_MORNING}
    opened = {}
    for what in ("draft", "submitted"):
        opened[what] = open_proposal(**said, client_id=uuid4(), reason="按季度评估结果调整", in_force_from=None)
        rows = rows_of(opened[what].base) if opened[what].base else ()
        row = next(row for row in rows if row.code == "K3-07")
        changed = replace(row, definition="改写后的定义。")
        put_item(**said, client_id=uuid4(), proposal_id=opened[what].pk, row=changed)
    submit_proposal(**said, client_id=uuid4(), proposal_id=opened["submitted"].pk)
    return opened


def open_gate_elsewhere(cast: Cast) -> Gate:
    """Put people into office in 990102 who hold every power of the gate: only the district can keep them out."""
    powers = sorted(power.value for power in Permission if power.value.partition(".")[0] in GATE_SCOPES)
    Role.objects.create(code="every_power", name="准入全权", permissions=powers, appointments=["appointed", "elected"])
    hiring = Hiring(OTHER_DISTRICT, at=FOUNDED_AT)
    coordinating = Organisation.objects.get(district=OTHER_DISTRICT, kind=SubjectKind.DISTRICT_COORDINATION_BODY)
    hiring.bodies = {AWAY_ORGAN: cast.bodies[AWAY_ORGAN], coordinating.name: coordinating}
    hiring.body(AWAY_COMMITTEE, SubjectKind.RESIDENTS_COMMITTEE, COMMUNITY_OF_OTHER_DISTRICT)
    places = {
        "外": (coordinating.name, APPOINTED),
        "孙": (AWAY_ORGAN, APPOINTED),
        "罗": (AWAY_COMMITTEE, ELECTED),
        "田": (AWAY_COMMITTEE, ELECTED),
        "陈": (AWAY_COMMITTEE, ELECTED),
    }
    members = {
        who: hiring.person(f"009{ordinal}", f"{who}邻", body, "every_power", "工作人员", terms)
        for ordinal, (who, (body, terms)) in enumerate(places.items())
    }
    return Gate(cast=cast, members=members, bodies={**hiring.bodies, COMMITTEE: hiring.bodies[AWAY_COMMITTEE]})


def _admitted(gate: Gate, away: Gate) -> tuple[dict[str, Application], dict[str, Task]]:
    """Applications in every state and two admissions of 孙's, one of 蒋's at 柳堤, and one in the other district."""
    theirs = (gate.bodies[OTHER_COMMITTEE].pk,)
    found = {
        "own": application_of(gate, to="effective", name=f"{NAME}一", minutes_each=600),
        "suspended": application_of(gate, to="effective", name=f"{NAME}二", minutes_each=600),
        "theirs": application_of(
            gate, to="effective", by="蒋", name=f"{NAME}三", minutes_each=600, committee_ids=theirs
        ),
        "away": _admitted_elsewhere(away),
    }
    tasks = {what: Task.objects.get(application=application) for what, application in found.items()}
    for state in STATES:
        found[state.replace(" ", "_")] = application_of(gate, to=state, at=LATELY, name=f"{NAME}{state}", **LATER)
    found["their_draft"] = drafted(gate, by="蒋", at=LATELY, name=f"{NAME}四", committee_ids=theirs)
    bearing = Bearing(Purse(gate))
    bearing.move(tasks["suspended"], "suspend", by="陈", on=date(2026, 11, 2))
    bearing.pay(tasks["suspended"], on=date(2026, 11, 3))
    bearing.withdraw(tasks["suspended"], last_day=date(2026, 11, 30), on=date(2026, 11, 3))
    return found, tasks


def _admitted_elsewhere(away: Gate) -> Application:
    application = drafted(away, name=f"{NAME}外", minutes_each=600)
    for code, who in AWAY_WAY:
        asked = {"account_id": fund(away, application)} if code == "check_funding" else {}
        move(away, application.number, code, by=who, **asked)
    return application


def _demands(gate: Gate, away: Gate) -> dict[str, Demand]:
    """Demands on 翠园 in every state, one of 区民政局's on 柳堤, and one in the other district."""
    return {
        "own": recorded(gate),
        "escalated": moved(gate, recorded(gate), "escalate", by="陈"),
        "emergency": recorded(gate, **DECLARED),
        "borne": recorded(gate, item_code=CORRECTIONS),
        "theirs": recorded(gate, by="柳", organ=OTHER_ORGAN),
        "away": recorded(away, organ=AWAY_ORGAN),
    }


def _vouchers(gate: Gate, away: Gate, tasks: Mapping[str, Task]) -> dict[str, Voucher]:
    """Vouchers that wait on a second person and posted ones, of 区城市管理局, 区民政局 and the other district."""
    purse = Purse(gate, at=LATELY)
    appropriated = Voucher.objects.filter(kind=VoucherKind.APPROPRIATION).order_by("pk")
    first = {what: appropriated.filter(credit__body=body)[0] for what, body in _payers(gate, away).items()}
    purse.fund(2 * LIMIT)
    paid = Instalment.objects.get(task=tasks["suspended"], ordinal=1).voucher
    assert paid is not None
    return {
        "posted": first["own"],
        "theirs": first["theirs"],
        "away": first["away"],
        "paid": paid,
        "waiting": purse.pay(purse.reserve(LIMIT), LIMIT),
        "waiting_budget": purse.appropriate(LIMIT),
    }


def _disclosed(gate: Gate) -> Voucher:
    """Pay 翠园 in September, let 陈 publish its third quarter, and post one payment of it only then."""
    purse = Purse(gate, at=shanghai("2026-09-28", "09:00"))  # a Monday
    purse.fund(20_000)
    paid = purse.pay(purse.reserve(10_000), 10_000)
    wish: dict[str, Any] = {"area_code": COMMUNITY, "period": Period(2026, 3)}
    disclose(actor=gate.actor("陈", LATELY), at=LATELY, client_id=uuid4(), **wish)
    purse.pay(purse.reserve(10_000), 10_000)
    return paid


def _payers(gate: Gate, away: Gate) -> dict[str, Organisation]:
    return {"own": gate.bodies[ORGAN], "theirs": gate.bodies[OTHER_ORGAN], "away": away.bodies[AWAY_ORGAN]}


def _accounts(gate: Gate, away: Gate) -> dict[str, int]:
    bodies = {**_payers(gate, away), "committees": gate.bodies[COMMITTEE]}
    Purse(gate).account(year=2020)
    accounts = LedgerAccount.objects.filter(year=2026, line="L9")
    found = {what: accounts.get(body=body).pk for what, body in bodies.items()}
    return found | {"districts": accounts.get(body=None, district=gate.bodies[ORGAN].district).pk}


def _rights(gate: Gate, away: Gate, own_article: int) -> dict[str, int]:
    """A right that ended in 990101, so that another may be registered, and one in force in 990102."""
    examiner, outside = gate.actor("高"), away.actor("外")
    own = register_right(actor=examiner, at=AT, client_id=uuid4(), article_id=own_article)
    end_right(actor=examiner, at=AT, client_id=uuid4(), right_id=own.pk)
    article = Article.objects.get(instrument=instrument(district=OTHER_DISTRICT))
    other = register_right(actor=outside, at=AT, client_id=uuid4(), article_id=article.pk)
    return {"ended": own.pk, "away": other.pk}


def _statements(gate: Gate, away: Gate) -> dict[str, int]:
    actors = {"own": gate.actor("田"), "away": away.actor("外")}
    return {
        what: import_statement(actor=actor, at=AT, name=f"{what} 十月", data=_statement("A1")).pk
        for what, actor in actors.items()
    }


def _clearings(gate: Gate, away: Gate, statements: Mapping[str, int]) -> dict[str, int]:
    """Let 田 say of the one line that it is a fee, and 外 of theirs."""
    actors = {"own": gate.actor("田"), "away": away.actor("外")}
    lines = {what: StatementLine.objects.get(statement=pk).pk for what, pk in statements.items()}
    fee: dict[str, Any] = {"at": AT, "kind": "bank_fee", "reason": "见回单"}
    return {
        what: explain(actor=actor, client_id=uuid4(), line_id=lines[what], **fee).pk for what, actor in actors.items()
    }
