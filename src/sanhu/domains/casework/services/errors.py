"""Why a write did not happen, beyond a refusal."""

from sanhu.domains.casework.models import Step
from sanhu.domains.evidence import requests


class MatterNotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is no such matter for this person."""


class CoSigningNotFound(MatterNotFound):
    """There is no such question on this matter."""


class PublicationNotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is nothing of this number that this person may decide about."""


class StaleForm(requests.StaleForm):
    """A colleague acted since the form was opened; `steps` are what happened meanwhile."""

    def __init__(self, steps: list[Step]) -> None:
        super().__init__("the matter has moved on")
        self.steps = steps
