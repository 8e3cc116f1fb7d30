"""Personal values on pages: masked unless somebody said why, and a plain word where they were erased."""

from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from sanhu.domains.admission.models import GateStep
from sanhu.domains.casework.erasure_rules import ErasureScope, ErasureState
from sanhu.domains.casework.models import Erasure, Matter, Step
from sanhu.domains.evidence.fields import mask_address, mask_words
from sanhu.domains.subjects.models import Person
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor

register = template.Library()


@register.filter
def person_words(person: Person) -> str:
    """Name a person; whoever was erased is told apart by the staff number alone."""
    return person.name or gettext("已删除的人员（工号 %(number)s）") % {"number": person.staff_number}


@register.filter
def acted_by(step: Step | GateStep) -> str:
    """Name who made a step; a deputy with the holder of the post they stood in for."""
    if step.person is None:
        return ""
    if step.post is None or step.post.person_id == step.person_id:
        return person_words(step.person)
    names = {"deputy": person_words(step.person), "absent": person_words(step.post.person)}
    return gettext("%(deputy)s 代 %(absent)s") % names


@register.filter
def masked_words(words: str) -> str:
    """A text somebody wrote, without the numbers and addresses of people in it."""
    return mask_words(words)


@register.filter
def masked_address(address: str) -> str:
    """A place, no finer than the building."""
    return mask_address(address)


@register.filter
def whole_years(days: int) -> int:
    """The years that so many days are, common ones or leap ones; 0 where they are no whole number of years."""
    return next((days // year for year in (365, 366) if days and days % year == 0), 0)


@register.simple_tag(takes_context=True)
def look_link(context: Mapping[str, object], matter: Matter, field: str) -> SafeString:
    """Offer to look at a matter's masked value, where something is masked and the post may."""
    actor = context.get("actor")
    hides = {
        "words": mask_words(matter.words) != matter.words,
        "address": mask_address(matter.address) != matter.address,
    }
    if not isinstance(actor, Actor) or not actor.may(Permission.PERSONAL_DATA_UNMASK) or not hides.get(field, True):
        return SafeString("")
    url = reverse("desk:unmask", kwargs={"number": matter.number, "field": field})
    return format_html(' <a class="no-print" href="{}">{}</a>', url, gettext("查看原文"))


@register.inclusion_tag("look/components/erased.html")
def erased_note(matter: Matter) -> dict[str, object]:
    """Say that a matter's personal data was erased, when, why and on what article."""
    done = Erasure.objects.filter(matter=matter, state=ErasureState.ERASED, scope=ErasureScope.EVERYTHING)
    return {"erasure": done.order_by("-decided_at").first()}
