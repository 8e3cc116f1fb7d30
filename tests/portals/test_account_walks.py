"""Whatever is done to a community's money, its page, its file and what programs read say what the ledger says."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from django.test import Client
from pytest_django import DjangoDbBlocker

from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.models import Posting, Voucher
from sanhu.domains.funding.services.disclosing import disclose
from sanhu.domains.funding.terms import Side, VoucherKind
from sanhu.engines.decisions import Refused
from sanhu.engines.money import in_yuan
from tests.cast import COMMUNITY, found_demo_district
from tests.conftest import Clock
from tests.domains.funding.money import COMMITTEE, NEW_YEAR, Purse
from tests.domains.funding.projects import spend
from tests.gate import Gate, open_gate
from tests.portals.open.calling import Program
from tests.portals.reading import words

PERIOD = Period(2026, 4)
STEPS = 12


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Gate]:
    """Put the people of the gate into office, and clear the database after the module."""
    with django_db_blocker.unblock():
        gate = open_gate(found_demo_district())
    yield gate
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


class Walk:
    """Money that comes to 翠园's committee, is spent and taken back by chance; the same for the same seed."""

    def __init__(self, gate: Gate, seed: int) -> None:
        self.purse, self.chance = Purse(gate), Random(seed)
        self.purse.fund(1_000_000)
        self.held = self.purse.reserve(500_000)
        self.purse.appropriate(100_000, COMMITTEE, source="fiscal", line="L2")

    def step(self) -> None:
        """Do something, or be refused and leave nothing of it."""
        name = self.chance.choice(("appropriate", "pay", "spend", "spend", "reverse", "reverse"))
        with suppress(Refused), transaction.atomic():
            getattr(self, name)(self.chance.randint(1, 60_000))

    def appropriate(self, fen: int) -> None:
        """Give the committee more fiscal money."""
        self.purse.appropriate(fen, COMMITTEE, source="fiscal", line="L2")

    def pay(self, fen: int) -> None:
        """Pay the committee a part of what is set aside for it."""
        self.purse.pay(self.held, fen)

    def spend(self, fen: int) -> None:
        """Let the committee spend of its own."""
        account = self.purse.account(COMMITTEE, source="fiscal", line="L2")
        spend(self.purse, account, fen, expense="office", nature="administrative")

    def reverse(self, fen: int) -> None:
        """Take back something that was paid or spent, where there is something."""
        del fen
        paid = Voucher.objects.filter(kind__in=[VoucherKind.PAYMENT, VoucherKind.SPENDING]).order_by("pk")
        if found := list(paid):
            self.purse.reverse(self.chance.choice(found).number)


def in_the_ledger(gate: Gate) -> tuple[int, int, Counter[str]]:
    """Give what came in, what went out, and what came in by source, from the postings alone."""
    own = Posting.objects.filter(account__body=gate.bodies[COMMITTEE], account__year=2026)
    sums = dict(own.values_list("side").annotate(fen=Sum("amount_fen")))
    income = own.filter(side=Side.IN).values_list("account__source").annotate(fen=Sum("amount_fen"))
    return sums.get(Side.IN, 0), -sums.get(Side.OUT, 0), Counter(dict(income))


@pytest.mark.covers("R53", "R63")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_page_file_and_program_say_what_the_ledger_says_after_every_step(
    founded: Gate, db: None, clock: Clock, seed: int
):
    walk = Walk(founded, seed)
    clock.at = walk.purse.at = NEW_YEAR
    actor = founded.actor("陈", NEW_YEAR)
    disclose(actor=actor, at=walk.purse.now(), client_id=uuid4(), area_code=COMMUNITY, period=PERIOD)
    for _step in range(STEPS):
        walk.step()
        income, spending, by_source = in_the_ledger(founded)
        page = words(Client().get(f"/accounts/{COMMUNITY}/2026Q4/").content.decode())
        assert f"合计 收入 {in_yuan(income)} 支出 {in_yuan(spending)}" in page
        file = Client().get(f"/accounts/{COMMUNITY}/2026Q4/account.csv").content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(file)))
        columns = ("收入（元）", "冲减收入（元）", "支出（元）", "冲减支出（元）")
        more, less, out, back = (sum(int(Decimal(row[name] or 0) * 100) for row in rows) for name in columns)
        assert (more - less, out - back) == (income, spending)
        said = Program().get(f"/accounts/{COMMUNITY}/2026Q4").json()
        assert (said["whole"]["income_fen"], said["whole"]["spending_fen"]) == (income, spending)
        assert Counter({key: one["income_fen"] for key, one in said["by_source"].items()}) == by_source
    assert {"payment", "spending", "reversal"} <= set(Voucher.objects.values_list("kind", flat=True))
