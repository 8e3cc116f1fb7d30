"""The program `sanhu`: everything a Django command does, and our own commands first.

It exits with 0 when done, 1 when refused or when something was found faulty, 2 when it was called wrongly.
"""

import os
import sys
from importlib.metadata import version

from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand
from django.db import OperationalError

REFUSED = 1
BAD_USAGE = 2
OURS = "sanhu.portals."


class Program(ManagementUtility):
    """Django's command line under our name, our help and our exit codes."""

    def main_help_text(self, commands_only: bool = False) -> str:  # noqa: FBT001, FBT002 - Django's signature
        """List our commands with a line each, then the names of Django's."""
        commands = get_commands()
        if commands_only:
            return "\n".join(sorted(commands))
        ours = sorted(name for name, app in commands.items() if str(app).startswith(OURS))
        theirs = sorted(set(commands) - set(ours))
        width = max(map(len, ours), default=0)
        lines = [f"usage: {self.prog_name} COMMAND [options]      {self.prog_name} COMMAND --help", ""]
        lines += [f"  {name:<{width}}  {self.one_line(name)}" for name in ours]
        lines += ["", "Django's own:", f"  {' '.join(theirs)}"]
        if self.settings_exception:
            lines += ["", f"Our commands are missing: the settings cannot be read ({self.settings_exception})."]
        return "\n".join(lines)

    def one_line(self, name: str) -> str:
        """Give the first line of a command's help."""
        return str(self.fetch_command(name).help).strip().partition("\n")[0]

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Give a command; an unknown one is bad usage, not a refusal."""
        try:
            return super().fetch_command(subcommand)
        except SystemExit:
            sys.exit(BAD_USAGE)


def main() -> None:
    """Run one command as the shell gave it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanhu.config.settings.local")
    argv = ["sanhu", *sys.argv[1:]]
    if argv[1:] in (["--version"], ["version"]):
        print(f"sanhu {version('sanhu')} (Django {version('django')})")
        return
    try:
        Program(argv).execute()
    except ImproperlyConfigured as fault:
        sys.exit(_complain(f"The settings cannot be used: {fault}"))
    except OperationalError as fault:
        sys.exit(_complain(f"The database cannot be reached or used: {str(fault).strip()}"))
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        sys.exit(130)


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    main()
