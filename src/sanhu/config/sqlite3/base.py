"""Django's SQLite backend, with one lock for all writing threads of a process.

SQLite lets one transaction write at a time. A thread that meets another's asks again after a sleep that grows, and may
sleep long after the other has finished: with four threads the slowest of a hundred writes takes 0.3 s instead of
0.04 s. Here threads queue before they ask. Another process, such as the worker, is met as SQLite meets it.
"""

import threading

from django.db.backends.sqlite3 import base

_WRITING = threading.Lock()
_PATIENCE_SECONDS = 20  # as long as SQLite itself waits: whoever waited in vain meets SQLite's own answer


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions, which all may write, wait for those of the process's other threads.

    What it overrides is Django's own and not in the stubs: hence the ignores.
    """

    _holds_lock = False

    def _start_transaction_under_autocommit(self) -> None:
        if not self._holds_lock:
            self._holds_lock = _WRITING.acquire(timeout=_PATIENCE_SECONDS)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._let_others_write()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # where it fails, a rollback follows
        self._let_others_write()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._let_others_write()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._let_others_write()

    def _let_others_write(self) -> None:
        if self._holds_lock:
            self._holds_lock = False
            _WRITING.release()
