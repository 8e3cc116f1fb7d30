"""Keeping the index: written in the transaction that changes what a matter is found by, gone with its words."""

from collections.abc import Iterable

from sanhu.domains.casework.models import Matter, SearchEntry
from sanhu.domains.casework.search.tokens import of_matter


def index_new(matter: Matter) -> None:
    """Write what a matter that was just registered is found by."""
    SearchEntry.objects.create(matter=matter, tokens=_tokens(matter))


def index(matter: Matter) -> None:
    """Write anew what a matter is found by: after accepting, assigning, supplementing, asking somebody to co-sign."""
    added = matter.supplements.values_list("words", flat=True)
    asked = matter.cosignings.values_list("organisation_id", flat=True)
    SearchEntry.objects.update_or_create(matter=matter, defaults={"tokens": _tokens(matter, added=added, asked=asked)})


def forget(matter: Matter) -> None:
    """Let a matter be found by its words no more: they were erased.

    The row goes at once. What an index keeps of it until it is next merged are keyed tokens with a number.
    """
    SearchEntry.objects.filter(matter=matter).delete()


def _tokens(matter: Matter, *, added: Iterable[str] = (), asked: Iterable[int] = ()) -> str:
    return of_matter(
        words=(matter.words, matter.public_title, *added),
        address=matter.address,
        location=matter.location,
        bodies={*asked} if matter.lead_id is None else {matter.lead_id, *asked},
    )
