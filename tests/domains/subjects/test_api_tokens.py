"""Tokens: who may make which, for how long they hold, and what ends them."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from sanhu.domains.admission.tables import TABLES
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.catalogue.tables import PROPOSAL
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.models import ApiToken
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.signing_in import ResetReason
from sanhu.domains.subjects.rules.tokens import APPROVING, NEVER_OF_SYSTEMS, OF_THE_API, PERSONAL_DATA, offered
from sanhu.domains.subjects.services.accounts import deactivate_account, issue_password, reactivate_account
from sanhu.domains.subjects.services.api_tokens import (
    PREFIX,
    make_own_token,
    make_system_token,
    note_use,
    posts_for_systems,
    revoke_token,
    token_hash,
    token_in_force,
    tokens_in_force,
    tokens_visible_to,
)
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.domains.subjects.services.erasing import erase_person
from sanhu.domains.subjects.services.one_time_codes import begin_app, confirm_app
from sanhu.domains.subjects.services.posts import leave_post
from sanhu.domains.subjects.services.second_factors import reset_second_factor
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Refused
from tests.cast import MONDAY_MORNING, Cast, found_demo_district

AT, TODAY = MONDAY_MORNING, date(2026, 11, 9)
LATER = date(2027, 1, 31)
READING = ("matter.view", "matter.register")


@pytest.fixture(scope="module")
def in_office(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Found the district once for the module, and clear the database after it."""
    with django_db_blocker.unblock():
        cast = found_demo_district()
    yield cast
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def cast(in_office: Cast, db: None) -> Cast:
    del db
    return in_office


def own(cast: Cast, surname: str = "周", scopes: Collection[str] = READING, *, until: date = LATER) -> Any:
    return make_own_token(name="统计", scopes=scopes, expires_on=until, actor=cast.actor(surname), at=AT)


def of_system(cast: Cast, surname: str = "周", scopes: Collection[str] = READING, *, by: str = "冯") -> Any:
    post = cast[surname].post.pk
    return make_system_token(post_id=post, name="热线", scopes=scopes, expires_on=LATER, actor=cast.actor(by), at=AT)


def said(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, ...]:
    return refused.value.decision.reasons


def test_every_permission_is_of_the_api_or_kept_off_it_and_every_approving_one_is_known_as_such():
    """A power that is new is put on one side here, before a token carries it."""
    off_the_api = {
        Permission.MATTER_RULE,
        Permission.MATTER_PUBLISH,
        Permission.CATALOGUE_AMEND,
        Permission.CATALOGUE_APPROVE,
        Permission.CALENDAR_IMPORT,
        Permission.PLACES_IMPORT,
        Permission.SUBJECTS_VIEW,
        Permission.SUBJECTS_MANAGE,
        Permission.ACCOUNT_MANAGE,
        Permission.ACCOUNT_UNLOCK,
        Permission.TOKEN_MANAGE,
        Permission.ROLE_MANAGE,
        Permission.RECORD_VIEW,
        Permission.HEALTH_VIEW,
        Permission.PERSONAL_DATA_UNMASK,
        Permission.PERSONAL_DATA_ERASE,
        Permission.PERSONAL_DATA_OVERSEE,
        Permission.POWER_GRANT,
        Permission.FUNDING_BUDGET,
        Permission.FUNDING_PAY,
        Permission.FUNDING_SIGN,
        Permission.FUNDING_CLOSE,
        Permission.FUNDING_DISCLOSE,
    }
    assert set(OF_THE_API) | off_the_api == set(Permission)
    assert set(OF_THE_API) & off_the_api == set()
    assert {str(permission) for permission in PERSONAL_DATA} == {
        "personal_data.unmask",
        "personal_data.erase",
        "personal_data.oversee",
    }
    judging = {"approver", "coordinator", "verifier", "closer", "legality", "funding", "member", "chair"}
    taken = {
        move.permission
        for table in (MATTER, PROPOSAL, *TABLES.values())
        for move in table.moves
        if move.party in judging
    }
    assert {str(permission) for permission in APPROVING} >= taken
    assert taken >= {
        "matter.verify",
        "matter.close",
        "matter.extend",
        "admission.vote",
        "admission.decide",
        "catalogue.approve",
    }


def test_a_token_is_256_bits_behind_a_prefix_and_only_its_keyed_hash_is_kept(cast: Cast):
    made = own(cast)
    assert made.secret.startswith("sanhu_")
    assert len(made.secret) == len(PREFIX) + 43  # 32 bytes in base64url
    kept = ApiToken.objects.values().get(pk=made.token.pk)
    assert made.secret not in str(kept)
    assert made.secret[len(PREFIX) :] not in str(Entry.objects.latest("id").body)
    assert kept["hint"] == made.secret[:10]
    assert kept["token_hash"] == token_hash(made.secret)
    assert made.secret not in repr(made)


