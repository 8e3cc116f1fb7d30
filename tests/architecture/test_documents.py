"""What the documents point to is there, and what they show some story takes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)#\s]+\.png)\)")  # diagrams of docs/reference are drawn by tools.docs
IMAGES = ROOT / "docs" / "images"
TAKEN = re.compile(r'\bpicture\(\w+, "([a-z-]+)"\)')
MOST_IMAGES, MOST_BYTES = 14, 150_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_of_the_tree(document: Path):
    links = {link for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link}
    found = {link for link in links if not (document.parent / link).exists()}
    assert found == set()


def test_every_picture_that_is_shown_is_taken_by_a_story_and_every_picture_kept_is_shown():
    shown = {
        (document.parent / target).resolve(): words
        for document in DOCUMENTS
        for words, target in SHOWN.findall(document.read_text(encoding="utf-8"))
    }
    stories = (ROOT / "tests" / "stories").glob("test_*.py")
    taken = {name for story in stories for name in TAKEN.findall(story.read_text(encoding="utf-8"))}
    assert {path.parent for path in shown} == {IMAGES}
    assert all(shown.values()), "every picture says in words what is on it"
    assert {path.stem for path in shown} == taken
    assert set(shown) == set(IMAGES.iterdir())
    assert len(shown) <= MOST_IMAGES
    assert [path.name for path in shown if path.stat().st_size > MOST_BYTES] == []


def test_both_readmes_lead_to_the_same_places():
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert set(LINK.findall(english)) ^ set(LINK.findall(chinese)) == {"README.md", "README.zh-CN.md"}
