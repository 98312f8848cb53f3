"""scrubber desk: the biller's place to work, in the browser."""

import os
import re
import webbrowser
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import click

from scrubber.api import Settings
from scrubber.cli.failure import UserError
from scrubber.cli.run_options import settings_of_run
from scrubber.consents import Consent
from scrubber.desk.sessions import Sessions
from scrubber.errors import ScrubberError
from scrubber.profiles.declared import Declared

EXAMPLE_DAY = date(2026, 3, 2)
_DAYS = re.compile(r"(?<=\*)2026\d{4}(?=[*~])")


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Keep everything here.  [default: your data folder]",
)
@click.option("--port", type=click.IntRange(1024, 65535), default=8370, show_default=True)
@click.option("--example", is_flag=True, help="Start with the claims of an invented clinic.")
@click.option("--browser/--no-browser", default=True, help="Open the browser.  [default: yes]")
@click.option(
    "--lock-after",
    type=click.IntRange(min=1),
    default=15,
    show_default=True,
    metavar="MINUTES",
    help="Lock a browser that was not used for so long.",
)
@click.option(
    "--database",
    metavar="URL",
    help="Keep claims in this PostgreSQL database.  [default: a SQLite file in the folder]",
)
@settings_of_run
def desk(
    folder: Path | None,
    port: int,
    example: bool,
    browser: bool,
    lock_after: int,
    database: str | None,
    **options: Any,
) -> None:
    """Work on claims in the browser, on this machine only.

    Drop files of claims, see what is wrong, fix it, decide on repairs, and release what is ready.
    The address that is printed opens the desk once; the next browser needs the next address.
    """
    try:
        from waitress.server import create_server  # noqa: PLC0415

        from scrubber.desk.app import make_app, open_workbench  # noqa: PLC0415
    except ImportError as error:
        raise UserError(f"{error.name} is not installed; pip install '.[desk]'") from None
    from platformdirs import user_data_path  # noqa: PLC0415

    from scrubber.run.audit_entries import user_name  # noqa: PLC0415

    os.umask(0o077)
    name = "example" if example else "desk"
    kept = folder or user_data_path("scrubber", appauthor=False) / name
    settings = _settings(**options)
    sessions = Sessions(user_name(), lock_after)
    try:
        bench = open_workbench(kept, settings, database)
        if example:
            today = settings["as_of"] or date.today()
            bench.receive("example clinic.837", example_clinic(today), user_name())
        app = make_app(bench, sessions, port, kept)
        server = create_server(app, host="127.0.0.1", port=port, threads=4, ident="")
    except ScrubberError as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"the desk cannot be started: {error.strerror}") from None
    _say_where(f"http://127.0.0.1:{port}/open?token=", kept, sessions, open_it=browser)
    server.run()


def _settings(
    as_of: datetime | None,
    consent: tuple[Consent, ...],
    participation: tuple[tuple[str, Declared], ...],
    **same: Any,
) -> Settings:
    """How claims are judged: as `scrubber scrub` does with these options, each day anew."""
    settings = Settings(
        as_of=as_of.date() if as_of is not None else None,
        consents=consent,
        participation={profile: one.participates for profile, one in participation},
    )
    settings.update(cast(Settings, same))
    return settings


def _say_where(address: str, kept: Path, sessions: Sessions, *, open_it: bool) -> None:
    sessions.on_new_token = lambda token: click.echo(f"  another browser: {address}{token}")
    click.echo(f"The desk: {address}{sessions.token}")
    click.echo(f"  kept in {kept}; patient data is in it, so the disk should be encrypted")
    click.echo("  Ctrl+C ends it")
    if open_it:
        webbrowser.open(address + sessions.token)


def example_clinic(today: date) -> bytes:
    """The claims of an invented clinic, as if they were of these days."""
    text = files("scrubber.desk").joinpath("data", "example_clinic.837").read_text("ascii")
    weeks = timedelta(weeks=(today - EXAMPLE_DAY).days // 7)

    def moved(found: re.Match[str]) -> str:
        return (date.fromisoformat(found[0]) + weeks).strftime("%Y%m%d")

    header = EXAMPLE_DAY + weeks
    return _DAYS.sub(moved, text).replace("*260302*", f"*{header:%y%m%d}*").encode("ascii")
