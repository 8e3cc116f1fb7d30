"""What a post may do: one list of `scope.action`."""

from enum import StrEnum


class Permission(StrEnum):
    """A power a role can carry. Roles are data; this list is code, because each power is asked for by code."""

    MATTER_VIEW = "matter.view"
    MATTER_REGISTER = "matter.register"
    MATTER_ACCEPT = "matter.accept"
    MATTER_ASSIGN = "matter.assign"
    MATTER_SIGN = "matter.sign"
    MATTER_HANDLE = "matter.handle"
    MATTER_VERIFY = "matter.verify"
    MATTER_CLOSE = "matter.close"
    MATTER_EXTEND = "matter.extend"
    MATTER_SUSPEND = "matter.suspend"
    MATTER_MERGE = "matter.merge"
    MATTER_URGE = "matter.urge"
    MATTER_SUPERVISE = "matter.supervise"
    CATALOGUE_AMEND = "catalogue.amend"
    CALENDAR_IMPORT = "calendar.import"
    PLACES_IMPORT = "places.import"
    SUBJECTS_VIEW = "subjects.view"
    SUBJECTS_MANAGE = "subjects.manage"
    ACCOUNT_MANAGE = "account.manage"
    ACCOUNT_UNLOCK = "account.unlock"
    ROLE_MANAGE = "role.manage"
    RECORD_VIEW = "record.view"
    HEALTH_VIEW = "health.view"
    PERSONAL_DATA_UNMASK = "personal_data.unmask"
    PERSONAL_DATA_ERASE = "personal_data.erase"
    PERSONAL_DATA_OVERSEE = "personal_data.oversee"
