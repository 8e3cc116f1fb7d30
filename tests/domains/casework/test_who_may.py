"""Who may make which move in which state: the whole matrix, with what is expected written by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.casework.parties import VERIFY_ARTICLE
from sanhu.domains.casework.queries import standing_of, visible_to
from sanhu.domains.casework.rules import MATTER, may_move, may_register
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import actor_of
from sanhu.domains.subjects.services.posts import appoint, leave_post
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from tests.cast import (
    CELL,
    COMMUNITY,
    COMMUNITY_OF_OTHER_STREET,
    DISTRICT,
    HAPPY_WAY,
    MONDAY_MORNING,
    OTHER_COMMUNITY,
    OTHER_DISTRICT,
    Cast,
    carry,
    hired_by,
    move,
    report_matter,
)
from tests.domains.casework.refusals import refusal_of

OFFICIALS = "周徐吴孙陈何马高钱冯沈"
EVERYBODY = [*OFFICIALS, "郑", "林", "系统"]
URGES = {"urge_by_reporter"}

# state → who → which moves. Whoever or whatever is not named here may not. 吴 signed, 孙 started and finished.
ALLOWED: dict[str, dict[str, set[str]]] = {
    "registered": {"周": {"accept", "decline"}, "徐": {"merge"}, "高": {"merge"}, "林": URGES},
    "accepted": {"徐": {"assign", "reclassify", "merge"}, "高": {"assign", "reclassify", "merge"}, "林": URGES},
    "assigned": {
        "吴": {"sign", "send_back"},
        "周": {"urge"},
        "徐": {"merge", "urge"},
        "高": {"merge", "urge", "supervise"},
        "林": URGES,
        "系统": {"lapse_into_signed", "lapse_into_returned"},
    },
    "signed": {
        "吴": {"start", "ask_extension"},
        "孙": {"start", "ask_extension"},
        "周": {"urge"},
        "徐": {"merge", "urge"},
        "高": {"merge", "urge", "supervise"},
        "林": URGES,
    },
    "in_progress": {
        "吴": {"finish", "ask_extension", "ask_suspension"},
        "孙": {"finish", "ask_extension", "ask_suspension"},
        "周": {"urge"},
        "徐": {"merge", "urge"},
        "高": {"merge", "urge", "supervise"},
        "林": URGES,
    },
    "done": {"陈": {"verify", "rework"}, "何": {"verify", "rework"}, "林": URGES},
    "verified": {"何": {"close"}, "高": {"close"}, "林": URGES},
    "returned": {"徐": {"assign", "reclassify", "merge"}, "高": {"assign", "reclassify", "merge"}, "林": URGES},
    "suspended": {
        "吴": {"resume"},
        "孙": {"resume"},
        "徐": {"call_up", "keep_suspended"},
        "高": {"call_up", "keep_suspended"},
    },
    "reopened": {"徐": {"assign", "reclassify"}, "高": {"assign", "reclassify"}, "林": URGES},
    "closed": {"林": {"reopen"}},
    "declined": {},
    "merged": {},
}
# What else may stand in the way or come up: state, moves made there, and then who may what, whole.
BESIDE: dict[str, tuple[str, list[tuple[str, str]], dict[str, set[str]]]] = {
    "an extension is asked for": (
        "in_progress",
        [("ask_extension", "孙")],
        {
            "吴": {"finish"},
            "孙": {"finish"},
            "周": {"urge"},
            "徐": {"grant_extension", "refuse_extension", "merge", "urge"},
            "高": {"grant_extension", "refuse_extension", "merge", "urge", "supervise"},
            "林": URGES,
        },
    ),
    "a suspension is asked for": (
        "in_progress",
        [("ask_suspension", "孙")],
        {
            "吴": {"finish"},
            "孙": {"finish"},
            "周": {"urge"},
            "徐": {"merge", "urge"},
            "高": {"grant_suspension", "refuse_suspension", "merge", "urge", "supervise"},
            "林": URGES,
        },
    ),
    "a supervisor waits for an answer before it is signed for": (
        "assigned",
        [("supervise", "高")],
        {
            "吴": {"sign", "send_back", "answer_supervision"},
            "孙": {"answer_supervision"},
            "周": {"urge"},
            "徐": {"urge"},
            "高": {"urge"},
            "林": URGES,
            "系统": {"lapse_into_signed", "lapse_into_returned"},
        },
    ),
    "a supervisor waits for an answer before it is closed": (
        "in_progress",
        [("supervise", "高"), ("finish", "孙"), ("verify", "陈")],
        {"吴": {"answer_supervision"}, "孙": {"answer_supervision"}, "林": URGES},
    ),
    "it was handed back for the second time": (
        "returned",
        [("assign", "徐"), ("send_back", "吴")],
        {"徐": {"merge"}, "高": {"rule", "merge"}, "林": URGES},
    ),
    "its lead was ruled": (
        "returned",
        [("assign", "徐"), ("send_back", "吴"), ("rule", "高")],
        {
            "吴": {"sign"},
            "周": {"urge"},
            "徐": {"merge", "urge"},
            "高": {"merge", "urge", "supervise"},
            "林": URGES,
            "系统": {"lapse_into_signed", "lapse_into_returned"},
        },
    ),
    "it was opened again": (
        "reopened",
        [("assign", "徐"), ("sign", "吴"), ("start", "孙")],
        {
            "吴": {"finish", "ask_extension", "ask_suspension"},
            "孙": {"finish", "ask_extension", "ask_suspension"},
            "周": {"urge"},
            "徐": {"urge"},
            "高": {"urge", "supervise"},
            "林": URGES,
        },
    ),
    "it was opened again and closed": (
        "reopened",
        [(code, who) for code, who, _pause in HAPPY_WAY if code != "accept"],
        {},
    ),
}


def actor_named(cast: Cast, who: str) -> Actor:
    return SYSTEM if who == "系统" else cast.actor(who)


def test_the_matrix_names_every_state():
    assert set(ALLOWED) == {state.code for state in MATTER.states}


@pytest.mark.parametrize("state", ALLOWED)
def test_nobody_may_more_and_nobody_less_than_the_matrix(cast: Cast, state: str):
    assert allowed_on(cast, carry(cast, to=state).matter) == ALLOWED[state]


def allowed_on(cast: Cast, matter: Matter) -> dict[str, set[str]]:
    """Ask everybody about every move."""
    standing = standing_of(matter)
    found = {
        who: {
            step.code
            for step in MATTER.moves
            if may_move(standing=standing, move=step.code, actor=actor_named(cast, who))
        }
        for who in EVERYBODY
    }
    return {who: moves for who, moves in found.items() if moves}


@pytest.mark.parametrize("beside", BESIDE)
def test_what_stands_beside_the_state_counts_too(cast: Cast, beside: str):
    state, moves, allowed = BESIDE[beside]
    carried = carry(cast, to=state)
    for code, who in moves:
        move(cast, carried.matter.number, code, by=who, at=carried.at)
    carried.matter.refresh_from_db()
    assert allowed_on(cast, carried.matter) == allowed


def test_what_others_were_merged_into_is_not_merged_itself(cast: Cast):
    main = carry(cast, to="merged").matter.merged_into
    assert main is not None
    assert allowed_on(cast, main) == {"周": {"accept", "decline"}, "林": URGES}
    decision = may_move(standing=standing_of(main), move="merge", actor=cast.actor("徐"))
    assert decision.reasons == ("已有办件并入这一件；请把另一件并入这一件",)
    assert decision.citations == ("分类管理办法第二十六条",)


@pytest.mark.parametrize("state", ALLOWED)
def test_the_door_refuses_whom_the_matrix_does_not_name_and_writes_nothing(cast: Cast, state: str):
    matter = carry(cast, to=state).matter
    entries = Entry.objects.count()
    # One move the state does not know stands for all those: what the table says was asked above.
    tried = [*(step.code for step in MATTER.moves_from(state)), "accept" if state != "registered" else "close"]
    for who in OFFICIALS:
        may_see = visible_to(cast.actor(who)).filter(pk=matter.pk).exists()
        assert may_see == (who in "周徐陈何高" or (who in "吴孙" and matter.lead_id is not None))
        for code in set(tried) - ALLOWED[state].get(who, set()):
            if may_see:
                assert refusal_of(lambda code=code, who=who: move(cast, matter.number, code, by=who)).reasons
            else:
                with pytest.raises(MatterNotFound):
                    move(cast, matter.number, code, by=who)
    matter.refresh_from_db()
    assert (matter.state, matter.revision) == (state, Step.objects.filter(matter=matter).count())
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("state", ALLOWED)
def test_another_district_s_matter_is_not_found(cast: Cast, state: str):
    matter = carry(cast, to=state).matter
    assert not visible_to(cast.actor("郑")).exists()
    for step in MATTER.moves_from(state):
        with pytest.raises(MatterNotFound):
            move(cast, matter.number, step.code, by="郑")


def test_the_house_itself_and_residents_come_through_no_desk_door(cast: Cast):
    matter = carry(cast, to="assigned").matter
    assert not visible_to(SYSTEM).exists()
    assert not visible_to(cast.resident).exists()
    with pytest.raises(MatterNotFound):
        move(cast, matter.number, "sign", by="林")


def test_why_not_is_said_with_its_article(cast: Cast):
    standing = standing_of(carry(cast, to="assigned").matter)

    def why_not(code: str, who: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        decision = may_move(standing=standing, move=code, actor=actor_named(cast, who))
        return decision.reasons, decision.citations

    assert why_not("sign", "徐") == (("您的岗位没有这项权限",), ("分类管理办法第十条",))
    assert why_not("sign", "马") == (("只有主责单位可以办理这一步",), ("分类管理办法第十条",))
    assert why_not("accept", "周") == (("现在的状态不能这样办理",), ())
    assert why_not("lapse_into_signed", "吴") == (("这一步由系统按期限自动记录",), ())
    assert why_not("jump", "吴") == (("没有这一步骤",), ())


def test_only_the_lead_handles_even_where_another_body_has_the_power(cast: Cast):
    matter = carry(cast, to="assigned").matter
    assert cast.actor("马").may(Permission.MATTER_SIGN)
    assert cast.actor("陈").may(Permission.MATTER_SIGN)
    for who in "马陈":
        assert not may_move(standing=standing_of(matter), move="sign", actor=cast.actor(who))
    standing = replace(standing_of(matter), lead_id=cast.bodies["安居物业服务有限公司"].pk)
    assert may_move(standing=standing, move="sign", actor=cast.actor("马"))
    assert not may_move(standing=standing, move="sign", actor=cast.actor("吴"))


def test_a_matter_of_another_street_is_out_of_scope(cast: Cast):
    matter = carry(cast, to="registered", area_code=COMMUNITY_OF_OTHER_STREET, cell_code="").matter
    decision = may_move(standing=standing_of(matter), move="accept", actor=cast.actor("周"))
    assert decision.reasons == ("不在您的辖区",)
    with pytest.raises(MatterNotFound):
        move(cast, matter.number, "accept", by="周")


def test_whoever_serves_one_cell_acts_there_alone(cast: Cast):
    beat = replace(cast.actor("周"), areas=(CELL,))
    there = carry(cast, to="registered").matter
    beside = carry(cast, to="registered", cell_code=f"{COMMUNITY}002").matter
    somewhere = carry(cast, to="registered", cell_code="").matter
    assert set(visible_to(beat)) == {there}
    assert may_move(standing=standing_of(there), move="accept", actor=beat)
    for matter in (beside, somewhere):
        assert not may_move(standing=standing_of(matter), move="accept", actor=beat)


# --- another person is meant by another person


def second_post(cast: Cast, who: str, role: str) -> Actor:
    """Give somebody a second post at the street's service centre, and the actor of it."""
    street = cast.bodies["和平街道办事处"]
    post = appoint(
        person_id=cast[who].person.pk,
        organisation_id=cast.bodies["和平街道社区服务中心"].pk,
        role=role,
        title="社区工作者",
        terms=hired_by(street, "示劳2026-099"),
        actor=SYSTEM,
        at=MONDAY_MORNING,
    )
    return actor_of(post)


