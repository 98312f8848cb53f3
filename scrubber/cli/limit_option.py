"""The option that says how many claims a comparison names."""

import click

limit_option = click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    default=20,
    show_default=True,
    help="Claims to list (0 = all).",
)
