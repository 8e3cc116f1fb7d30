"""The district's own sign-on (OIDC): authorization code with PKCE and nonce, its addresses by discovery."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

_SECONDS = 5  # a sign-on that does not answer must not hold a web process
_LEEWAY_SECONDS = 30


class SignOnFailedError(Exception):
    """The sign-on did not answer, or its answer did not hold."""


@dataclass(frozen=True)
class Shown:
    """Whom the sign-on named, and whether it asked for two factors itself."""

    subject: str
    by_two_factors: bool


def is_configured() -> bool:
    """Tell whether the district has a sign-on of its own."""
    return bool(settings.SANHU_OIDC_ISSUER)


def lead_to_sign_on(request: HttpRequest, *, back_url: str) -> HttpResponse:
    """Send the browser to the sign-on; state, nonce and verifier wait in the session. Raises SignOnFailedError."""
    try:
        answer: HttpResponse = _client().authorize_redirect(request, back_url)
    except (requests.RequestException, AuthlibBaseError, RuntimeError, ValueError) as failed:
        raise SignOnFailedError(str(failed)) from failed
    return answer


def named_by_sign_on(request: HttpRequest) -> Shown:
    """Read whom the sign-on named. Raises SignOnFailedError for an answer that is wrong, late, or to no question."""
    # What the token must say, beside its signature, its time and the nonce.
    wanted = {
        "iss": {"essential": True, "value": settings.SANHU_OIDC_ISSUER},
        "aud": {"essential": True, "value": settings.SANHU_OIDC_CLIENT_ID},
    }
    try:
        token = _client().authorize_access_token(request, claims_options=wanted, leeway=_LEEWAY_SECONDS)
    except (requests.RequestException, AuthlibBaseError, JoseError, RuntimeError, ValueError, KeyError) as failed:
        raise SignOnFailedError(str(failed)) from failed
    claims = token.get("userinfo")
    if not claims or not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise SignOnFailedError("the sign-on named nobody")
    return Shown(subject=claims["sub"], by_two_factors=_by_two_factors(claims))


def _by_two_factors(claims: dict[str, Any]) -> bool:
    said = claims.get("amr") or []
    return bool({*(said if isinstance(said, list) else ()), claims.get("acr")} & set(settings.SANHU_OIDC_AMR))


def _client() -> Any:
    return _registered(settings.SANHU_OIDC_ISSUER, settings.SANHU_OIDC_CLIENT_ID, settings.SANHU_OIDC_CLIENT_SECRET)


@lru_cache(maxsize=4)
def _registered(issuer: str, client_id: str, client_secret: str) -> Any:
    """Keep one client, which remembers the sign-on's addresses and keys."""
    oauth = OAuth()
    oauth.register(
        name="district",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": _SECONDS},
    )
    return oauth.create_client("district")
