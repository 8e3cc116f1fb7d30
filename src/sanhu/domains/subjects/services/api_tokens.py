"""Tokens for programs: made, shown once, revoked, and told at use by their hash.

A token is 256 random bits behind a prefix by which a leaked one is found. It lives as long as its post, its holder's
account and its own day: nothing has to be revoked when somebody leaves, since all of that is asked at every use.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account, ApiToken, Person, Post
from sanhu.domains.subjects.models.api_token import TokenKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_in_force, served_areas_in_force
from sanhu.domains.subjects.rules.tokens import OF_THE_API, Wanted, may_make, may_make_for
from sanhu.domains.subjects.services.doors import NOT_PERMITTED, FieldRefused, NotFound, permit, post_for, require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

PREFIX = "sanhu_"
_BYTES = 32
_HINTED = 4  # letters of the random part by which its owner knows it again
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, repr=False)
class Made:
    """A new token: `secret` is shown in the answer that makes it, and nowhere else."""

    token: ApiToken
    secret: str


def token_hash(secret: str) -> str:
    """Hash a token, keyed: a stolen table opens nothing and cannot be searched."""
    return hmac.new(settings.SANHU_RECEIPT_KEY, b"api_token\x00" + secret.encode(), hashlib.sha256).hexdigest()


def make_own_token(*, name: str, scopes: Collection[str], expires_on: date, actor: Actor, at: datetime) -> Made:
    """Make somebody's own token for the post they act in.

    Raises Refused: for a deputy, who would keep the powers of the absent; for more than the post may; for a day that is
    no day ahead, or too far ahead.
    """
    if actor.kind is not ActorKind.POST or actor.post_id is None or actor.through:
        raise Refused(refuse(_("个人的令牌只能由岗位的本人在工作台上生成")))
    wanted = Wanted(name.strip(), frozenset(scopes), expires_on, is_system=False)
    return _make(wanted, post_id=actor.post_id, actor=actor, at=at)


def make_system_token(
    *, post_id: int, name: str, scopes: Collection[str], expires_on: date, actor: Actor, at: datetime
) -> Made:
    """Make a token for a program of the district, for which the holder of a post answers.

    The security administrator's, never for a post of their own. Raises Refused, NotFound for another district's post.
    """
    permit(actor, Permission.TOKEN_MANAGE)
    wanted = Wanted(name.strip(), frozenset(scopes), expires_on, is_system=True)
    return _make(wanted, post_id=post_id, actor=actor, at=at)


@transaction.atomic
def _make(wanted: Wanted, *, post_id: int, actor: Actor, at: datetime) -> Made:
    assert actor.person_id is not None, "somebody made it"
    post = post_for(actor, post_id)
    if wanted.is_system:
        require(may_make_for(maker_id=actor.person_id, holder_id=post.person_id), field="post")
    if not _posts_that_can(at).filter(pk=post.pk).exists():
        raise FieldRefused("post", refuse(_("岗位：须是在任的岗位，任职的人有在用的账号")))
    require(may_make(wanted, held=post.role.permissions, today=legal_day(at)))
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    token = ApiToken.objects.create(
        district=post.organisation.district,
        kind=TokenKind.SYSTEM if wanted.is_system else TokenKind.PERSON,
        name=wanted.name,
        post=post,
        scopes=[scope.value for scope in OF_THE_API if scope in wanted.scopes],
        token_hash=token_hash(secret),
        hint=secret[: len(PREFIX) + _HINTED],
        created_by_id=actor.person_id,
        created_at=at,
        expires_on=wanted.expires_on,
    )
    _enter(SubjectEvent.TOKEN_MADE, token, actor=actor, at=at)
    return Made(token, secret)


def revoke_token(*, token_id: int, actor: Actor, at: datetime) -> ApiToken:
    """End a token at once: its holder's, or, for whoever keeps the tokens, any of the district. Twice changes nothing.

    Raises NotFound for a token the actor may not see.
    """
    with transaction.atomic():
        token = tokens_visible_to(actor).select_for_update(of=("self",)).filter(pk=token_id).first()
        if token is None:
            raise NotFound
        if token.revoked_at is not None:
            return token
        if actor.person_id is None or actor.through:
            raise Refused(refuse(NOT_PERMITTED))
        token.revoked_at, token.revoked_by_id = at, actor.person_id
        token.save(update_fields=["revoked_at", "revoked_by"])
        _enter(SubjectEvent.TOKEN_REVOKED, token, actor=actor, at=at)
    return token


def end_own_tokens(person: Person, *, actor: Actor, at: datetime) -> list[Witnessed]:
    """End what somebody made for programs of their own; give the rows an entry then speaks of."""
    ended: list[Witnessed] = []
    own = ApiToken.objects.select_for_update(of=("self",)).filter(post__person=person, kind=TokenKind.PERSON)
    for token in own.filter(revoked_at__isnull=True).order_by("pk"):
        token.revoked_at, token.revoked_by_id = at, actor.person_id
        token.save(update_fields=["revoked_at", "revoked_by"])
        ended.append(token)
    return ended


def _enter(event: SubjectEvent, token: ApiToken, *, actor: Actor, at: datetime) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"api_token:{token.pk}",
        district=token.district,
        rows=[token],
        facts={"kind": str(token.kind), "post": token.post_id, "scopes": token.scopes},
    )


def tokens_visible_to(actor: Actor) -> QuerySet[ApiToken]:
    """The tokens an actor may see, newest first: those of their own posts, and for their keeper all of the district."""
    tokens = ApiToken.objects.select_related("post__person", "post__organisation", "post__role")
    if actor.kind is not ActorKind.POST or actor.person_id is None:
        return tokens.none()
    seen = Q(post__person_id=actor.person_id, kind=TokenKind.PERSON)
    if actor.may(Permission.TOKEN_MANAGE):
        seen |= Q(district=actor.district)
    return tokens.filter(seen, district=actor.district).order_by("-created_at", "-pk")


def posts_for_systems(actor: Actor, *, at: datetime) -> QuerySet[Post]:
    """The posts of the district that may answer for a program, by body: somebody else's, who can be asked about it."""
    if actor.person_id is None or not actor.may(Permission.TOKEN_MANAGE):
        return Post.objects.none()
    posts = _posts_that_can(at).filter(organisation__district=actor.district, role__is_administrator=False)
    return posts.exclude(person_id=actor.person_id).order_by("organisation__name", "person__staff_number", "pk")


