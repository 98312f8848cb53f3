"""Options that several commands share, and the context they make."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import click

from scrubber.cli.failure import UserError
from scrubber.cli.near_names import no_such_rule
from scrubber.cli.option_types import DAY, EXISTING_FILE
from scrubber.engine import Context
from scrubber.reports.guidance import Guidance, GuidanceByCode


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
        context = make_context(as_of, profiles, documentation, tables, consent, participation)
        context = replace(context, isolate=isolate)
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


def make_context(
    as_of: datetime | None,
    profiles: Path | None = None,
    documentation: Path | None = None,
    tables: Path | None = None,
    consent: tuple[str, ...] = (),
    participation: Mapping[str, bool] | None = None,
) -> Context:
    """The context of a run. Raises UserError for a profile, table or documentation in error."""
    from scrubber.profiles.errors import ProfileError  # noqa: PLC0415
    from scrubber.profiles.loader import load_profiles  # noqa: PLC0415

    try:
        loaded = load_profiles(profiles, participation or {})
    except ProfileError as error:
        raise UserError(str(error)) from None
    day = as_of.date() if as_of is not None else date.today()
    return Context(day, loaded, _documentation(documentation), _consents(consent), _tables(tables))


def _consents(codes: tuple[str, ...]) -> frozenset[str]:
    from scrubber.rules.pages import catalogue  # noqa: PLC0415

    for code in codes:
        if code.upper() not in catalogue():
            raise UserError(f"--consent {code}: {no_such_rule(code, catalogue())}")
    return frozenset(code.upper() for code in codes)


def _documentation(path: Path | None) -> Any:
    if path is None:
        return None
    from scrubber.therapy.documentation import (  # noqa: PLC0415
        DocumentationError,
        read_documentation,
    )

    try:
        return read_documentation(path)
    except DocumentationError as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None


def _tables(folder: Path | None) -> Path | None:
    """The folder, once its tables are known to be sound: a rule that met a spoiled one in the
    middle of a run could only be left out."""
    if folder is None:
        return None
    from scrubber.codes.table_file import TableError  # noqa: PLC0415
    from scrubber.therapy.catalogue import all_tables  # noqa: PLC0415

    try:
        imported = [one for one in all_tables(folder) if one.sha256]
    except TableError as error:
        raise UserError(f"{folder}: {error}; import the official file again") from None
    if not imported:
        raise UserError(f"{folder}: no table was imported into it; see scrubber table import")
    return folder


def guidance() -> GuidanceByCode:
    """The page of every rule, for reports that explain."""
    from scrubber.rules.pages import catalogue, page_of  # noqa: PLC0415

    return {code: Guidance(*page_of(code)) for code in catalogue()}
