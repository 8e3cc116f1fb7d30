"""What several commands take on their command line."""

from sanhu.domains.places.models import LENGTH_OF_LEVEL, AreaLevel
from sanhu.engines.codes.result import is_digits


def district_code(text: str) -> str:
    """Take a district's six digits. Raises ValueError."""
    if not is_digits(text) or len(text) != LENGTH_OF_LEVEL[AreaLevel.DISTRICT]:
        raise ValueError("a district has six digits")
    return text
