"""Makes what is handed out of a file: its outputs, or a report that says why there are none."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import NamedTuple

from scrubber.engine import Context, FileScrubber
from scrubber.outputs.acknowledgments.control_numbers import DERIVED, ControlNumbers
from scrubber.outputs.output_fault import ClaimFileFaultError, OutputFaultError
from scrubber.rules import RULES
from scrubber.run.archived_files import only_file_in
from scrubber.run.inputs import Input
from scrubber.run.remote_files import Place
from scrubber.run.same_day import with_inputs_read
from scrubber.run.scrub_file import Outcome, Request, scrub_file
from scrubber.run.set_aside import set_aside
from scrubber.run.source_file import UnreadableInputError
from scrubber.run.unread_file import report_unread
from scrubber.watch_folder.claiming import Run
from scrubber.watch_folder.day_scrubbers import DayScrubber
from scrubber.watch_folder.duplicate_report import report_duplicate
from scrubber.watch_folder.run_record import SCRUBBED, RunRecord
from scrubber.watch_folder.whole_files import RefusedFileError, WholeFileScrubber

MOST_ATTEMPTS = 3


class StillWrittenError(Exception):
    """The file changed while it was scrubbed."""


class Means(NamedTuple):
    """What one file is scrubbed with, and the control numbers of the answers to it."""

    context: Context
    scrubber: FileScrubber
    numbers: ControlNumbers = DERIVED


class Memory:
    """Remembers nothing: the scrubber as it is, without a ledger."""

    def remember(self, _run: Run, of_day: DayScrubber) -> AbstractContextManager[Means]:
        """The means for one file, which is remembered when the block ends well. Raises OSError
        where that cannot be done now, RefusedFileError where it never can."""
        return nullcontext(Means(*of_day))

    def forget(self, run: Run) -> None:
        """A file that was remembered is given back. Raises OSError."""


class Wishes(NamedTuple):
    """What is wanted of each file; those larger than `most_bytes` are refused, and unless
    `takes_truncated` those that end before their IEA."""

    request: Request
    most_bytes: int
    takes_truncated: bool = False


class Maker:
    """Makes the outputs of claimed files. `scrubbers` gives what a day's files are scrubbed with,
    `fault` says in words, without a value, that the program failed."""

    def __init__(
        self,
        wishes: Wishes,
        scrubbers: Callable[[date], DayScrubber],
        fault: Callable[[BaseException], str],
        memory: Memory,
    ) -> None:
        self._wishes = wishes
        self._scrubbers = scrubbers
        self._fault = fault
        self._memory = memory

    def make(self, run: Run) -> RunRecord | None:
        """Make the outputs of a file in the run's folder; what its record is to be when they are on
        the disk. None where the file is being written to still.

        Raises OSError where the drop cannot be written; nothing is said of the file then.
        """
        if run.crashes >= MOST_ATTEMPTS:
            reason = f"scrubbing it was started {run.crashes} times and never finished"
            return self._set_aside(run, reason)
        begun = monotonic()
        with run.attempting():
            run.discard()
            made = self._made(run)
        if made is None:
            return None
        return replace(made, state=SCRUBBED, seconds=round(monotonic() - begun, 3))

    def forget(self, run: Run) -> None:
        """A file is given back. Raises OSError."""
        if not run.record.duplicate_of:
            self._memory.forget(run)

    def _made(self, run: Run) -> RunRecord | None:
        record = run.record
        if record.duplicate_of:
            report_duplicate(record, run.output_name, *self._paper(run))
            return replace(record, problem=f"the same file as run {record.duplicate_of}")
        if record.size > self._wishes.most_bytes:
            most = f"{self._wishes.most_bytes:,} bytes"
            return self._set_aside(run, f"it has {record.size:,} bytes; the limit is {most}")
        try:
            return _told(record, self._whole_or_in_part(run, self._scrubber_for(run)))
        except StillWrittenError:
            return None
        except RefusedFileError as error:
            return replace(self._set_aside(run, str(error)), alarm=error.alarm)
        except UnreadableInputError as error:
            return self._set_aside(run, f"the file cannot be read: {error}")
        except OutputFaultError as error:
            return self._set_aside(run, f"nothing of it was written: {error}")
        except OSError:
            raise
        except Exception as error:
            return self._set_aside(run, self._fault(error))

    def _scrubber_for(self, run: Run) -> DayScrubber:
        """That of the day of a file, unless its claims share minutes."""
        of_day = self._scrubbers(date.fromisoformat(run.record.received))
        whole = Input(_source_of(run), run.output_name)
        context = with_inputs_read(of_day.context, [whole])
        if context is of_day.context:
            return of_day
        return DayScrubber(context, FileScrubber(context, RULES))

    def _whole_or_in_part(self, run: Run, of_day: DayScrubber) -> Outcome:
        """The outcome of a file; without the claims that a fault of the claim files concerns."""
        request = self._request_for(run)
        try:
            return self._scrub(run, of_day, request)
        except ClaimFileFaultError as fault:

            def scrub(other: FileScrubber, wanted: Request) -> Outcome:
                return self._scrub(run, of_day._replace(scrubber=other), wanted)

            return set_aside(fault, of_day.scrubber, request, scrub)

    def _scrub(self, run: Run, of_day: DayScrubber, request: Request) -> Outcome:
        with self._memory.remember(run, of_day) as means:
            scrubber = means.scrubber
            if not self._wishes.takes_truncated:
                scrubber = WholeFileScrubber(scrubber)
            wanted = replace(request, numbers=means.numbers)
            source = _source_of(run)
            outcome = scrub_file(source, run.output_name, means.context, scrubber, wanted)
            self._must_be_whole(run)
            return outcome

    def _must_be_whole(self, run: Run) -> None:
        found = os.lstat(run.received)
        if (found.st_size, found.st_mtime_ns) != (run.record.size, run.record.modified_ns):
            raise StillWrittenError

    def _set_aside(self, run: Run, reason: str) -> RunRecord:
        """Nothing of the file goes out but a report that says why."""
        run.discard()
        context, request = self._paper(run)
        report_unread(Input(run.received, run.output_name), reason, context, request)
        return replace(run.record, state=SCRUBBED, reason=reason, status=2)

    def _paper(self, run: Run) -> tuple[Context, Request]:
        return self._scrubbers(date.fromisoformat(run.record.received)).context, self._request_for(
            run
        )

    def _request_for(self, run: Run) -> Request:
        return replace(self._wishes.request, out=run.out, durable=False)


def _source_of(run: Run) -> Place:
    """What is scrubbed: the file, or the one in an archive. Raises UnreadableInputError."""
    try:
        return only_file_in(run.received)
    except OSError as error:
        raise UnreadableInputError(error.strerror) from None


def _told(record: RunRecord, outcome: Outcome) -> RunRecord:
    """The record of a file that was scrubbed; one in which no claim could be read has failed."""
    summary = outcome.summary
    problem = outcome.problem
    if not problem and summary.not_checked:
        problem = f"{summary.not_checked:,} claims were not checked by every rule; see the report"
    problem = "; ".join(filter(None, (problem, *outcome.faults)))
    return replace(
        record,
        status=max(outcome.status, 0),
        reason=problem if not summary.claims else "",
        problem=problem if summary.claims else "",
        disposition={name: share.claims for name, share in summary.dispositions.items()},
        codes={one.code: one.claims for one in summary.reasons if one.severity == "reject"},
        late_tables=[f"{one.name}, {one.release}" for one in summary.tables if one.later],
    )
