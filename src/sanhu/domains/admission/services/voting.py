"""Voting in the joint meeting: one vote a person, whatever posts they hold."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.models import Application, Vote
from sanhu.domains.admission.parties import ADMISSION_ARTICLE
from sanhu.domains.admission.rules.applications import Standing, check_vote
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

MOST_WORDS = 200


def vote(application: Application, standing: Standing, *, choice: str, words: str, actor: Actor, at: datetime) -> Vote:
    """Write a vote, or that a member recuses themselves. Raises Refused."""
    decision = check_vote(standing=standing, actor=actor, choice=choice, words=words)
    if not decision:
        raise Refused(decision)
    if len(words) > MOST_WORDS:
        raise Refused(refuse(_("理由：表决的说明不超过 200 个字"), citations=(ADMISSION_ARTICLE,)))
    assert actor.person_id is not None, "only people take part"
    assert actor.post_id is not None, "and only in a post"
    return Vote.objects.create(
        application=application,
        round=application.round,
        person_id=actor.person_id,
        post_id=actor.post_id,
        choice=choice,
        words=words,
        at=at,
    )
