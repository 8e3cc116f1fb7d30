"""Who is acting: one frozen value, built by `subjects` and passed everywhere."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """A person in a post, somebody without a sign-in, or the house itself (its clocks)."""

    POST = "post"
    RESIDENT = "resident"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """A person acting through one post, with the scope and powers that post has at this moment.

    `stands_for` is the absent person a deputy acts for; `through` names the delegation or the token it is done with.
    `areas` are division codes cut to their significant digits ("990101", "990101001", "990101001003"): the actor's
    scope is whatever begins with one of them. `permissions` hold `scope.action` strings.
    """

    kind: ActorKind
    district: str = ""
    person_id: int | None = None
    post_id: int | None = None
    organisation_id: int | None = None
    areas: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    stands_for: int | None = None
    through: str = ""

    def may(self, permission: str) -> bool:
        """Tell whether the post carries a permission."""
        return permission in self.permissions

    def covers(self, area: str) -> bool:
        """Tell whether a 12-digit area code lies in the actor's scope."""
        return any(area.startswith(prefix) for prefix in self.areas)

    @property
    def persons(self) -> frozenset[int]:
        """Whose act it is: the person's own and, for a deputy, that of whoever is away. Neither approves it later."""
        return frozenset(person for person in (self.person_id, self.stands_for) if person is not None)

    @property
    def ref(self) -> str:
        """The actor as a typed reference, free of personal values."""
        if self.kind is not ActorKind.POST:
            return self.kind.value
        return f"post:{self.post_id}/{self.through}" if self.through else f"post:{self.post_id}"


SYSTEM = Actor(kind=ActorKind.SYSTEM)


def resident(district: str) -> Actor:
    """Give the actor of somebody who reports without signing in."""
    return Actor(kind=ActorKind.RESIDENT, district=district)
