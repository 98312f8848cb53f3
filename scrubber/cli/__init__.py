"""The command line: thin click commands, each loading only what it needs."""

from importlib import import_module
from typing import Any

import click

from scrubber import __version__

COMMANDS = {
    "scrub": "scrubber.cli.scrub:scrub",
    "check": "scrubber.cli.check:check",
}


class LazyGroup(click.Group):
    """Imports a command when it is asked for: a file drop starts the program many times."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: Any = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scrubber")
def main() -> None:
    """Scrub X12 837P therapy claims: check, repair, split, report."""
