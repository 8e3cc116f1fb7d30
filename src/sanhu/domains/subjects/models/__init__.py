"""The aggregates of subjects."""

from sanhu.domains.subjects.appointments import Appointment, LeavingGround
from sanhu.domains.subjects.models.account import Account
from sanhu.domains.subjects.models.api_token import ApiToken, TokenKind
from sanhu.domains.subjects.models.delegation import Delegation
from sanhu.domains.subjects.models.desk_settings import DigestSubscription, SavedView
from sanhu.domains.subjects.models.export_job import ExportChunk, ExportJob, ExportState
from sanhu.domains.subjects.models.organisation import Organisation, ServedArea
from sanhu.domains.subjects.models.person import Person
from sanhu.domains.subjects.models.post import Post
from sanhu.domains.subjects.models.role import Role
from sanhu.domains.subjects.models.second_factor import ExternalIdentity, OneTimeCodes, Passkey, RecoveryCode

__all__ = [
    "Account",
    "ApiToken",
    "Appointment",
    "Delegation",
    "DigestSubscription",
    "ExportChunk",
    "ExportJob",
    "ExportState",
    "ExternalIdentity",
    "LeavingGround",
    "OneTimeCodes",
    "Organisation",
    "Passkey",
    "Person",
    "Post",
    "RecoveryCode",
    "Role",
    "SavedView",
    "ServedArea",
    "TokenKind",
]
