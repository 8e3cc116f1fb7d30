"""A refusal is a value: whether, why, on what article and under which code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """The answer to "may this be done?".

    `reasons` are message ids in Chinese, translated where they are shown; `citations` name the articles they rest
    on; `code` is one of the refusal codes X-01…X-22 or empty where none applies.
    """

    allowed: bool
    reasons: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    code: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(allowed=True)


def refuse(*reasons: str, citations: tuple[str, ...] = (), code: str = "") -> Decision:
    """Say no, with at least one reason.

    >>> refuse("核查人与承办人须为不同的人").allowed
    False
    """
    if not reasons:
        raise ValueError("a refusal says why")
    return Decision(allowed=False, reasons=reasons, citations=citations, code=code)


def all_of(*decisions: Decision) -> Decision:
    """Join decisions: allowed when all are; otherwise every reason and citation, and the first code."""
    refused = [decision for decision in decisions if not decision.allowed]
    if not refused:
        return ALLOWED
    return Decision(
        allowed=False,
        reasons=tuple(reason for decision in refused for reason in decision.reasons),
        citations=tuple(dict.fromkeys(citation for decision in refused for citation in decision.citations)),
        code=next((decision.code for decision in refused if decision.code), ""),
    )


class Refused(Exception):  # noqa: N818 - it names the outcome, as a refusal letter does
    """A write was refused; `decision` says why."""

    def __init__(self, decision: Decision) -> None:
        super().__init__("；".join(decision.reasons))
        self.decision = decision
