"""The keys of the desk, as their sheet lists them; what they do is in keyboard.js."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Shortcut:
    """Keys, one after the other, and what they do."""

    keys: tuple[str, ...]
    words: Promise


SHORTCUTS = (
    Shortcut(("?",), _("打开和关上这张表")),
    Shortcut(("/",), _("搜索")),
    Shortcut(("g", "i"), _("去待办")),
    Shortcut(("g", "m"), _("去办件")),
    Shortcut(("j",), _("下一行（也可以按 n）")),
    Shortcut(("k",), _("上一行（也可以按 p）")),
    Shortcut(("Enter",), _("打开这一行")),
    Shortcut(("x",), _("选中这一行，或者不选")),
    Shortcut(("b",), _("一起办理选中的")),
    Shortcut(("1", "…", "9"), _("在办件页上：可以办的第几步")),
    Shortcut(("Esc",), _("关上；离开正在填的一栏")),
)
