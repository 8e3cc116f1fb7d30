"""Guesses are counted in windows of time, by a hash that tells nobody's address."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from sanhu.domains.evidence.models import Throttle
from sanhu.domains.evidence.throttle import count_try, drop_old, forget, key_of, tries

WINDOW = timedelta(minutes=15)
KEY = key_of("receipt", "203.0.113.7")


@pytest.mark.django_db
def test_tries_add_up_within_a_window_and_begin_anew_after_it(at: datetime):
    assert tries(KEY, at=at, window=WINDOW) == 0
    counts = [count_try(KEY, at=at + timedelta(minutes=minute), window=WINDOW) for minute in (0, 7, 14)]
    assert counts == [1, 2, 3]
    assert tries(KEY, at=at + timedelta(minutes=14), window=WINDOW) == 3
    assert tries(KEY, at=at + timedelta(minutes=15), window=WINDOW) == 0
    assert count_try(KEY, at=at + timedelta(minutes=15), window=WINDOW) == 1
    assert Throttle.objects.get().opened_at == at + timedelta(minutes=15)


@pytest.mark.django_db
def test_each_source_and_purpose_counts_for_itself(at: datetime):
    count_try(KEY, at=at, window=WINDOW)
    assert count_try(key_of("receipt", "203.0.113.8"), at=at, window=WINDOW) == 1
    assert count_try(key_of("sign_in", "203.0.113.7"), at=at, window=WINDOW) == 1
    assert key_of("ab", "c") != key_of("a", "bc")


@pytest.mark.django_db
def test_a_success_forgets_and_old_windows_go(at: datetime):
    count_try(KEY, at=at, window=WINDOW)
    forget(KEY)
    assert tries(KEY, at=at, window=WINDOW) == 0
    count_try("old", at=at - timedelta(days=1), window=WINDOW)
    count_try("new", at=at, window=WINDOW)
    assert drop_old(before=at - WINDOW) == 1
    assert list(Throttle.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_no_try_is_lost_when_many_come_at_once(at: datetime):
    start = threading.Barrier(4, timeout=10)

    def guess() -> None:
        start.wait()
        try:
            for _ in range(10):
                count_try(KEY, at=at, window=WINDOW)
        finally:
            connection.close()

    guessers = [threading.Thread(target=guess) for _ in range(4)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert tries(KEY, at=at, window=WINDOW) == 40
