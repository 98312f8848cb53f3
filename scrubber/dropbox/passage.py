"""A file's way through the drop: scrubbed, delivered, remembered, put away.

Every step can be taken again after a crash. Until the record says scrubbed nothing has left the
run's own folder; from then on nothing is scrubbed again, and what was delivered is not made anew.
Several files may be handed out together: to wait for the disk takes as long for all as for one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from scrubber.dropbox.claiming import Claims, Run
from scrubber.dropbox.delivery import deliver, put_away
from scrubber.dropbox.folders import DropFolders
from scrubber.dropbox.making import Maker
from scrubber.dropbox.notes import Note, write_notes
from scrubber.dropbox.run_record import CLAIMED, RunRecord
from scrubber.dropbox.seen import SeenContents
from scrubber.reports.syncing import sync_paths


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

    def make(self, run: Run) -> bool:
        """Make what is to be handed out of a file, unless that was done before. False where it
        was given back, being written to still.

        Raises OSError where the drop cannot be written; the file then waits to be taken again.
        """
        if run.record.state == CLAIMED:
            record = self._maker.make(run)
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
