"""Which moves may be made on many matters at once: those that decide nothing about the single one.

What is said must be able to hold for every matter alike. Where a move has to look at the one matter before it — which
item it is, what exactly was refused and why — it is made one by one, and `ONE_BY_ONE` says for what reason.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

MOST_AT_ONCE = 100

IN_BULK = frozenset(
    {
        "assign",
        "sign",
        "start",
        "finish",
        "verify",
        "close",
        "urge",
        "supervise",
        "resume",
        "call_up",
        "keep_suspended",
    }
)
_ITS_OWN_ITEM = _("每一件归入的事项不同")
_ITS_OWN_REASON = _("理由和依据要针对这一件写")
_ITS_OWN_TIME = _("时间、原因和公开说明要针对这一件写")
_ITS_OWN_DECISION = _("批准或者不批准要看过这一件的申请")
ONE_BY_ONE: Mapping[str, str] = {
    "accept": _ITS_OWN_ITEM,
    "reclassify": _ITS_OWN_ITEM,
    "rule": _ITS_OWN_REASON,
    "decline": _ITS_OWN_REASON,
    "send_back": _ITS_OWN_REASON,
    "rework": _ITS_OWN_REASON,
    "merge": _ITS_OWN_REASON,
    "answer_supervision": _ITS_OWN_REASON,
    "ask_extension": _ITS_OWN_TIME,
    "ask_suspension": _ITS_OWN_TIME,
    "grant_extension": _ITS_OWN_DECISION,
    "refuse_extension": _ITS_OWN_DECISION,
    "grant_suspension": _ITS_OWN_DECISION,
    "refuse_suspension": _ITS_OWN_DECISION,
}
