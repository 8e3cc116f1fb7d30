"""Roles: named bundles of powers, kept as data."""

from django.db import models

from sanhu.domains.evidence.models import Witnessed


class Role(Witnessed):
    """What holders of a kind of post may do.

    `permissions` lists `scope.action` strings, `appointments` the ways of coming to a post that the role goes with:
    what an elected member may do, a hired worker does not get by contract (R48).
    """

    privacy_default = "internal"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    permissions = models.JSONField()
    appointments = models.JSONField()
    is_administrator = models.BooleanField(default=False)
