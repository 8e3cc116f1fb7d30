"""Who acted, from a reference of the record: the post, and who stood in for its holder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext

from sanhu.domains.subjects.models import Delegation, Post

_POST, _DELEGATION = "post:", "delegation:"


@dataclass(frozen=True)
class KnownActor:
    """A post somebody acted in; `deputy_number` is the staff number of whoever stood in for its holder."""

    post: Post
    deputy_number: str = ""

    @property
    def numbers(self) -> str:
        """The staff number; for a deputy, with that of the absent holder."""
        if not self.deputy_number:
            return self.post.person.staff_number
        return gettext("%(deputy)s 代 %(absent)s") % {
            "deputy": self.deputy_number,
            "absent": self.post.person.staff_number,
        }


def known_actors(refs: Iterable[str], posts: QuerySet[Post]) -> Mapping[str, KnownActor]:
    """Read the references that name one of these posts; what is not among them stays a reference."""
    split = {ref: ref.removeprefix(_POST).partition("/") for ref in refs if ref.startswith(_POST)}
    found = posts.select_related("person", "organisation").in_bulk(
        {int(post) for post, _slash, _through in split.values() if post.isdecimal()}
    )
    lent = {
        int(key)
        for _post, _slash, through in split.values()
        if through.startswith(_DELEGATION) and (key := through.removeprefix(_DELEGATION)).isdecimal()
    }
    deputies = Delegation.objects.filter(pk__in=lent).values_list("pk", "deputy__staff_number") if lent else ()
    numbers = {f"{_DELEGATION}{key}": number for key, number in deputies}
    return {
        ref: KnownActor(found[int(post)], numbers.get(through, ""))
        for ref, (post, _slash, through) in split.items()
        if post.isdecimal() and int(post) in found
    }
