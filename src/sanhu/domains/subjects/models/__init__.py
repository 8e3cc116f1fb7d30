"""The aggregates of subjects."""

from sanhu.domains.subjects.models.account import Account
from sanhu.domains.subjects.models.organisation import Organisation, ServedArea
from sanhu.domains.subjects.models.person import Person
from sanhu.domains.subjects.models.post import Appointment, Post
from sanhu.domains.subjects.models.role import Role

__all__ = ["Account", "Appointment", "Organisation", "Person", "Post", "Role", "ServedArea"]
