"""The outbox: what the outside world is to be told, after commit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanhu.domains.evidence.fields import PersonalTextField


class Channel(models.TextChoices):
    """How a notice travels."""

    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信群机器人")
    DINGTALK = "dingtalk", _("钉钉群机器人")


# What a resident may be reached by; the others reach a group of officials.
PERSONAL_CHANNELS = (Channel.EMAIL, Channel.SMS)


class Notice(models.Model):
    """A message to one address, written in the deciding transaction and sent by the worker.

    `key` makes a notice unique, so that a repeated move cannot tell a person twice. Until `claimed_until` nobody else
    takes it: a worker is sending it, or a failure is being waited out; what a killed worker claimed is claimed again
    afterwards. The address is destroyed once it has served.
    """

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    key = models.CharField(max_length=120, unique=True)
    subject_ref = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=Channel)
    address = PersonalTextField(blank=True)
    text = models.TextField()
    created_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(sent_at__isnull=True), name="notice_unsent"),
            models.Index(fields=["subject_ref"], name="notice_of_subject"),
        ]
