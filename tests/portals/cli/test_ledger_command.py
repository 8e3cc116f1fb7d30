"""`sanhu ledger check` as people and programs call it: counts, what each source came to, faults, the exit code."""

import io
import json

import pytest
from django.core.management import call_command

from sanhu.domains.funding.models import LedgerAccount
from tests.cast import found_demo_district
from tests.domains.funding.money import Purse
from tests.gate import ORGAN, open_gate


@pytest.fixture
def purse(db: None) -> Purse:
    """Give ¥12.34 to the organ, of which ¥2.00 are held for a committee."""
    purse = Purse(open_gate(found_demo_district()))
    purse.fund(1_234)
    purse.reserve(200)
    return purse


def check(*options: str) -> tuple[str, int]:
    """Run the command; give what it prints and its exit code."""
    out = io.StringIO()
    try:
        call_command("ledger", "check", *options, stdout=out, stderr=io.StringIO())
    except SystemExit as left:
        return out.getvalue(), int(left.code or 0)
    return out.getvalue(), 0


@pytest.mark.covers("R53", "R63")
def test_a_sound_ledger_and_one_with_a_fen_too_many(purse: Purse):
    seen = "账户 3 个，预留 1 笔，凭证 1 张，分录 2 条。\n费随事转：收入 ¥12.34，支出 ¥0.00，预留 ¥2.00\n"
    assert check() == (f"{seen}没有发现问题。\n", 0)
    assert json.loads(check("--json")[0]) == {
        "clean": True,
        "accounts": 3,
        "reservations": 1,
        "vouchers": 1,
        "postings": 2,
        "sources": [{"source": "fee_follows_affair", "cap_fen": 1234, "posted_fen": 0, "reserved_fen": 200}],
        "count": 0,
        "findings": [],
    }
    organ = LedgerAccount.objects.get(body__name=ORGAN)
    LedgerAccount.objects.filter(pk=organ.pk).update(cap_fen=1_235)
    fault = f"ledger_total_wrong funding.ledgeraccount:{organ.pk} cap_fen: stored 1235, its postings sum to 1234"
    assert check() == (f"{seen.replace('12.34', '12.35')}发现 1 处问题：\n{fault}\n", 1)
    out, code = check("--json")
    found = json.loads(out)
    assert (code, found["clean"], found["count"]) == (1, False, 1)
    assert found["findings"][0]["ref"] == f"funding.ledgeraccount:{organ.pk}"
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("verify", stdout=out, stderr=io.StringIO())
    assert fault in out.getvalue()
