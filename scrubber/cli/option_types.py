"""What an option or argument may be, with a refusal in words a biller can act on."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from scrubber.run.special_files import special_file


class Day(click.DateTime):
    """A date as people write it in files: 2026-03-02."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            day: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r}: a date such as 2026-03-02 expected", param, ctx)
        return day


class FileToRead(click.Path):
    """A file; a pipe, socket or device would keep the program waiting."""

    def __init__(self, exists: bool = False, dir_okay: bool = False) -> None:
        super().__init__(exists=exists, dir_okay=dir_okay, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(str(super().convert(value, param, ctx)))
        try:
            problem = special_file(path)
        except (OSError, ValueError):
            return path  # whoever opens it says why it cannot be
        if problem:
            self.fail(f"{path}: {problem}", param, ctx)
        return path


DAY = Day()
EXISTING_FILE = FileToRead(exists=True)
FILE = FileToRead()
