"""Files outside the database that outlive it: what was appended is on the disk when the call returns."""

import os
from pathlib import Path


def append(path: Path, text: str, *, mode: int) -> None:
    """Append in one write, so that two writers do not mix, and wait until it is on the disk.

    `mode` is the file's where it is made. Raises OSError where it cannot be written.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode), "wb", buffering=0) as file:
        file.write(text.encode())
        os.fsync(file.fileno())
