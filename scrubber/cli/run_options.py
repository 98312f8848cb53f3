"""Options that several commands share, and the context they make."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import click

from scrubber.cli.failure import UserError
from scrubber.cli.option_types import DAY
from scrubber.cli.plugin_notes import say_plugin_problems
from scrubber.cli.settings import setting_option
from scrubber.engine import Consent, Context
from scrubber.errors import ScrubberError
from scrubber.profiles.declared import Declared

_SETTINGS = (
    "profiles",
    "participation",
    "documentation",
    "tables",
    "consent",
    "isolate",
    "decisions",
)


def judging_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command that judges old claims, each as of its own day, the options it can use; the
    command gets their `context`."""

    @wraps(command)
    def making_context(
        *arguments: Any,
        profiles: Path | None,
        participation: tuple[tuple[str, Declared], ...],
        tables: Path | None,
        **options: Any,
    ) -> Any:
        declared = dict(participation)
        context = context_of(None, profiles, tables=tables, participation=declared)
        return command(*arguments, context=context, **options)

    with_context: Callable[..., Any] = making_context
    for name in ("tables", "participation", "profiles"):
        with_context = setting_option(name)(with_context)
    return with_context


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options that decide how claims are judged; the command gets their
    `context`."""
    return _with_context(command, "today")


def run_options_with(today: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The same where another date counts as today unless one is given."""
    return lambda command: _with_context(command, today)


def _with_context(command: Callable[..., Any], today: str) -> Callable[..., Any]:
    @wraps(command)
    def making_context(
        *arguments: Any,
        as_of: datetime | None,
        profiles: Path | None,
        participation: tuple[tuple[str, Declared], ...],
        documentation: Path | None,
        tables: Path | None,
        consent: tuple[Consent, ...],
        isolate: Literal["claim", "transaction"],
        decisions: Path | None,
        **options: Any,
    ) -> Any:
        declared = dict(participation)
        context = context_of(
            as_of, profiles, documentation, tables, consent, isolate, declared, decisions
        )
        return command(*arguments, context=context, **options)

    return settings_of_run(making_context, today)


def settings_of_run(command: Callable[..., Any], today: str = "today") -> Callable[..., Any]:
    """Gives a command the same options as they are."""
    for name in reversed(_SETTINGS):
        command = setting_option(name)(command)
    as_of = click.option(
        "--as-of",
        type=DAY,
        metavar="DATE",
        help=f"The date to use as today.  [default: {today}]",
    )
    return as_of(command)


def context_of(as_of: datetime | None, *settings: Any, **named: Any) -> Context:
    """The context of a run; `settings` are those of run_context. Says which consents are past
    their end. Raises UserError for a profile, table, consent or documentation in error."""
    from scrubber.run.run_context import run_context  # noqa: PLC0415

    day = as_of.date() if as_of is not None else date.today()
    try:
        context = run_context(day, *settings, **named)
    except ScrubberError as error:
        raise UserError(str(error)) from None
    say_plugin_problems()
    for one in context.ended_consents():
        click.echo(f"Note: {one.end_note()}", err=True)
    return context
