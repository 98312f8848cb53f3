"""How the program ends when it cannot go on: one line, and nothing of a claim in it."""

from pathlib import Path

import click

PACKAGE = Path(__file__).parent.parent


class UserError(click.ClickException):
    """Something the user can put right: one line, exit status 2."""

    exit_code = 2


class Interrupted(click.ClickException):
    """The user stopped the program."""

    exit_code = 130


def internal_fault(error: BaseException) -> str:
    """The kind of an error and the place in the program. Its message is left out, as it may hold
    a value of the claim."""
    import traceback  # noqa: PLC0415

    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    place = ""
    if ours:
        file = Path(ours[-1].filename).relative_to(PACKAGE.parent)
        place = f" at {file.as_posix()}:{ours[-1].lineno}"
    return f"a fault of the program, not of the file ({type(error).__name__}{place})"
