"""The three opinions that are given side by side: on the law, on the money, and by each committee."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.models import Application, Opinion
from sanhu.domains.admission.parties import ADMISSION_ARTICLE, MONEY_ARTICLE
from sanhu.domains.admission.rules.applications import KIND_OF
from sanhu.domains.admission.terms import OpinionKind
from sanhu.domains.funding.models import LedgerAccount
from sanhu.domains.funding.queries import is_closed
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.money import in_yuan

MOST_WORDS = 500


@dataclass(frozen=True)
class Words:
    """What somebody says of an application; the account is what the money would come from."""

    agrees: bool | None
    words: str
    article: str
    account_id: int | None


def give(application: Application, move: str, said: Words, *, actor: Actor, at: datetime) -> Opinion:
    """Write the opinion of this round. Raises Refused, with X-08 where the money is not there."""
    kind = KIND_OF[move]
    if said.agrees is None:
        raise Refused(refuse(_("意见：须选择同意或者不同意"), citations=(ADMISSION_ARTICLE,)))
    if len(said.words) > MOST_WORDS:
        raise Refused(refuse(_("理由：意见不超过 500 个字"), citations=(ADMISSION_ARTICLE,)))
    if kind == OpinionKind.FUNDING:
        application.account = _account(application, said.account_id) if said.agrees else None
    assert actor.person_id is not None, "only people take part"
    assert actor.post_id is not None, "and only in a post"
    return Opinion.objects.create(
        application=application,
        round=application.round,
        kind=kind,
        committee_id=actor.organisation_id if kind == OpinionKind.HEARING else None,
        agrees=said.agrees,
        words=said.words,
        article=said.article,
        at=at,
        person_id=actor.person_id,
        post_id=actor.post_id,
    )


def fitting_accounts(application: Application) -> list[LedgerAccount]:
    """Give the accounts of the organ that asks from which the money may come, whatever is left on them."""
    accounts = LedgerAccount.objects.filter(
        district=application.district,
        body_id=application.organ_id,
        source=application.source,
        line=application.line,
        year=application.starts_on.year,
    )
    return list(accounts.order_by("pk"))


def total_fen(application: Application) -> int:
    """Give the money all committees asked need together."""
    return application.amount_each_fen * application.committees.filter(ended_at=None).count()


def _account(application: Application, account_id: int | None) -> LedgerAccount:
    account = next((account for account in fitting_accounts(application) if account.pk == account_id), None)
    needed = total_fen(application)
    if account is None:
        reason = _("经费账户：须为申请部门在协助开始年度的同一来源、同一科目的账户")
        raise Refused(refuse(reason, citations=(MONEY_ARTICLE,), code="X-08"))
    if is_closed(application.district, account.year):
        raise Refused(refuse(_("经费账户：该年度已经结账"), citations=(MONEY_ARTICLE,), code="X-08"))
    if account.available_fen < needed:
        reason = gettext("经费账户：需要 %(needed)s，可用 %(available)s，经费没有落实")
        figures = {"needed": in_yuan(needed), "available": in_yuan(account.available_fen)}
        raise Refused(refuse(reason % figures, citations=(MONEY_ARTICLE,), code="X-08"))
    return account
