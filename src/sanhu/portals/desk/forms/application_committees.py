"""Choosing residents' committees: by subdistrict, in the order of their codes, never in any other."""

from datetime import datetime
from typing import Any

from django import forms

from sanhu.domains.places.models import AreaLevel
from sanhu.domains.places.queries import within
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.queries import active_organisations, served_areas_in_force
from sanhu.engines.legal_time import legal_day

_SUBDISTRICT, _COMMUNITY = 9, 12
_FEW = 12
Groups = list[tuple[str, list[tuple[int, str]]]]


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes in named groups; where there are many, the groups after the first are opened to choose in them."""

    template_name = "desk/application_checkboxes.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Say of each group how many are chosen in it, and whether it stands open."""
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        few = sum(len(options) for _label, options, _index in groups) <= _FEW
        context["groups"] = [
            {
                "label": label,
                "options": options,
                "chosen": sum(option["selected"] for option in options),
                "is_open": few or place == 0 or any(option["selected"] for option in options),
            }
            for place, (label, options, _index) in enumerate(groups)
        ]
        return context


class CommitteesField(forms.TypedMultipleChoiceField):
    """Committees of the district, at least one."""

    widget = GroupedCheckboxes

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)


def committee_groups(district: str, *, at: datetime) -> Groups:
    """The residents' committees of a district that serve a community, grouped by subdistrict, by code."""
    bodies = active_organisations(at).filter(district=district, kind=SubjectKind.RESIDENTS_COMMITTEE)
    placed = sorted(
        (min(areas), body.pk, body.name)
        for body in bodies.prefetch_related(served_areas_in_force())
        if (areas := [area.code[:_COMMUNITY] for area in body.served_areas.all() if len(area.code) >= _COMMUNITY])
    )
    names = {
        area.code[:_SUBDISTRICT]: area.name
        for area in within(district, legal_day(at)).filter(level=AreaLevel.SUBDISTRICT)
    }
    groups: dict[str, list[tuple[int, str]]] = {}
    for code, pk, name in placed:
        groups.setdefault(code[:_SUBDISTRICT], []).append((pk, name))
    return [(names.get(code, code), choices) for code, choices in groups.items()]
