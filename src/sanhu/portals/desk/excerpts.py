"""A little of a text around the words that were found in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sanhu.engines.bigrams import found_in

_BEFORE, _AFTER = 12, 40


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and whether it is what was looked for."""

    text: str
    is_found: bool


def excerpt(texts: Iterable[str], phrases: tuple[str, ...]) -> list[Piece]:
    """Cut what surrounds the first place found in any of the texts, with every place in it marked."""
    for text in texts:
        written = " ".join(text.split())
        if spans := found_in(written, phrases):
            return _cut(written, spans)
    return []


def _cut(text: str, spans: list[tuple[int, int]]) -> list[Piece]:
    begin, end = max(spans[0][0] - _BEFORE, 0), min(spans[0][1] + _AFTER, len(text))
    pieces = [Piece("…" if begin else "", is_found=False)]
    here = begin
    for start, stop in spans:
        if start >= end:
            break
        pieces += [Piece(text[here:start], is_found=False), Piece(text[start:stop], is_found=True)]
        here = stop
    pieces.append(Piece(text[here:end] + ("…" if end < len(text) else ""), is_found=False))
    return [piece for piece in pieces if piece.text]
