"""Exports: long lists written to a file by the worker, for one person, for a short time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanhu.domains.evidence.fields import PersonalBinaryField, PersonalTextField
from sanhu.domains.subjects.models.post import Post


class ExportState(models.TextChoices):
    """How far an export is."""

    WAITING = "waiting", _("等待")
    RUNNING = "running", _("正在导出")
    READY = "ready", _("可以下载")
    FAILED = "failed", _("没有成功")
    CANCELLED = "cancelled", _("已取消")
    EXPIRED = "expired", _("已过期")


class ExportJob(models.Model):
    """An export somebody asked for: the list, its filters as the address has them, the columns, the format.

    The record tells that it was asked for and each time it was fetched; how far it is changes without a deed. Until
    `claimed_until` nobody else works on it; what a killed worker claimed is begun anew afterwards.
    """

    privacy_default = "internal"

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="exports")
    delegation_id = models.PositiveBigIntegerField(null=True)
    listed = models.CharField(max_length=40)
    query = PersonalTextField(blank=True)
    columns = models.JSONField()
    format = models.CharField(max_length=4, choices=[("xlsx", "Excel"), ("csv", "CSV")])
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WAITING)
    asked_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "asked_at"], name="export_in_state")]


class ExportChunk(models.Model):
    """A piece of an export's file; gone when the export expires."""

    privacy_default = "internal"

    job = models.ForeignKey(ExportJob, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    ordinal = models.PositiveIntegerField()
    data = PersonalBinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "ordinal"], name="export_chunk_once")]
