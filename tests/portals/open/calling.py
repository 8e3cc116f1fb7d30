"""Programs that call the interface, each with a token made by the services, or with none."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from sanhu.domains.subjects.rules.tokens import offered
from sanhu.domains.subjects.services.api_tokens import Made, make_own_token, make_system_token
from tests.cast import MONDAY_MORNING, Cast, Member

ROOT = "/api/v1"
UNTIL = date(2027, 2, 1)
PROBLEM = "application/problem+json"


@dataclass
class Program:
    """Calls with a token, or without."""

    secret: str = ""
    client: Client = field(default_factory=Client)

    def _headers(self, key: object, more: dict[str, str]) -> dict[str, str]:
        headers = dict(more)
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        if key:
            headers["Idempotency-Key"] = str(key)
        return headers

    def get(self, path: str, headers: dict[str, str] | None = None, **asked: Any) -> HttpResponse:
        return self.client.get(f"{ROOT}{path}", asked, headers=self._headers(None, headers or {}))

    def post(
        self, path: str, body: Any = None, *, key: object = None, headers: dict[str, str] | None = None
    ) -> HttpResponse:
        """Send a body, under a key of its own where none is given."""
        return self.client.post(
            f"{ROOT}{path}",
            body if isinstance(body, bytes) else json.dumps(body),
            content_type="application/json",
            headers=self._headers(key or uuid4(), headers or {}),
        )


def own_token(member: Member, scopes: Iterable[str] | None = None, *, expires_on: date = UNTIL) -> Made:
    """Let somebody make a token of their own: with all their post may do by program, or with some of it."""
    actor = member.actor()
    wanted = offered(actor.permissions, is_system=False) if scopes is None else scopes
    return make_own_token(name="测试", scopes=list(wanted), expires_on=expires_on, actor=actor, at=MONDAY_MORNING)


def system_token(cast: Cast, surname: str, scopes: Iterable[str]) -> Made:
    """Let 冯, who keeps the tokens, make one for a program that somebody's post answers for."""
    return make_system_token(
        post_id=cast[surname].post.pk,
        name="热线系统",
        scopes=list(scopes),
        expires_on=UNTIL,
        actor=cast.actor("冯"),
        at=MONDAY_MORNING,
    )
