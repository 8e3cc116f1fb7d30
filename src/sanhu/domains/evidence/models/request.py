"""Requests already answered, so that a repeated one gets the same answer."""

from django.db import models


class Request(models.Model):
    """A write's client_id with a keyed hash of what was asked, and a reference to what came of it."""

    privacy_default = "internal"

    client_id = models.UUIDField(primary_key=True)
    actor_ref = models.CharField(max_length=40)
    body_hash = models.CharField(max_length=64)
    result_ref = models.CharField(max_length=80)
    at = models.DateTimeField()
