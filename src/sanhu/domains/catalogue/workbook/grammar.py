"""The grammar within one cell: lists, brackets, and a backslash before a sign that is to stand for itself."""

from collections.abc import Iterable

LIST_SIGNS = "；;\n"
WORD_SIGNS = "；;\n、，,/|"  # closed words hold none of these signs
OPENING, CLOSING = "（(", "）)"
ESCAPE = "\\"


def split(text: str, signs: str, *, most: int = -1) -> list[str]:
    r"""Cut a text at signs outside brackets; escapes stay as they are, so that a piece can be cut again.

    >>> split("甲（一；二）；乙", "；")
    ['甲（一；二）', '乙']
    >>> split("甲\\；乙；丙", "；")
    ['甲\\；乙', '丙']
    """
    cut, depth = _cut(text, signs, most=most, brackets=True)
    # A bracket that is never closed holds nothing together.
    return cut if depth == 0 else _cut(text, signs, most=most, brackets=False)[0]


def _cut(text: str, signs: str, *, most: int, brackets: bool) -> tuple[list[str], int]:
    found: list[str] = []
    depth = start = place = 0
    while place < len(text):
        sign = text[place]
        if sign == ESCAPE:
            place += 2
            continue
        if brackets and sign in OPENING:
            depth += 1
        elif brackets and sign in CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 and sign in signs and len(found) != most:
            found.append(text[start:place])
            start = place + 1
        place += 1
    return [*found, text[start:]], depth


def pieces(text: str, signs: str = LIST_SIGNS) -> list[str]:
    """Cut a text and leave out what is empty; what is left is still escaped."""
    return [piece for part in split(text, signs) if (piece := part.strip())]


def items(text: str, signs: str = LIST_SIGNS) -> tuple[str, ...]:
    r"""Read a list of texts.

    >>> items("城乡规划法第六十四条；行政处罚法第二十四条;")
    ('城乡规划法第六十四条', '行政处罚法第二十四条')
    """
    return tuple(plain(piece) for piece in pieces(text, signs))


def joined(texts: Iterable[str], sign: str = "；", signs: str = LIST_SIGNS) -> str:
    r"""Write a list of texts so that `items` reads it back.

    >>> joined(["甲；乙", "丙（丁；戊）"])
    '甲\\；乙；丙（丁；戊）'
    """
    return sign.join(escaped(text, signs) for text in texts)


def escaped(text: str, signs: str) -> str:
    """Write a text so that it is not cut at these signs; what stands in balanced brackets needs no escape."""
    if not any(sign in text for sign in (*signs, ESCAPE, *OPENING, *CLOSING)):
        return text
    whole = text.replace(ESCAPE, ESCAPE * 2)
    if _is_balanced(text):
        cut = split(whole, signs)
        places, at = [], 0
        for piece in cut[:-1]:
            at += len(piece)
            places.append(at)
            at += 1
        return "".join(ESCAPE + sign if place in places else sign for place, sign in enumerate(whole))
    return bare(text, signs)


def bare(text: str, signs: str) -> str:
    """Write a text so that none of its brackets counts either."""
    loose = {*signs, *OPENING, *CLOSING, ESCAPE}
    return "".join(ESCAPE + sign if sign in loose else sign for sign in text)


def plain(text: str) -> str:
    r"""Take the escapes away.

    >>> plain("甲\\；乙\\\\")
    '甲；乙\\'
    """
    if ESCAPE not in text:
        return text
    said, place = [], 0
    while place < len(text):
        place += text[place] == ESCAPE and place + 1 < len(text)
        said.append(text[place])
        place += 1
    return "".join(said)


def with_note(name: str, note: str) -> str:
    """Write a name and, in brackets, what is noted beside it."""
    return f"{name}（{escaped(note, '')}）" if note else name


def without_note(text: str) -> tuple[str, str]:
    """Cut a bracket at the end of a text from what stands before it; both are still escaped.

    >>> without_note("街道办事处（综合执法队（已下放的省份））")
    ('街道办事处', '综合执法队（已下放的省份）')
    """
    depth, opened, place = 0, -1, 0
    while place < len(text):
        sign = text[place]
        if sign == ESCAPE:
            place += 2
            continue
        if sign in OPENING:
            opened = place if depth == 0 else opened
            depth += 1
        elif sign in CLOSING and depth:
            depth -= 1
            if depth == 0 and place == len(text) - 1:
                return text[:opened].strip(), text[opened + 1 : place].strip()
        place += 1
    return text, ""


def _is_balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign in OPENING) - (sign in CLOSING)
        if depth < 0:
            return False
    return depth == 0
