"""Ten budgets to reserve from: opened and appropriated through the services, in the demonstration district."""

import io
from datetime import datetime
from typing import Any
from uuid import uuid4

BUDGETS = 10


def officer() -> Any:
    """Give somebody of the urban management bureau who may do whatever concerns money."""
    from sanhu.domains.subjects.models import Post  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.permissions import Permission  # noqa: PLC0415 - after setup
    from sanhu.engines.actors import Actor, ActorKind  # noqa: PLC0415 - after setup

    post = Post.objects.select_related("organisation").filter(organisation__specialty="urban_management").first()
    assert post is not None, "the demonstration district has one"
    return Actor(
        kind=ActorKind.POST,
        district=post.organisation.district,
        person_id=post.person_id,
        post_id=post.pk,
        organisation_id=post.organisation_id,
        permissions=frozenset(Permission),
    )


def appropriated(actor: Any, *, fen: int, at: datetime) -> list[tuple[int, int]]:
    """Open ten budgets of so many fen each; give the account of each and one that it may pay to."""
    from django.db import transaction  # noqa: PLC0415 - after setup

    from sanhu.domains.funding.services.accounts import account_for  # noqa: PLC0415 - after setup
    from sanhu.domains.funding.services.budgets import Order, appropriate  # noqa: PLC0415 - after setup
    from sanhu.domains.funding.terms import BudgetLine, FundSource  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.models import Organisation  # noqa: PLC0415 - after setup

    committees = Organisation.objects.filter(district=actor.district, kind="residents_committee")
    payee = committees.order_by("pk").values_list("pk", flat=True)[0]
    pairs = []
    for line in BudgetLine.values[:BUDGETS]:
        terms = {"source": FundSource.FISCAL.value, "line": line, "year": at.year}
        order = Order(
            body_id=actor.organisation_id,
            amount_fen=fen,
            basis="示预〔2026〕1号",
            reason="",
            draft_id=_scan(actor, at=at),
            **terms,
        )
        voucher = appropriate(actor=actor, at=at, client_id=uuid4(), order=order)
        with transaction.atomic():
            account = account_for(district=actor.district, body_id=payee, actor=actor, at=at, **terms)
        pairs.append((voucher.credit_id, account.pk))
    return pairs


def _scan(actor: Any, *, at: datetime) -> Any:
    """Keep the scan of a paper under a form, and give the form's id."""
    from PIL import Image  # noqa: PLC0415 - after setup

    from sanhu.domains.evidence.attachments import keep_draft, take_photo  # noqa: PLC0415 - after setup

    drawn = io.BytesIO()
    Image.new("RGB", (64, 64)).save(drawn, "PNG")
    scan = take_photo(data=drawn.getvalue(), claimed_type="image/png", name="scan.png")
    draft_id = uuid4()
    keep_draft(draft_id=draft_id, district=actor.district, photos=[scan], actor=actor, at=at)
    return draft_id
