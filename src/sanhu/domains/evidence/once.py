"""Doing a write once, however often and however simultaneously it is asked for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sanhu.domains.evidence import requests
from sanhu.domains.evidence.requests import StaleForm
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused


class Once:
    """One request: who asks for what, under which client_id."""

    def __init__(self, *, client_id: UUID, actor: Actor, asked: Mapping[str, object], at: datetime) -> None:
        self.client_id = client_id
        self.actor = actor
        self._asked = asked
        self._at = at

    def answer(self, write: Callable[[], str]) -> str:
        """Give the reference to what was written, now or before.

        `write` runs in a transaction of its own and calls `remember`. What speaks against it may be no more than that
        it was done before, by this form or by a twin at the same moment; so only then is asked whether it was. Raises
        requests.ConflictError when the client_id was used by somebody else or for something else.
        """
        try:
            return write()
        except (Refused, StaleForm, requests.AlreadyAnsweredError):
            earlier = requests.answered(client_id=self.client_id, actor=self.actor, asked=self._asked)
            if earlier is None:
                raise
            return earlier

    def remember(self, result: str) -> str:
        """Keep the answer, in the transaction that makes it, and give it. A twin that was faster ends this one."""
        requests.remember(client_id=self.client_id, actor=self.actor, asked=self._asked, result=result, at=self._at)
        return result
