"""How the program ends when it cannot go on: one line, and nothing of a claim in it."""

import click


class UserError(click.ClickException):
    """Something the user can put right: one line, exit status 2."""

    exit_code = 2


class Interrupted(click.ClickException):
    """The user stopped the program."""

    exit_code = 130