@pytest.mark.parametrize(("state", "code"), [("done", "verify"), ("done", "rework"), ("verified", "close")])
@pytest.mark.parametrize("who", ["吴", "孙"], ids=["whoever signed", "whoever finished"])
def test_a_handler_neither_verifies_nor_closes_through_a_second_post(cast: Cast, state: str, code: str, who: str):
    matter = carry(cast, to=state).matter
    other_self = second_post(cast, who, "community_worker")
    assert other_self.may(Permission.MATTER_VERIFY)
    assert other_self.post_id != cast[who].post.pk
    decision = may_move(standing=standing_of(matter), move=code, actor=other_self)
    assert decision.reasons == ("核查和办结须由承办人以外的人进行，换岗位也不行",)
    assert decision.citations == (VERIFY_ARTICLE,)


@pytest.mark.parametrize(
    ("asks", "grants", "who"),
    [
        ("ask_extension", "grant_extension", "吴"),
        ("ask_extension", "grant_extension", "孙"),
        ("ask_suspension", "grant_suspension", "吴"),
        ("ask_suspension", "grant_suspension", "孙"),
    ],
)
def test_whoever_asked_or_handled_grants_nothing_through_a_second_post(cast: Cast, asks: str, grants: str, who: str):
    matter = carry(cast, to="in_progress").matter  # 吴 signed, 孙 started
    matter = move(cast, matter.number, asks, by="孙", at=matter.reported_at + timedelta(hours=5))
    powers = cast.actor("高").permissions
    other_self = replace(second_post(cast, who, "community_worker"), permissions=powers, areas=(DISTRICT,))
    assert other_self.may(Permission.MATTER_EXTEND)
    decision = may_move(standing=standing_of(matter), move=grants, actor=other_self)
    assert decision.reasons == ("延期和挂账须由申请人和承办人以外的人批准，换岗位也不行",)
    assert decision.citations == (MATTER.move(grants).citation,)
    assert may_move(standing=standing_of(matter), move=grants, actor=cast.actor("高"))


