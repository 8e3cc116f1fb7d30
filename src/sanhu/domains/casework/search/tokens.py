"""The tokens a matter is found by, none of which can be read.

Words and addresses are sealed, so an index of them in plain text would undo that. Each pair of characters, word or
number (engines.bigrams) becomes the beginning of its HMAC under a key derived from the field key: without that key
nobody finds a matter by a word, or a word by a matter. What such an index still tells whoever holds a copy of the
database: that two matters share some token, and how often each token occurs, from which the very commonest pairs may
be guessed. That is the price of finding a word among a million sealed texts without opening them all; it is taken
because the other ways are worse: an index in plain text tells everything, and opening every text takes minutes.

Only what a page shows without a reason being given is found: telephone numbers, identity numbers and doors are masked
first, so that nobody learns by searching what they would have to ask for.

Where a matter is and whose it is are no secrets and stand in the index as they are, written with digits that a keyed
token never begins with.
"""

import base64
import hmac
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

from sanhu.domains.evidence.fields import mask_address, mask_words
from sanhu.engines import bigrams

_PURPOSE = b"sanhu: search index of matters, 1"
_LENGTH = 6  # of base32: 30 bits, so that among a million different tokens few share one
_STREET_DIGITS, _COMMUNITY_DIGITS, _CELL_DIGITS = 9, 12, 15
_PLACE, _BODY = "0", "1"
NOT_WRITTEN = (_PLACE, _BODY)


def keyed(token: str) -> str:
    """Give what stands for a token in the index."""
    return _keyed(settings.SANHU_FIELD_KEY, token)


@lru_cache(maxsize=65_536)
def _keyed(field_key: bytes, token: str) -> str:
    said = hmac.digest(_derived(field_key), token.encode(), "sha256")
    return base64.b32encode(said[:5]).decode()[:_LENGTH].lower()


@lru_cache(maxsize=4)
def _derived(field_key: bytes) -> bytes:
    return hmac.digest(field_key, _PURPOSE, "sha256")


def of_matter(*, words: Iterable[str], address: str, location: str, bodies: Iterable[int]) -> str:
    """Give all tokens of a matter, as they are stored: of what was written, where it is and whose it is."""
    written = {keyed(token) for text in shown(words=words, address=address) for token in bigrams.tokens(text)}
    return " ".join(sorted(written | of_place(location) | set(map(body, bodies))))


def shown(*, words: Iterable[str], address: str) -> tuple[str, ...]:
    """Give what pages show of a matter's texts without a reason being given."""
    return (*map(mask_words, words), mask_address(address))


def of_place(location: str) -> frozenset[str]:
    """Give the tokens of a community or grid cell and of all it lies in, below the district."""
    lengths = (_STREET_DIGITS, _COMMUNITY_DIGITS, _CELL_DIGITS)
    return frozenset(place(location[:length]) for length in lengths if len(location) >= length)


def place(prefix: str) -> str:
    """Give the token of an area."""
    return f"{_PLACE}{prefix}"


def body(pk: int) -> str:
    """Give the token of a body that leads a matter or was asked to co-sign it."""
    return f"{_BODY}{pk}"
