"""Rectangles on a picture, in percent of its sides, and the pixels they cover."""

from dataclasses import dataclass
from math import ceil, floor, isfinite

WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle from its upper left corner, each number in percent of the picture's width or height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def is_on_the_picture(self) -> bool:
        """Tell whether it covers something and begins on the picture.

        >>> Box(10, 10, 20, 5).is_on_the_picture, Box(100, 0, 5, 5).is_on_the_picture, Box(0, 0, 0, 5).is_on_the_picture
        (True, False, False)
        """
        numbers = (self.left, self.top, self.width, self.height)
        return (
            all(isfinite(number) and 0 <= number <= WHOLE for number in numbers)
            and max(self.left, self.top) < WHOLE
            and min(self.width, self.height) > 0
        )


def pixels_of(box: Box, *, width: int, height: int) -> tuple[int, int, int, int]:
    """Give the first and the last pixel a box covers, both included: any pixel it touches.

    >>> pixels_of(Box(0, 0, 100, 100), width=640, height=480)
    (0, 0, 639, 479)
    >>> pixels_of(Box(10.1, 0, 0.1, 50), width=100, height=100)
    (10, 0, 10, 49)
    """
    left, right = _covered(box.left, box.width, width)
    top, bottom = _covered(box.top, box.height, height)
    return left, top, right, bottom


def _covered(start: float, length: float, side: int) -> tuple[int, int]:
    first = floor(start / WHOLE * side)
    last = ceil(min(start + length, WHOLE) / WHOLE * side) - 1
    return min(first, side - 1), max(min(last, side - 1), min(first, side - 1))