def test_the_same_second_post_serves_for_a_matter_handled_by_others(cast: Cast):
    matter = carry(cast, to="done").matter
    assert may_move(standing=standing_of(matter), move="verify", actor=second_post(cast, "周", "community_worker"))


def test_whoever_is_in_scope_no_more_is_told_both_reasons(cast: Cast):
    matter = carry(cast, to="done").matter
    elsewhere = replace(second_post(cast, "孙", "community_worker"), areas=(COMMUNITY_OF_OTHER_STREET,))
    decision = may_move(standing=standing_of(matter), move="verify", actor=elsewhere)
    assert decision.reasons == ("不在您的辖区", "核查和办结须由承办人以外的人进行，换岗位也不行")


def test_the_verifier_may_close_but_not_the_handler(cast: Cast):
    matter = carry(cast, to="done").matter
    verified = move(cast, matter.number, "verify", by="何")
    assert move(cast, verified.number, "close", by="何").state == "closed"


def test_powers_end_with_the_post(cast: Cast):
    matter = carry(cast, to="done").matter
    leave_post(
        post_id=cast["何"].post.pk,
        ground=LeavingGround.RESIGNED,
        basis="辞职信",
        actor=SYSTEM,
        at=MONDAY_MORNING + timedelta(days=1),
    )
    assert may_move(standing=standing_of(matter), move="verify", actor=cast["何"].actor(MONDAY_MORNING))
    with pytest.raises(type(cast["何"].post).DoesNotExist):
        cast["何"].actor(MONDAY_MORNING + timedelta(days=1))


