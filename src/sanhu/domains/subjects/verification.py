"""What `sanhu verify` re-proves about subjects beyond the record itself: each entry is filed under its own district."""

from collections.abc import Iterator

from django.db.models import Model

from sanhu.domains.evidence.filing import misfiled_by_key
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.subjects.models import Account, ApiToken, Delegation, Organisation, Person, Post

# By the name under which entries speak of them: where each has its district.
_DISTRICT_OF: dict[str, tuple[type[Model], str]] = {
    "api_token": (ApiToken, "district"),
    "account": (Account, "person__district"),
    "delegation": (Delegation, "post__organisation__district"),
    "organisation": (Organisation, "district"),
    "person": (Person, "district"),
    "post": (Post, "organisation__district"),
}


def entries_are_filed_where_their_subject_is() -> Iterator[Finding]:
    """Compare the district of every entry about a person, post, account or body with that subject's own."""
    for name, (model, district) in _DISTRICT_OF.items():
        yield from misfiled_by_key(name, model, district)


CHECKS = (entries_are_filed_where_their_subject_is,)
