"""Money in the words of a refusal."""


def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals.

    >>> yuan(123_456)
    '¥1,234.56'
    """
    return f"¥{fen // 100:,}.{fen % 100:02}"
