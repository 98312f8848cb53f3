"""Options that several commands share, and the context they make."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from scrubber.cli.failure import UserError
from scrubber.engine import Context
from scrubber.reports.guidance import Guidance, GuidanceByCode

Command = TypeVar("Command", bound=Callable[..., Any])


def run_options(command: Command) -> Command:
    """--as-of, --profiles, --documentation and --consent."""
    for option in (
        click.option(
            "--consent",
            multiple=True,
            metavar="CODE",
            help="Apply the REVIEW fixes of this rule; may be given several times.",
        ),
        click.option(
            "--documentation",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="CSV of documented minutes: claim_id,line,minutes and more.",
        ),
        click.option(
            "--profiles",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Folder of your own payer profiles; they replace shipped ones of the same id.",
        ),
        click.option(
            "--as-of",
            type=click.DateTime(["%Y-%m-%d"]),
            help="The date that counts as today.  [default: today]",
        ),
    ):
        command = option(command)
    return command


def make_context(
    as_of: datetime | None,
    profiles: Path | None,
    documentation: Path | None,
    consent: tuple[str, ...] = (),
) -> Context:
    """The context of a run. Raises UserError for a profile or documentation file in error."""
    from scrubber.profiles.errors import ProfileError  # noqa: PLC0415
    from scrubber.profiles.loader import load_profiles  # noqa: PLC0415
    from scrubber.rules.pages import catalogue  # noqa: PLC0415

    unknown = sorted(set(consent) - set(catalogue()))
    if unknown:
        raise UserError(f"--consent {unknown[0]}: no rule has this code; see scrubber rule list")
    try:
        loaded = load_profiles(profiles)
    except ProfileError as error:
        raise UserError(str(error)) from None
    day = as_of.date() if as_of is not None else date.today()
    return Context(day, loaded, _documentation(documentation), frozenset(consent))


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


def guidance() -> GuidanceByCode:
    """The page of every rule, for reports that explain."""
    from scrubber.rules.pages import catalogue, page_of  # noqa: PLC0415

    return {code: Guidance(*page_of(code)) for code in catalogue()}
