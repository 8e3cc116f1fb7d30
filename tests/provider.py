"""A small sign-on of a district's own, on this machine: discovery, keys, authorization code with PKCE, id tokens."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "sanhu", "only-between-us"


@cache
def _key(number: int) -> RSAKey:
    """Make a key, once: both answer to one name."""
    del number
    return RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Provider:
    """What it says of whoever signs in there; a test changes it before the token is fetched."""

    address: str
    subject: str = "u-0017"
    amr: list[str] = field(default_factory=lambda: ["pwd"])
    faults: dict[str, Any] = field(default_factory=dict)  # claims that stand in the token instead of the right ones
    is_silent: bool = False
    signs_with_another_key: bool = False
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, url: str) -> str:
        """Sign in there, as a browser led to this address would; give the address it is led back to."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert said["response_type"] == "code"
        assert said["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.asked[code] = said
        back = urlsplit(said["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': said['state']})}"

    def token(self, form: dict[str, str], credentials: str) -> tuple[int, dict[str, Any]]:
        """Give the tokens for a code: to the right client, with the right verifier, once."""
        asked = self.asked.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        right = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if asked is None or challenge.decode() != asked["code_challenge"] or credentials != f"Basic {right}":
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.address,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "amr": self.amr,
        } | self.faults
        claims = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, _key(1 if self.signs_with_another_key else 0))
        return 200, {"access_token": secrets.token_hex(), "token_type": "Bearer", "id_token": token}

    def about(self) -> dict[str, Any]:
        """Tell where everything is."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }


@contextmanager
def running() -> Iterator[Provider]:
    """Run it at a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {"/.well-known/openid-configuration": provider.about, "/keys": self._keys}
            page = pages.get(self.path)
            self._answer(*((200, page()) if page and not provider.is_silent else (503, {})))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _keys(self) -> dict[str, Any]:
            return {"keys": [_key(0).as_dict(private=False)]}

        def _answer(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it is called with
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(address=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
