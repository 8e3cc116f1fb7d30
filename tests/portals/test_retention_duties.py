"""Retention runs by itself, is noted, and takes nothing before its time."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from sanhu.domains.casework.erasure_rules import ErasureGround, ErasureScope
from sanhu.domains.casework.models import Contact, Matter
from sanhu.domains.casework.services.erasure_requests import ErasureWish, agree_to_erasure, ask_erasure
from sanhu.domains.evidence.models import Notice, RetentionRun
from sanhu.portals import retention
from sanhu.portals.retention import RULES, drop_text_messages
from sanhu.portals.worker.delivery import deliver
from sanhu.portals.worker.loop import DUTIES, carry_out, one_round
from sanhu.portals.worker.withdrawing import withdraw_text_messages
from tests.cast import DISTRICT, OTHER_DISTRICT, carry
from tests.conftest import Clock
from tests.portals.conftest import Desks, session_of

DAY = timedelta(days=1)
TO_PHONE = {"contact_channel": "sms", "contact_address": "13800990101"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:
    settings.SANHU_DATA = tmp_path


def test_every_rule_with_work_is_a_duty_and_each_has_its_own_name():
    assert {rule.code for rule in RULES if rule.work} < {duty.name for duty in DUTIES}
    assert len({duty.name for duty in DUTIES}) == len(DUTIES)


def test_a_round_erases_what_is_over_and_notes_that_it_looked(desks: Desks, clock: Clock, settings):
    settings.SANHU_WORDS_KEPT_DAYS = 55
    now = clock.now()
    old = carry(desks.cast, to="closed", at=now - 60 * DAY, **TO_PHONE).matter
    young = carry(desks.cast, to="closed", at=now - 20 * DAY, **TO_PHONE).matter
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=now - DAY)
    one_round(DUTIES, {})
    assert Matter.objects.get(pk=old.pk).words == ""
    assert Matter.objects.get(pk=young.pk).words
    assert set(Contact.objects.values_list("matter", "address")) == {(old.pk, ""), (young.pk, "13800990101")}
    assert not Session.objects.filter(session_key="k" * 32).exists()
    runs = {run.rule: run for run in RetentionRun.objects.all()}
    assert set(runs) == {rule.code for rule in RULES if rule.work}
    assert (runs["erase_matters"].ran_at, runs["erase_matters"].erased, runs["erase_matters"].erased_at) == (
        now,
        1,
        now,
    )
    assert runs["erase_former_staff"].erased_at is None
    later = clock.forward(hours=1)
    one_round(DUTIES, {})
    run = RetentionRun.objects.get(rule="erase_matters")
    assert (run.ran_at, run.erased, run.erased_at, run.erased_then) == (later, 0, now, 1)


def test_what_is_counted_is_what_then_goes(desks: Desks, moment: datetime, settings):
    settings.SANHU_WORDS_KEPT_DAYS = 55
    carry(desks.cast, to="declined", at=moment - 50 * DAY, **TO_PHONE)
    by_code = {rule.code: rule for rule in RULES}
    for code, held in {"erase_matters": 1, "erase_contacts": 1}.items():
        rule = by_code[code]
        assert (rule.held(DISTRICT), rule.held(OTHER_DISTRICT)) == (held, 0), code
        assert (rule.due(DISTRICT, moment + 30 * DAY), rule.due(OTHER_DISTRICT, moment + 30 * DAY)) == (1, 0), code
    assert by_code["erase_matters"].due(DISTRICT, moment) == 0
    assert carry_out(by_code["erase_matters"], moment + 6 * DAY) == 1
    assert carry_out(by_code["erase_contacts"], moment) == 0, "gone with the words"
    assert by_code["erase_matters"].held(DISTRICT) == 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_can_be_told_and_counted(rule: retention.Rule, desks: Desks, moment: datetime):
    session_of(desks.account("周"))
    assert all(str(words) for words in (rule.what, rule.why, rule.since, rule.then))
    assert rule.days() >= 0
    assert rule.due(DISTRICT, moment - 5000 * DAY) == 0
    assert rule.held(DISTRICT) >= rule.due(DISTRICT, moment)


def test_a_text_message_the_gateway_left_lying_is_removed(desks: Desks, clock: Clock):
    carry(desks.cast, to="accepted", **TO_PHONE)
    assert deliver(clock.now()) >= 1
    files = list(retention.text_message_folder().glob("*"))
    assert any("13800990101" in file.read_text() for file in files)
    for file in files:
        os.utime(file, (clock.now().timestamp(),) * 2)
    assert drop_text_messages(clock.now() + 3 * DAY - timedelta(minutes=1)) == 0
    assert drop_text_messages(clock.now() + 3 * DAY) == len(files)
    assert not list(retention.text_message_folder().glob("*"))


@pytest.mark.covers("R84.2")
def test_what_was_erased_does_not_wait_in_the_outbox_or_at_the_gateway(desks: Desks, clock: Clock):
    carried = carry(desks.cast, to="in_progress", **TO_PHONE)
    other = carry(desks.cast, to="accepted", **TO_PHONE)
    deliver(clock.now(), limit=100)
    assert withdraw_text_messages(clock.now()) == 0
    before = len(list(retention.text_message_folder().glob("*")))
    at = clock.forward(hours=9)
    wish = ErasureWish(
        scope=ErasureScope.CONTACT, ground=ErasureGround.CONSENT_WITHDRAWN, reason="本人到窗口说不要再通知"
    )
    number = carried.matter.number
    erasure = ask_erasure(actor=desks.cast.actor("周", at), at=at, number=number, wish=wish)
    agree_to_erasure(actor=desks.cast.actor("冯", at), at=at, erasure_id=erasure.pk)
    of_this = Notice.objects.filter(subject_ref=carried.matter.ref)
    assert set(of_this.values_list("address", "text")) == {("", "")}
    assert withdraw_text_messages(at) == of_this.count() > 0
    left = list(retention.text_message_folder().glob("*"))
    assert len(left) == before - of_this.count() == Notice.objects.filter(subject_ref=other.matter.ref).count()
    assert deliver(at, limit=100) == 0


def test_nothing_waits_where_there_is_no_folder(db: None, moment_without_desk: datetime):
    assert (withdraw_text_messages(moment_without_desk), drop_text_messages(moment_without_desk)) == (0, 0)


@pytest.fixture
def moment_without_desk(clock: Clock) -> datetime:
    return clock.now()
