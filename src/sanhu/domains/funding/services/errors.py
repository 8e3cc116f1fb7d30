"""Why a write to the ledger did not happen, beyond a refusal."""


class FundingNotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is no such account, reservation, voucher or statement for this person."""
