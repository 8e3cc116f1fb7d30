"""Money in words: whole fen, never a fraction of one and never a float."""

_MINUS = "\u2212"


def in_yuan(fen: int) -> str:
    """Write fen as yuan with two decimals.

    >>> in_yuan(123_456)
    '¥1,234.56'
    """
    whole, rest = divmod(abs(fen), 100)
    return f"{_MINUS if fen < 0 else ''}¥{whole:,}.{rest:02}"
