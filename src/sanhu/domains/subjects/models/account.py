"""Sign-in accounts of people."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models.person import Person


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by user name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Give the account of that user name. Raises DoesNotExist."""
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser, Witnessed):
    """How a person signs in. Passwords and sign-in times change without a deed, so the record leaves them out."""

    privacy_default = "internal"
    unwitnessed = ("password", "last_login")

    username = models.CharField(max_length=40, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
