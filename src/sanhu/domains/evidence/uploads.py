"""Uploads stay in memory and end at a bound: nothing a stranger sends is written to disk before it is checked."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

MOST_BYTES = 40 * 1024 * 1024


class BoundedMemoryUploadHandler(MemoryFileUploadHandler):
    """Keep the whole request's files in memory, up to 40 MiB."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's signature
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Refuse by the announced length before a byte is read."""
        del input_data, META, boundary, encoding
        if content_length > MOST_BYTES:
            raise RequestDataTooBig("an upload may have at most 40 MiB")
        self.activated = True
