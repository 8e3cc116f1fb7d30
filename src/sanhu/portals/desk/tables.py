"""The tables that can be brought in at the desk: who may, what their columns are, and what brings them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanhu.domains.places import divisions
from sanhu.domains.places.services import import_divisions
from sanhu.domains.subjects.imports import import_organisations, import_people, import_posts
from sanhu.domains.subjects.intake import TableImport
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.tables import MOST_UPLOADED_ROWS, Column, ImportReport
from sanhu.portals.desk.acting import Acting
from sanhu.portals.desk.kept_files import KeptFile


@dataclass(frozen=True)
class Table:
    """A kind of table. `example` is the row a template shows, with {district} for the district's six digits."""

    kind: str
    label: Promise
    about: Promise
    permission: Permission
    columns: Sequence[Column]
    example: Mapping[str, str]
    imports: TableImport | None = None

    def template_row(self, district: str) -> list[str]:
        """The example, cell by cell."""
        return [self.example.get(column.name, "").format(district=district) for column in self.columns]

    def command(self, district: str) -> str:
        """What does the same on the server."""
        return f"sanhu import {self.kind} FILE --district {district} --dry-run"

    def bring_in(
        self, file: KeptFile, acting: Acting, *, at: datetime, dry_run: bool, skip_bad: bool = False
    ) -> ImportReport:
        """Import a file into the actor's district, or tell what that would do."""
        lines = file.data.splitlines(keepends=True)
        if self.imports is None:
            return import_divisions(
                lines=lines,
                actor=acting.actor,
                at=at,
                source=file.name,
                dry_run=dry_run,
                skip_bad=skip_bad,
                most_rows=MOST_UPLOADED_ROWS,
            )
        return self.imports(
            lines=lines, district=acting.actor.district, actor=acting.actor, at=at, dry_run=dry_run, skip_bad=skip_bad
        )


TABLES = {
    table.kind: table
    for table in (
        Table(
            kind="divisions",
            label=_("区划"),
            about=_("街道和社区的代码和名称。更名的，旧名到那一天为止，新名从那一天起。"),
            permission=Permission.PLACES_IMPORT,
            columns=divisions.COLUMNS,
            example={"code": "{district}001", "name": "示范街道"},
        ),
        Table(
            kind="organisations",
            label=_("单位"),
            about=_("各类主体，按统一社会信用代码或名称认出；服务区域用分号隔开。"),
            permission=Permission.SUBJECTS_MANAGE,
            columns=import_organisations.columns,
            example={
                "name": "示范街道办事处",
                "kind": "街道办事处",
                "specialty": "综合",
                "areas": "{district}001",
                "active_from": "2026-01-01",
            },
            imports=import_organisations,
        ),
        Table(
            kind="people",
            label=_("人员"),
            about=_("按工号认出。不收集证件号。"),
            permission=Permission.SUBJECTS_MANAGE,
            columns=import_people.columns,
            example={"staff_number": "1001", "name": "周示范", "phone": "010-12345678"},
            imports=import_people,
        ),
        Table(
            kind="posts",
            label=pgettext_lazy("several", "岗位"),
            about=_("谁在哪个单位任什么职。先导入单位和人员。管理员的岗位由安全管理员任命，不能导入。"),
            permission=Permission.SUBJECTS_MANAGE,
            columns=import_posts.columns,
            example={
                "staff_number": "1001",
                "organisation": "示范街道办事处",
                "role": "街道窗口受理员",
                "title": "窗口受理员",
                "appointment": "任命",
                "starts_on": "2026-01-01",
            },
            imports=import_posts,
        ),
    )
}
