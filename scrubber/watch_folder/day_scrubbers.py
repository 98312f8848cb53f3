"""What the files of a drop are scrubbed with: each is judged as of the day on which it came in."""

import errno
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scrubber.engine import Context, FileScrubber
from scrubber.rules import RULES
from scrubber.therapy.documentation import (
    Documentation,
    DocumentationError,
    read_documentation,
)
from scrubber.watch_folder.event_log import EventLog


class DayScrubber(NamedTuple):
    """What files received on one day are scrubbed with."""

    context: Context
    scrubber: FileScrubber


class DayScrubbers:
    """What files are scrubbed with; made anew for another day, or when documentation changes.

    `is_dated` tells that the user named the date that counts as today. `log` gets a line for a
    consent that has ended since.
    """

    def __init__(
        self, context: Context, is_dated: bool, documentation: Path | None, log: EventLog
    ) -> None:
        self._context = context
        self._log = log
        self._ended = set(context.ended_consents())
        self._is_dated = is_dated
        self._documentation = documentation
        self._read = self._changed()
        self._of_day = DayScrubber(context, FileScrubber(context, RULES))

    def today(self) -> date:
        """The day on which a file that is taken now counts as received."""
        return self._context.as_of if self._is_dated else date.today()

    def of(self, day: date) -> DayScrubber:
        """The context and scrubber for files received on a day."""
        changed = self._changed()
        if changed != self._read:
            self._context = replace(self._context, documentation=self._documented())
            self._read = changed
        elif self._of_day.context.as_of == day:
            return self._of_day
        context = replace(self._context, as_of=day)
        for one in set(context.ended_consents()) - self._ended:
            self._log.say("consent_ended", rule=one.rule, until=str(one.until))
            self._ended.add(one)
        self._of_day = DayScrubber(context, FileScrubber(context, RULES))
        return self._of_day

    def _documented(self) -> Documentation | None:
        """The documentation as it is now; in error it holds files up like a full disk does."""
        if self._documentation is None:
            return None
        try:
            return read_documentation(self._documentation)
        except DocumentationError as error:
            raise OSError(errno.EINVAL, str(error)) from None

    def _changed(self) -> int:
        return self._documentation.stat().st_mtime_ns if self._documentation is not None else 0
