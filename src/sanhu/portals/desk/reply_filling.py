"""Filling a template from a matter, and putting it into a form that is being written."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.places.queries import within
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.legal_time import legal_day
from sanhu.portals.look.moments import full_day_words


def communities_of(district: str, *, at: datetime) -> Mapping[str, str]:
    """Give the names of a district's areas by code, for filling in many matters."""
    return dict(within(district, legal_day(at)).values_list("code", "name"))


def values_of(
    matter: Matter, *, communities: Mapping[str, str], at: datetime, lead: str = "", item: str = ""
) -> dict[str, str]:
    """Give what stands for each placeholder, in the installation's own language: the reporter reads it.

    `lead` is the body the matter is about to be given to, `item` what it is about to be accepted as.
    """
    # Before acceptance the clock that runs is that of acceptance itself.
    due_at = matter.due_at if matter.duty_id else None
    with translation.override(settings.LANGUAGE_CODE):
        undecided = gettext("待定")
        return {
            "编号": display(matter.number),
            "事项": item or (matter.item.name if matter.item else undecided),
            "单位": lead or (matter.lead.name if matter.lead else undecided),
            "期限": full_day_words(due_at - timedelta(microseconds=1)) if due_at else undecided,
            "状态": gettext(MATTER.state(matter.state).public_label),
            "社区": communities.get(matter.area_code, matter.area_code),
            "今天": full_day_words(at),
        }
