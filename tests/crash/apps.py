"""The application that puts the labelled points into a district's processes."""

import os
from pathlib import Path

from django.apps import AppConfig


class CrashConfig(AppConfig):
    """Wraps what is to be interrupted, in web and worker alone."""

    name = "tests.crash"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        role = os.environ["CRASH_ROLE"]
        if role in ("web", "worker"):
            from tests.crash import faults, points  # noqa: PLC0415 - they import models

            points.install(role)
            faults.install(os.environ.get("CRASH_FAULT", ""))
