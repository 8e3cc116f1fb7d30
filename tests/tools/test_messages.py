"""Messages: Chinese is found in Python and in templates, and what a translation would break is found too."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tools import messages

PYTHON = '''"""文档字符串不算。"""
from django.utils.translation import gettext_lazy as _

LABEL = _("已受理")
FORGOTTEN = "漏标"


def decide():
    return refuse("不在您的辖区")
'''
TEMPLATE = """{% load i18n %}
<h1 title="{% translate '办结率 %' %}">{{ _("待办") }}</h1>
  {% blocktranslate count n=total %}共 {{ n }} 件{% plural %}一共 {{ n }} 件{% endblocktranslate %}
{# 注释不算 #}<p>漏标的文字</p>
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "src" / "sanhu"
    (folder / "templates").mkdir(parents=True)
    (folder / "rules.py").write_text(PYTHON, encoding="utf-8")
    (folder / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    po = folder / "locale" / "en" / "LC_MESSAGES" / "django.po"
    places = {"ROOT": tmp_path, "SOURCE": folder, "ENGINES": folder / "engines", "PO": po, "MO": po.with_suffix(".mo")}
    for name, value in places.items():
        monkeypatch.setattr(messages, name, value)
    return po


def translate(po: Path, chinese: str, english: str) -> None:
    text = po.read_text(encoding="utf-8")
    po.write_text(
        text.replace(f'msgid "{chinese}"\nmsgstr ""', f'msgid "{chinese}"\nmsgstr "{english}"'), encoding="utf-8"
    )


def test_every_marked_text_is_extracted_as_django_asks_for_it(source: Path):
    found = {messages.key(message)[1] for message in messages.entries(messages.messages())}
    assert found == {"已受理", "不在您的辖区", "办结率 %%", "待办", "共 %(n)s 件"}


def test_whatever_chinese_an_engine_holds_is_a_message(source: Path):
    engine = messages.SOURCE / "engines" / "workdays.py"
    engine.parent.mkdir()
    engine.write_text(
        '"""工作日。"""\nBEYOND = "超出日历"\n\n\ndef why():\n    return refuse("休息日")\n', encoding="utf-8"
    )
    found = {messages.key(message)[1] for message in messages.entries(messages.messages())}
    assert {"超出日历", "休息日"} < found
    assert "工作日。" not in found


def translate_all(po: Path) -> None:
    for chinese, english in (
        ("已受理", "Accepted"),
        ("不在您的辖区", "Outside your area"),
        ("办结率 %%", "Closed %%"),
        ("待办", "To do"),
    ):
        translate(po, chinese, english)
    text = po.read_text(encoding="utf-8")
    po.write_text(
        text.replace('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "%(n)s matter"\nmsgstr[1] "%(n)s matters"'),
        encoding="utf-8",
    )


def test_a_message_missing_from_the_catalogue_fails_the_check(source: Path, capsys: pytest.CaptureFixture[str]):
    messages.write_catalogue()
    translate_all(source)
    assert messages.check_catalogue() == 0
    (messages.SOURCE / "rules.py").write_text(PYTHON + 'MORE = _("已办结")\n', encoding="utf-8")
    assert messages.check_catalogue() == 1
    assert "src/sanhu/rules.py: not in the English catalogue: 已办结" in capsys.readouterr().out


def test_a_message_without_english_fails_the_check(source: Path, capsys: pytest.CaptureFixture[str]):
    messages.write_catalogue()
    translate_all(source)
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('msgstr "To do"', 'msgstr ""'), encoding="utf-8")
    assert messages.check_catalogue() == 1
    assert "src/sanhu/templates/page.html: without English: 待办" in capsys.readouterr().out


def test_a_plural_half_translated_fails_the_check(source: Path, capsys: pytest.CaptureFixture[str]):
    messages.write_catalogue()
    translate_all(source)
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('msgstr[1] "%(n)s matters"', 'msgstr[1] ""'), encoding="utf-8")
    assert messages.check_catalogue() == 1
    assert "without English: 共 %(n)s 件" in capsys.readouterr().out


def test_a_fuzzy_translation_fails_the_check(source: Path, capsys: pytest.CaptureFixture[str]):
    messages.write_catalogue()
    translate_all(source)
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('msgid "待办"', '#, fuzzy\nmsgid "待办"'), encoding="utf-8")
    assert messages.check_catalogue() == 1
    assert "English is fuzzy: 待办" in capsys.readouterr().out


def test_extracting_again_keeps_translations_and_changes_nothing(source: Path):
    messages.write_catalogue()
    translate(source, "已受理", "Accepted")
    messages.write_catalogue()
    once = source.read_bytes()
    messages.write_catalogue()
    assert source.read_bytes() == once
    assert b'"Accepted"' in once


def test_a_translation_that_breaks_a_placeholder_fails_the_check(source: Path, capsys: pytest.CaptureFixture[str]):
    (messages.SOURCE / "rules.py").write_text('_("第 %(n)d 步")\n', encoding="utf-8")
    messages.write_catalogue()
    translate_all(source)
    translate(source, "第 %(n)d 步", "Step %(n)d")
    assert messages.check_catalogue() == 0
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('"Step %(n)d"', '"Step %(number)d"'), encoding="utf-8")
    assert messages.check_catalogue() == 1
    assert "第 %(n)d 步" in capsys.readouterr().out


def test_a_translation_that_renames_what_braces_hold_fails_the_check(source: Path, capsys: pytest.CaptureFixture[str]):
    (messages.SOURCE / "rules.py").write_text('_("请填写“{label}”。")\n', encoding="utf-8")
    messages.write_catalogue()
    translate_all(source)
    translate(source, "请填写“{label}”。", "Enter “{name}”.")
    assert messages.check_catalogue() == 1
    assert "请填写“{label}”。: names in braces differ" in capsys.readouterr().out


def test_english_that_holds_chinese_fails_the_check(source: Path, capsys: pytest.CaptureFixture[str]):
    messages.write_catalogue()
    translate_all(source)
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('msgstr "To do"', 'msgstr "To do 待办"'), encoding="utf-8")
    assert messages.check_catalogue() == 1
    assert "待办: Chinese in the English" in capsys.readouterr().out


def test_compiling_writes_what_is_translated_and_only_when_the_catalogue_is_newer(source: Path):
    messages.write_catalogue()
    translate(source, "已受理", "Accepted")
    messages.compile_catalogue()
    first = messages.MO.stat().st_mtime_ns
    messages.compile_catalogue()
    assert messages.MO.stat().st_mtime_ns == first
    assert b"Accepted" in messages.MO.read_bytes()


def test_unmarked_chinese_is_listed(source: Path):
    found = list(messages.unmarked_chinese())
    assert [line.partition(": ")[2] for line in found] == ["漏标", "<p>漏标的文字</p>"]


def test_the_catalogue_itself_can_be_read():
    with messages.PO.open("rb") as file:
        assert len(read_po(file, locale="en")) > 0
