"""Why a write did not happen, beyond a refusal."""

from sanhu.domains.casework.models import Step


class MatterNotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is no such matter for this person."""


class StaleForm(Exception):  # noqa: N818 - it names what the person meets
    """A colleague acted since the form was opened; `steps` are what happened meanwhile."""

    def __init__(self, steps: list[Step]) -> None:
        super().__init__("the matter has moved on")
        self.steps = steps
