"""A resident who does not trust the district checks a matter with a file and Python, and keeps a checkpoint."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals.record_keeping import take_checkpoint
from tests.conftest import Clock
from tests.stories.carrying import carry
from tests.stories.conftest import District
from tests.stories.looking import Looker


@pytest.mark.covers("R84.2")
def test_a_resident_checks_the_record(
    district: District, clock: Clock, page_no_js: Page, look: Looker, tmp_path: Path
) -> None:
    matter = carry(to="in_progress", at=clock.now() - timedelta(days=3), words="厨余桶混投。", title="厨余桶混投")
    lin = page_no_js
    lin.goto("/record/")
    expect(lin.get_by_text("还没有检查点")).to_be_visible()
    sequence()
    take_checkpoint(clock.now())

    lin.goto(f"/matters/{matter.number}/")
    look.once(lin)
    lin.get_by_role("link", name="怎样核对").click()
    expect(lin.get_by_role("heading", name="怎样核对这件事")).to_be_visible()
    look(lin, "proof", everywhere=True)
    files = {}
    for name, link in (("proof.json", "下载这件事的证明"), ("verify.py", "下载核对程序"), ("key.pem", "下载公钥")):
        address = lin.get_by_role("link", name=link).get_attribute("href")
        assert address is not None
        files[name] = tmp_path / name
        files[name].write_bytes(lin.request.get(address).body())

    lin.get_by_role("link", name="怎样核对记录").click()
    expect(lin.get_by_role("heading", name="怎样核对记录")).to_be_visible()
    look(lin, "record", everywhere=True)
    kept = tmp_path / "checkpoint.txt"
    address = lin.get_by_role("link", name="检查点", exact=True).get_attribute("href")
    assert address is not None
    kept.write_bytes(lin.request.get(address).body())

    # On a machine of their own, with nothing of Sanhu.
    command = [sys.executable, "-I", "-S", files["verify.py"], files["proof.json"], "--key", files["key.pem"]]
    done = subprocess.run([*command, "--earlier", kept], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "everything holds" in done.stdout
