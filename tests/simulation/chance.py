"""Chance in one hand: every salt, nonce, receipt code and id of a run comes out of its seed."""

import random
import secrets
import uuid

import pytest


class Chance(random.Random):
    """The one source of chance of a run."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.seed_number = seed

    def uuid(self) -> uuid.UUID:
        """Give an id."""
        return uuid.UUID(int=self.getrandbits(128), version=4)

    def rule(self, patch: pytest.MonkeyPatch) -> None:
        """Let what the house asks the machine for come out of the seed."""
        patch.setattr(secrets, "token_bytes", lambda count=32: self.randbytes(count))
        patch.setattr(secrets, "token_hex", lambda count=32: self.randbytes(count).hex())
        patch.setattr(secrets, "choice", self.choice)
        patch.setattr(secrets, "randbelow", self.randrange)
        patch.setattr(uuid, "uuid4", self.uuid)
