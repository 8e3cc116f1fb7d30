"""Calling the robots of groups (企业微信, 钉钉): one text, to a host the district named, and nowhere else.

The address of a robot is its password. So nothing that a library says of a failure is passed on: it would repeat it.
"""

import ipaddress
import json
import socket
import time
from urllib.parse import urlsplit

import requests
from django.conf import settings

from sanhu.domains.subjects.rules.digests import may_post_to

MOST_BYTES = 2048  # of the words of one message; 钉钉 takes more, but nobody reads more in a group
_CONNECT_SECONDS, _READ_SECONDS, _WHOLE_SECONDS = 5, 10, 20
_MOST_ANSWER = 64 * 1024


class WebhookError(Exception):
    """A robot did not take a message; says what happened, never where."""


def call_robot(address: str, text: str) -> None:
    """Send a text to a group's robot. Raises WebhookError; one that did not say errcode 0 did not take it."""
    if not may_post_to(address, hosts=settings.SANHU_WEBHOOK_HOSTS):
        raise WebhookError("the address is not on a host that may be called")
    _refuse_inner_address(address)
    answer = _answer_to(address, {"msgtype": "text", "text": {"content": text}})  # 企业微信 and 钉钉 alike
    try:
        code = json.loads(answer)["errcode"]
    except (ValueError, TypeError, KeyError):
        raise WebhookError("the robot answered something else than a robot does") from None
    if code != 0:
        raise WebhookError(f"the robot refused: errcode {code if isinstance(code, int) else '?'}")


def _refuse_inner_address(address: str) -> None:
    """A named host must not lead into a network of our own; one that is listed by its number is meant."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return
    if requests.utils.get_environ_proxies(address):  # the proxy asks for the number, and it is the proxy we call
        return
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        raise WebhookError("the robot's host is not known") from None
    if not all(ipaddress.ip_address(number.partition("%")[0]).is_global for number in found):
        raise WebhookError("the robot's host leads into an inner network")


def _answer_to(address: str, payload: dict[str, object]) -> bytes:
    until = time.monotonic() + _WHOLE_SECONDS
    try:
        with requests.post(
            address,
            data=json.dumps(payload, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=(_CONNECT_SECONDS, _READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code != 200:
                raise WebhookError(f"the robot's host answered {response.status_code}")
            answer = b""
            for piece in response.iter_content(4096):
                answer += piece
                if len(answer) > _MOST_ANSWER or time.monotonic() > until:
                    raise WebhookError("the robot's answer was too long or too slow")
            return answer
    except requests.Timeout:
        raise WebhookError("the robot's host did not answer in time") from None
    except requests.RequestException as fault:
        raise WebhookError(f"the robot was not reached: {type(fault).__name__}") from None
