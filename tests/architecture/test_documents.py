"""What the documents point to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
# Drawn by a story, not written: tests/stories saves it before a release.
DRAWN = {"docs/images/desk.png"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_of_the_tree(document: Path):
    links = {link for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link}
    found = {link for link in links if not (document.parent / link).exists()}
    assert found - DRAWN == set()


def test_both_readmes_lead_to_the_same_places():
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert set(LINK.findall(english)) ^ set(LINK.findall(chinese)) == {"README.md", "README.zh-CN.md"}
