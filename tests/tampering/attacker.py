"""Whoever owns the database: every right on its tables, and neither the signing key nor the file outside it.

The clumsy attacker alters rows. The thorough one makes the record agree afterwards: commitments, bodies, hashes, the
chain, the head, the tree; the salts to do so lie in the openings.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import F, Model, QuerySet

from sanhu.domains.evidence import sequencer
from sanhu.domains.evidence.models import Checkpoint, Entry, Head, Opening, TreeNode, Witnessed
from sanhu.engines import merkle
from sanhu.engines.chain import GENESIS, SALT_BYTES, canonical, commitment, link
from sanhu.engines.merkle import GrowingTree

ROOMS = ("evidence", "places", "subjects", "catalogue", "casework", "funding", "admission")
Copy = Mapping[type[Model], list[tuple[Any, ...]]]

_ASIDE = -1  # a key nothing has


def run(statement: str, *values: object) -> int:
    """Work straight in the tables; give how many rows were met."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def lift_guards(*models: type[Model]) -> None:
    """Put the database's own checks aside, as its owner can; whoever rolls back has them again."""
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = ON")
        return
    run("SET LOCAL session_replication_role = replica")
    for model in models:
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table])
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            run(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def restore_guards() -> None:
    """On SQLite they belong to the connection, not to the transaction."""
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = OFF")


def flip(row: Model, **columns: object) -> None:
    """Put other values into a row."""
    assert QuerySet(type(row)).filter(pk=row.pk).update(**columns) == 1


def drop(row: Model) -> None:
    """Take a row out."""
    assert run(f"DELETE FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s", row.pk) == 1


def insert_copy(row: Model, **columns: object) -> Model:
    """Put in a row like this one but for some columns."""
    copy = QuerySet(type(row)).get(pk=row.pk)
    copy.pk, copy._state.adding = None, True
    for name, value in columns.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def exchange(one: Model, other: Model) -> None:
    """Let two rows change places: each stands under the other's key."""
    table, key = one._meta.db_table, one._meta.pk.column
    for before, after in ((one.pk, _ASIDE), (other.pk, one.pk), (_ASIDE, other.pk)):
        assert run(f"UPDATE {table} SET {key} = %s WHERE {key} = %s", after, before) == 1


def copy_of(models: Iterable[type[Model]] | None = None) -> Copy:
    """Copy tables as they stand; all of them unless some are named."""
    copied = {}
    for model in models or [model for room in ROOMS for model in apps.get_app_config(room).get_models()]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            copied[model] = cursor.fetchall()
    return copied


def put_back(copy: Copy) -> None:
    """Make tables what they were when they were copied."""
    for model, rows in copy.items():
        run(f"DELETE FROM {model._meta.db_table}")
        with connection.cursor() as cursor:
            for row in rows:
                marks = ", ".join(["%s"] * len(row))
                cursor.execute(f"INSERT INTO {model._meta.db_table} VALUES ({marks})", row)


# --- the thorough attacker


def chain() -> list[Entry]:
    """Read the chained entries in their order."""
    return list(Entry.objects.filter(seq__isnull=False).select_related("opening").order_by("seq"))


def agree(*models: type[Witnessed]) -> None:
    """Rewrite what the entries say of these tables until it is what the tables hold."""
    entries = list(Entry.objects.select_related("opening").order_by(F("seq").asc(nulls_last=True), "id"))
    bodies = {entry.pk: json.loads(entry.body) for entry in entries}
    for model in models:
        rows = {row.row_ref: row for row in QuerySet(model)}
        last: dict[str, Entry] = {}
        for entry in entries:
            told = bodies[entry.pk]["rows"]
            for ref in [ref for ref in told if ref.startswith(f"{model._meta.label_lower}:")]:
                if ref in rows:
                    last[ref] = entry
                else:
                    del told[ref]
                    entry.opening.salts.pop(ref, None)
        chained = [entry for entry in entries if entry.seq is not None]
        for ref, row in rows.items():
            _vouch(row, entry := last.get(ref, chained[-1]), bodies[entry.pk])
    for entry in entries:
        rewrite(entry, bodies[entry.pk])


def _vouch(row: Witnessed, entry: Entry, body: dict[str, Any]) -> None:
    """Let an entry have said of a row what stands there."""
    salts = entry.opening.salts.setdefault(row.row_ref, {})
    told = body["rows"].setdefault(row.row_ref, {})
    for name, value in row.witnessed_values().items():
        salt = salts.setdefault(name, secrets.token_hex(SALT_BYTES))
        told[name] = commitment(bytes.fromhex(salt), name, value)


def rewrite(entry: Entry, body: Mapping[str, Any], **columns: object) -> None:
    """Put another body into an entry, and what its columns repeat of it."""
    text = canonical(body)
    if text != entry.body:
        Entry.objects.filter(pk=entry.pk).update(body=text, **columns)
        Opening.objects.filter(pk=entry.pk).update(salts=entry.opening.salts)


def rechain(entries: Sequence[Entry] | None = None) -> None:
    """Chain entries in this order, by default the one they stand in, and make head and tree fit."""
    order = [entry.pk for entry in (chain() if entries is None else entries)]
    text = dict(Entry.objects.values_list("pk", "body"))
    Entry.objects.filter(seq__isnull=False).update(seq=None, previous="", hash="")
    tree, nodes, last = GrowingTree(), [], GENESIS
    for seq, key in enumerate(order, start=1):
        previous, last = last, link(last, text[key])
        Entry.objects.filter(pk=key).update(seq=seq, previous=previous, hash=last)
        nodes += tree.append(sequencer.leaf_of(text[key]))
    Head.objects.update(seq=len(order), hash=last, peaks=[peak.hex() for peak in tree.peaks])
    TreeNode.objects.all().delete()
    TreeNode.objects.bulk_create(
        TreeNode(level=node.level, place=node.place, hash=node.hash.hex())
        for node in nodes
        if node.level % sequencer.KEPT_EVERY == 0
    )


def forget_checkpoints() -> None:
    """Take the signed notes out of the database; those in the file outside it stay."""
    Checkpoint.objects.all().delete()


def root_of(entries: Sequence[Entry]) -> bytes:
    """Give the root over these entries."""
    return merkle.root_of([sequencer.leaf_of(entry.body) for entry in entries])
