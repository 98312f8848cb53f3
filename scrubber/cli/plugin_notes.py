"""What is wrong with packages that add rules or profiles, said beside what a command prints."""

import click

from scrubber.plugins import plugin_problems


def say_plugin_problems() -> None:
    """Name on standard error what of installed packages is not used."""
    for problem in plugin_problems():
        click.echo(f"Warning: {problem}", err=True)
