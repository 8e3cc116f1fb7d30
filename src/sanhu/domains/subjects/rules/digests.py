"""Where a digest may be sent: a mail address, or a robot of a group on a host the district named."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop as _

from sanhu.engines.decisions import ALLOWED, Decision, refuse

MOST_ADDRESS = 500
_MAIL = re.compile(r"[^\s@<>\"',;:\\()\[\]\x00-\x1f\x7f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_PLAIN = re.compile(r"[\x21-\x7e]+")


def may_mail_to(address: str) -> Decision:
    """May a digest be mailed there? One plain address, no name before it and no second one."""
    if not _MAIL.fullmatch(address) or ".." in address:
        return refuse(_("请写一个完整的邮箱地址，例如 office@example.org"))
    return ALLOWED


def may_post_to(address: str, *, hosts: Collection[str]) -> Decision:
    """May a robot at this address be called? https, on a host of the list as it stands there, and nothing else.

    Who is named before an @, and every port that the list does not name, make another host of it.
    """
    if len(address) > MOST_ADDRESS or not _PLAIN.fullmatch(address) or "\\" in address:
        return refuse(_("请把群机器人的地址原样粘贴在这里"))
    try:
        parts = urlsplit(address)
    except ValueError:
        return refuse(_("请把群机器人的地址原样粘贴在这里"))
    if parts.scheme != "https":
        return refuse(_("群机器人的地址以 https:// 开头"))
    if parts.netloc.lower() not in {host.lower() for host in hosts}:
        return refuse(_("不能发到这个网站：只能发到系统设置里列出的群机器人地址"))
    if not parts.query and parts.path in ("", "/"):
        return refuse(_("这个地址不完整：机器人的地址后面带有自己的 key 或 access_token"))
    return ALLOWED
