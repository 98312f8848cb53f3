"""Treatment days since the last progress note, over all claims a ledger knows. Pure.

Source: CMS Pub 100-02, chapter 15, section 220.3 D: a progress report is due at least once every
ten treatment days. Notes come from the documentation that was given with each file; a day of which
nothing was told counts for nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from scrubber.engine.earlier_services import Said
from scrubber.history.ledger_history import Visit
from scrubber.history.services import NO_NOTE, ServiceRow
from scrubber.rules.record_gaps import progress_note_overdue

# After a longer pause the patient may have been discharged, and the count begins anew.
LONGEST_PAUSE = timedelta(days=60)
Known = TypeVar("Known", Visit, ServiceRow)


def overdue_notes(rows: Sequence[ServiceRow], earlier: Sequence[Visit], due: int) -> list[Said]:
    """What is to be said of the lines of a claim, `rows`, where a note is due every `due` treatment
    days: once for each discipline, of the first day from which it was overdue.

    `earlier` are the patient's treatment days in force, of claims that came before.
    """
    said = []
    for discipline in sorted({row.discipline for row in rows if row.note}):
        mine = sorted(_told(rows, discipline), key=lambda row: row.first)
        known: list[Visit | ServiceRow] = [*_told(earlier, discipline), *mine]
        for row in mine:
            count = visits_without_note(known, row.first)
            if count >= due:
                words = f"no progress note is documented in {count} visits up to "
                words += f"{row.first.isoformat()}, those on other claims counted"
                said.append(Said(progress_note_overdue, row.line, words))
                break
    return said


def visits_without_note(rows: Iterable[Visit | ServiceRow], day: date) -> int:
    """Treatment days up to `day`, without a long pause between them, since the last note."""
    some = list(rows)
    notes = [date.fromisoformat(row.note) for row in some if row.note != NO_NOTE]
    last = max((note for note in notes if note <= day), default=date.min)
    if any(note > day for note in notes if _follows_soon(note, day)):
        return 0
    days = sorted({row.first for row in some if last < row.first <= day}, reverse=True)
    count = 0
    for one in days:
        if count and days[count - 1] - one > LONGEST_PAUSE:
            break
        count += 1
    return count


def _follows_soon(note: date, day: date) -> bool:
    return note - day <= LONGEST_PAUSE


def _told(rows: Iterable[Known], discipline: str) -> list[Known]:
    """The rows of a discipline of which it is known whether there was a note."""
    return [row for row in rows if row.note and row.discipline == discipline]
