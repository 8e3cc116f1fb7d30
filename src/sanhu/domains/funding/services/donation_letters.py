"""The receipt of a donation (捐赠收据): an official paper in Chinese only. It names no donor, so it may stay for good.

The key does not stand on the letter that is kept: it is printed with it once, when it is given.
"""

from datetime import datetime

from sanhu.domains.evidence.letters import Body, issue, official_date
from sanhu.domains.evidence.models import Letter
from sanhu.domains.funding.models import Donation
from sanhu.engines.actors import Actor

RECEIPT = "donation_receipt"
RECEIPT_TITLE = "捐赠收据"
_NOT_A_BODY = 0  # a donor is no body of the register
_FEN = 100
_FOLLOWING = (
    "这笔款项单独记账，只用于您指定的用途；没有您的书面同意，不变更用途。款项何时到账、"
    "每一笔用在哪里、还剩多少，您可以凭登记编号和查询码随时在网上查阅、打印，并核对凭证。"
)


def issue_receipt(donation: Donation, *, actor: Actor, at: datetime) -> Letter:
    """Issue the receipt of a donation, in the caller's transaction."""
    earmark = donation.earmark
    body = earmark.body
    agreed = f"根据{official_date(donation.agreed_on)}签订的捐赠协议（{donation.agreement}）"
    return issue(
        district=donation.district,
        kind=RECEIPT,
        issuer=Body(body.pk, body.name),
        addressee=Body(_NOT_A_BODY, f"捐赠登记编号{donation.number}的捐赠人"),
        copied_to=None,
        series=_series(body.name),
        title=RECEIPT_TITLE,
        paragraphs=[
            f"{agreed}，您自愿向我单位捐赠人民币{yuan(donation.agreed_fen)}，指定用于：{earmark.purpose}。",
            _FOLLOWING,
            "本收据不是财政部门统一监（印）制的公益事业捐赠票据。",
        ],
        subject_ref=donation.ref,
        actor=actor,
        at=at,
    )


def _series(body: str) -> str:
    """Give a body's mark in the numbers of its receipts.

    >>> _series("翠园社区居民委员会")
    '翠园居捐收'
    """
    stem = body.removesuffix("居民委员会")
    return f"{stem.removesuffix('社区')}居捐收" if stem != body else f"{body}捐收"


def yuan(fen: int) -> str:
    """Write an amount as a paper does.

    >>> yuan(1234500), yuan(50)
    ('12345.00元', '0.50元')
    """
    return f"{fen // _FEN}.{fen % _FEN:02}元"
