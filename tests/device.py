"""A device that holds passkeys, in software: it answers as a browser hands its answers on."""

import secrets
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_FLAG = AuthenticatorData.FLAG


class Device:
    """One key for one site. `origin` is where its browser says it is; `counter` moves on with each answer."""

    def __init__(self, *, host: str = "testserver", origin: str = "http://testserver", verifies: bool = True) -> None:
        self.host, self.origin = host, origin
        self.counter = 0
        self.verifies = verifies  # asks its owner for finger or face
        self.handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(32)

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the question for a new key."""
        self.handle = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self._key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self._id, public)
        seen = AuthenticatorData.create(self._host_hash(), self._flags() | _FLAG.AT, self.counter, credential)
        said = CollectedClientData.create("webauthn.create", options["challenge"], self.origin)
        return self._told(
            clientDataJSON=bytes(said), attestationObject=bytes(AttestationObject.create("none", seen, {}))
        )

    def get(self, options: dict[str, Any], *, counts: int = 1) -> dict[str, Any]:
        """Answer a challenge; the counter moves on by `counts`."""
        self.counter += counts
        seen = AuthenticatorData.create(self._host_hash(), self._flags(), self.counter)
        said = CollectedClientData.create("webauthn.get", options["challenge"], self.origin)
        signature = self._key.sign(bytes(seen) + said.hash, ec.ECDSA(SHA256()))
        return self._told(
            clientDataJSON=bytes(said), authenticatorData=bytes(seen), signature=signature, userHandle=self.handle
        )

    def _host_hash(self) -> bytes:
        return sha256(self.host.encode()).digest()

    def _flags(self) -> AuthenticatorData.FLAG:
        return _FLAG.UP | _FLAG.UV if self.verifies else _FLAG.UP

    def _told(self, **parts: bytes) -> dict[str, Any]:
        response = {name: websafe_encode(part) for name, part in parts.items()}
        named = websafe_encode(self._id)
        return {"id": named, "rawId": named, "type": "public-key", "response": response}
