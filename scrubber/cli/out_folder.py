"""The folder that outputs go to: made where there is none, a path or a URL."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from scrubber.cli.failure import UserError
from scrubber.cli.settings import setting_option
from scrubber.outputs.output_files import remove_left_behind
from scrubber.run.delivery import Delivery
from scrubber.run.remote_files import RemoteError, RemoteFile, is_url


class _Folder(click.ParamType["Path | RemoteFile"]):
    """A folder, or a URL as RemoteFile."""

    name = "directory"
    _local = click.Path(file_okay=False)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | RemoteFile:
        if is_url(str(value)):
            return RemoteFile(str(value))
        return Path(os.fsdecode(self._local.convert(value, param, ctx)))


out_option = setting_option("out", required=True, type=_Folder(), metavar="FOLDER|URL")


@contextmanager
def opened_out(out: Path | RemoteFile) -> Iterator[tuple[Path, Delivery | None]]:
    """The folder to write to, and where its files go if `out` is a URL. Raises UserError."""
    if isinstance(out, Path):
        yield made_folder(out), None
        return
    from scrubber.run.remote_folder import opened_folder  # noqa: PLC0415

    with ExitStack() as stack:
        try:
            folder = stack.enter_context(opened_folder(out.url))
        except RemoteError as error:
            raise UserError(f"--out {out}: {error}") from None
        yield Path(), folder


def made_folder(out: Path) -> Path:
    """The folder of that path, made where there is none, without what killed runs left in it.
    Raises UserError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK | os.X_OK):
            raise PermissionError(0, "Permission denied")
        remove_left_behind(out)
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}; choose a folder you may write to") from None
    return out