def test_the_hash_is_keyed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    secret = own(cast).secret
    monkeypatch.setattr(settings, "SANHU_RECEIPT_KEY", b"another key of an installation..")
    assert token_in_force(secret, at=AT) is None


def test_making_and_revoking_stand_in_the_record_which_verifies(cast: Cast):
    token = own(cast).token
    revoke_token(token_id=token.pk, actor=cast.actor("周"), at=AT)
    entries = Entry.objects.filter(subject_ref=f"api_token:{token.pk}").order_by("id")
    post = f"post:{cast['周'].post.pk}"
    assert list(entries.values_list("event", "actor_ref", "district")) == [
        ("token.made", post, "990101"),
        ("token.revoked", post, "990101"),
    ]
    assert verify().findings == ()


def test_revoking_twice_changes_nothing(cast: Cast):
    token = own(cast).token
    for _time in range(2):
        revoke_token(token_id=token.pk, actor=cast.actor("周"), at=AT)
    assert Entry.objects.filter(event="token.revoked").count() == 1


@pytest.mark.parametrize(
    ("scopes", "until", "reasons"),
    [
        ((), LATER, ("令牌的权限：至少选一项",)),
        (("matter.assign",), LATER, ("令牌的权限：只能在岗位自己的权限里选",)),  # 徐's, not 周's
        (("personal_data.unmask",), LATER, ("令牌的权限：只能在岗位自己的权限里选",)),  # 周's, and on no token
        (("nonsense",), LATER, ("令牌的权限：只能在岗位自己的权限里选",)),
        (READING, TODAY, ("有效期：须晚于今天",)),
        (READING, TODAY + timedelta(days=367), ("有效期：最长 366 天",)),
    ],
)
def test_a_token_of_ones_own_is_no_wider_than_the_post_and_lives_a_year_at_most(
    cast: Cast, scopes: tuple[str, ...], until: date, reasons: tuple[str, ...]
):
    with pytest.raises(Refused) as refused:
        own(cast, scopes=scopes, until=until)
    assert said(refused) == reasons
    assert own(cast, until=TODAY + timedelta(days=366)).token.pk


def test_a_deputy_and_a_program_make_no_token(cast: Cast):
    actor = cast.actor("周")
    for through in ("delegation:1", "token:1"):
        with pytest.raises(Refused) as refused:
            make_own_token(
                name="x",
                scopes=READING,
                expires_on=LATER,
                actor=Actor(**{**actor.__dict__, "through": through}),
                at=AT,
            )
        assert said(refused) == ("个人的令牌只能由岗位的本人在工作台上生成",)


def test_a_system_has_a_token_for_a_post_that_answers_for_it_made_by_the_keeper_alone(cast: Cast):
    assert of_system(cast).token.post_id == cast["周"].post.pk
    for who in ("周", "钱", "沈"):
        with pytest.raises(Refused) as refused:
            of_system(cast, by=who)
        assert said(refused) == ("您的岗位没有这项权限",)
    with pytest.raises(NotFound):
        of_system(cast, "郑")


def test_the_keeper_makes_none_for_a_post_of_their_own(cast: Cast):
    with pytest.raises(FieldRefused) as refused:
        of_system(cast, "冯", ("matter.view",))
    assert (refused.value.field, said(refused)) == ("post", ("不能给自己的岗位发放系统令牌",))
    offered_posts = posts_for_systems(cast.actor("冯"), at=AT)
    assert cast["冯"].post not in offered_posts
    assert cast["周"].post in offered_posts


@pytest.mark.parametrize(
    ("surname", "scope"),
    [("何", "matter.close"), ("陈", "matter.verify"), ("徐", "matter.extend"), ("高", "admission.examine")],
)
def test_no_system_approves_what_a_person_has_to_have_looked_at(cast: Cast, surname: str, scope: str):
    assert scope in cast.actor(surname).permissions, "the post itself may"
    with pytest.raises(Refused) as refused:
        of_system(cast, surname, (scope,))
    assert said(refused)[-1] == "令牌的权限：系统的令牌不得代人核查、办结、批准、签批、表决或者查看个人信息"
    assert own(cast, surname, (scope,)).token.scopes == [scope]


def test_what_is_offered_to_a_system_holds_nothing_it_never_has():
    everything = [permission.value for permission in Permission]
    assert set(offered(everything, is_system=False)) == set(OF_THE_API)
    assert set(offered(everything, is_system=True)) == set(OF_THE_API) - NEVER_OF_SYSTEMS


def _leave(cast: Cast) -> None:
    post = cast["周"].post.pk
    leave_post(post_id=post, ground=LeavingGround.REASSIGNED, basis="调任通知", actor=SYSTEM, at=AT)


