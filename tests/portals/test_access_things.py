"""What the access matrix asks about: matters in every state, each with a reason to be seen or not; and the forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse

from sanhu.domains.casework.erasure_rules import ErasureGround, ErasureScope
from sanhu.domains.casework.models import CoSigning, Matter
from sanhu.domains.casework.services.cosigning import Question, ask_to_cosign
from sanhu.domains.casework.services.erasure_requests import ErasureWish, ask_erasure
from sanhu.domains.casework.services.joining import join
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.reply_templates import Draft, add_template
from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.announcements import CalendarRow
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.services.calendars import import_calendar
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.models import Post, SavedView
from sanhu.engines.actors import SYSTEM, resident
from sanhu.engines.legal_time import legal_day
from sanhu.portals.public.tickets import COOKIE, hand_ticket
from sanhu.portals.record_keeping import take_checkpoint
from tests.cast import (
    COMMUNITY,
    COMMUNITY_OF_OTHER_DISTRICT,
    COMMUNITY_OF_OTHER_STREET,
    DISTRICT,
    FOUNDED_AT,
    MONDAY_MORNING,
    OTHER_COMMUNITY,
    OTHER_DISTRICT,
    OTHER_ITEM,
    Cast,
    carry,
    move,
)
from tests.deputising import lend
from tests.domains.casework.test_procedures import lay_down
from tests.portals.conftest import Desks
from tests.portals.filing import WORDS, add_with_photo, report_with_photo
from tests.portals.open.calling import own_token
from tests.portals.publishing import Looked, looked_at, pass_photo
from tests.portals.second_steps import passkey_of
from tests.portals.taking_away import own_digest, ready_export

AT = MONDAY_MORNING
NEVER, RECEIPT_ONLY, OF_A_FIRM = "K1-11", "K2-01", "K3-07"
NOBODYS_CODE = "0000-0000-00000"
STATES = ("accepted", "returned", "assigned", "signed", "in_progress", "done", "verified", "closed")
ASIDE = ("suspended", "reopened", "merged")


@dataclass
class Things:
    """Everything by what the matrix calls it."""

    cast: Cast
    numbers: Mapping[str, str]
    receipts: Mapping[str, str]
    own: Mapping[str, int]
    away: Mapping[str, int]
    source: int
    looked_at: Mapping[str, Looked]
    question: int
    added: str

    # What no page may show to those who may not see the matter.
    secrets = (WORDS,)

    def address(self, name: str, what: str) -> dict[str, Any]:
        """Give what stands in an address."""
        what = what.partition(",")[0]
        before, _at, after = what.partition("@")
        match name:
            case "public:photo":
                return {"photo": self._photo("reported" if what == "photo_of_another" else what)}
            case "desk:matter_photo":
                of, on = ("never", "reported") if what == "photo_of_another" else (what, what)
                return {"number": self.numbers[on], "photo": self._photo(of)}
            case (
                "public:matter"
                | "public:join"
                | "desk:register_join"
                | "public:proof"
                | "public:proof_json"
                | "desk:matter"
            ):
                return {"number": self.numbers[what]}
            case "desk:unmask":
                return {"number": self.numbers[after], "field": before}
            case "desk:erasure_ask":
                return {"number": self.numbers[what]}
            case "desk:move":
                return {"number": self.numbers[after], "move": before}
            case "desk:account_act":
                return {"pk": getattr(self, after)["person"], "act": before}
            case "desk:post_change" | "desk:post_end" if what == "administrators":
                return {"pk": self.own["administrators_post"]}
            case _ if name in _KINDS:
                return {"pk": getattr(self, what)[_KINDS[name]]}
        return self._beside_moves(name, what) or self._codes(name, is_known=what not in {"unknown", "any_width"})

    def _beside_moves(self, name: str, what: str) -> dict[str, Any]:
        match name:
            case "public:matter_photo" if what in self.numbers and what not in self.looked_at:
                return {"number": self.numbers[what], "photo": self._photo(what)}
            case "public:matter_photo":
                return {"number": self.looked_at[what].number, "photo": self.looked_at[what].original}
            case "desk:export_ask":
                return {"listed": what}
            case "desk:saved_list_delete" if what == "nobodys":
                return {"pk": 999_999}
            case "desk:saved_list_delete":
                return {"pk": getattr(self, what)["saved"]}
            case "desk:cosigning_ask":
                return {"number": self.numbers[what]}
            case "desk:procedure_step":
                return {"number": self.numbers[what], "position": 1}
            case "desk:cosigning_answer" | "desk:cosigning_withdraw":
                return {"number": self.numbers[what], "question": self.question}
            case "desk:reply_template" | "desk:reply_template_retire":
                return {"template": getattr(self, what)["template"]}
        return {}

    def _codes(self, name: str, *, is_known: bool) -> dict[str, Any]:
        known: dict[str, tuple[str, object, object]] = {
            "public:district_map": ("width", 720, 721),
            "public:item": ("code", "K1-01", "K9-99"),
            "desk:role": ("code", "window_clerk", "emperor"),
            "desk:donor_erase": ("number", "", "990101-2026-D0099"),
            "desk:import_file": ("kind", "people", "emperors"),
            "desk:import_template": ("kind", "people", "emperors"),
            "desk:catalogue_list": ("form", "csv", "pdf"),
            "desk:calendar_source": ("pk", self.source, self.source + 1),
        }
        if name not in known:
            return {}
        argument, right, wrong = known[name]
        return {argument: right if is_known else wrong}

    def _photo(self, what: str) -> Any:
        owner = self.added if what == "supplemented" else f"matter:{self.numbers[what]}"
        return photos_of(owner)[0].uuid

    def form(self, name: str, what: str, role: str) -> dict[str, Any]:
        """Give what is sent: a good form where the row says that the deed is done, else one with everything missing."""
        match name:
            case "public:report" | "desk:register" | "desk:register_join":
                area = {"other_district": COMMUNITY_OF_OTHER_DISTRICT, "other_street": COMMUNITY_OF_OTHER_STREET}
                return {"words": "楼道灯坏了", "area": area.get(what, COMMUNITY), "client_id": str(uuid4())}
            case "public:receipt":
                return {"code": self.receipts["closed"] if what == "right_code" else NOBODYS_CODE}
            case "public:rate" | "public:urge":
                return {"satisfaction": "satisfied", "client_id": str(uuid4())}
            case "public:supplement":
                return {"words": "又倒了一车", "client_id": str(uuid4())}
            case "public:contact":
                return {"tell": "sms", "contact": "13900000000", "client_id": str(uuid4())}
            case "desk:sign_in":
                return {"username": self.cast["周"].account.username, "password": "不是这个密码"}
            case "desk:change_password":
                return {"old": "不是这个密码", "new": "另一个足够长的密码", "again": "另一个足够长的密码"}
            case "desk:posts":
                return {"post": self.cast["郑" if role != "郑" else "周"].post.pk}
            case "set_language":
                return {"language": "en"}
        return self._deed_form(name, what) or {"client_id": "", "name": "", "elder": "1"}

    def _deed_form(self, name: str, what: str) -> dict[str, Any]:
        match name:
            case "desk:move":
                return self._move_form(what)
            case "desk:unmask":
                return {"reason": "办结前电话回访"}
            case (
                "public:join"
                | "public:leave_joined"
                | "desk:procedure_step"
                | "desk:export_cancel"
                | "desk:digest_end"
                | "desk:digest_test"
            ):
                return {"client_id": str(uuid4()), "output_name": "照片三张"}
            case "desk:token_add" | "desk:digest" | "desk:export_ask" if "good" in what.split(","):
                return {"client_id": str(uuid4()), **_GOOD[name]}
            case "desk:bulk":
                return {"number": self.numbers[what]}
            case "desk:cosigning_ask" | "desk:cosigning_answer" | "desk:cosigning_withdraw":
                return self._cosigning_form()
        return {}

    def _cosigning_form(self) -> dict[str, Any]:
        bodies = [self.cast.bodies["翠园社区居民委员会"].pk]
        said = {"question": "是否同意？", "within": 3, "answer": "agree", "words": "", "reason": "已谈妥。"}
        return {"client_id": str(uuid4()), "bodies": bodies, **said}

    def _move_form(self, what: str) -> dict[str, Any]:
        code, _at, matter = what.partition("@")
        needs: dict[str, Callable[[], dict[str, Any]]] = {
            "accept": lambda: {"duty": self.own["duty"]},
            "assign": lambda: {"lead": self.cast.bodies["区城市管理局"].pk},
            "merge": lambda: {"into": self.numbers["reported"], "reason": "同一处。"},
        }
        words = {
            "reason": "已看过现场。",
            "article": "市容条例第十四条",
            "amount": 2,
            "cause": "season",
            "public_words": "天气原因",
        }
        asked = needs[code]() if code in needs else words
        revision = Matter.objects.get(number=self.numbers[matter]).revision
        return {"client_id": str(uuid4()), "revision": revision, **asked}


_GOOD: Mapping[str, Mapping[str, Any]] = {
    "desk:token_add": {"name": "每天统计", "scopes": ["matter.view"], "expires_on": "2026-12-31"},
    "desk:digest": {"channel": "email", "address": "another@example.org", "hour": 9},
    "desk:export_ask": {"format": "csv"},
}
_KINDS = {
    "desk:publication": "publication",
    "desk:publication_photo": "publication_photo",
    "desk:publication_preview": "publication_photo",
    "desk:organisation": "organisation",
    "desk:organisation_change": "organisation",
    "desk:organisation_end": "organisation",
    "desk:person": "person",
    "desk:person_change": "person",
    "desk:account_sign_on": "person",
    "desk:second_factor_passkey_remove": "passkey",
    "desk:appoint": "person",
    "desk:post_change": "post",
    "desk:post_end": "post",
    "desk:duty": "duty",
    "desk:person_unmask": "person",
    "desk:person_erase": "person",
    "desk:erasure": "erasure",
    "desk:token_revoke": "token",
    "desk:export": "export",
    "desk:export_cancel": "export",
    "desk:export_file": "export",
    "desk:digest_end": "digest",
    "desk:digest_test": "digest",
    "desk:delegation_new": "post",
    "desk:delegation_end": "delegation",
}


def make_things(desks: Desks) -> Things:
    """Carry a matter to each state, and make what else the matrix asks about."""
    cast = desks.cast
    numbers, receipts = {}, {}
    for what, registered in {
        "reported": report_with_photo(),
        "never": report_with_photo(),
        "away": report_with_photo(district=OTHER_DISTRICT, area_code=COMMUNITY_OF_OTHER_DISTRICT, cell_code=""),
        "in_other_street": report_with_photo(area_code=COMMUNITY_OF_OTHER_STREET, cell_code=""),
        "receipt_only": report_with_photo(),
    }.items():
        numbers[what], receipts[what] = registered.number, registered.receipt
    for what, item in (("never", NEVER), ("receipt_only", RECEIPT_ONLY)):
        move(cast, numbers[what], "accept", by="周", at=AT, duty_id=cast.duties[item].pk, public_title="")
    for state in STATES:
        carried = carry(cast, to=state, at=AT - timedelta(days=3), words=WORDS)
        numbers[state], receipts[state] = carried.matter.number, carried.receipt
    for state in ASIDE:
        numbers[state] = carry(cast, to=state, at=AT - timedelta(days=3), words=WORDS).matter.number
    for what, code, who in (
        ("extending", "ask_extension", "孙"),
        ("suspending", "ask_suspension", "孙"),
        ("supervised", "supervise", "高"),
    ):
        numbers[what] = carry(cast, to="in_progress", at=AT - timedelta(days=3), words=WORDS).matter.number
        move(cast, numbers[what], code, by=who, at=AT - timedelta(days=2))
    overdue = carry(cast, to="in_progress", at=AT - timedelta(days=20), words=WORDS)
    numbers["overdue"], receipts["overdue"] = overdue.matter.number, overdue.receipt
    elsewhere = carry(cast, to="assigned", at=AT, area_code=OTHER_COMMUNITY, cell_code="", words=WORDS)
    receipts["joined"] = join(actor=resident(DISTRICT), at=AT, client_id=uuid4(), number=numbers["overdue"]).receipt
    numbers["assigned_elsewhere"] = elsewhere.matter.number
    numbers["assigned_to_firm"] = _assigned_to_firm(cast)
    numbers["cosigned"] = carry(cast, to="in_progress", at=AT - timedelta(days=3), words=WORDS).matter.number
    numbers["with_procedure"] = _with_procedure(cast)
    supplemented = carry(cast, to="in_progress", at=AT - timedelta(days=3), words=WORDS)
    numbers["supplemented"], receipts["supplemented"] = supplemented.matter.number, supplemented.receipt
    receipts["photo_of_another"] = receipts["closed"]
    other = register_instrument(
        actor=SYSTEM, at=FOUNDED_AT, district=OTHER_DISTRICT, data=shipped.demonstration_instrument()
    )
    version = load_catalogue(
        actor=SYSTEM,
        at=FOUNDED_AT,
        district=OTHER_DISTRICT,
        instrument=other,
        in_force_from=legal_day(FOUNDED_AT),
    ).version
    rows = [CalendarRow(day=legal_day(AT + timedelta(days=30)), is_working=False)]
    calendar = import_calendar(actor=SYSTEM, at=FOUNDED_AT, title="示范放假", notice="示范通知", rows=rows)
    duties = cast.duties["K1-06"], Duty.objects.filter(item__version=version, item__code="K1-06")[0]
    place = {"district": OTHER_DISTRICT, "area_code": COMMUNITY_OF_OTHER_DISTRICT, "cell_code": ""}
    looked = {
        "passed": looked_at(cast, by="周", duty=duties[0]),
        "waiting": looked_at(cast, by="周", duty=duties[0]),
        "away": looked_at(cast, by="郑", duty=duties[1], **place),
    }
    pass_photo(cast, looked["passed"], by="徐")
    sequence()
    take_checkpoint(AT)
    audit = Post.objects.get(person=desks.account("沈").person)
    return Things(
        cast=cast,
        numbers=numbers,
        receipts=receipts,
        own=_of("周", cast, cast.duties["K1-06"])
        | _keys(looked["waiting"])
        | {"delegation": _delegation(cast), "template": _template("孙", cast)}
        | {"administrators_post": audit.pk, "erasure": _erasure("周", cast, numbers["receipt_only"])},
        away=_of("郑", cast, Duty.objects.filter(item__version=version)[0])
        | _keys(looked["away"])
        | {"template": _template("郑", cast), "erasure": _erasure("郑", cast, numbers["away"])},
        source=calendar.source.pk,
        looked_at=looked,
        question=_question(cast, numbers["cosigned"]),
        added=add_with_photo(supplemented),
    )


def _keys(looked: Looked) -> dict[str, int]:
    return {"publication": looked.words.pk, "publication_photo": looked.photo.pk}


def _delegation(cast: Cast) -> int:
    """Let 周 lend her post to 徐, from next month on."""
    return lend(cast["周"], cast["徐"], at=AT, starts_on=legal_day(AT + timedelta(days=30)), days=5).pk


def _template(surname: str, cast: Cast) -> int:
    return add_template(actor=cast.actor(surname), at=AT, draft=Draft("已清运", "{编号}已清运。")).pk


def _assigned_to_firm(cast: Cast) -> str:
    number = report_with_photo(cell_code="").number
    move(cast, number, "accept", by="周", at=AT, duty_id=cast.duties[OF_A_FIRM].pk)
    move(cast, number, "assign", by="徐", at=AT, lead_id=cast.bodies["安居物业服务有限公司"].pk)
    return number


def _with_procedure(cast: Cast) -> str:
    """Carry a matter under an item that lays down a step of procedure until it is handled."""
    duty = cast.duties[OTHER_ITEM]
    lay_down(cast, item=OTHER_ITEM)
    number = report_with_photo().number
    for code, who in (("accept", "周"), ("assign", "徐"), ("sign", "吴"), ("start", "孙")):
        move(cast, number, code, by=who, at=AT, **({"duty_id": duty.pk} if code == "accept" else {}))
    return number


def _question(cast: Cast, number: str) -> int:
    """Let the lead ask the firm to co-sign."""
    bodies = (cast.bodies["安居物业服务有限公司"].pk,)
    question = Question(organisation_ids=bodies, question="是否同意？", within=3)
    ask_to_cosign(actor=cast.actor("孙"), at=AT, client_id=uuid4(), number=number, question=question)
    return CoSigning.objects.get().pk


def _erasure(surname: str, cast: Cast, number: str) -> int:
    """Take down a request to erase what should never have been collected."""
    wish = ErasureWish(
        scope=ErasureScope.EVERYTHING, ground=ErasureGround.UNLAWFUL_PROCESSING, reason="写进了别人的病情"
    )
    return ask_erasure(actor=cast.actor(surname), at=AT, number=number, wish=wish).pk


def _of(surname: str, cast: Cast, duty: Duty) -> dict[str, int]:
    member = cast[surname]
    return {
        "organisation": member.post.organisation_id,
        "person": member.person.pk,
        "post": member.post.pk,
        "duty": duty.pk,
        "token": own_token(member).token.pk,
        "passkey": passkey_of(member).pk,
        "saved": SavedView.objects.create(person=member.person, page="matters", name="在办", query="status=open").pk,
        "export": ready_export(member).pk,
        "digest": own_digest(member).pk,
    }


def ticket_of(code: str) -> str:
    """Give the cookie a browser holds after this receipt code was shown."""
    response = HttpResponse()
    hand_ticket(response, receipt_hash(code), secure=False)
    return response.cookies[COOKIE].value