# --- registering


@pytest.mark.parametrize(
    ("who", "location", "reasons"),
    [
        ("林", COMMUNITY, ()),
        ("周", COMMUNITY, ()),
        ("周", CELL, ()),
        ("徐", OTHER_COMMUNITY, ()),
        ("何", COMMUNITY, ()),
        ("周", COMMUNITY_OF_OTHER_STREET, ("不在您的辖区",)),
        ("吴", COMMUNITY, ("您的岗位没有这项权限",)),
        ("陈", COMMUNITY, ("您的岗位没有这项权限",)),
        ("马", COMMUNITY, ("您的岗位没有这项权限",)),
        ("钱", COMMUNITY, ("您的岗位没有这项权限",)),
        ("郑", COMMUNITY, ("不在您的辖区",)),
    ],
)
def test_who_may_register_where(cast: Cast, who: str, location: str, reasons: tuple[str, ...]):
    decision = may_register(district=DISTRICT, location=location, actor=cast.actor(who))
    assert decision.reasons == reasons


def test_a_resident_of_another_district_s_site_registers_there_alone(cast: Cast):
    visitor = Actor(kind=ActorKind.RESIDENT, district=OTHER_DISTRICT)
    assert may_register(district=DISTRICT, location=COMMUNITY, actor=visitor).reasons == ("不在本区",)
    assert not may_register(district=DISTRICT, location=COMMUNITY, actor=SYSTEM)


def test_whoever_may_not_register_leaves_nothing_behind(cast: Cast):
    assert refusal_of(lambda: report_matter(cast, by="吴")).reasons == ("您的岗位没有这项权限",)
    assert not Matter.objects.exists()