def _deactivate(cast: Cast) -> None:
    deactivate_account(account_id=cast["周"].account.pk, actor=SYSTEM, at=AT)


def _erase(cast: Cast) -> None:
    _leave(cast)
    erase_person(
        person_id=cast["周"].person.pk, actor=SYSTEM, at=AT + timedelta(days=settings.SANHU_STAFF_KEPT_DAYS + 2)
    )


def _revoke(cast: Cast) -> None:
    for token in ApiToken.objects.all():
        revoke_token(token_id=token.pk, actor=cast.actor("冯"), at=AT)


@pytest.mark.parametrize("end", [_leave, _deactivate, _erase, _revoke])
def test_a_token_dies_with_its_post_its_account_its_person_and_when_revoked(cast: Cast, end: Any):
    made = [own(cast), of_system(cast)]
    soon = AT + timedelta(minutes=1)
    assert all(token_in_force(one.secret, at=soon) for one in made)
    end(cast)
    assert [token_in_force(one.secret, at=soon) for one in made] == [None, None]
    assert tokens_in_force(list(ApiToken.objects.all()), at=soon) == frozenset()


def test_an_account_in_use_again_brings_its_tokens_back(cast: Cast):
    """Whoever closes an account for good revokes its tokens too; closing it for a week need not."""
    made = own(cast)
    _deactivate(cast)
    reactivate_account(account_id=cast["周"].account.pk, actor=SYSTEM, at=AT)
    assert token_in_force(made.secret, at=AT)


def test_the_last_day_counts(cast: Cast):
    secret = own(cast, until=date(2026, 11, 10)).secret  # made on Monday
    assert token_in_force(secret, at=AT + timedelta(days=1))
    assert token_in_force(secret, at=AT + timedelta(days=2)) is None


@pytest.mark.parametrize(
    "shown", ["", "sanhu_", "sanhu_AAAA", "Bearer x", "三互", "sanhu_三互", "sanhu_" + "A" * 100_000]
)
def test_what_is_no_token_opens_nothing(cast: Cast, shown: str):
    own(cast)
    assert token_in_force(shown, at=AT) is None


def test_use_is_noted_at_most_once_a_minute(cast: Cast, django_assert_num_queries: Any):
    token = own(cast).token
    for seconds, seen in ((0, 0), (30, 0), (60, 60), (90, 60)):
        token.refresh_from_db()
        note_use(token, at=AT + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == AT + timedelta(seconds=seen)
    with django_assert_num_queries(0):
        note_use(token, at=AT + timedelta(seconds=100))
    assert verify().findings == ()


def test_one_sees_ones_own_tokens_and_the_keeper_those_of_the_district(cast: Cast):
    mine, systems, others = own(cast).token, of_system(cast).token, own(cast, "何").token
    away = own(cast, "郑").token
    assert set(tokens_visible_to(cast.actor("周"))) == {mine}
    assert set(tokens_visible_to(cast.actor("冯"))) == {mine, systems, others}
    assert set(tokens_visible_to(cast.actor("郑"))) == {away}
    assert set(tokens_visible_to(cast.resident)) == set()
    for who, token in (("周", others), ("周", systems), ("冯", away), ("郑", mine)):
        with pytest.raises(NotFound):
            revoke_token(token_id=token.pk, actor=cast.actor(who), at=AT)
    assert revoke_token(token_id=mine.pk, actor=cast.actor("冯"), at=AT).revoked_by_id == cast["冯"].person.pk


@pytest.mark.parametrize("deed", ["password", "factor"])
def test_a_new_one_time_password_and_a_reset_end_ones_own_tokens_and_no_systems(cast: Cast, deed: str):
    """Whoever came in with the old ones may have made tokens meanwhile."""
    clerk = cast["周"]
    own = make_own_token(name="导出", scopes=READING, expires_on=LATER, actor=clerk.actor(), at=AT)
    system = make_system_token(
        post_id=clerk.post.pk, name="热线", scopes=READING, expires_on=LATER, actor=cast.actor("冯", AT), at=AT
    )
    other = make_own_token(name="导出", scopes=READING[:1], expires_on=LATER, actor=cast["孙"].actor(), at=AT)
    if deed == "password":
        issue_password(account_id=clerk.account.pk, actor=cast.actor("钱", AT), at=AT)
    else:
        app = begin_app(account_id=clerk.account.pk, actor=clerk.actor(), at=AT)
        confirm_app(account_id=clerk.account.pk, code=pyotp.TOTP(app.secret).at(AT), actor=clerk.actor(), at=AT)
        reset_second_factor(
            account_id=clerk.account.pk, reason=ResetReason.SUSPECTED, actor=cast.actor("冯", AT), at=AT
        )
    held = [token_in_force(one.secret, at=AT) is not None for one in (own, system, other)]
    assert held == [False, True, True]
    while sequence():
        pass
    assert verify().findings == ()
