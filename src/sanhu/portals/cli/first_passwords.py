"""One-time passwords on their way to people: a file that only its owner can read, written once, never printed."""

import os
from collections.abc import Sequence
from pathlib import Path

from sanhu.domains.subjects.services.founding import FirstSignIn


def path_of(folder: Path, name: str) -> Path:
    """Give where the passwords of a district, or of one account, are put."""
    return folder / f"first-passwords-{name}.txt"


def write(path: Path, sign_ins: Sequence[FirstSignIn]) -> None:
    """Write one line for each account: sign-in name, password, role, name. Raises FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{one.username}\t{one.password}\t{one.role}\t{one.name}\n" for one in sign_ins)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(lines)
