"""The residents' navigation."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class NavItem:
    """One way to go."""

    url: str
    label: str | Promise
    is_current: bool


_WAYS = (
    ("public:report", _("反映问题")),
    ("public:receipt", _("查进展")),
    ("public:matters", _("办理公开")),
    ("public:catalogue", _("事务清单")),
    ("public:register", _("协助公开")),
    ("public:accounts", _("社区账目")),
    ("desk:inbox", _("工作人员")),
)


def nav_items(request: HttpRequest) -> list[NavItem]:
    """The ways from here, the present one marked."""
    return [
        NavItem(url=(url := reverse(name)), label=label, is_current=request.path.startswith(url))
        for name, label in _WAYS
    ]
