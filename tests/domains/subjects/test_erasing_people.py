"""Who held a post once is forgotten when the period after the last is over; the staff number tells them apart."""

from datetime import date, datetime, timedelta

import pyotp
import pytest
from django.contrib.auth import authenticate
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Entry, Notice, Opening, Unmasking
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.models import (
    Account,
    Delegation,
    DigestSubscription,
    ExportJob,
    ExternalIdentity,
    OneTimeCodes,
    Person,
    Post,
    RecoveryCode,
    SavedView,
)
from sanhu.domains.subjects.services.accounts import open_account
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.erasing import erase_former_staff, erase_person, people_due
from sanhu.domains.subjects.services.external_identities import link_own
from sanhu.domains.subjects.services.one_time_codes import begin_app, confirm_app
from sanhu.domains.subjects.services.people import add_person, change_person
from sanhu.domains.subjects.services.posts import Terms, appoint, leave_post
from sanhu.domains.subjects.services.recovery_codes import issue_recovery_codes
from sanhu.domains.subjects.services.unmasking import unmask_phone
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from sanhu.engines.decisions import Refused
from tests.cast import APPOINTED, Cast, found_demo_district

NAME, PHONE, NEW_PHONE = "卫离别", "13900990101", "13700990101"
DAY = timedelta(days=1)
KEPT = 100


@pytest.fixture
def cast(db: None, settings) -> Cast:
    settings.SANHU_STAFF_KEPT_DAYS = KEPT
    return found_demo_district()


@pytest.fixture
def former(cast: Cast, at: datetime) -> Person:
    """Give somebody who left today, with an account, a changed telephone number and a session."""
    post = held(cast, at)
    account = open_account(person_id=post.person_id, actor=SYSTEM, at=at)
    account.set_password("a long enough password 2026")
    account.save(update_fields=["password"])
    change_person(person_id=post.person_id, phone=NEW_PHONE, actor=SYSTEM, at=at)
    leave_post(post_id=post.pk, ground=LeavingGround.REASSIGNED, basis="调任通知", actor=SYSTEM, at=at)
    return Person.objects.get(pk=post.person_id)


def held(cast: Cast, at: datetime, number: str = "0099") -> Post:
    person = add_person(district="990101", staff_number=number, name=NAME, phone=PHONE, actor=SYSTEM, at=at)
    office = cast.bodies["和平街道办事处"]
    return appoint(
        person_id=person.pk,
        organisation_id=office.pk,
        role="window_clerk",
        title="窗口受理员",
        terms=APPOINTED,
        actor=SYSTEM,
        at=at,
    )


def is_clean() -> bool:
    while sequence():
        pass
    findings = verify().findings
    assert findings == ()
    return True


def test_name_telephone_and_account_go_by_value_and_salt_and_the_record_proves_itself(
    cast: Cast, former: Person, at: datetime
):
    unmask_phone(actor=cast.actor("钱", at), at=at, person_id=former.pk, reason="联系卫离别交接工作")
    sequence()
    over = at + (KEPT + 1) * DAY
    erase_person(person_id=former.pk, actor=cast.actor("冯", over), at=over)
    person = Person.objects.get(pk=former.pk)
    account = Account.objects.get(person=person)
    assert (person.name, person.phone, person.staff_number) == ("", "", "0099")
    assert (account.username, account.is_active, account.has_usable_password()) == (
        f"erased-{account.pk}",
        False,
        False,
    )
    assert Unmasking.objects.get().reason == ""
    entry = Entry.objects.get(event="personal_data.erased")
    kept = [
        (opening.entry_id, name)
        for opening in Opening.objects.all()
        for name in ("name", "phone")
        if name in opening.salts.get(person.row_ref, {})
    ]
    assert kept == [(entry.pk, "name"), (entry.pk, "phone")], "also of the number they had before"
    assert is_clean()


def test_nobody_signs_in_with_it_again_and_no_session_is_left(cast: Cast, former: Person, at: datetime):
    account = Account.objects.get(person=former)
    username = account.username
    for key in (account.pk, cast["周"].account.pk):
        session = SessionStore()
        session["_auth_user_id"] = str(key)
        session.create()
    assert authenticate(username=username, password="a long enough password 2026") == account
    over = at + (KEPT + 1) * DAY
    erase_person(person_id=former.pk, actor=SYSTEM, at=over)
    for name in (username, f"erased-{account.pk}"):
        assert authenticate(username=name, password="a long enough password 2026") is None
    assert [found.get_decoded()["_auth_user_id"] for found in Session.objects.all()] == [str(cast["周"].account.pk)]


