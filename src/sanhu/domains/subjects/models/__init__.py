"""The aggregates of subjects."""

from sanhu.domains.subjects.appointments import Appointment, LeavingGround
from sanhu.domains.subjects.models.account import Account
from sanhu.domains.subjects.models.organisation import Organisation, ServedArea
from sanhu.domains.subjects.models.person import Person
from sanhu.domains.subjects.models.post import Post
from sanhu.domains.subjects.models.role import Role

__all__ = ["Account", "Appointment", "LeavingGround", "Organisation", "Person", "Post", "Role", "ServedArea"]
