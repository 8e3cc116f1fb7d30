"""Field types for personal and sensitive data: class, encryption at rest and mask in one place (house rule 5).

A value is sealed with AES-GCM under the installation's field key before it reaches the database, and bound to its
column, so that a sealed value copied into another column does not open there.
"""

import base64
import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact

from sanhu.engines.personal_numbers import IDENTITY_NUMBER, MAIL, PHONE, plain

if TYPE_CHECKING:
    from django.db.models.lookups import Lookup

    _Text = models.TextField[str, str]
    _Binary = models.BinaryField[bytes, bytes]
    _Exact = Exact[Any]
else:
    _Text, _Binary, _Exact = models.TextField, models.BinaryField, Exact

_PREFIX = "v1:"
_NONCE_BYTES = 12


class Unreadable(str):
    """What stands in for a sealed text that does not open: altered in the database, or sealed under another key."""

    __slots__ = ()


class UnreadableBytes(bytes):
    """What stands in for sealed bytes that do not open."""

    __slots__ = ()


UNREADABLE = Unreadable("（无法读取）")
UNREADABLE_BYTES = UnreadableBytes()

_WRITTEN_BACK = "what could not be read is never written back: it would destroy what is left of the value"


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(value: bytes, *, column: str) -> bytes:
    """Seal bytes for one column."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(settings.SANHU_FIELD_KEY).encrypt(nonce, value, column.encode())


def unseal(sealed: bytes, *, column: str) -> bytes:
    """Open sealed bytes. Raises cryptography's InvalidTag when they were altered."""
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    if len(nonce) < _NONCE_BYTES:
        raise InvalidTag
    return _cipher(settings.SANHU_FIELD_KEY).decrypt(nonce, body, column.encode())


class _SealedTextField(_Text):
    """Text that is sealed in the database and plain in Python."""

    privacy: ClassVar[str]

    @property
    def _column(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value: Any) -> str | None:
        """Seal on the way in; the empty text stays empty, so that "nothing given" can be queried."""
        if value is None:
            return None
        if value == "":
            return ""
        if isinstance(value, Unreadable):
            raise TypeError(_WRITTEN_BACK)
        sealed = seal(str(value).encode(), column=self._column)
        return _PREFIX + base64.b64encode(sealed).decode()

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        """Open on the way out."""
        del expression, connection
        if not value:
            return value
        if not value.startswith(_PREFIX):
            return UNREADABLE
        try:
            return unseal(base64.b64decode(value[len(_PREFIX) :], validate=True), column=self._column).decode()
        except (InvalidTag, ValueError):
            return UNREADABLE

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        """Offer no search through sealed text: it could only find nothing, silently."""
        return super().get_lookup(lookup_name) if lookup_name in ("exact", "isnull") else None


@_SealedTextField.register_lookup
class _ExactlyEmpty(_Exact):
    """The one comparison sealed text knows: is it empty?"""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError("a sealed field can be compared with the empty text alone")
        return self.rhs


class PersonalTextField(_SealedTextField):
    """Words that may tell of a person: names, phones, addresses, what a resident wrote."""

    privacy = "personal"


class SensitiveTextField(_SealedTextField):
    """Sensitive personal information (PIPL 28): identity numbers, health, the whereabouts of a person."""

    privacy = "sensitive"


class PersonalBinaryField(_Binary):
    """Bytes that may show a person: photos."""

    privacy: ClassVar[str] = "personal"

    @property
    def _column(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value: Any) -> bytes | None:
        """Seal on the way in."""
        if isinstance(value, UnreadableBytes):
            raise TypeError(_WRITTEN_BACK)
        return None if value is None else seal(bytes(value), column=self._column)

    def from_db_value(self, value: Any, expression: object, connection: object) -> bytes | None:
        """Open on the way out."""
        del expression, connection
        try:
            return None if value is None else unseal(bytes(value), column=self._column)
        except InvalidTag:
            return UNREADABLE_BYTES


def mask_name(name: str) -> str:
    """Mask a person's name for publication: 张三 → 张*, 欧阳修 → 欧** (H.2)."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def personal_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Give the names of a model's fields that hold personal or sensitive text, in their order."""
    return tuple(field.attname for field in model._meta.concrete_fields if isinstance(field, _SealedTextField))


def mask_phone(phone: str) -> str:
    """Mask a telephone number: the first three and last two digits stay."""
    return f"{phone[:3]}{'*' * max(len(phone) - 5, 3)}{phone[-2:]}" if phone else ""


def mask_contact(address: str) -> str:
    """Mask a telephone number or a mail address, of which the first letter and the host stay."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}" if at else mask_phone(address)


# Finer than the building: unit, floor, room and the numbers of doors. Where a lamp is broken stays to be read.
_DOORS = re.compile(
    r"[0-9A-Za-z\u3007零一二三四五六七八九十百]+(?=(?:单元|层|室|户|房))"
    r"|(?<=[号栋幢座楼])\s*[0-9]{2,5}(?![0-9号栋幢座楼弄])"
    r"|(?<=[0-9])(?:-[0-9]+)+"
)


def mask_address(address: str) -> str:
    """Mask what of an address is finer than the building: 3号楼2单元501室 → 3号楼*单元*室."""
    return mask_words(_DOORS.sub("*", address))


def mask_words(words: str) -> str:
    """Mask identity numbers, telephone numbers and mail addresses that somebody wrote into a text."""
    masked = _masked(IDENTITY_NUMBER, words, lambda found: "*" * len(found))
    masked = _masked(PHONE, masked, mask_phone)
    return _masked(MAIL, masked, mask_contact)


def _masked(pattern: re.Pattern[str], words: str, shown: Callable[[str], str]) -> str:
    """Replace what a pattern finds when full-width characters are read as plain ones, which stay in their places."""
    parts, place = [], 0
    for found in pattern.finditer(plain(words)):
        parts += [words[place : found.start()], shown(found[0])]
        place = found.end()
    return "".join([*parts, words[place:]])
