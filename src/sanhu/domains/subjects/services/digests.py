"""Digests: who gets one, where and when; ending one destroys where it went."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.erasure import destroy_salts_of, erased
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import DigestSubscription, Post
from sanhu.domains.subjects.queries import actor_of, posts_in_force, served_areas_in_force
from sanhu.domains.subjects.rules.digests import may_mail_to, may_post_to
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound, require
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Decision, Refused, refuse
from sanhu.engines.legal_time import SHANGHAI, legal_day

DIGEST_CHANNELS = (Channel.EMAIL, Channel.WECOM, Channel.DINGTALK)
MOST_DIGESTS = 5
_OWN_POST_ALONE = _("代办期间不能为别人的岗位订阅提醒")


def subscribe(*, channel: str, address: str, hour: int, actor: Actor, at: datetime) -> DigestSubscription:
    """Let a digest of the actor's post be sent every working day at an hour. Raises FieldRefused, Refused."""
    if channel not in DIGEST_CHANNELS:
        raise FieldRefused("channel", refuse(_("请选择一种发送方式")))
    if hour not in range(24):
        raise FieldRefused("hour", refuse(_("请选择 0 到 23 点")))
    if actor.post_id is None or actor.stands_for is not None:
        raise Refused(refuse(_OWN_POST_ALONE))
    require(may_send_to(channel, address), field="address")
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).get(pk=actor.post_id)
        running = list(DigestSubscription.objects.filter(post=post, ended_at=None))
        if any((found.channel, found.address) == (channel, address) for found in running):
            raise FieldRefused("address", refuse(_("这个岗位已经订阅到这个地址")))
        if len(running) >= MOST_DIGESTS:
            raise Refused(refuse(_("一个岗位最多订阅五份提醒，请先退订一份")))
        # Not at once today, when today's hour is over already.
        begins_tomorrow = hour <= at.astimezone(SHANGHAI).hour
        digest = DigestSubscription.objects.create(
            post=post,
            channel=channel,
            address=address,
            hour=hour,
            created_at=at,
            looked_on=legal_day(at) if begins_tomorrow else None,
        )
        facts = {"channel": str(channel), "hour": hour}
        _enter(SubjectEvent.DIGEST_SUBSCRIBED, digest, actor=actor, at=at, facts=facts)
    return digest


def may_send_to(channel: str, address: str) -> Decision:
    """May a digest go to this address by this channel?"""
    if channel == Channel.EMAIL:
        return may_mail_to(address)
    return may_post_to(address, hosts=settings.SANHU_WEBHOOK_HOSTS)


def digests_visible_to(actor: Actor) -> QuerySet[DigestSubscription]:
    """The digests of the actor's own post that run, oldest first; a deputy sees none."""
    own = DigestSubscription.objects.filter(post_id=actor.post_id or 0, ended_at=None)
    return (own.none() if actor.stands_for is not None else own).order_by("created_at", "id")


def digest_for(actor: Actor, pk: int) -> DigestSubscription:
    """Give one digest of the actor's post, locked. Raises NotFound."""
    found = digests_visible_to(actor).select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def unsubscribe(*, digest_id: int, actor: Actor, at: datetime) -> DigestSubscription:
    """End a digest and destroy its address, also where it waits in the outbox. Raises NotFound."""
    with transaction.atomic():
        digest = digest_for(actor, digest_id)
        _end(digest, actor=actor, at=at)
    return digest


def send_test(*, digest_id: int, text: str, mark: str, actor: Actor, at: datetime) -> None:
    """Put a test message into the outbox; `mark` tells one test from another. Raises NotFound."""
    with transaction.atomic():
        digest = digest_for(actor, digest_id)
        _tell(digest, text, district=actor.district, key=f"digest:{digest.pk}:test-{mark}", at=at)


# --- the daily round


def digests_due(*, at: datetime) -> QuerySet[DigestSubscription]:
    """Digests whose hour has come today and that nobody has seen to yet."""
    unseen = Q(looked_on__isnull=True) | Q(looked_on__lt=legal_day(at))
    due = DigestSubscription.objects.filter(unseen, ended_at__isnull=True, hour__lte=at.astimezone(SHANGHAI).hour)
    return due.order_by("hour", "id")


def reader_of(digest: DigestSubscription, *, at: datetime) -> Actor | None:
    """Give the actor a digest is for as the post stands now; None where post or account are not in force."""
    posts = posts_in_force(at).filter(pk=digest.post_id, person__account__is_active=True)
    post = (
        posts.select_related("organisation", "role")
        .prefetch_related(served_areas_in_force("organisation__served_areas"))
        .first()
    )
    return None if post is None else actor_of(post)


def pass_over(digests: QuerySet[DigestSubscription], *, day: date) -> int:
    """On a day that is no working day nobody gets one; give how many that were."""
    return digests.order_by().update(looked_on=day)


def send_once(digest: DigestSubscription, text: str, *, district: str, at: datetime) -> bool:
    """Put today's digest into the outbox, or nothing where there is no text; once, however many workers try."""
    day = legal_day(at)
    unseen = Q(looked_on__isnull=True) | Q(looked_on__lt=day)
    with transaction.atomic():
        if not DigestSubscription.objects.filter(unseen, pk=digest.pk, ended_at=None).update(looked_on=day):
            return False
        if text:
            _tell(digest, text, district=district, key=f"digest:{digest.pk}:{day.isoformat()}", at=at)
    return bool(text)


def end_if_left(digest: DigestSubscription, *, at: datetime) -> bool:
    """End a digest of a post that was left for good."""
    with transaction.atomic():
        found = DigestSubscription.objects.select_for_update(of=("self",)).select_related("post").get(pk=digest.pk)
        left_at = found.post.left_at
        if found.ended_at is not None or left_at is None or left_at > at:
            return False
        _end(found, actor=SYSTEM, at=at)
    return True


def _tell(digest: DigestSubscription, text: str, *, district: str, key: str, at: datetime) -> None:
    outbox.enqueue(
        key=key,
        district=district,
        subject_ref=f"digest:{digest.pk}",
        channel=digest.channel,
        address=digest.address,
        text=text,
        at=at,
    )


def _end(digest: DigestSubscription, *, actor: Actor, at: datetime) -> None:
    digest.address, digest.ended_at = "", at
    digest.save(update_fields=["address", "ended_at"])
    outbox.forget_addresses(subject_ref=f"digest:{digest.pk}", at=at)
    destroy_salts_of({digest.row_ref: ["address"]}, subjects=[f"post:{digest.post_id}"])
    _enter(SubjectEvent.DIGEST_ENDED, digest, actor=actor, at=at, facts=erased(digest, ["address"]))


def _enter(
    event: SubjectEvent, digest: DigestSubscription, *, actor: Actor, at: datetime, facts: dict[str, object]
) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"post:{digest.post_id}",
        district=Post.objects.values_list("organisation__district", flat=True).get(pk=digest.post_id),
        rows=[digest],
        facts={"digest": digest.pk, **facts},
    )
