"""Placeholders in the words of a template: a fixed set, filled from the matter itself, and none that names a person."""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

# What may stand in braces, and what is put there. The names are part of what officials write and stay in Chinese.
PLACEHOLDERS: Mapping[str, str] = {
    "编号": _("办件的编号"),
    "事项": _("清单上的事项名称"),
    "单位": _("主责单位的名称"),
    "期限": _("办结期限的最后一天"),
    "状态": _("反映人看到的状态"),
    "社区": _("办件所在的社区"),
    "今天": _("写下这段话的日期"),
}
# Officials' keyboards write braces in two widths.
_BRACED = re.compile(r"[{\uff5b]([^{}\uff5b\uff5d]*)[}\uff5d]")
_BRACE = re.compile(r"[{}\uff5b\uff5d]")


def faults_of(text: str) -> Iterator[str]:
    """Give what is wrong with a template's braces: each placeholder there is not, by its name, and a brace alone."""
    for name in dict.fromkeys(_BRACED.findall(text)):
        if name.strip() not in PLACEHOLDERS:
            yield gettext("内容：没有“%(name)s”这个占位符，只能用 %(known)s") % {"name": name, "known": known_words()}
    if _BRACE.search(_BRACED.sub("", text)):
        yield gettext("内容：花括号没有成对")


def known_words() -> str:
    """Give the placeholders as they are written."""
    return " ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values where their names stand. Raises KeyError for a name that `faults_of` would have told of."""
    return _BRACED.sub(lambda found: values[found[1].strip()], text)
