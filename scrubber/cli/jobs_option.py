"""The option that spreads a run over processes."""

import click

jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Work in N processes; what is written is the same.",
)
