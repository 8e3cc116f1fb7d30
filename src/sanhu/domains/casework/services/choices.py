"""What moves decide beyond the state: acceptance names the duty, assignment the one body that answers for it, merging
the matter that goes on, supervising the time for an answer."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.parties import ACCEPT_ARTICLE, ASSIGN_ARTICLE, MERGE_ARTICLE, URGE_ARTICLE
from sanhu.domains.casework.routing import may_lead
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import choosable_duties, current_version
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

MOST_TITLE = 60


def choose_duty(matter: Matter, duty_id: int | None, *, public_title: str, at: datetime) -> None:
    """Accept the matter under a duty of the catalogue in force. Raises Refused for any other, and for a draft's."""
    version = current_version(matter.district, legal_day(at))
    duty = choosable_duties(version).filter(pk=duty_id).first() if version and duty_id else None
    if duty is None:
        raise Refused(refuse(_("归入哪一项：请从现行清单中选择一项"), citations=(ACCEPT_ARTICLE,)))
    if len(public_title) > MOST_TITLE:
        raise Refused(refuse(_("公开标题：不超过 60 个字"), citations=(ACCEPT_ARTICLE,)))
    assert version is not None, "a duty was found in it"
    duty.item.version = version
    matter.accept(duty, public_title=public_title.strip(), at=at)


def choose_other_duty(matter: Matter, duty_id: int | None) -> None:
    """Bring the matter under another duty of the version it is under. Raises Refused for the one it has, and for none.

    It stays under its version, whatever has come into force since.
    """
    duty = _duty_of_its_version(matter, duty_id)
    if duty.pk == matter.duty_id:
        raise Refused(refuse(_("归入哪一项：和原来的一样"), citations=(ACCEPT_ARTICLE,)))
    matter.reclassify(duty)


def rule_duty_and_lead(matter: Matter, duty_id: int | None, lead_id: int | None, *, at: datetime) -> None:
    """Give the matter to the body that is ruled, under the duty that is ruled: the one it has, or another one."""
    duty = _duty_of_its_version(matter, duty_id)
    if duty.pk != matter.duty_id:
        matter.reclassify(duty)
    choose_lead(matter, lead_id, at=at)


def _duty_of_its_version(matter: Matter, duty_id: int | None) -> Duty:
    assert matter.item is not None, "an accepted matter has its item"
    duty = choosable_duties(matter.item.version).filter(pk=duty_id).first() if duty_id else None
    if duty is None:
        raise Refused(refuse(_("归入哪一项：请从这件事受理时的清单中选择一项"), citations=(ACCEPT_ARTICLE,)))
    return duty


def choose_lead(matter: Matter, lead_id: int | None, *, at: datetime) -> None:
    """Give the matter to one body of its district. Raises Refused for none, and for one that may not lead this duty."""
    body = active_organisations(at).filter(pk=lead_id, district=matter.district).first() if lead_id else None
    if body is None:
        reason = _("主责单位：请选择本区在册的一个单位")
        raise Refused(refuse(reason, citations=(ASSIGN_ARTICLE,), code="X-03"))
    assert matter.duty_id is not None, "an accepted matter has its duty"
    duty = Duty.objects.select_related("item").get(pk=matter.duty_id)
    decision = may_lead(duty=duty, body=body)
    if not decision:
        raise Refused(decision)
    matter.lead = body


def choose_main(matter: Matter, main: Matter | None) -> None:
    """Merge the matter into another one that is open. Both are locked, so that no two are merged into each other.

    Raises Refused for a number that is none, for the matter itself, and for one that does not go on: what was merged
    is final and no further matter is merged into it, so that no circle can come about.
    """
    if main is None or main.district != matter.district:
        reason = _("并入哪一件：没有找到这个编号的办件")
    elif main.pk == matter.pk:
        reason = _("并入哪一件：不能并入它自己")
    elif main.merged_into_id is not None:
        reason = _("并入哪一件：那一件已经并入别的办件，请直接并入继续办理的那一件")
    elif not main.is_open:
        reason = _("并入哪一件：那一件已经办结")
    else:
        matter.merged_into = main
        return
    raise Refused(refuse(reason, citations=(MERGE_ARTICLE,)))


def check_limit(working_days: int) -> None:
    """Refuse a time for answering a supervisor that is none, or too long."""
    if not 1 <= working_days <= settings.SANHU_SUPERVISION_MOST_WORKING_DAYS:
        raise Refused(refuse(_("答复期限：请写 1 到 10 个工作日"), citations=(URGE_ARTICLE,)))
