"""What `sanhu verify` re-proves of co-signing."""

from collections.abc import Iterator

from sanhu.domains.casework.models import CoSigning, CoSigningState
from sanhu.domains.casework.walks import PAGE
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.reading import pages, readable

_ANSWERED = (CoSigningState.AGREED, CoSigningState.OBJECTED)


def cosignings_were_answered_by_another() -> Iterator[Finding]:
    """Whoever answered held a post of the body that was asked, and neither asked nor was away while a deputy asked."""
    rows = CoSigning.objects.select_related("asked_post", "answered_post")
    for page in pages(CoSigning.objects.all(), by="pk", size=PAGE):
        for row in readable(rows, [key for key, _ in page]).values():
            if fault := next(_faults_of(row), ""):
                yield Finding(kind="cosigning_wrong", ref=row.row_ref, detail=fault)


def _faults_of(row: CoSigning) -> Iterator[str]:
    if row.state not in _ANSWERED:
        return
    if row.answered_by_id in {row.asked_by_id, row.asked_on_behalf_of_id, row.asked_post.person_id}:
        yield "answered by whoever asked"
    if row.answered_post is None or row.answered_post.organisation_id != row.organisation_id:
        yield "answered by another body"
