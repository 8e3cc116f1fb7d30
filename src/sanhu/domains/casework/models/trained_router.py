"""Routers a district learnt: what words were told to mean, kept as arrays."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanhu.domains.evidence.fields import PersonalBinaryField


class RouterState(models.TextChoices):
    """How far a router is: one serves a district at a time, and the one before is kept."""

    WAITING = "waiting", _("等待训练")
    RUNNING = "running", _("正在训练")
    SERVING = "serving", _("正在使用")
    KEPT = "kept", _("已被更新的替换")
    WORSE = "worse", _("不比原来的好，没有启用")
    FAILED = "failed", _("没有成功")


class TrainedRouter(models.Model):
    """One training and what came of it.

    `data` is the router as `engines.routing.model` reads it: runs of up to three characters, each with a weight, so it
    is sealed like the words it was learnt from, and emptied when the router after the next serves. `own_count` tells
    how many of the examples were the district's own matters, `learnt_until` the latest close among them.
    """

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    state = models.CharField(max_length=10, choices=RouterState, default=RouterState.WAITING)
    asked_by_post_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    example_count = models.PositiveIntegerField(default=0)
    own_count = models.PositiveIntegerField(default=0)
    learnt_until = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    data = PersonalBinaryField(default=bytes)
    sha256 = models.CharField(max_length=64, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["district", "state", "id"], name="router_in_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["district"], condition=models.Q(state=RouterState.SERVING), name="one_router_serves"
            ),
            models.UniqueConstraint(
                fields=["district"],
                condition=models.Q(state__in=[RouterState.WAITING, RouterState.RUNNING]),
                name="one_training_at_a_time",
            ),
        ]
