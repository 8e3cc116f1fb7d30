"""Working on exports: one at a time, in small steps, so that nothing is held while it goes on.

The keys of the rows are read first, in the list's order and with eight bytes each; then the rows a few hundred at a
time, each through what the actor may see at that moment. No transaction stays open between two steps: on SQLite the
log can be emptied meanwhile and everybody writes, and a database server keeps no cursor.
"""

import hashlib
import logging
import threading
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.models import ExportJob
from sanhu.domains.subjects.services import exports
from sanhu.domains.subjects.services.exports import ExportLostError
from sanhu.engines.actors import Actor
from sanhu.portals import clock
from sanhu.portals.exports.files import MOST_ROWS, write_csv, write_xlsx
from sanhu.portals.exports.listed import Cell, Column, Listed, filters_of, lists

_LOG = logging.getLogger(__name__)
ROWS_AT_A_TIME = 500
PIECE_BYTES = 256 * 1024

NO_SUCH_LIST = _("这张列表已经不能导出")
NOT_PERMITTED = _("您的岗位已经不能查看这张列表，没有导出")
TOO_MANY_ROWS = _("行数超过 Excel 一张表的上限，请缩小范围，或者导出 CSV")


class _StoppedError(Exception):
    """The worker is to stop."""


class _CannotBeDoneError(Exception):
    """No attempt would come to more; says why, as a message id."""


def export_next(at: datetime, *, stop: threading.Event) -> int:
    """Work on the export that waits longest, to its end; give how many that were."""
    job = exports.claim_export(at=at)
    if job is None:
        return 0
    try:
        _export(job, stop)
    except ExportLostError:
        _LOG.info("export %s was cancelled or begun anew by another worker", job.pk)
    except _StoppedError:
        exports.put_back(job)
    except _CannotBeDoneError as why:
        exports.fail_export(job, fault=str(why), at=clock.now())
    except Exception as fault:  # noqa: BLE001 - whatever it was, the job must not stay "running"
        # Only its kind: what it says may hold what stood in a row.
        _LOG.error("export %s, attempt %s: %s", job.pk, job.attempts, type(fault).__name__)
        exports.try_again(job, at=clock.now())
    return 1


def _export(job: ExportJob, stop: threading.Event) -> None:
    at = clock.now()
    listed, capacity = lists().get(job.listed), exports.capacity_of(job, at=at)
    if listed is None:
        raise _CannotBeDoneError(NO_SUCH_LIST)
    if capacity is None:
        raise _CannotBeDoneError(exports.NO_LONGER_IN_POST)
    if not listed.may_be_seen_by(capacity.actor):
        raise _CannotBeDoneError(NOT_PERMITTED)
    work, sink = _Work(job, listed, capacity.actor, stop=stop, at=at), _Pieces(job)
    with translation.override(job.language):
        columns = listed.columns_of(job.columns)
        headings = [str(column.heading) for column in columns]
        keys = work.keys()
        if job.format == "csv":
            write_csv(sink, headings, work.rows(keys, columns))
        elif len(keys) > MOST_ROWS:
            raise _CannotBeDoneError(TOO_MANY_ROWS)
        else:
            widths = [column.width for column in columns]
            write_xlsx(sink, str(listed.title), headings, widths, work.rows(keys, columns))
    sink.close()
    exports.finish_export(job, sha256=sink.sha256, at=clock.now())


@dataclass(frozen=True)
class _Work:
    """An export being made: whose it is, and of which list."""

    job: ExportJob
    listed: Listed
    actor: Actor
    stop: threading.Event
    at: datetime

    @property
    def _chosen(self) -> QuerySet[Any]:
        return self.listed.chosen(self.actor, filters_of(self.job.query), self.at)

    def keys(self) -> "array[int]":
        """Give the keys of all rows, in the list's order."""
        return array("q", self._chosen.values_list("pk", flat=True).iterator(chunk_size=5_000))

    def rows(self, keys: "array[int]", columns: list[Column]) -> Iterator[list[Cell]]:
        """Give the rows, a few hundred read at a time; how far it is is noted as they go."""
        total, chosen = len(keys), self._chosen.order_by()
        if self.listed.read is not None:
            chosen = self.listed.read(chosen)
        exports.note_progress(self.job, done=0, total=total, at=clock.now())
        for start in range(0, total, ROWS_AT_A_TIME):
            if self.stop.is_set():
                raise _StoppedError
            some = keys[start : start + ROWS_AT_A_TIME].tolist()
            found = {row.pk: row for row in chosen.filter(pk__in=some)}
            ordered = [found[key] for key in some if key in found]
            for line in self.listed.lines(ordered, self.actor, self.at):
                yield [column.cell(line) for column in columns]
            exports.note_progress(self.job, done=min(start + ROWS_AT_A_TIME, total), total=total, at=clock.now())


class _Pieces:
    """Takes the bytes of the file and keeps them in pieces, sealed, each in a transaction of its own."""

    def __init__(self, job: ExportJob) -> None:
        self._job, self._waiting, self._ordinal = job, bytearray(), 0
        self._digest = hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        """Take bytes."""
        self._waiting += data
        self._digest.update(data)
        while len(self._waiting) >= PIECE_BYTES:
            self._keep(PIECE_BYTES)
        return len(data)

    def flush(self) -> None:
        """Nothing: a piece is kept when it is whole."""

    def close(self) -> None:
        """Keep the rest."""
        if self._waiting:
            self._keep(len(self._waiting))

    def _keep(self, size: int) -> None:
        exports.keep_piece(self._job, ordinal=self._ordinal, data=bytes(self._waiting[:size]), at=clock.now())
        del self._waiting[:size]
        self._ordinal += 1

    @property
    def sha256(self) -> str:
        """The hash of all bytes so far."""
        return self._digest.hexdigest()
