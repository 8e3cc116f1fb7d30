"""A district as `sanhu serve` runs it, with labelled points at which a process may be killed."""

import os

from sanhu.config.settings.local import *  # noqa: F403 - settings are one namespace by Django's design
from sanhu.config.settings.local import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.crash.apps.CrashConfig"]
if os.environ["CRASH_ROLE"] == "witness":
    # The witness looks at a database that was just killed: it opens a connection for each look and keeps none.
    DATABASES["default"]["OPTIONS"].pop("pool", None)
