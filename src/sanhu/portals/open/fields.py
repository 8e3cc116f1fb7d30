"""What stands in requests and answers: numbers as on paper, legal days, moments with their offset, bounded words."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from sanhu.engines.codes.case_numbers import display

EARLIEST, LATEST = date(1949, 10, 1), date(2100, 12, 31)
MOST_INTEGER = 2**31 - 1


def _written(value: Any) -> Any:
    """A day is written as text; a number would be read as seconds since 1970."""
    if not isinstance(value, str | date):
        raise ValueError("a day is written 2026-11-23")  # noqa: TRY004 - pydantic turns it into a fault of the field
    return value


def _within_reason(value: date) -> date:
    if not EARLIEST <= value <= LATEST:
        raise ValueError("a year out of all reason")
    return value


Day = Annotated[
    date,
    BeforeValidator(_written),
    AfterValidator(_within_reason),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Moment = Annotated[datetime, AfterValidator(timezone.localtime)]
PaperNumber = Annotated[str, StringConstraints(min_length=1, max_length=40)]
CaseNumber = Annotated[str, AfterValidator(display)]
AreaCode = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$")]
AffairClassCode = Annotated[str, StringConstraints(pattern="^K[1-7]$")]
Key = Annotated[int, Field(strict=True, ge=1, le=MOST_INTEGER)]
Revision = Annotated[int, Field(strict=True, ge=0, le=MOST_INTEGER)]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**15)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Line = Annotated[str, StringConstraints(max_length=200)]
After = Annotated[str, StringConstraints(pattern="^[0-9]{1,18}$")]
Limit = Annotated[int, Field(ge=1, le=100)]


class Shape(BaseModel):
    """What is answered, or narrows a list."""


class AskedBody(BaseModel):
    """What is sent; a name nobody knows is a slip of the pen, and is said so."""

    model_config = ConfigDict(extra="forbid")