def test_not_while_a_post_is_held_or_to_come(cast: Cast, former: Person, at: datetime):
    feng = cast.actor("冯", at)
    with pytest.raises(Refused, match="在任"):
        erase_person(person_id=cast["周"].person.pk, actor=feng, at=at)
    over = at + (KEPT + 1) * DAY
    later = Terms(appointment=APPOINTED.appointment, starts_on=date(2027, 6, 1))
    office = cast.bodies["和平街道办事处"].pk
    appoint(
        person_id=former.pk,
        organisation_id=office,
        role="window_clerk",
        title="受理员",
        terms=later,
        actor=SYSTEM,
        at=at,
    )
    with pytest.raises(Refused, match="将要开始"):
        erase_person(person_id=former.pk, actor=SYSTEM, at=over)


def test_not_before_the_period_is_over(cast: Cast, former: Person, at: datetime):
    with pytest.raises(Refused) as refused:
        erase_person(person_id=former.pk, actor=cast.actor("冯", at), at=at + (KEPT - 1) * DAY)
    assert "劳动合同法第五十条" in refused.value.decision.citations
    assert Person.objects.get(pk=former.pk).name == NAME


@pytest.mark.parametrize("by", ["钱", "沈", "周"])
def test_only_the_security_administrator_may(cast: Cast, former: Person, at: datetime, by: str):
    with pytest.raises(Refused, match="没有这项权限"):
        erase_person(person_id=former.pk, actor=cast.actor(by, at), at=at + 200 * DAY)


def test_another_districts_people_are_not_found(cast: Cast, at: datetime):
    with pytest.raises(NotFound):
        erase_person(person_id=cast["郑"].person.pk, actor=cast.actor("冯", at), at=at)


def test_erasing_twice_is_refused(cast: Cast, former: Person, at: datetime):
    over = at + 200 * DAY
    erase_person(person_id=former.pk, actor=SYSTEM, at=over)
    with pytest.raises(Refused, match="已经删除"):
        erase_person(person_id=former.pk, actor=SYSTEM, at=over)


def test_it_happens_by_itself_once_and_to_nobody_else(cast: Cast, former: Person, at: datetime):
    add_person(district="990101", staff_number="0098", name="未任职", actor=SYSTEM, at=at)
    over = at + (KEPT + 1) * DAY
    assert erase_former_staff(at=at + (KEPT - 1) * DAY) == 0
    assert list(people_due(at=over)) == [former]
    assert [erase_former_staff(at=over), erase_former_staff(at=over)] == [1, 0]
    assert list(Person.objects.filter(name="")) == [former]
    assert is_clean()


def test_an_ended_contract_or_term_ends_the_post_without_a_word(cast: Cast, at: datetime):
    """A contract that simply ran out has no day of leaving."""
    person = cast["何"].person
    Post.objects.filter(person=person).update(contract_ends_on=date(2026, 12, 31))
    assert erase_former_staff(at=at) == 0
    ended = datetime(2027, 1, 1, tzinfo=at.tzinfo)
    assert erase_former_staff(at=ended + (KEPT + 1) * DAY) == 1


def test_no_table_holds_the_name_afterwards(former: Person, at: datetime):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM subjects_person WHERE id = %s", [former.pk])
        before = cursor.fetchall()
        erase_person(person_id=former.pk, actor=SYSTEM, at=at + 200 * DAY)
        cursor.execute("SELECT name, phone FROM subjects_person WHERE id = %s", [former.pk])
        assert before != cursor.fetchall() == [("", "")]
        cursor.execute("SELECT username FROM subjects_account WHERE person_id = %s", [former.pk])
        assert "0099" not in cursor.fetchall()[0][0]


# --- looking at a telephone number


@pytest.mark.parametrize(
    ("by", "reason", "why"),
    [
        ("周", "联系交接", "没有这项权限"),
        ("冯", "联系交接", "没有这项权限"),
        ("钱", "  ", "理由"),
        ("钱", "长" * 501, "500"),
    ],
)
def test_a_number_is_not_shown_without_a_reason_or_to_whoever_may_not_see_the_person(
    cast: Cast, former: Person, at: datetime, by: str, reason: str, why: str
):
    with pytest.raises((Refused, NotFound)) as refused:
        unmask_phone(actor=cast.actor(by, at), at=at, person_id=former.pk, reason=reason)
    assert why in str(refused.value)
    assert not Unmasking.objects.exists()


