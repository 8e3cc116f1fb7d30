"""How somebody comes to a post and how they leave it: elected, hired and appointed never blur (R48)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Appointment(TextChoices):
    """How somebody came to a post. The three never blur: each has facts the others may not have."""

    ELECTED = "elected", _("选举产生")
    HIRED = "hired", _("合同聘用")
    APPOINTED = "appointed", _("任命")


class LeavingGround(TextChoices):
    """Why a post ended before its last day, or on it."""

    # what the law knows for members who were elected
    RECALLED = "recalled", _("依法罢免")
    ELECTION_INVALID = "election_invalid", _("当选无效")
    LOST_CAPACITY = "lost_capacity", _("丧失行为能力")
    SENTENCED = "sentenced", _("被判处刑罚")
    TWO_INCOMPETENT_APPRAISALS = "two_incompetent_appraisals", _("连续两次被评议不称职")
    TERM_ENDED = "term_ended", _("任期届满")
    NOMINATED = "nominated", _("被提名为候选人，退出选举委员会")
    # what ends any post
    RESIGNED = "resigned", _("辞职")
    DIED = "died", _("死亡")
    # what ends a contract
    CONTRACT_ENDED = "contract_ended", _("合同期满")
    CONTRACT_TERMINATED = "contract_terminated", _("解除合同")
    # what ends an appointment
    REASSIGNED = "reassigned", _("调任或者免职")


LAWFUL_GROUNDS: dict[Appointment, frozenset[LeavingGround]] = {
    Appointment.ELECTED: frozenset(
        {
            LeavingGround.RECALLED,
            LeavingGround.ELECTION_INVALID,
            LeavingGround.LOST_CAPACITY,
            LeavingGround.SENTENCED,
            LeavingGround.TWO_INCOMPETENT_APPRAISALS,
            LeavingGround.TERM_ENDED,
            LeavingGround.NOMINATED,
            LeavingGround.RESIGNED,
            LeavingGround.DIED,
        }
    ),
    Appointment.HIRED: frozenset(
        {
            LeavingGround.CONTRACT_ENDED,
            LeavingGround.CONTRACT_TERMINATED,
            LeavingGround.RESIGNED,
            LeavingGround.DIED,
        }
    ),
    Appointment.APPOINTED: frozenset({LeavingGround.REASSIGNED, LeavingGround.RESIGNED, LeavingGround.DIED}),
}
