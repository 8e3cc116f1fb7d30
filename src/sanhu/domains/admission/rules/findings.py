"""What a check found in an application: at which field, why, on what article; kept as data, worded when shown."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext


@dataclass(frozen=True)
class CheckFinding:
    """One thing a check found.

    `reason` is a message id with places for `figures`, which may be message ids themselves. What is no refusal is shown
    to whoever applies and to whoever reviews the law, and stops nothing.
    """

    field: str
    reason: str
    citation: str = ""
    code: str = ""
    is_refusal: bool = True
    figures: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def words(self) -> str:
        """The finding in the reader's language."""
        return gettext(self.reason) % {name: gettext(value) if value else "" for name, value in self.figures.items()}

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the application."""
        return {**self.__dict__, "figures": dict(self.figures)}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what was stored."""
        return cls(**stored)
