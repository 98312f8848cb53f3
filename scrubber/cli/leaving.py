"""How a command that scrubs files ends."""

import sys
from typing import NoReturn

import click

from scrubber.run.exit_status import NO_CLAIMS, NOTHING_TO_SCRUB, run_status


def leave(worst: int) -> NoReturn:
    """End with the exit status of a run, by the worst of its files."""
    if worst == NO_CLAIMS:
        click.echo(f"Error: {NOTHING_TO_SCRUB}", err=True)
    sys.exit(run_status(worst))
