"""Log lines that hold nothing of anybody: what Django and libraries say goes without the words they say it in.

Their messages quote addresses, and an address may be a receipt code; an exception quotes values. What went wrong and
where is told by the type of the exception and by the lines of code it went through.
"""

import logging
import traceback
from datetime import UTC, datetime

from django.http import HttpRequest

REQUEST_ID = "sanhu.request_id"
_OWN = "sanhu."


class WordlessFormatter(logging.Formatter):
    """Writes our own messages, and of others' only logger, status and the way an exception came."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record; an exception's frames follow on lines of their own."""
        moment = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        parts = [moment, record.levelname, record.name]
        if record.name.startswith(_OWN):
            parts.append(record.getMessage())
        elif (status := getattr(record, "status_code", None)) is not None:
            parts.append(f"status={status}")
        else:
            parts.append(f"{record.filename}:{record.lineno}")
        if request_id := _request_id(record):
            parts.append(f"id={request_id}")
        line = " ".join(parts)
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line}\n{_way_of(error)}"


def _request_id(record: logging.LogRecord) -> str:
    """Give the request's id where Django speaks of a request: our own line has it already."""
    request = getattr(record, "request", None)
    return str(request.META.get(REQUEST_ID, "")) if isinstance(request, HttpRequest) else ""


def _way_of(error: BaseException) -> str:
    """Give where an exception came from and of what type it is, and those behind it, without a word of what it says."""
    ways = []
    seen: BaseException | None = error
    while seen is not None:
        frames = [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(seen.__traceback__)
        ]
        ways.append("\n".join((*frames, f"{type(seen).__module__}.{type(seen).__qualname__}")))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n-- after --\n".join(ways)
