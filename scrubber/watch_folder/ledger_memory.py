"""Scrubs the files of a drop with a ledger; while it cannot be used files wait, as with a full
disk."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from scrubber.engine import FileScrubber
from scrubber.history.book import Ledger
from scrubber.history.database import LedgerAwayError, LedgerError, RefusedValueError
from scrubber.history.keys import Keys
from scrubber.history.scrubbing import LedgerScrubber
from scrubber.outputs.accepted_files import Limits
from scrubber.rules import RULES
from scrubber.run.answer_numbers import answer_numbers, content_of
from scrubber.run.archived_files import only_file_in
from scrubber.watch_folder.claiming import Run
from scrubber.watch_folder.day_scrubbers import DayScrubber
from scrubber.watch_folder.event_log import EventLog
from scrubber.watch_folder.making import Means, Memory
from scrubber.watch_folder.whole_files import RefusedFileError


class LedgerMemory(Memory):
    """Enters files into the ledger at a URL. A server that is away at first is waited for. Raises
    LedgerError for a ledger that can never be used as it is."""

    def __init__(self, url: str, keys: Keys, limits: Limits, log: EventLog) -> None:
        self._url = url
        self._keys = keys
        self._limits = limits
        self._log = log
        self._ledger: Ledger | None = None
        self._decided: DayScrubber | None = None
        try:
            self._open()
        except LedgerAwayError as error:
            log.say("ledger_away", reason=str(error))

    @contextmanager
    def remember(self, run: Run, of_day: DayScrubber) -> Iterator[Means]:
        """The means for one file, which is entered when the block ends well."""
        with _in_terms_of_the_drop():
            ledger = self._open()
            content = content_of(only_file_in(run.received))
            numbers = answer_numbers(content, ledger.numbers_for, self._limits)
            context, scrubber = self._with_consents(of_day, ledger)
            with ledger.enter(run.record.sha256, context.as_of) as entry:
                yield Means(context, LedgerScrubber(scrubber, entry, context), numbers)

    def forget(self, run: Run) -> None:
        """The whole file comes later: its claims are then no duplicates of those of this part."""
        with _in_terms_of_the_drop():
            self._open().forget(run.record.sha256)

    def _with_consents(self, of_day: DayScrubber, ledger: Ledger) -> DayScrubber:
        """What a file is scrubbed with when the ledger keeps decisions about repairs; the last one
        as long as it is right, for it knows what is clean."""
        context = ledger.with_consents(of_day.context)
        if context is of_day.context:
            return of_day
        if self._decided is None or self._decided.context != context:
            self._decided = DayScrubber(context, FileScrubber(context, RULES))
        return self._decided

    def _open(self) -> Ledger:
        if self._ledger is None:
            self._ledger = Ledger(self._url, self._keys)
            if self._ledger.upgraded_from:
                self._log.say("ledger_upgraded", schema=self._ledger.upgraded_from)
        return self._ledger


@contextmanager
def _in_terms_of_the_drop() -> Iterator[None]:
    try:
        yield
    except RefusedValueError as error:
        raise RefusedFileError(str(error)) from None
    except LedgerError as error:
        raise OSError(errno.EIO, str(error)) from None
