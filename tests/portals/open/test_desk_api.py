"""The desk by program: who sees what, what moves do, and that a refusal is the page's refusal."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as installed
from django.db import transaction
from django.test import Client

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.evidence.models import Entry, Throttle
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.models import ApiToken
from sanhu.domains.subjects.services.api_tokens import revoke_token
from sanhu.engines.decisions import Decision, Refused
from tests.cast import COMMUNITY, COMMUNITY_OF_OTHER_STREET, MONDAY_MORNING
from tests.portals.conftest import session_of
from tests.portals.filing import WORDS
from tests.portals.open.calling import PROBLEM, Program, own_token, system_token
from tests.portals.open.conftest import Town

NOT_PERMITTED = "您的岗位没有这项权限"

# 无 no token      周 clerk   吴 department head   陈 committee   高 coordinating body   郑 the other district
# 撤 周's, revoked      期 周's, expired      窄 周's, for registering alone      系 a system's, for which 周 answers
CALLERS = ("无", "周", "吴", "陈", "高", "郑", "撤", "期", "窄", "系")
# GET what                             无   周   吴   陈   高   郑   撤   期   窄   系
TABLE = """
/matters                              200  200  200  200  200  200  200  200  200  200
/matters/{closed}                     200  200  200  200  200  200  200  200  200  200
/matters/{reported}                   404  404  404  404  404  404  404  404  404  404
/catalogue                            200  200  200  200  200  200  200  200  200  200
/desk/matters                         401  200  200  200  200  200  401  401  403  200
/desk/inbox                           401  200  200  200  200  200  401  401  403  200
/desk/bodies                          401  200  200  200  200  200  401  401  403  200
/desk/matters/{reported}              401  200  404  200  200  404  401  401  403  200
/desk/matters/{assigned}              401  200  200  200  200  404  401  401  403  200
/desk/matters/{assigned_to_firm}      401  200  404  200  200  404  401  401  403  200
/desk/matters/{in_other_street}       401  404  404  404  200  404  401  401  403  404
/desk/matters/{never}                 401  200  404  200  200  404  401  401  403  200
/desk/matters/{away}                  401  404  404  404  404  200  401  401  403  404
/desk/matters/99010199999999999999    401  404  404  404  404  404  401  401  403  404
/desk/applications                    401  403  200  200  200  403  401  401  403  403
/desk/applications/[draft]            401  403  200  404  404  403  401  401  403  403
/desk/applications/[submitted]        401  403  200  200  200  403  401  401  403  403
/desk/applications/[theirs]           401  403  404  404  200  403  401  401  403  403
/desk/applications/[away]             401  403  404  404  404  403  401  401  403  403
/desk/tasks                           401  403  200  200  200  403  401  401  403  403
/desk/tasks/[own]                     401  403  200  200  200  403  401  401  403  403
/desk/tasks/[theirs]                  401  403  404  404  200  403  401  401  403  403
/desk/demands                         401  403  200  200  200  403  401  401  403  403
/desk/demands/[own]                   401  403  200  200  200  403  401  401  403  403
/desk/demands/[theirs]                401  403  404  404  200  403  401  401  403  403
/desk/accounts                        401  403  200  200  200  403  401  401  403  403
/desk/vouchers                        401  403  200  200  200  403  401  401  403  403
"""
# POST what is good                    无   周   吴   陈   高   郑   撤   期   窄   系
WRITES = """
register                              401  201  403  403  403  403  401  401  201  201
accept@reported                       401  200  404  403  403  404  401  401  403  200
assign@accepted                       401  403  404  403  200  404  401  401  403  403
sign@assigned                         401  403  200  403  403  404  401  401  403  403
verify@done                           401  403  403  200  403  404  401  401  403  403
close@reported                        401  409  404  409  409  404  401  401  403  409
lapse_into_signed@assigned            401  404  404  404  404  404  401  401  403  404
"""


def rows(table: str) -> list[Any]:
    found = []
    for line in table.strip().splitlines():
        what, *told = line.split()
        found.append(pytest.param(what, dict(zip(CALLERS, map(int, told), strict=True)), id=what))
    return found


def program_of(town: Town, who: str) -> Program:
    """Give a program by what the tables call it."""
    clerk = town.cast["周"]
    match who:
        case "无":
            return Program()
        case "撤":
            made = own_token(clerk)
            revoke_token(token_id=made.token.pk, actor=clerk.actor(), at=MONDAY_MORNING)
        case "期":
            made = own_token(clerk)
            ApiToken.objects.filter(pk=made.token.pk).update(expires_on=date(2026, 11, 8))  # yesterday
        case "窄":
            made = own_token(clerk, ["matter.register"])
        case "系":
            made = system_token(town.cast, "周", ["matter.view", "matter.register", "matter.accept"])
        case _:
            made = own_token(town.gate[who])
    return Program(made.secret)


def path_to(town: Town, what: str) -> str:
    kind = re.search(r"/desk/(\w+?)s/", what)
    what = re.sub(r"\{(\w+)\}", lambda found: town.number(found[1]), what)
    return re.sub(r"\[(\w+)\]", lambda found: town.gate_things.numbers[kind[1] if kind else ""][found[1]], what)


@pytest.mark.parametrize(("what", "expected"), rows(TABLE))
def test_who_sees_what(town: Town, what: str, expected: dict[str, int]):
    answers = {who: program_of(town, who).get(path_to(town, what)) for who in CALLERS}
    assert {who: answer.status_code for who, answer in answers.items()} == expected
    for answer in answers.values():
        if answer.status_code >= 400:
            assert answer["Content-Type"] == PROBLEM
            assert WORDS not in answer.content.decode()
        if what.startswith("/desk/"):
            assert answer["Cache-Control"] == "no-store"


def good(town: Town, code: str, what: str) -> tuple[str, dict[str, Any]]:
    """Give where a good move is sent, and what."""
    number = town.number(what)
    more: dict[str, dict[str, Any]] = {
        "accept": {"duty": "K1-06/1"},
        "assign": {"lead": town.cast.bodies["区城市管理局"].pk},
        "verify": {"reason": "到现场看过。"},
    }
    body = {"revision": Matter.objects.get(number=number).revision, **more.get(code, {})}
    return f"/desk/matters/{number}/moves/{code}", body


@pytest.mark.parametrize(("what", "expected"), rows(WRITES))
def test_who_may_do_what(town: Town, what: str, expected: dict[str, int]):
    told = {}
    for who in CALLERS:
        before = Entry.objects.count()
        with transaction.atomic():
            program = program_of(town, who)
            made = Entry.objects.count()
            if what == "register":
                answer = program.post("/desk/matters", {"words": "灯坏了", "area": COMMUNITY})
            else:
                answer = program.post(*good(town, *what.split("@")))
            assert (Entry.objects.count() > made) is (answer.status_code < 400), who
            transaction.set_rollback(True)
        told[who] = answer.status_code
        assert answer["Content-Type"].startswith(PROBLEM if answer.status_code >= 400 else "application/json")
        assert Entry.objects.count() == before
    assert told == expected


# --- a refusal is the page's refusal

REFUSED = [
    ("sign@assigned", "孙", 403, {}),
    ("sign@assigned", "陈", 403, {}),
    ("verify@done", "吴", 403, {"reason": "看过"}),
    ("verify@done", "徐", 403, {"reason": "看过"}),
    ("accept@accepted", "周", 409, {}),
    ("close@done", "徐", 409, {}),
    ("grant_extension@in_progress", "徐", 409, {"public_words": "天气"}),
    ("supervise@supervised", "高", 409, {"reason": "请快", "amount": 3}),
    ("assign@in_other_street", "高", 409, {}),
    ("accept@reported", "周", 422, {"duty": "K9-99"}),
    ("supervise@in_progress", "高", 422, {"reason": "请快", "amount": 300}),
]


@pytest.mark.parametrize(("what", "who", "status", "more"), REFUSED)
def test_a_refused_move_is_refused_on_the_page_for_the_same_reasons_articles_and_code(
    town: Town, what: str, who: str, status: int, more: dict[str, Any]
):
    code, _at, of = what.partition("@")
    number = town.number(of)
    revision = Matter.objects.get(number=number).revision
    answer = Program(own_token(town.gate[who]).secret).post(
        f"/desk/matters/{number}/moves/{code}", {"revision": revision, **more}
    )
    assert answer.status_code == status
    refusal = _by_service(town, who, number, MoveRequest(move=code, revision=revision, **_asked(more)))
    told = answer.json()
    assert (told["reasons"], told["citations"], told["code"]) == (
        list(refusal.reasons),
        list(refusal.citations),
        refusal.code,
    )
    if status != 422:
        page = _browser(town, who).get(f"/desk/matters/{number}/moves/{code}/")
        assert page.status_code == 403
        assert page.context["decision"] == refusal


def _asked(more: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if name != "duty"}


def _by_service(town: Town, who: str, number: str, request: MoveRequest) -> Decision:
    with pytest.raises(Refused) as refused, transaction.atomic():
        make_move(actor=town.gate.actor(who), at=MONDAY_MORNING, client_id=uuid4(), number=number, request=request)
    return refused.value.decision


def _browser(town: Town, who: str) -> Client:
    client = Client()
    member = town.gate[who]
    client.cookies[installed.SESSION_COOKIE_NAME] = session_of(member.account, post=member.post)
    return client


def test_a_refused_move_at_the_gate_is_the_pages_too(town: Town):
    numbers = town.gate_things.numbers["application"]
    for code, of, who, status in (
        ("accept", "submitted", "石", 403),
        ("accept", "submitted", "陈", 403),
        ("convene", "reviewing", "高", 409),
        ("check_legality", "heard", "罗", 409),
        ("approve", "joint_meeting", "石", 409),
        ("withdraw", "own", "孙", 409),
    ):
        number = numbers[of]
        program = Program(own_token(town.gate[who]).secret)
        revision = program.get(f"/desk/applications/{number}").json()["revision"]
        answer = program.post(
            f"/desk/applications/{number}/moves/{code}",
            {"revision": revision, "reason": "理由", "agrees": True, "meets_on": "2026-11-20"},
        )
        page = _browser(town, who).get(f"/desk/applications/{number}/moves/{code}/")
        decision = page.context["decision"]
        assert (answer.status_code, page.status_code) == (status, 403), (code, who)
        assert (answer.json()["reasons"], answer.json()["citations"], answer.json()["code"]) == (
            list(decision.reasons),
            list(decision.citations),
            decision.code,
        )


def test_every_move_says_of_itself_whether_it_may_be_made_and_if_not_why(town: Town):
    told = Program(own_token(town.cast["周"]).secret).get(f"/desk/matters/{town.number('reported')}").json()
    moves = {move["code"]: move for move in told["moves"]}
    assert list(moves) == [move.code for move in MATTER.moves if move.party not in NAMELESS]
    assert {code for code, move in moves.items() if move["allowed"]} == {"accept", "decline"}
    assert (moves["assign"]["reasons"], moves["accept"]["takes"]) == (
        ["现在的状态不能这样办理"],
        ["duty", "public_title"],
    )
    assert moves["decline"]["needs"] == ["reason", "article"]


def test_whoever_may_assign_is_offered_the_bodies_that_fit(town: Town):
    told = Program(own_token(town.cast["徐"]).secret).get(f"/desk/matters/{town.number('accepted')}").json()
    assert [body["name"] for body in told["proposed_leads"]] == ["区城市管理局"]
    assert told["duty"] == "K1-06/1"


def test_personal_values_are_masked_as_on_the_page(town: Town):
    body = {"words": "张三，电话 13800138000，三号楼灯坏了", "area": COMMUNITY, "address": "三号楼2单元501室"}
    registered = Program().post("/reports", {**body, "tell": "sms", "contact": "13900139000"}).json()
    told = Program(own_token(town.cast["周"]).secret).get(f"/desk/matters/{registered['number']}").json()
    assert (told["words"], told["address"], told["contact"]) == (
        "张三，电话 138******00，三号楼灯坏了",
        "三号楼*单元*室",
        "139******00",
    )
    assert "138******00" in told["title"]


# --- moves


def test_a_matter_goes_from_the_window_to_the_close_by_program_and_the_record_says_by_which(town: Town):
    programs = {who: own_token(town.gate[who]) for who in "周徐吴孙陈何"}
    clerk = Program(programs["周"].secret)
    registered = clerk.post("/desk/matters", {"words": "垃圾堆在桶边", "area": COMMUNITY})
    number = registered.json()["number"]
    lead = town.cast.bodies["区城市管理局"].pk
    for revision, (who, code, more) in enumerate(
        (
            ("周", "accept", {"duty": "K1-06/1", "public_title": "垃圾堆放"}),
            ("徐", "assign", {"lead": lead}),
            ("吴", "sign", {}),
            ("孙", "start", {}),
            ("孙", "finish", {"reason": "已清运", "reply": "已经清运，谢谢。"}),
            ("陈", "verify", {"reason": "到现场看过"}),
            ("何", "close", {}),
        ),
        start=1,
    ):
        answer = Program(programs[who].secret).post(
            f"/desk/matters/{number}/moves/{code}", {"revision": revision, **more}
        )
        assert answer.status_code == 200, answer.json()
        assert answer.json()["revision"] == revision + 1
    assert answer.json()["state"] == "closed"
    stored = number.replace("-", "")
    refs = Entry.objects.filter(subject_ref=f"matter:{stored}").order_by("id").values_list("actor_ref", flat=True)
    tokens = {who: f"post:{made.token.post_id}/token:{made.token.pk}" for who, made in programs.items()}
    assert list(refs) == [tokens[who] for who in "周周徐吴孙孙陈何"]
    public = Program().get(f"/matters/{number}").json()
    assert (public["title"], public["state"]) == ("垃圾堆放", "closed")
    of_the_town = "subjects.role:"  # a role the town gave 外 without a deed
    assert [finding for finding in verify().findings if not finding.ref.startswith(of_the_town)] == []


def test_a_persons_token_is_that_person_where_two_are_needed(town: Town):
    """Whoever handled it does not verify it, by page or by program."""
    number = town.number("done")
    handler = town.cast["孙"].person.pk
    ApiToken.objects.all().delete()
    made = own_token(town.cast["陈"])
    Step.objects.filter(matter__number=number, person_id=handler).update(person_id=town.cast["陈"].person.pk)
    path, body = good(town, "verify", "done")
    answer = Program(made.secret).post(path, body)
    assert (answer.status_code, answer.json()["reasons"]) == (403, ["核查和办结须由承办人以外的人进行，换岗位也不行"])


def test_a_move_counts_once_and_a_stale_one_says_what_changed(town: Town):
    program = Program(own_token(town.cast["周"]).secret)
    path, body = good(town, "accept", "reported")
    key = uuid4()
    first, second = (program.post(path, body, key=key) for _time in range(2))
    assert (first.status_code, first.json()) == (200, second.json())
    other = program.post(path, {**body, "duty": "K1-01/1"}, key=key)
    assert other.status_code == 409
    stale = program.post(path, body)
    told = stale.json()
    assert (stale.status_code, told["reasons"]) == (409, ["别人先办了一步，请看过变化以后再决定"])
    assert [(step["ordinal"], step["move"], step["organisation"]) for step in told["changed"]] == [
        (2, "accept", "和平街道办事处")
    ]
    assert Step.objects.filter(matter__number=town.number("reported")).count() == 2


def test_a_key_is_one_tokens_own(town: Town):
    path, body = good(town, "accept", "reported")
    key = uuid4()
    assert Program(own_token(town.cast["周"]).secret).post(path, body, key=key).status_code == 200
    assert Program(own_token(town.cast["周"]).secret).post(path, body, key=key).status_code == 409


@pytest.mark.parametrize(
    ("move", "who", "body", "fields"),
    [
        ("accept@reported", "周", {"duty": ""}, {"duty"}),
        ("accept@reported", "周", {"duty": "K9-99/1"}, {"duty"}),
        ("accept@reported", "周", {"duty": "K1-06/99999"}, {"duty"}),
        ("accept@reported", "周", {"public_title": "题" * 61}, {"public_title"}),
        ("assign@accepted", "徐", {}, {"lead"}),
        ("assign@accepted", "徐", {"lead": 2**31 - 1}, {"lead"}),
        ("assign@accepted", "徐", {"lead": 2**63}, {"lead"}),
        ("assign@accepted", "徐", {"lead": "7"}, {"lead"}),
        ("decline@reported", "周", {}, {"reason", "article"}),
        ("decline@reported", "周", {"reason": "由" * 2001, "article": "第一条"}, {"reason"}),
        ("merge@accepted", "徐", {"reason": "同", "into": "99010120261109999999"}, {"into"}),
        ("supervise@in_progress", "高", {"reason": "快", "amount": 11}, {"amount"}),
        ("accept@reported", "周", {"revision": -1}, {"revision"}),
        ("accept@reported", "周", {"revision": 10**400}, {"revision"}),
        ("accept@reported", "周", {"revision": True}, {"revision"}),
    ],
)
def test_what_is_wrong_with_a_move_names_the_field(
    town: Town, move: str, who: str, body: dict[str, Any], fields: set[str]
):
    code, _at, of = move.partition("@")
    number = town.number(of)
    revision = Matter.objects.get(number=number).revision
    answer = Program(own_token(town.gate[who]).secret).post(
        f"/desk/matters/{number}/moves/{code}", {"revision": revision, **body}
    )
    assert (answer.status_code, {fault["name"] for fault in answer.json()["fields"]}) == (422, fields)


def test_a_clerk_registers_by_program_only_in_their_own_areas(town: Town):
    program = Program(own_token(town.cast["周"]).secret)
    answer = program.post("/desk/matters", {"words": "灯坏了", "area": COMMUNITY_OF_OTHER_STREET})
    assert (answer.status_code, answer.json()["reasons"]) == (403, ["不在您的辖区"])
    number = program.post("/desk/matters", {"words": "灯坏了", "area": COMMUNITY}).json()["number"].replace("-", "")
    matter = Matter.objects.get(number=number)
    assert (matter.channel, matter.registered_by_id) == ("window", town.cast["周"].post.pk)


def test_opinions_votes_and_decisions_at_the_gate_by_program(town: Town):
    numbers = town.gate_things.numbers["application"]

    def send(who: str, of: str, code: str, **body: Any) -> Any:
        program = Program(own_token(town.gate[who]).secret)
        path = f"/desk/applications/{numbers[of]}"
        revision = program.get(path).json()["revision"]
        return program.post(f"{path}/moves/{code}", {"revision": revision, **body})

    assert send("陈", "reviewing", "hear", agrees=True, reason="居民代表会议同意。").status_code == 200
    assert send("罗会", "joint_meeting", "vote", choice="approve").status_code == 200
    approved = send("石", "voted", "approve")
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    assert send("高", "heard", "convene", meets_on="2026-11-01").json()["fields"] == [
        {"name": "meets_on", "message": "会议日期：须为今天或者以后的日期"}
    ]
    assert send("孙", "draft", "edit").status_code == 404  # has a page of its own
    assert send("孙", "draft", "expire").status_code == 404  # the clock's


def test_tasks_and_demands_move_by_program(town: Town):
    task = town.gate_things.numbers["task"]["own"]
    committee = Program(own_token(town.gate["陈"]).secret)
    refused = committee.post(f"/desk/tasks/{task}/moves/resume", {"revision": 1})
    assert (refused.status_code, refused.json()["reasons"]) == (409, ["现在的状态不能这样办理"])
    demand = town.gate_things.numbers["demand"]["own"]
    told = committee.get(f"/desk/demands/{demand}").json()
    stale = committee.post(
        f"/desk/demands/{demand}/moves/escalate", {"revision": told["revision"] - 1, "reason": "催了三次没有答复"}
    )
    assert (stale.status_code, len(stale.json()["changed"])) == (409, 1)
    moved = committee.post(
        f"/desk/demands/{demand}/moves/escalate", {"revision": told["revision"], "reason": "催了三次没有答复"}
    )
    assert (moved.status_code, moved.json()["state"]) == (200, "escalated")


# --- tokens at use


def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(town: Town, settings: Any, clock: Any):
    settings.SANHU_API_TOKEN_TRIES = 3
    right, wrong = Program(own_token(town.cast["周"]).secret), Program("sanhu_" + "A" * 43)
    assert [wrong.get("/desk/matters").status_code for _time in range(5)] == [401, 401, 401, 429, 429]
    assert right.get("/desk/matters").status_code == 200
    assert wrong.get("/desk/matters")["Retry-After"] == "900"
    assert "127.0.0.1" not in str(list(Throttle.objects.values()))
    clock.forward(minutes=16)
    answer = wrong.get("/desk/matters")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_use_is_noted_and_reading_writes_nothing_else(town: Town, clock: Any):
    made = own_token(town.cast["周"])
    entries = Entry.objects.count()
    program = Program(made.secret)
    for _time in range(3):
        program.get("/desk/inbox")
        clock.forward(seconds=25)
    made.token.refresh_from_db()
    assert made.token.last_used_at == MONDAY_MORNING
    clock.forward(seconds=25)
    program.get("/desk/inbox")
    made.token.refresh_from_db()
    assert made.token.last_used_at == MONDAY_MORNING + timedelta(seconds=100)
    assert Entry.objects.count() == entries


def test_a_token_has_no_more_than_its_post_has_today(town: Town):
    """What the role no longer carries, the token has lost with it."""
    made = own_token(town.cast["周"])
    role = town.cast["周"].post.role
    role.permissions = [one for one in role.permissions if one != "matter.accept"]
    role.save()
    path, body = good(town, "accept", "reported")
    answer = Program(made.secret).post(path, body)
    assert (answer.status_code, answer.json()["reasons"]) == (403, [NOT_PERMITTED])


def test_what_the_scope_leaves_out_is_said_apart_from_what_the_post_lacks(town: Town):
    narrow = Program(own_token(town.cast["周"], ["matter.register"]).secret)
    assert narrow.get("/desk/matters").json()["reasons"] == ["令牌的权限范围不含这一项"]
    assert narrow.get("/desk/applications").json()["reasons"] == [NOT_PERMITTED]
