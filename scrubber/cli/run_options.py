"""Options that several commands share, and the context they make."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import click

from scrubber.cli.failure import UserError
from scrubber.cli.option_types import DAY, EXISTING_FILE
from scrubber.engine import Context
from scrubber.errors import ScrubberError


def _participation(answer: str) -> tuple[str, bool]:
    profile, _, participates = answer.partition("=")
    if not profile or participates not in ("yes", "no"):
        expected = "the id of a profile and yes or no expected: aetna=yes"
        raise click.BadParameter(f"{answer!r}: {expected}")
    return profile, participates == "yes"


_OPTIONS = (
    click.option(
        "--profiles",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of your own payer profiles; they replace shipped ones of the same id.",
    ),
    click.option(
        "--participation",
        multiple=True,
        callback=lambda _context, _option, answers: dict(map(_participation, answers)),
        metavar="ID=yes|no",
        help="Whether you participate with the payer of this profile, such as aetna=yes: its "
        "filing limits then reject. May be given several times.",
    ),
    click.option(
        "--documentation",
        type=EXISTING_FILE,
        help="CSV of documented minutes: claim_id,line,minutes and more.",
    ),
    click.option(
        "--tables",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of code tables from scrubber table import.",
    ),
    click.option(
        "--consent",
        multiple=True,
        metavar="CODE",
        help="Make the repairs of this rule that change what is claimed, such as S601: append GP. "
        "May be given several times.",
    ),
    click.option(
        "--isolate",
        type=click.Choice(["claim", "transaction"]),
        default="claim",
        show_default=True,
        help="What a breach of the X12 guide rejects: the claim, or its whole transaction set.",
    ),
)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options that decide how claims are judged; the command gets their
    `context`."""
    return _with_context(command, "today")


def run_options_with(today: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The same where another date counts as today unless one is given."""
    return lambda command: _with_context(command, today)


def _with_context(command: Callable[..., Any], today: str) -> Callable[..., Any]:
    @wraps(command)
    def with_context(
        *arguments: Any,
        as_of: datetime | None,
        profiles: Path | None,
        participation: dict[str, bool],
        documentation: Path | None,
        tables: Path | None,
        consent: tuple[str, ...],
        isolate: Literal["claim", "transaction"],
        **options: Any,
    ) -> Any:
        context = context_of(
            as_of, profiles, documentation, tables, consent, isolate, participation
        )
        return command(*arguments, context=context, **options)

    for option in reversed(_OPTIONS):
        with_context = option(with_context)
    as_of = click.option(
        "--as-of",
        type=DAY,
        metavar="DATE",
        help=f"The date that counts as today.  [default: {today}]",
    )
    return as_of(with_context)


def context_of(as_of: datetime | None, *settings: Any, **named: Any) -> Context:
    """The context of a run; `settings` are those of run_context. Raises UserError for a profile,
    table, consent or documentation in error."""
    from scrubber.batch.run_context import run_context  # noqa: PLC0415

    day = as_of.date() if as_of is not None else date.today()
    try:
        return run_context(day, *settings, **named)
    except ScrubberError as error:
        raise UserError(str(error)) from None
