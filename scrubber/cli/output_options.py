"""The options that decide what is written about a file, for scrub and watch alike."""

from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from typing import Any, NamedTuple

import click

from scrubber.cli.failure import UserError
from scrubber.cli.settings import setting_option
from scrubber.configuration.settings import BY_NAME
from scrubber.outputs.accepted_files import Limits
from scrubber.run.scrub_file import FORMATS

MOST_CLAIMS = 1_000_000


class OutputWishes(NamedTuple):
    """What to write: the reports and acknowledgments, whether reports may show what identifies
    patients, what an accepted file may hold, and whether a 277CA says in words what is wrong."""

    formats: tuple[str, ...]
    show_phi: bool
    limits: Limits
    messages: bool


def output_options(more: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command these options; it gets them as `wishes`. `more` are formats that it writes
    besides those that are usual."""
    options = (
        setting_option("format", default=f"{BY_NAME['format'].default}{more}"),
        click.option("--show-phi", is_flag=True, help="Include patient identifiers in reports."),
        setting_option("claims-per-set", type=click.IntRange(1, MOST_CLAIMS)),
        setting_option("one-provider-per-file"),
        setting_option("one-payer-per-file"),
        setting_option("status-text"),
    )

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_wishes(
            *arguments: Any,
            formats: str,
            show_phi: bool,
            claims_per_set: int | None,
            one_provider_per_file: bool,
            one_payer_per_file: bool,
            status_text: bool,
            **others: Any,
        ) -> Any:
            limits = Limits(claims_per_set or 0, one_provider_per_file, one_payer_per_file)
            wishes = OutputWishes(chosen_formats(formats), show_phi, limits, status_text)
            return command(*arguments, wishes=wishes, **others)

        for option in reversed(options):
            with_wishes = option(with_wishes)
        return with_wishes

    return with_options


def chosen_formats(text: str) -> tuple[str, ...]:
    """The formats named, json always among them. Raises UserError for one that is
    unknown or cannot be made here."""
    chosen = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    for one in chosen:
        if one not in FORMATS:
            raise UserError(f"--format {one}: choose from {', '.join(FORMATS)}")
    if "xlsx" in chosen and find_spec("xlsxwriter") is None:
        raise UserError("--format xlsx needs XlsxWriter: pip install XlsxWriter")
    return chosen if "json" in chosen else ("json", *chosen)