def test_a_look_leaves_who_what_when_and_why(cast: Cast, former: Person, at: datetime):
    qian = cast.actor("钱", at)
    assert unmask_phone(actor=qian, at=at, person_id=former.pk, reason="联系交接工作") == NEW_PHONE
    look = Unmasking.objects.get()
    assert (look.subject_ref, look.field, look.actor_ref) == (f"person:{former.pk}", "phone", qian.ref)
    assert (look.reason, look.at, look.district) == ("联系交接工作", at, "990101")
    entry = Entry.objects.get(event="personal_data.unmasked")
    assert (entry.subject_ref, entry.actor_ref) == (f"person:{former.pk}", qian.ref)
    assert "联系交接工作" not in entry.body
    assert NEW_PHONE not in entry.body
    assert is_clean()


def test_what_was_erased_is_not_shown(cast: Cast, former: Person, at: datetime):
    over = at + 200 * DAY
    erase_person(person_id=former.pk, actor=SYSTEM, at=over)
    with pytest.raises(Refused, match="已经删除"):
        unmask_phone(actor=cast.actor("钱", at), at=over, person_id=former.pk, reason="联系交接工作")


def test_another_districts_number_is_not_found(cast: Cast, at: datetime):
    with pytest.raises(NotFound):
        unmask_phone(actor=cast.actor("钱", at), at=at, person_id=cast["郑"].person.pk, reason="联系交接工作")


# --- what goes with the name


def test_every_way_in_and_what_was_set_up_at_the_desk_goes_with_the_name(cast: Cast, former: Person, at: datetime):
    account, post = Account.objects.get(person=former), Post.objects.get(person=former)
    own = Actor(kind=ActorKind.POST, district="990101", person_id=former.pk)
    app = begin_app(account_id=account.pk, actor=own, at=at)
    confirm_app(account_id=account.pk, code=pyotp.TOTP(app.secret).at(at), actor=own, at=at)
    issue_recovery_codes(account_id=account.pk, actor=own, at=at)
    link_own(account_id=account.pk, issuer="https://sso.example", subject="u-17", actor=own, at=at)
    digest = DigestSubscription.objects.create(post=post, channel="email", address="w@example", hour=8, created_at=at)
    with transaction.atomic():
        record(event="digest.subscribed", actor=own, at=at, subject=post_ref(post), district="990101", rows=[digest])
    SavedView.objects.create(person=former, page="matters", name="我的", query="q=卫")
    words = {"channel": "email", "address": "w@example", "text": "有 3 件临近到期"}
    outbox.enqueue(key="digest:late", district="990101", subject_ref=f"digest:{digest.pk}", at=at, **words)
    absent = Post.objects.get(person=cast["周"].person)
    delegation = Delegation.objects.create(
        post=absent, deputy=former, permissions=[], starts_on=at, ends_on=at, given_by=absent.person, given_at=at
    )
    asked = {"listed": "matters", "query": "q=卫", "columns": [], "format": "csv", "language": "zh-hans"}
    ExportJob.objects.create(post=absent, delegation_id=delegation.pk, asked_at=at, **asked)
    kept = ExportJob.objects.create(post=absent, asked_at=at, **asked)
    over = at + (KEPT + 1) * DAY
    erase_person(person_id=former.pk, actor=SYSTEM, at=over)
    app = OneTimeCodes.objects.get(account=account)
    assert (app.secret, app.removed_at) == ("", over)
    assert not RecoveryCode.objects.filter(account=account, removed_at__isnull=True).exists()
    identity = ExternalIdentity.objects.get(account=account)
    assert (identity.subject, identity.removed_at) == (f"erased-{identity.pk}", over)
    digest.refresh_from_db()
    assert (digest.address, digest.ended_at) == ("", over)
    assert not SavedView.objects.exists()
    assert Notice.objects.get(subject_ref=f"digest:{digest.pk}").address == ""
    assert list(ExportJob.objects.all()) == [kept]
    delegation.delete()  # witnessed by no entry: it was only there to be a deputy
    assert is_clean()


def post_ref(post: Post) -> str:
    return f"post:{post.pk}"
