"""What `sanhu verify` re-proves about subjects beyond the record itself: each entry is filed under its own district.

The moments of an invented district are invented too, so verifying judges none of them. An entry about somebody real
that was filed under such a district could otherwise be dated back unseen.
"""

from collections.abc import Iterator

from django.db.models import Model, QuerySet

from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.reading import pages
from sanhu.domains.subjects.models import Account, Organisation, Person, Post

_PAGE = 500
# By the name under which entries speak of them: where each has its district.
_DISTRICT_OF: dict[str, tuple[type[Model], str]] = {
    "account": (Account, "person__district"),
    "organisation": (Organisation, "district"),
    "person": (Person, "district"),
    "post": (Post, "organisation__district"),
}


def entries_are_filed_where_their_subject_is() -> Iterator[Finding]:
    """Compare the district of every entry about a person, post, account or body with that subject's own."""
    for name, (model, district) in _DISTRICT_OF.items():
        for page in pages(QuerySet(model), by="pk", size=_PAGE):
            rows: QuerySet[Model] = QuerySet(model).filter(pk__in=[key for key, _ in page])
            own = {f"{name}:{key}": found for key, found in rows.values_list("pk", district)}
            entries = Entry.objects.filter(subject_ref__in=own).order_by("id")
            for key, seq, subject, found in entries.values_list("pk", "seq", "subject_ref", "district"):
                if found != own[subject]:
                    yield Finding(kind="filed_elsewhere", ref=f"entry:{key}", detail=subject, seq=seq)


CHECKS = (entries_are_filed_where_their_subject_is,)
