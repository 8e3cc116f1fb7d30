"""Where a district's data lies: one DATABASE_URL, SQLite or PostgreSQL, with the options the trials settled on."""

from typing import Any

import dj_database_url

# secure_delete: what is erased is overwritten with zeros, in the row and on pages that became free, instead of lying
# about until the room is needed again. PostgreSQL keeps the old version of a row until (auto)vacuum has passed, and its
# bytes until the room is used again; a district that must be sure at once runs VACUUM FULL on the tables concerned.
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000;"
)


def database(url: str) -> dict[str, Any]:
    """Give Django's settings for a database address.

    Understands `sqlite:////abs/path` and `postgres://…`. SQLite writes are IMMEDIATE so that a transaction that reads
    first can never fail half-way on a lock, and the threads of a process write in turn; synchronous FULL keeps an
    acknowledged commit through a power cut.
    """
    settings: dict[str, Any] = dict(dj_database_url.parse(url))
    engine = settings["ENGINE"]
    options = dict(settings.get("OPTIONS", {}))
    if engine.endswith("sqlite3"):
        settings["ENGINE"] = "sanhu.config.sqlite3"
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE_PRAGMAS}
    elif engine.endswith("postgresql"):
        # The pool's own five minutes would let its pauses between attempts grow past a request's patience: after an
        # outage of half a minute the pages would stay away for another. After 5 s the next request begins anew.
        options |= {"pool": {"min_size": 1, "max_size": 8, "timeout": 15, "reconnect_timeout": 5}}
        settings["CONN_HEALTH_CHECKS"] = False
    else:
        raise ValueError("DATABASE_URL: sqlite:////abs/path or postgres://… is understood")
    return settings | {"OPTIONS": options, "ATOMIC_REQUESTS": False}
