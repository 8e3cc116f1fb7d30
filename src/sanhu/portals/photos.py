"""A stored photo or scan as a page sends it."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpResponse

from sanhu.domains.evidence.attachments import UnreadablePhotoError, read
from sanhu.domains.evidence.models import Attachment


def photo_of(owner_ref: str, photo: UUID, *, others: Iterable[str] = ()) -> HttpResponse:
    """Send a photo of an owner the reader may see, or of what belongs to it.

    Raises Http404 for another's, or one that was altered or is gone.
    """
    found = Attachment.objects.filter(uuid=photo, owner_ref__in=[owner_ref, *others]).first()
    if found is None:
        raise Http404
    try:
        data = read(found)
    except UnreadablePhotoError:
        raise Http404 from None
    return HttpResponse(data, content_type=found.content_type, headers={"Content-Disposition": "inline"})
