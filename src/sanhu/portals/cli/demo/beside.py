"""What happens beside the way of a matter: bodies are asked to co-sign, reporters add to it, words become public."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

from sanhu.domains.casework.cosigners import asked_of, standing_objections
from sanhu.domains.casework.cosigning import may_answer
from sanhu.domains.casework.models import CoSigning, CoSigningState, Matter, Publication, Verdict
from sanhu.domains.casework.publications import waiting_on
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services.cosigning import Answer, Question, answer_cosigning, ask_to_cosign
from sanhu.domains.casework.services.publishing import Ruling, decide
from sanhu.domains.casework.services.ratings import rate
from sanhu.domains.casework.services.supplements import Addition, supplement
from sanhu.domains.evidence.attachments import Photo, keep_draft
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, resident
from sanhu.engines.blackening import Box
from sanhu.engines.decisions import Refused
from sanhu.engines.personal_marks import find, mask
from sanhu.portals.cli.demo.pictures import corridor
from sanhu.portals.cli.demo.story import DISTRICT, Story
from sanhu.portals.cli.demo.ways import adds_a_photo, is_withheld, waits_for_a_look

# Who is asked: the first of them that does not lead.
_COSIGNERS = ("示范区住房和城乡建设局", "示范区市场监督管理局")
_QUESTION = "处理时要动到公共部位，请贵单位确认做法是否可行。"
_AGREED = "同意，施工前两天张贴告示即可。"
_OBJECTED = "不同意：公共部位的做法应先征得业主同意。"
_WITHIN_WORKING_DAYS = 3
_ADDED = "情况还在继续，今天傍晚又去看过，和上次说的一样。"
_WITHHELD_FOR = "说的是邻居一户人家的事，公开会让人认出来。"
# Where the drawn picture shows a number plate.
_PLATE = (Box(30, 70, 30, 14),)


def beside(event: str, matter: Matter, story: Story, *, at: datetime) -> None:
    """Let something happen beside the way; where the rules refuse it by then, it does not."""
    with suppress(Refused):
        _EVENTS[event](matter, story, at)


def with_objections(matter: Matter, result: str) -> str:
    """Give a result that deals with every objection, naming the body, as the rules ask."""
    objectors = "、".join(one.organisation.name for one in standing_objections(matter))
    return f"{result}对{objectors}的不同意见：已征得业主同意，按同意后的做法办。" if objectors else result


def _ask(matter: Matter, story: Story, at: datetime) -> None:
    bodies = Organisation.objects.filter(district=DISTRICT, name__in=_COSIGNERS).exclude(pk=matter.lead_id or 0)
    asked = tuple(bodies.order_by("pk").values_list("pk", flat=True)[:1])
    # Whoever takes the matter on asks; the rules let nobody of another body.
    asker = story.somebody(matter, "finish")
    if asker is not None:
        question = Question(asked, _QUESTION, _WITHIN_WORKING_DAYS)
        ask_to_cosign(actor=asker, at=at, client_id=story.client_id("cosign"), number=matter.number, question=question)


def _agree(matter: Matter, story: Story, at: datetime) -> None:
    _answer(matter, story, Answer(agrees=True, words=_AGREED), at=at)


def _object(matter: Matter, story: Story, at: datetime) -> None:
    _answer(matter, story, Answer(agrees=False, words=_OBJECTED), at=at)


def _answer(matter: Matter, story: Story, answer: Answer, *, at: datetime) -> None:
    for row in CoSigning.objects.filter(matter=matter, state=CoSigningState.ASKED):
        someone = next((one for one in story.in_office if may_answer(asked=asked_of(row), actor=one)), None)
        if someone is not None:
            answer_cosigning(
                actor=someone,
                at=at,
                client_id=story.client_id(f"answer-{row.organisation_id}"),
                number=matter.number,
                cosigning_id=row.pk,
                answer=answer,
            )


def _add(matter: Matter, story: Story, at: datetime) -> None:
    """Let the reporter add some words by the receipt, and perhaps a picture."""
    form = story.client_id("supplement")
    photos: tuple[str, ...] = ()
    if adds_a_photo(story.number):
        photo = _corridor()
        keep_draft(draft_id=form, district=DISTRICT, photos=[photo], actor=resident(DISTRICT), at=at)
        photos = (photo.sha256,)
    supplement(at=at, client_id=form, receipt_hash=matter.receipt_hash, addition=Addition(_ADDED, photos))


@lru_cache(maxsize=1)
def _corridor() -> Photo:
    return corridor()


def _publish(matter: Matter, story: Story, at: datetime) -> None:
    """Let somebody look at what of a matter waits to be public; some of what is new nobody has looked at yet."""
    if waits_for_a_look(story.number) and not story.is_old:
        return
    looks = next((one for one in story.in_office if _may_publish(one, matter)), None)
    if looks is None:
        return
    for publication in waiting_on(looks).filter(matter=matter):
        ordinal = publication.supplement.ordinal if publication.supplement else 0
        name = f"publish-{ordinal}-{'words' if publication.is_of_words else 'photo'}"
        decide(
            actor=looks,
            at=at,
            client_id=story.client_id(name),
            publication_id=publication.pk,
            ruling=_ruling(publication, story),
        )


def _may_publish(actor: Actor, matter: Matter) -> bool:
    return actor.may(Permission.MATTER_PUBLISH) and actor.covers(matter.location)


def _ruling(publication: Publication, story: Story) -> Ruling:
    """Rule as a careful person does: what certainly tells of somebody is masked, and a few things stay unread."""
    if is_withheld(story.number):
        return Ruling(Verdict.WITHHELD, publication.revision, reason=_WITHHELD_FOR)
    if not publication.is_of_words:
        return Ruling(Verdict.MASKED, publication.revision, boxes=_PLATE)
    words = publication.supplement.words if publication.supplement else publication.matter.words
    marks = find(words)
    if any(found.is_certain for found in marks):
        return Ruling(Verdict.MASKED, publication.revision, words=mask(words, marks))
    return Ruling(Verdict.PASSED, publication.revision)


def _be_unhappy(matter: Matter, story: Story, at: datetime) -> None:
    """Let the reporter say that it is not done, and so open the matter again."""
    rate(
        at=at,
        client_id=story.client_id("rate"),
        receipt_hash=matter.receipt_hash,
        satisfaction=Satisfaction.VERY_DISSATISFIED,
        words="",
        reopen=True,
    )


def _lie(_matter: Matter, _story: Story, _at: datetime) -> None:
    """Nobody does anything about it."""


_EVENTS: Mapping[str, Callable[[Matter, Story, datetime], None]] = {
    "cosign": _ask,
    "agree": _agree,
    "object": _object,
    "add": _add,
    "publish": _publish,
    "be_unhappy": _be_unhappy,
    "lie": _lie,
}
