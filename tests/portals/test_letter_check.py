"""Whoever holds a letter finds out whether it was issued here, and learns nothing by guessing."""

import pytest
from django.db import transaction
from django.test import Client

from sanhu.domains.admission.terms import LetterKind
from sanhu.domains.evidence.letters import Body, in_groups, issue
from sanhu.domains.evidence.models import Letter
from tests.cast import DISTRICT
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.policy import breaches
from tests.portals.reading import Page, words

URL = "/letter-check/"
WORDS_OF_THE_LETTER = "贵局要求本社区统计辖区商户经营情况"
NOBODYS_CODE = "0000 0000 0000 0000"


@pytest.fixture
def letter(desks: Desks, clock: Clock) -> Letter:
    """Give the notice of 翠园's committee to the bureau."""
    committee, bureau = desks.cast.bodies["翠园社区居民委员会"], desks.cast.bodies["区城市管理局"]
    with transaction.atomic():
        return issue(
            district=DISTRICT,
            kind=LetterKind.ADMISSION_LETTER,
            issuer=Body(committee.pk, committee.name),
            addressee=Body(bureau.pk, bureau.name),
            copied_to=Body(1, "区社区建设协调管理机构"),
            series="翠园居告",
            title="关于请按准入程序申请的告知函",
            paragraphs=[WORDS_OF_THE_LETTER],
            subject_ref="demand:990101-2026-D0001",
            actor=desks.cast.actor("陈"),
            at=clock.now(),
        )


def check(code: str, client: Client | None = None) -> tuple[int, str]:
    answer = (client or Client()).post(URL, {"code": code})
    assert breaches(answer) == []
    return answer.status_code, words(answer.content.decode())


def test_the_page_asks_for_the_code_alone(letter: Letter):
    answer = Client().get(URL)
    assert answer.status_code == 200
    names = [field["name"] for field in Page(answer.content.decode()).all("input") if field.get("type") != "hidden"]
    assert names == ["code"]
    assert letter.number not in answer.content.decode()


@pytest.mark.covers("R40")
def test_a_letter_that_was_issued_is_named_with_what_its_paper_must_say(letter: Letter):
    status, text = check(letter.check_code)
    assert status == 200
    for said in (
        "这份文书是本区发出的",
        "翠园居告〔2026〕1号",
        "请按准入程序申请的告知函",
        "关于请按准入程序申请的告知函",
        "翠园社区居民委员会",
        "区城市管理局",
        "区社区建设协调管理机构",
        "2026年11月9日",
        "有一项不一样，那张纸就不是这份文书",
    ):
        assert said in text, said
    assert WORDS_OF_THE_LETTER not in text


def test_the_code_is_read_however_it_was_typed(letter: Letter):
    code = letter.check_code
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (in_groups(code), code.lower(), "-".join(code), f"  {code} ", full_width, code.replace("0", "o")):
        assert check(typed)[0] == 200, typed


@pytest.mark.parametrize(
    "typed", [NOBODYS_CODE, "1", "翠园居告〔2026〕1号", "𠮷" * 16, "' OR 1=1 --", "%", "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯"]
)
def test_a_code_nobody_issued_is_said_to_be_none(letter: Letter, typed: str):
    status, text = check(typed)
    assert status == 422
    assert "没有发出过带这个校验码的文书" in text
    assert letter.number not in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写“校验码”"),
        (" ", "请填写“校验码”"),
        ("A" * 61, "“校验码”最多 60 个字"),
        ("A\x00", "“校验码”里有不能保存的字符"),
    ],
)
def test_what_is_no_code_names_the_field_and_the_rule(letter: Letter, typed: str, said: str):
    status, text = check(typed)
    assert (status, said in text) == (422, True)


def test_guesses_are_slowed_down_and_a_right_code_does_not_wipe_them_out(letter: Letter, clock: Clock, settings):
    settings.SANHU_RECEIPT_TRIES = 3
    for _guess in range(2):
        assert check(NOBODYS_CODE)[0] == 422
    assert check(letter.check_code)[0] == 200
    assert check(NOBODYS_CODE)[0] == 422
    status, text = check(letter.check_code)
    assert (status, "试得太多了，请 15 分钟以后再试" in text) == (429, True)
    assert letter.number not in text
    assert Client().post("/receipt/", {"code": "0000-0000-00000"}).status_code == 422  # another door, another count
    clock.forward(minutes=16)
    assert check(letter.check_code)[0] == 200


def test_what_was_found_is_kept_nowhere_on_the_way(letter: Letter):
    client = Client()
    answer = client.post(URL, {"code": letter.check_code})
    assert "no-store" in answer["Cache-Control"]
    assert letter.check_code not in answer.content.decode()
    assert "sessionid" not in client.cookies


def test_it_opens_in_english_with_every_word_of_the_paper(letter: Letter):
    client = Client()
    client.post("/language/", {"language": "en"})
    answer = client.post(URL, {"code": letter.check_code})
    assert '<html lang="en"' in answer.content.decode()
    assert "翠园居告〔2026〕1号" in answer.content.decode()
