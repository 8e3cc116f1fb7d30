"""Codes that somebody keeps on paper to find what is theirs again; only a keyed hash of each is stored.

A code has 65 bits and is derived from the request's client_id under the installation's key, so that a repeated form
shows the same code. The codes of one purpose open nothing of another.
"""

import hashlib
import hmac
import unicodedata
from uuid import UUID

from django.conf import settings

# Crockford's alphabet: no I, L, O or U to misread.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 13
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def code_of(client_id: UUID, *, purpose: str) -> str:
    """Give the code of a request: 13 characters of 5 bits, as XXXX-XXXX-XXXXX."""
    number = int.from_bytes(_keyed(purpose, str(client_id)), "big")
    letters = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_LENGTH))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def hash_of(typed: str, *, purpose: str) -> str:
    """Hash a code as somebody typed it: case, width, dashes, blanks and the letters people misread do not matter."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    letters = "".join(letter for letter in plain if letter.isalnum()).translate(_MISREAD)
    return _keyed(purpose, letters).hex()


def _keyed(purpose: str, text: str) -> bytes:
    return hmac.new(settings.SANHU_RECEIPT_KEY, f"{purpose}\x00{text}".encode(), hashlib.sha256).digest()
