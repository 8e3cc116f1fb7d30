"""What somebody takes away from the desk: an export that is ready, and a digest."""

from sanhu.domains.subjects.models import DigestSubscription, ExportJob
from sanhu.domains.subjects.services import digests, exports
from sanhu.domains.subjects.services.exports import ExportWish
from tests.cast import MONDAY_MORNING, Member


def ready_export(member: Member) -> ExportJob:
    """Let somebody have a file that can be fetched."""
    wish = ExportWish(listed="matters", query="", columns=["number"], format="csv", language="zh-hans")
    asked = exports.ask_export(wish=wish, actor=member.actor(), at=MONDAY_MORNING)
    job = exports.claim_export(at=MONDAY_MORNING)
    assert job == asked
    exports.keep_piece(job, ordinal=0, data=b"number\r\n", at=MONDAY_MORNING)
    exports.finish_export(job, sha256="0" * 64, at=MONDAY_MORNING)
    return job


def own_digest(member: Member) -> DigestSubscription:
    """Let somebody's post have a digest."""
    return digests.subscribe(
        channel="email", address="office@example.org", hour=8, actor=member.actor(), at=MONDAY_MORNING
    )
