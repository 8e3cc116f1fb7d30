"""What pages show of a matter's words and photos: marks found, decisions, and what the public gets."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework import publications
from sanhu.domains.casework.models import Matter, Publication
from sanhu.domains.casework.publications import PublishedPhoto, PublishedWords
from sanhu.engines.personal_marks import Mark, find
from sanhu.engines.personal_numbers import MarkKind
from sanhu.portals.photos import photo_of

MARK_LABELS: dict[MarkKind, str | Promise] = {
    MarkKind.IDENTITY_NUMBER: _("证件号"),
    MarkKind.PHONE: _("电话"),
    MarkKind.MAIL: _("邮箱"),
    MarkKind.PLATE: _("车牌"),
    MarkKind.DOOR: _("门牌"),
    MarkKind.BANK_CARD: _("银行卡号"),
    MarkKind.ACCOUNT: _("微信或QQ号"),
    MarkKind.NAME: _("姓名"),
    MarkKind.MINOR: _("未成年人"),
}


@dataclass(frozen=True)
class Piece:
    """A part of a text; `label` says what a marked part tells of a person, and is empty for all others."""

    text: str
    label: str = ""
    is_certain: bool = False


def pieces_of(text: str) -> list[Piece]:
    """Cut a text into what tells of a person and what does not."""
    pieces, place = [], 0
    for mark in find(text):
        pieces += [
            Piece(text[place : mark.start]),
            Piece(text[mark.start : mark.end], mark_words(mark), mark.is_certain),
        ]
        place = mark.end
    return [piece for piece in (*pieces, Piece(text[place:])) if piece.text]


def mark_words(mark: Mark) -> str:
    """Say what a mark is; what is not certain is said to be for a person to judge."""
    label = str(MARK_LABELS[mark.kind])
    return label if mark.is_certain else gettext("可能是%(label)s") % {"label": label}


def what_of(publication: Publication) -> str:
    """Say what is decided about."""
    if publication.supplement is not None:
        words = _("第 %(ordinal)d 次补充的话") if publication.is_of_words else _("第 %(ordinal)d 次补充的照片")
        return str(words) % {"ordinal": publication.supplement.ordinal}
    return gettext("反映人的话") if publication.is_of_words else gettext("反映人的照片")


@dataclass(frozen=True)
class DecisionLine:
    """One decision as the desk's page of the matter shows it."""

    publication: Publication
    what: str


def decision_lines(matter: Matter) -> list[DecisionLine]:
    """List what was decided about a matter's words and photos: nothing where they are not public anyway."""
    if matter.publicity != publications.PUBLIC:
        return []
    return [DecisionLine(publication, what_of(publication)) for publication in publications.decisions_on(matter)]


@dataclass(frozen=True)
class Published:
    """What the public gets of a matter."""

    words: Iterable[PublishedWords]
    photos: Iterable[PublishedPhoto]

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.words or self.photos)


def published_of(matter: Matter) -> Published:
    """Give what a person passed or masked for the public."""
    return Published(publications.published_words(matter), publications.published_photos(matter))


def published_photo(matter: Matter, photo: UUID) -> HttpResponse:
    """Send a photo the public may see. Raises Http404 for any other."""
    found = publications.published_photo(matter, photo)
    if found is None:
        raise Http404
    return photo_of(found.owner_ref, found.uuid)
