"""Forms: every error names field and rule, and stands where the reader meets it."""

from django import forms
from django.core.exceptions import ValidationError

from sanhu.portals.look.forms import NAMES_ITSELF, LookForm
from sanhu.portals.look.samples import SampleForm
from tests.portals.reading import Page, words


class Complaint(LookForm):
    """One field with an author's own words, one named by its attribute, one with a per cent sign."""

    words = forms.CharField(label="发生了什么", max_length=5)
    share = forms.IntegerField(label="占 100% 的几成", max_value=10)
    mail = forms.EmailField()
    code = forms.CharField(label="回执码", error_messages={"required": "请输入回执码，回执上有。"})


def test_every_error_names_field_and_rule() -> None:
    form = Complaint({"words": "电梯一周停了四次", "share": "11", "mail": "林", "code": ""})
    assert form.errors == {
        "words": ["“发生了什么”最多 5 个字，现在有 8 个。"],
        "share": ["“占 100\uff05 的几成”不能大于 10。"],
        "mail": ["“Mail”要写完整的邮箱地址。"],
        "code": ["请输入回执码，回执上有。"],
    }


def test_the_error_summary_names_each_field_once() -> None:
    form = Complaint({"words": "电梯", "share": "11", "mail": "lin@example.org", "code": "x"})
    form.add_error("words", "写得太少。")
    form.add_error("code", ValidationError("回执：没有这个号码", code=NAMES_ITSELF))
    told = words(str(form.as_look)).split(" 发生了什么 ", maxsplit=1)[0]
    assert told == ("请改正后再提交 发生了什么：写得太少。 “占 100\uff05 的几成”不能大于 10。 回执：没有这个号码")


def test_each_kind_of_field_says_what_is_missing() -> None:
    errors = {name: found[0] for name, found in SampleForm({"on": "昨天"}).errors.items()}
    assert errors["words"] == "请填写“发生了什么”。"
    assert errors["community"] == "请选择“社区”。"
    assert errors["agreed"] == "请勾选“我已经看过个人信息怎样使用”。"
    assert errors["on"] == "“日期”要写成 2026-11-23 这样的日期。"


def test_a_label_given_late_is_the_one_that_errors_name() -> None:
    class Late(LookForm):
        reason = forms.CharField()

    form = Late({})
    form.fields["reason"].label = "退回理由"
    assert form.errors["reason"] == ["请填写“退回理由”。"]


def test_the_error_summary_leads_to_the_first_input_of_each_field() -> None:
    page = Page(str(SampleForm({"token": "h"}).as_look))
    ids = page.values("id")
    targets = [value.removeprefix("#") for value in page.values("href")]
    assert targets == ["id_words", "id_community", "id_tell_0", "id_agreed"]
    assert set(targets) <= set(ids)
    assert ("section", "alert") in [(tag, attrs.get("role")) for tag, attrs in page.elements]


def test_hints_and_errors_are_tied_to_their_fields() -> None:
    page = Page(str(SampleForm({"token": "h"}).as_look))
    textarea = page.all("textarea")[0]
    assert textarea["aria-describedby"] == "id_words_helptext id_words_error"
    assert textarea["aria-invalid"] == "true"
    fieldset = page.all("fieldset")[0]
    assert fieldset["aria-describedby"] == "id_tell_error"
    referred = {name for value in page.values("aria-describedby") for name in value.split()}
    assert referred <= set(page.values("id"))


def test_a_form_that_is_right_shows_no_summary_and_keeps_its_hidden_fields() -> None:
    html = str(SampleForm().as_look)
    assert "请改正后再提交" not in html
    assert 'type="hidden" name="token" value="h"' in html
    assert '具体位置 <span class="optional">（可不填）</span>' in html


def test_what_is_wrong_with_the_whole_form_stands_in_the_summary() -> None:
    form = Complaint({"words": "电梯", "share": "1", "mail": "lin@example.org", "code": "x"})
    form.add_error(None, "同事已经办了这一步。")
    assert "<li>同事已经办了这一步。</li>" in str(form.as_look)
