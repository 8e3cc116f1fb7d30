"""The district's bodies as a file: what each is and whom it serves; no telephones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.served import area_names
from sanhu.portals.desk.views import organisations
from sanhu.portals.exports.listed import Column, Listed


@dataclass(frozen=True)
class _Line:
    """A body, with the codes of the areas it serves and their names."""

    body: Organisation
    codes: tuple[str, ...]
    names: tuple[str, ...]


def _lines(found: Sequence[Organisation], actor: Actor, at: datetime) -> list[_Line]:
    del actor
    served = {body.pk: tuple(area.code for area in body.served_areas.all()) for body in found}
    names = area_names({code for codes in served.values() for code in codes}, legal_day(at))
    return [_Line(body, served[body.pk], tuple(names.get(code, code) for code in served[body.pk])) for body in found]


ORGANISATIONS = Listed(
    code="organisations",
    title=_("单位"),
    page="desk:organisations",
    permissions=frozenset({Permission.SUBJECTS_VIEW}),
    chosen=organisations.chosen,
    lines=_lines,
    columns=(
        Column("name", _("名称"), lambda line: line.body.name, 30),
        Column("sector", _("三互主体"), lambda line: str(line.body.sector.label), 10),
        Column("kind", _("种类"), lambda line: str(SubjectKind(line.body.kind).label), 20),
        Column("specialty", _("职能领域"), lambda line: str(Specialty(line.body.specialty).label), 14),
        Column("uscc", _("统一社会信用代码"), lambda line: line.body.uscc, 22),
        Column("parent", _("上级单位"), lambda line: line.body.parent.name if line.body.parent else "", 24),
        Column("areas", _("服务区域"), lambda line: gettext("、").join(line.names), 30),
        Column("area_codes", _("服务区域代码"), lambda line: gettext("、").join(line.codes), 30),
        Column("active_from", _("设立日期"), lambda line: line.body.active_from, 12),
        Column("active_to", _("撤销日期"), lambda line: line.body.active_to, 12),
    ),
)
