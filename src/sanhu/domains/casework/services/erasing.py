"""The deed of erasing what a matter tells of a person: every value with every salt, photos, notices and reasons.

Values and salts go in one transaction with the one entry that names what went; so nothing can be guessed from a
commitment afterwards, and the record still proves itself. Number, class, place to the cell, states and dates stay.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sanhu.domains.casework.erasure_rules import CITED, ErasureGround, ErasureScope, ErasureState
from sanhu.domains.casework.models import Contact, Erasure, Joining, Matter
from sanhu.domains.casework.queries import finally_closed
from sanhu.domains.casework.search.entries import forget
from sanhu.domains.casework.services.forgetting import erase_joining
from sanhu.domains.casework.services.routers import learn_without
from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.attachments import erase_photos, photos_of
from sanhu.domains.evidence.erasure import all_erased, destroy_salts_of
from sanhu.domains.evidence.events import PersonalDataEvent
from sanhu.domains.evidence.fields import personal_fields
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.unmasking import forget_reasons
from sanhu.engines.actors import SYSTEM, Actor

# Besides its sealed words: the point may be a home, and the title was written from what the person said.
_TELLING: dict[str, object] = {"words": "", "address": "", "public_title": "", "lon": None, "lat": None}
# What officials wrote for the public about the cause of a delay.
_TELLING_ELSEWHERE = {"casework.deferral": ("public_words",)}


def is_final(matter: Matter, *, at: datetime) -> bool:
    """Tell whether nothing can open the matter again."""
    return finally_closed(at).filter(pk=matter.pk).exists()


def erase_at_the_end(*, matter_id: int, at: datetime) -> bool:
    """Erase a matter whose period is over, by the house itself; False where that was done before."""
    with transaction.atomic():
        matter = Matter.objects.select_for_update().get(pk=matter_id)
        done = matter.erasures.filter(state=ErasureState.ERASED, scope=ErasureScope.EVERYTHING)
        if (
            matter.closed_at is None
            or not is_final(matter, at=at)
            or done.filter(decided_at__gte=matter.closed_at).exists()
        ):
            return False
        # A request that still waits is granted by the end of the period.
        erasure = matter.erasures.filter(state=ErasureState.ASKED).first() or Erasure(
            matter=matter,
            district=matter.district,
            ground=ErasureGround.PERIOD_OVER,
            article=CITED[ErasureGround.PERIOD_OVER],
            asked_at=at,
        )
        erasure.scope, erasure.state, erasure.decided_at = ErasureScope.EVERYTHING, ErasureState.ERASED, at
        erasure.save()
        erase_matter(matter, erasure, actor=SYSTEM, at=at)
    return True


def erase_matter(matter: Matter, erasure: Erasure, *, actor: Actor, at: datetime) -> None:
    """Erase what was decided, and enter it. The matter is locked, and the decision is saved already."""
    rows: dict[str, Witnessed] = {erasure.row_ref: erasure}
    fields: dict[str, list[str]] = {}
    if erasure.scope == ErasureScope.EVERYTHING:
        for row, blanks in _telling_rows(matter):
            _blank(row, blanks)
            rows[row.row_ref], fields[row.row_ref] = row, list(blanks)
        forget(matter)
        learn_without(matter, at=at)
        looks, reasons = forget_reasons(matter.ref)
        rows |= {look.row_ref: look for look in looks}
        fields |= {ref: list(names) for ref, names in reasons.items()}
        for owner_ref in _owners_of_photos(matter):
            fields |= erase_photos(owner_ref)
        _erase_joinings(matter, actor=actor, at=at)
    contact = Contact.objects.select_for_update().filter(matter=matter, erased_at__isnull=True).first()
    if contact is not None:
        contact.erase(at=at)
        rows[contact.row_ref], fields[contact.row_ref] = contact, ["address"]
    outbox.erase_notices(subject_ref=matter.ref, at=at)
    destroy_salts_of(fields, subjects=[matter.ref])
    record(
        event=PersonalDataEvent.ERASED,
        actor=actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=list(rows.values()),
        facts={**all_erased(fields), "scope": erasure.scope, "ground": erasure.ground},
    )


def is_anything_left(matter: Matter, scope: str) -> bool:
    """Tell whether there is something to erase."""
    if Contact.objects.filter(matter=matter, erased_at__isnull=True).exists():
        return True
    if scope == ErasureScope.CONTACT:
        return False
    return any(True for _row in _telling_rows(matter)) or any(photos_of(ref) for ref in _owners_of_photos(matter))


def _erase_joinings(matter: Matter, *, actor: Actor, at: datetime) -> None:
    """Erase the addresses of those who joined, unless the matter goes on: it is not they who asked.

    Each goes under a reference of its own, where whoever reads the matter's entries does not look.
    """
    if matter.is_open:
        return
    for joining in Joining.objects.select_for_update().filter(matter=matter).exclude(address="").order_by("pk"):
        erase_joining(joining, actor=actor, at=at)


def _owners_of_photos(matter: Matter) -> list[str]:
    """Give the matter, what its reporter added to it, and the copies with blackened places."""
    added, looked_at = matter.supplements.only("pk"), matter.publications.only("pk")
    return [matter.ref, *(part.ref for part in added), *(part.ref for part in looked_at)]


def _telling_rows(matter: Matter) -> Iterator[tuple[Witnessed, dict[str, object]]]:
    """Give what tells of a person, locked, with what stands there afterwards: the matter and all that belongs to it.

    Found by the type of the field, so that what a later aggregate of this room holds of a person goes as well.
    """
    if any(getattr(matter, name) != blank for name, blank in _TELLING.items()):
        yield matter, _TELLING
    for relation in Matter._meta.related_objects:
        model = relation.related_model
        if not (isinstance(model, type) and issubclass(model, Witnessed)) or model in (Contact, Joining):
            continue
        names = personal_fields(model) + _TELLING_ELSEWHERE.get(model._meta.label_lower, ())
        if not names:
            continue
        of_matter: QuerySet[Witnessed] = QuerySet(model).filter(**{relation.field.name: matter})
        for row in of_matter.select_for_update():
            if any(getattr(row, name) for name in names):
                yield row, dict.fromkeys(names, "")


def _blank(row: Witnessed, blanks: dict[str, object]) -> None:
    for name, blank in blanks.items():
        setattr(row, name, blank)
    row.save(update_fields=list(blanks))
