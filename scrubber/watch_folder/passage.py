"""A file's way through the drop: scrubbed, delivered, remembered, put away.

Every step can be taken again after a crash. Until the record says scrubbed nothing has left the
run's own folder; from then on nothing is scrubbed again, and what was delivered is not made anew.
Several files may be handed out together: to wait for the disk takes as long for all as for one.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from scrubber.outputs.syncing import sync_paths
from scrubber.watch_folder.claiming import Claims, Run
from scrubber.watch_folder.delivery import deliver, put_away
from scrubber.watch_folder.folders import DropFolders
from scrubber.watch_folder.making import Maker
from scrubber.watch_folder.notes import Note, write_notes
from scrubber.watch_folder.run_record import CLAIMED, RunRecord
from scrubber.watch_folder.seen import SeenContents


class Witness(Protocol):
    """Told of every file before its outputs leave, which may be twice, and when it is through."""

    def scrubbed(self, runs: Sequence[Run]) -> None: ...

    def finished(self, run: Run) -> None: ...


class Passage:
    """Takes claimed files through."""

    def __init__(
        self, folders: DropFolders, maker: Maker, witnesses: tuple[Witness, ...] = ()
    ) -> None:
        self._folders = folders
        self._maker = maker
        self._witnesses = witnesses
        self._claims = Claims(folders)
        self._seen = SeenContents(folders.seen)

    def make(self, run: Run) -> None:
        """Make what is to be handed out of a file, unless that was done before; one that is being
        written to is given back.

        Raises OSError where the drop cannot be written; the file then waits to be taken again.
        """
        if run.record.state == CLAIMED:
            record = self._maker.make(run)
            if record is None:
                self._give_back(run)
            else:
                run.finish_making(record)

    def hand_out(self, runs: Sequence[Run]) -> None:
        """Bring files to their end that were made; those that were written to since they were
        taken are given back, as long as nothing of them has left.

        Raises OSError where that cannot be; it may be tried again with them, or with some.
        """
        self._bring_to_disk(runs)
        runs = [run for run in runs if not run.is_returned]
        for witness in self._witnesses:
            witness.scrubbed(runs)
        deliver(
            (file, self._folders.outbound_for(file.name) / file.name)
            for run in runs
            for file in _outputs(run)
        )
        write_notes(note for run in runs for note in self._notes(run))
        put_away((run.received, self._kept(run.record)) for run in runs)
        for run in runs:
            run.remove()
            for witness in self._witnesses:
                witness.finished(run)

    def _bring_to_disk(self, runs: Sequence[Run]) -> None:
        """From here on a loss of power loses nothing that was made, and nothing is made again."""
        new = [run for run in runs if run.made is not None and not run.is_returned]
        sync_paths(path for run in new for path in run.unsynced)
        for run in new:
            if run.is_as_taken():
                run.confirm()
            else:
                self._give_back(run)
        sync_paths(run.folder for run in new if not run.is_returned)

    def _give_back(self, run: Run) -> None:
        self._maker.forget(run)
        self._claims.give_back(run)

    def size_kept(self, record: RunRecord) -> int | None:
        """The size of a file that was put away; None for one that is there no more."""
        try:
            return os.lstat(self._kept(record)).st_size
        except FileNotFoundError:
            return None

    def set_aside(self, record: RunRecord) -> None:
        """Move a file that was put away to the error folder, with its reason. Raises OSError."""
        kept = self._kept(record)
        aside = self._folders.error / kept.name
        write_notes([self._reason(record, aside)])
        deliver([(kept, aside)])

    def _notes(self, run: Run) -> Iterator[Note]:
        """What is to be remembered of a file, and why it was not scrubbed, or not whole."""
        record = run.record
        yield self._seen.note(record.sha256, record.run, done=not record.reason)
        if (record.reason or record.problem) and not record.duplicate_of:
            yield self._reason(record, self._kept(record))

    def _reason(self, record: RunRecord, kept: Path) -> Note:
        path = self._folders.error / f"{record.output_name}.reason.txt"
        return Note(path, "\n".join(_why(record, kept.relative_to(self._folders.root))) + "\n")

    def _kept(self, record: RunRecord) -> Path:
        """Where the file itself goes."""
        folder = self._folders.archive(date.fromisoformat(record.received))
        if record.reason:
            folder = self._folders.error
        return folder / f"{record.output_name}{Path(record.name).suffix}"


def _outputs(run: Run) -> Iterable[Path]:
    """What is to be delivered still; a run folder that is gone has been through."""
    outputs = sorted(run.out.iterdir()) if run.out.exists() else []
    return [file for file in outputs if not file.name.startswith(".")]


def _why(record: RunRecord, kept: Path) -> list[str]:
    """The lines of a reason file."""
    what = "not scrubbed" if record.reason else "not scrubbed whole"
    if record.reason:
        advice = "Send the file again when it is corrected; the same bytes are then accepted again."
    elif record.alarm:
        advice = "Compare it with its outputs, and send what was added as a separate file."
    else:
        advice = "Its claims are in the outputs. What could not be read is named in the report."
    return [
        f"{record.stem}: {what}: {record.reason or record.problem}",
        f"run: {record.run}",
        f"received: {record.received}",
        f"kept: {kept}",
        advice,
    ]
