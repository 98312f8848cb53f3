"""A file's way through the drop: scrubbed, delivered, remembered, put away.

Every step can be taken again after a crash. Until the record says scrubbed nothing has left the
run's own folder; from then on nothing is scrubbed again, and what was delivered is not made anew.
Several files may be handed out together: to wait for the disk takes as long for all as for one.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import NamedTuple, Protocol

from scrubber.batch.inputs import Input
from scrubber.batch.same_day import with_inputs_read
from scrubber.batch.scrub_file import Outcome, Request, scrub_file
from scrubber.batch.source_file import UnreadableInputError
from scrubber.batch.unread_file import report_unread
from scrubber.dropbox.claiming import Claims, Run
from scrubber.dropbox.delivery import deliver, put_away
from scrubber.dropbox.duplicate_report import report_duplicate
from scrubber.dropbox.folders import DropFolders
from scrubber.dropbox.notes import Note, write_notes
from scrubber.dropbox.run_record import CLAIMED, SCRUBBED, RunRecord
from scrubber.dropbox.seen import SeenContents
from scrubber.engine import Context, FileScrubber
from scrubber.reports.accepted_files import NO_LIMITS, Limits
from scrubber.reports.acknowledgments.control_numbers import DERIVED, ControlNumbers
from scrubber.reports.guidance import GuidanceByCode
from scrubber.reports.output_fault import OutputFaultError
from scrubber.reports.syncing import sync_paths
from scrubber.rules import RULES

MOST_ATTEMPTS = 3
GIGABYTE = 1 << 30


class Tools(NamedTuple):
    """What files received on one day are scrubbed with."""

    context: Context
    scrubber: FileScrubber


class StillWrittenError(Exception):
    """The file changed while it was scrubbed."""


class Means(NamedTuple):
    """What one file is scrubbed with, and the control numbers of the answers to it."""

    scrubber: FileScrubber
    numbers: ControlNumbers = DERIVED


Remember = Callable[[Run, Tools], AbstractContextManager[Means]]


def scrub_only(_run: Run, tools: Tools) -> AbstractContextManager[Means]:
    """The scrubber as it is, without a ledger."""
    return nullcontext(Means(tools.scrubber))


class Witness(Protocol):
    """Told of every file before its outputs leave, which may be twice, and when it is through."""

    def scrubbed(self, runs: Sequence[Run]) -> None: ...

    def finished(self, run: Run) -> None: ...


@dataclass(frozen=True)
class Wishes:
    """What to write: report formats, whether identifying values may be shown, the size in bytes
    above which a file is refused, what an accepted file may hold, and whether a 277CA says in
    words what is wrong."""

    formats: tuple[str, ...] = ("json", "csv")
    show_phi: bool = False
    guidance: GuidanceByCode | None = None
    most_bytes: int = 4 * GIGABYTE
    limits: Limits = NO_LIMITS
    messages: bool = True


class Passage:
    """Takes claimed files through. `tools` gives what a day's files are scrubbed with, `fault`
    says in words, without a value, that the program failed, `remember` gives the means for one
    file, which is remembered when its block ends well."""

    def __init__(
        self,
        folders: DropFolders,
        wishes: Wishes,
        tools: Callable[[date], Tools],
        fault: Callable[[BaseException], str],
        witnesses: tuple[Witness, ...] = (),
        remember: Remember = scrub_only,
    ) -> None:
        self._folders = folders
        self._wishes = wishes
        self._tools = tools
        self._fault = fault
        self._witnesses = witnesses
        self._remember = remember
        self._claims = Claims(folders)
        self._seen = SeenContents(folders.seen)

    def make(self, run: Run) -> bool:
        """Make what is to be handed out of a file, unless that was done before. False where it
        was given back, being written to still.

        Raises OSError where the drop cannot be written; the file then waits to be taken again.
        """
        if run.record.state == CLAIMED:
            record = self._scrubbed(run)
            if record is None:
                self._claims.give_back(run)
                return False
            run.finish_making(record)
        return True

    def hand_out(self, runs: Sequence[Run]) -> None:
        """Bring files to their end that were made.

        Raises OSError where that cannot be; it may be tried again with them, or with some.
        """
        _bring_to_disk(runs)
        for witness in self._witnesses:
            witness.scrubbed(runs)
        deliver(
            (file, self._folders.outbound_for(file.name) / file.name)
            for run in runs
            for file in _outputs(run)
        )
        write_notes(note for run in runs for note in self._notes(run))
        put_away((run.received, self._kept(run)) for run in runs)
        for run in runs:
            run.remove()
            for witness in self._witnesses:
                witness.finished(run)

    def _scrubbed(self, run: Run) -> RunRecord | None:
        record = run.record
        if record.attempts >= MOST_ATTEMPTS:
            reason = f"scrubbing it was begun {record.attempts} times and never came to an end"
            return self._set_aside(run, reason)
        begun = monotonic()
        attempts = record.attempts + run.resumed
        try:
            run.discard()
            if run.resumed:
                run.note(replace(record, attempts=attempts))
            made = self._made(run)
        except OSError:
            # The disk is to blame, not the file: this was no attempt.
            run.note(replace(record, attempts=attempts - 1))
            raise
        if made is None:
            return None
        return replace(made, state=SCRUBBED, seconds=round(monotonic() - begun, 3))

    def _made(self, run: Run) -> RunRecord | None:
        record = run.record
        if record.duplicate_of:
            report_duplicate(record, run.output_name, *self._paper(run))
            return replace(record, problem=f"the same file as run {record.duplicate_of}")
        if record.size > self._wishes.most_bytes:
            most = f"{self._wishes.most_bytes:,} bytes"
            return self._set_aside(run, f"it has {record.size:,} bytes; at most {most} are taken")
        try:
            tools = self._tools_for(run)
            with self._remember(run, tools) as means:
                return _told(record, self._scrub(run, tools.context, means))
        except StillWrittenError:
            return None
        except UnreadableInputError as error:
            return self._set_aside(run, f"the file cannot be read: {error}")
        except OutputFaultError as error:
            return self._set_aside(run, f"nothing of it was written: {error}")
        except OSError:
            raise
        except Exception as error:
            return self._set_aside(run, self._fault(error))

    def _tools_for(self, run: Run) -> Tools:
        """What a file is scrubbed with: that of its day, unless its claims share minutes."""
        tools = self._tools(date.fromisoformat(run.record.received))
        whole = Input(run.received, run.output_name)
        context = with_inputs_read(tools.context, [whole])
        return tools if context is tools.context else Tools(context, FileScrubber(context, RULES))

    def _scrub(self, run: Run, context: Context, means: Means) -> Outcome:
        request = replace(self._request(run), numbers=means.numbers)
        outcome = scrub_file(run.received, run.output_name, context, means.scrubber, request)
        found = os.lstat(run.received)
        if (found.st_size, found.st_mtime_ns) != (run.record.size, run.record.modified_ns):
            raise StillWrittenError
        return outcome

    def _set_aside(self, run: Run, reason: str) -> RunRecord:
        """Nothing of the file goes out but a report that says why."""
        run.discard()
        context, request = self._paper(run)
        report_unread(Input(run.received, run.output_name), reason, context, request)
        return replace(run.record, state=SCRUBBED, reason=reason, status=2)

    def _paper(self, run: Run) -> tuple[Context, Request]:
        return self._tools(date.fromisoformat(run.record.received)).context, self._request(run)

    def _request(self, run: Run) -> Request:
        wishes = self._wishes
        return Request(
            run.out,
            wishes.formats,
            wishes.show_phi,
            wishes.guidance or {},
            limits=wishes.limits,
            messages=wishes.messages,
            durable=False,
        )

    def _notes(self, run: Run) -> Iterator[Note]:
        """What is to be remembered of a file, and why it was not scrubbed, or not whole."""
        record = run.record
        yield self._seen.note(record.sha256, record.run, done=not record.reason)
        if (record.reason or record.problem) and not record.duplicate_of:
            path = self._folders.error / f"{run.output_name}.reason.txt"
            kept = self._kept(run).relative_to(self._folders.root)
            yield Note(path, "\n".join(_why(record, kept)) + "\n")

    def _kept(self, run: Run) -> Path:
        """Where the file itself goes."""
        record = run.record
        folder = self._folders.archive(date.fromisoformat(record.received))
        if record.reason:
            folder = self._folders.error
        return folder / f"{run.output_name}{Path(record.name).suffix}"


def _outputs(run: Run) -> Iterable[Path]:
    """What is to be delivered still; a run folder that is gone has been through."""
    outputs = sorted(run.out.iterdir()) if run.out.exists() else []
    return [file for file in outputs if not file.name.startswith(".")]


def _bring_to_disk(runs: Sequence[Run]) -> None:
    """From here on a loss of power loses nothing that was made, and nothing is made again."""
    new = [run for run in runs if run.made is not None]
    sync_paths(path for run in new for path in run.unsynced)
    for run in new:
        run.confirm()
    sync_paths(run.folder for run in new)


def _told(record: RunRecord, outcome: Outcome) -> RunRecord:
    """The record of a file that was scrubbed; one in which no claim could be read has failed."""
    summary = outcome.summary
    problem = outcome.problem
    if not problem and summary.not_checked:
        problem = f"{summary.not_checked:,} claims were not checked by every rule; see the report"
    return replace(
        record,
        status=max(outcome.status, 0),
        reason=problem if not summary.claims else "",
        problem=problem if summary.claims else "",
        disposition={name: share.claims for name, share in summary.dispositions.items()},
        codes={one.code: one.claims for one in summary.reasons if one.severity == "reject"},
    )


def _why(record: RunRecord, kept: Path) -> list[str]:
    """The lines of a reason file."""
    what = "not scrubbed" if record.reason else "not scrubbed whole"
    return [
        f"{record.stem}: {what}: {record.reason or record.problem}",
        f"run: {record.run}",
        f"received: {record.received}",
        f"kept: {kept}",
        "Send the file again when it is put right; the same bytes are then taken again."
        if record.reason
        else "Its claims are in the outputs. What could not be read is named in the report.",
    ]
