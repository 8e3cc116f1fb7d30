"""Tokens for programs: a person's own, or a system's for which a post answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models.person import Person
from sanhu.domains.subjects.models.post import Post


class TokenKind(models.TextChoices):
    """Whose a token is."""

    PERSON = "person", _("个人")
    SYSTEM = "system", _("系统")


class ApiToken(Witnessed):
    """A key for `/api/v1/`: it acts in one post, with those of the post's powers that `scopes` names, until its day.

    The token itself is shown once; here lies a hash of it and its first letters, by which its owner knows it again.
    """

    privacy_default = "internal"
    unwitnessed = ("last_used_at",)

    district = models.CharField(max_length=6)
    kind = models.CharField(max_length=10, choices=TokenKind)
    name = models.CharField(max_length=60)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="api_tokens")
    scopes = models.JSONField()
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    last_used_at = models.DateTimeField(null=True)
