"""Receipt codes: what a reporter keeps to find their matter again."""

from uuid import UUID

from sanhu.domains.evidence.secret_codes import code_of, hash_of

_SHOWN, _STORED = "receipt", "stored"


def receipt_code(client_id: UUID) -> str:
    """Give the receipt code of a request: 13 characters of 5 bits, as XXXX-XXXX-XXXXX."""
    return code_of(client_id, purpose=_SHOWN)


def receipt_hash(code: str) -> str:
    """Hash a code as somebody typed it."""
    return hash_of(code, purpose=_STORED)