def _posts_that_can(at: datetime) -> QuerySet[Post]:
    """Posts in force whose holders have an account in use and were not erased."""
    in_use = Account.objects.filter(person=OuterRef("person"), is_active=True)
    posts = posts_in_force(at).filter(Exists(in_use)).exclude(person__name="")
    return posts.select_related("organisation", "role", "person")


def token_in_force(secret: str, *, at: datetime) -> ApiToken | None:
    """Give the token somebody shows, with its post ready to act in; None for one that is unknown, over or revoked."""
    if not (secret.isascii() and secret.startswith(PREFIX)):
        return None
    token = ApiToken.objects.filter(token_hash=token_hash(secret), revoked_at=None).first()
    if token is None or token.expires_on < legal_day(at):
        return None
    beside = served_areas_in_force("organisation__served_areas")
    post = _posts_that_can(at).filter(pk=token.post_id).prefetch_related(beside).first()
    if post is None:
        return None
    token.post = post
    return token


def tokens_in_force(tokens: Collection[ApiToken], *, at: datetime) -> frozenset[int]:
    """Give the keys of those among some tokens that would be accepted now."""
    posts = {token.post_id for token in tokens}
    can = set(_posts_that_can(at).filter(pk__in=posts).values_list("pk", flat=True))
    today = legal_day(at)
    return frozenset(
        token.pk for token in tokens if token.revoked_at is None and token.expires_on >= today and token.post_id in can
    )


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Keep when a token was last used, at most once a minute."""
    if token.last_used_at is not None and token.last_used_at > at - _USED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - _USED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
