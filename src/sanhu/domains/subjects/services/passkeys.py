"""Passkeys (WebAuthn): registered under a name, shown as a second factor or instead of everything else, removed."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account, Passkey
from sanhu.domains.subjects.rules.signing_in import counter_goes_on
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.second_factors import enter, own_account, withdraw_codes_without_factor
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

MOST = 10
_NOT_ACCEPTED = _("设备的回答没有通过检查，请再试一次")

State = Mapping[str, Any]
Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Site:
    """Who we are to a device: the host it binds the key to, and the whole origin it must speak to."""

    host: str
    origin: str
    name: str


def offer_registration(account: Account, *, site: Site) -> tuple[dict[str, Any], State]:
    """Give what a browser asks the device for a new key, and the challenge to keep until the answer comes."""
    taken = [_credential(key) for key in Passkey.objects.filter(account=account, removed_at__isnull=True)]
    user = PublicKeyCredentialUserEntity(id=_handle(account), name=account.username, display_name=account.username)
    options, state = _server(site).register_begin(
        user,
        credentials=taken,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options)["publicKey"], state


def register_passkey(
    *, account_id: int, name: str, site: Site, state: State, answer: Answer, actor: Actor, at: datetime
) -> Passkey:
    """Keep the public half of a new key. Raises Refused for an answer that does not hold."""
    try:
        seen = _server(site).register_complete(dict(state), answer)
    except (ValueError, TypeError, KeyError) as wrong:
        raise Refused(refuse(_NOT_ACCEPTED)) from wrong
    credential = seen.credential_data
    assert credential is not None, "register_complete looked"
    with transaction.atomic():
        account = own_account(actor, account_id)
        if Passkey.objects.filter(account=account, removed_at__isnull=True).count() >= MOST:
            raise Refused(refuse(_("通行密钥已有 10 个，请先停用不用的")))
        try:
            with transaction.atomic():
                passkey = Passkey.objects.create(
                    account=account,
                    name=name,
                    credential_id=websafe_encode(credential.credential_id),
                    public_key=websafe_encode(cbor.encode(credential.public_key)),
                    created_at=at,
                    sign_count=seen.counter,
                )
        except IntegrityError as known:
            raise Refused(refuse(_("这个通行密钥已经登记过"))) from known
        enter(SubjectEvent.PASSKEY_ADDED, account, actor=actor, at=at, rows=[passkey])
    return passkey


def offer_proof(account: Account | None, *, site: Site) -> tuple[dict[str, Any], State]:
    """Give what a browser asks the device for to prove itself.

    As the second factor of an account any of its keys will do. With no account known it is the whole sign-in: the key
    says whose it is, and the device must have asked its owner for finger, face or code.
    """
    if account is None:
        options, state = _server(site).authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    else:
        keys = [_credential(key) for key in Passkey.objects.filter(account=account, removed_at__isnull=True)]
        options, state = _server(site).authenticate_begin(
            keys, user_verification=UserVerificationRequirement.DISCOURAGED
        )
    return dict(options)["publicKey"], state


def prove(*, account: Account | None, site: Site, state: State, answer: Answer, at: datetime) -> Account | None:
    """Give the account whose key answered the challenge, or None when the answer does not hold.

    A counter that went back or stood still is that of a copy, and is refused.
    """
    try:
        shown = AuthenticationResponse.from_dict(answer)
        passkey = _shown(websafe_encode(shown.raw_id), account)
        if passkey is None or not _is_of(passkey.account, shown.response.user_handle, named=account is None):
            return None
        _server(site).authenticate_complete(dict(state), [_credential(passkey)], answer)
    except (ValueError, TypeError, KeyError):
        return None
    count = shown.response.authenticator_data.counter
    if not counter_goes_on(stored=passkey.sign_count, shown=count):
        return None
    same = Q(sign_count__lt=count) if count else Q(sign_count=0)
    moved = Passkey.objects.filter(same, pk=passkey.pk, removed_at__isnull=True).update(
        sign_count=count, last_used_at=at
    )
    return passkey.account if moved else None


def remove_passkey(*, account_id: int, passkey_id: int, actor: Actor, at: datetime) -> Passkey:
    """Let a key count no longer."""
    with transaction.atomic():
        account = own_account(actor, account_id)
        passkey = Passkey.objects.filter(account=account, pk=passkey_id, removed_at__isnull=True).first()
        if passkey is None:
            raise NotFound
        passkey.removed_at = at
        passkey.save(update_fields=["removed_at"])
        rows = [passkey, *withdraw_codes_without_factor(account, at=at)]
        enter(SubjectEvent.PASSKEY_REMOVED, account, actor=actor, at=at, rows=rows)
    return passkey


def _server(site: Site) -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(id=site.host, name=site.name)
    return Fido2Server(rp, verify_origin=lambda origin: origin == site.origin)


def _shown(credential_id: str, account: Account | None) -> Passkey | None:
    keys = Passkey.objects.select_related("account__person")
    found = keys.filter(credential_id=credential_id, removed_at__isnull=True).first()
    return found if found is not None and account in (None, found.account) else None


def _is_of(account: Account, handle: bytes | None, *, named: bool) -> bool:
    """Tell whether a key's own word about its owner is right; where it alone names the account it must say it."""
    return not named if handle is None else hmac.compare_digest(handle, _handle(account))


def _credential(passkey: Passkey) -> AttestedCredentialData:
    public_key = cbor.decode(websafe_decode(passkey.public_key))
    assert isinstance(public_key, Mapping), "as register_passkey wrote it"
    return AttestedCredentialData.create(
        aaguid=Aaguid.NONE,
        credential_id=websafe_decode(passkey.credential_id),
        public_key=CoseKey.parse(public_key),
    )


def _handle(account: Account) -> bytes:
    """Name an account to a device without telling it who that is."""
    return hmac.new(settings.SANHU_RECEIPT_KEY, f"passkey\x00{account.pk}".encode(), hashlib.sha256).digest()
