"""An official whose session ran out while writing loses nothing."""

from django.conf import settings

from tests.cast import carry
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers
from tests.portals.reading import words
from tests.portals.test_desk_moves import fields, form_at, steps_of, url_of

WORDS = "清运两车，𠮷老师到场看过。<script>alert(1)</script>"


def test_words_written_while_the_session_ran_out_are_sent_after_signing_in_again(desks: Desks, clock: Clock):
    number = carry(desks.cast, to="in_progress").matter.number
    client = desks.browser("孙")
    form = form_at(client, number, "finish") | {"reason": WORDS}
    clock.forward(minutes=31)
    expired = client.post(url_of(number, "finish"), form)
    assert expired.status_code == 401
    assert "您写的内容都还在这一页里" in words(expired.content.decode())
    assert b"<script>alert" not in expired.content

    kept = answers(expired.content.decode(), holding="kept:reason")
    assert kept["kept:reason"] == WORDS
    wrong = client.post("/desk/sign-in/", kept | {"username": desks.account("孙").username, "password": "wrong"})
    assert wrong.status_code == 422
    assert answers(wrong.content.decode(), holding="kept:reason")["kept:reason"] == WORDS

    right = {"username": desks.account("孙").username, "password": desks.cast["孙"].password}
    signed_in = client.post("/desk/sign-in/", kept | right)
    assert "再提交一次" in words(signed_in.content.decode())
    assert steps_of(number).count("finish") == 0
    again = client.post(url_of(number, "finish"), fields(signed_in))
    assert again.status_code == 302
    assert steps_of(number).count("finish") == 1


def test_a_stranger_without_a_session_is_only_led_to_the_sign_in(desks: Desks):
    number = carry(desks.cast, to="in_progress").matter.number
    answer = desks.browser().post(url_of(number, "finish"), {"reason": WORDS})
    assert answer["Location"].startswith("/desk/sign-in/?next=")
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
