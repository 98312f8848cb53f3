"""The options that name a ledger, for every command that uses one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scrubber.cli.failure import UserError
from scrubber.cli.settings import setting_option

if TYPE_CHECKING:
    from scrubber.history.book import Ledger
    from scrubber.history.keys import Keys

KEY_OPTION = setting_option("ledger-key")


def ledger_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command --ledger and --ledger-key."""
    return setting_option("ledger")(KEY_OPTION(command))


def open_ledger(given: str | None, key: Path | None) -> Ledger | None:
    """The ledger a user named, None where none was named. Raises UserError."""
    return None if given is None else open_with_keys(given, key)[0]


def open_existing(given: str, key: Path | None) -> Ledger:
    """A ledger that is there already: who looks at one makes none. Raises UserError."""
    return open_with_keys(given, key, is_there=True)[0]


def open_with_keys(given: str, key: Path | None, *, is_there: bool = False) -> tuple[Ledger, Keys]:
    """The ledger at a path or URL, and its keys. Raises UserError where it cannot be used, and
    where it must be there and is not."""
    url, keys = address_and_keys(given, key, is_there=is_there)
    from scrubber.history.book import Ledger  # noqa: PLC0415
    from scrubber.history.database import LedgerError  # noqa: PLC0415

    try:
        ledger = Ledger(url, keys)
    except LedgerError as error:
        raise UserError(str(error)) from None
    if ledger.upgraded_from:
        words = f"the ledger had schema {ledger.upgraded_from} and was brought up to date"
        click.echo(f"Note: {words}; earlier versions of the program cannot use it now", err=True)
    return ledger, keys


def address_and_keys(given: str, key: Path | None, *, is_there: bool = False) -> tuple[str, Keys]:
    """The URL of a ledger, and its keys, which are made with a new one only. Raises UserError."""
    try:
        from scrubber.history.database import (  # noqa: PLC0415
            LedgerError,
            key_path,
            ledger_url,
        )
        from scrubber.history.keys import KeyFileError, read_keys  # noqa: PLC0415
    except ImportError:
        raise UserError("a ledger needs SQLAlchemy: pip install SQLAlchemy alembic") from None
    try:
        url = ledger_url(given)
        beside = key_path(url)
        exists = beside is not None and beside.with_suffix("").exists()
        if is_there and beside is not None and not exists:
            raise UserError(f"{given}: there is no such ledger")
        file = key or beside
        if file is None:
            raise UserError("name the key file of this ledger with --ledger-key FILE")
        return url, read_keys(file, may_make=not exists)
    except (KeyFileError, LedgerError) as error:
        raise UserError(str(error)) from None
