"""The command line: thin click commands, each loading only what it needs."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from scrubber import __version__
from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import Interrupted, UserError
from scrubber.outputs.output_fault import internal_fault

COMMANDS = {
    "scrub": "scrubber.cli.scrub:scrub",
    "check": "scrubber.cli.check:check",
    "diff": "scrubber.cli.diff:diff",
    "regress": "scrubber.cli.regress:regress",
    "answers": "scrubber.cli.answers:answers",
    "desk": "scrubber.cli.desk:desk",
    "watch": "scrubber.cli.watch:watch",
    "purge": "scrubber.cli.purge:purge",
    "claims": "scrubber.cli.claims:claims",
    "ledger": "scrubber.cli.ledger:ledger",
    "consent": "scrubber.cli.consent:consent",
    "audit": "scrubber.cli.audit:audit",
    "rule": "scrubber.cli.rule:rule",
    "profile": "scrubber.cli.profile:profile",
    "table": "scrubber.cli.table:table",
    "generate": "scrubber.cli.generate:generate",
    "config": "scrubber.cli.config:config",
    "completion": "scrubber.cli.completion:completion",
}
BROKEN_PIPE = 141
STOPPED = "interrupted; unfinished files were not written"


class LazyGroup(CommandGroup):
    """Imports a command when it is asked for: a file drop starts the program many times."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: Any = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the command line, which for click would end as "Aborted!" when interrupted."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except KeyboardInterrupt:
            raise Interrupted(STOPPED) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong is said in one line. The status of an interrupted
        run is never 1, which means that claims were rejected."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            raise Interrupted(STOPPED) from None
        except BrokenPipeError:
            _close_quietly()
            raise click.exceptions.Exit(BROKEN_PIPE) from None
        except Exception as error:
            raise UserError(f"{internal_fault(error)}; please report it") from None


def _close_quietly() -> None:
    """Nobody reads on: what is still to be written goes nowhere, without a complaint."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if not asked or context.resilient_parsing:
        return
    from scrubber.lane import is_built  # noqa: PLC0415
    from scrubber.therapy.catalogue import all_tables  # noqa: PLC0415

    click.echo(f"scrubber {__version__} ({'with' if is_built() else 'without'} the native part)")
    for table in all_tables():
        click.echo(f"  {table.name}: {table.release}, as of {table.as_of}")
    context.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="SCRUBBER_CONFIG",
    show_envvar=True,
    metavar="FILE",
    help="Read settings from this file only, not from the scrubber.toml here and yours.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and the dates of the tables that come with it, and exit.",
)
def main(config: Path | None) -> None:  # noqa: ARG001
    """Scrub X12 837P therapy claims: check, repair, split, report."""
    for stream in (sys.stdout, sys.stderr):
        # A file name may hold what the terminal's character set does not.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
