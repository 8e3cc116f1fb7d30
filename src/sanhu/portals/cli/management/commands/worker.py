"""`sanhu worker`."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from sanhu.portals.cli.demo.loader import rest_of_demonstration
from sanhu.portals.worker.loop import DUTIES, run_both


class Command(BaseCommand):
    """Runs the worker until it is told to stop."""

    help = "Run the clocks, the chain of the record, the outbox and retention"

    def handle(self, *args: Any, **options: Any) -> None:
        """Go round until SIGTERM or SIGINT."""
        del args, options
        stop = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda _number, _frame: stop.set())
        run_both(stop, (*DUTIES, *rest_of_demonstration()))
