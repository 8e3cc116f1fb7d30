"""Why a write at the gate did not happen, beyond a refusal."""

from sanhu.domains.admission.models import GateStep
from sanhu.domains.evidence import requests


class GateNotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is no such application, task or demand for this person."""


class StaleForm(requests.StaleForm):
    """A colleague acted since the form was opened; `steps` are what happened meanwhile."""

    def __init__(self, steps: list[GateStep]) -> None:
        super().__init__("it has moved on")
        self.steps = steps
