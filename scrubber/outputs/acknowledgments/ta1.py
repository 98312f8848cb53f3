"""TA1: one answer to each received interchange, and to nothing inside it.

An interchange that is rejected here is answered by this alone: nothing in it was taken, so no 999
and no 277CA follow. Sources: X12.5 (TA1 segment, code lists I17 and I18).
"""

from datetime import date
from typing import BinaryIO

from scrubber.engine.results import Part
from scrubber.findings import Finding
from scrubber.outputs.acknowledgments.control_numbers import (
    AnswerNumbers,
    ControlNumbers,
    digits_of,
)
from scrubber.outputs.acknowledgments.envelopes import (
    Group,
    Interchange,
    Listener,
    Trailer,
)
from scrubber.outputs.acknowledgments.reply import reply_header
from scrubber.outputs.x12_writer import X12Writer
from scrubber.rules.history import SAME_CONTROL_NUMBER

NO_ERROR, STRUCTURE, TOO_SHORT, CONTENT, SECOND_TIME = "000", "022", "023", "024", "025"
COMPONENT_SEPARATOR = "027"
ISA_NOTES = {
    1: "010", 2: "011", 3: "012", 4: "013", 5: "005", 6: "006", 7: "007", 8: "008", 9: "014",
    10: "015", 11: "016", 12: "017", 13: "018", 14: "019", 15: "020",
}  # fmt: skip


class Ta1Writer(Listener):
    """Listens to the envelopes of a file and writes an interchange with a TA1 for each."""

    def __init__(self, out: BinaryIO, as_of: date, numbers: ControlNumbers) -> None:
        self._writer = X12Writer(out, as_of)
        self._numbers = AnswerNumbers("ta1", numbers)
        self._interchange: Interchange | None = None
        self._notes: list[str] = []
        self._groups = 0
        self.answered = 0

    @property
    def wrote(self) -> bool:
        """Whether there was an interchange to answer."""
        return self._writer.wrote

    def open_interchange(self, interchange: Interchange) -> None:
        """Begin to note what is wrong with it."""
        self._interchange = interchange
        self._groups = 0
        self._notes = []
        self._note(interchange.findings)

    def open_group(self, group: Group) -> None:
        """A GS with faults is bad content of its interchange; one that holds no claims is not."""
        self._groups += 1
        if group.missing or any(finding.code == "S109" for finding in group.findings):
            self._notes.append(CONTENT)

    def outside(self, _part: Part) -> None:
        """Segments where no envelope has room for them."""
        self._notes.append(STRUCTURE)

    def close_interchange(self, trailer: Trailer) -> None:
        """Write the TA1, now that all of the interchange is known."""
        interchange = self._interchange
        assert interchange is not None
        if trailer.missing:
            self._notes.append(TOO_SHORT)
        self._note(trailer.findings)
        status = "A"
        if self._notes:
            nothing_taken = interchange.rejected or not self._groups
            status = "R" if nothing_taken else "E"
        self._write(interchange, status, self._notes[0] if self._notes else NO_ERROR)

    def _write(self, interchange: Interchange, status: str, note: str) -> None:
        self.answered += 1
        values = interchange.values
        writer = self._writer
        writer.open_interchange(reply_header(interchange, self._numbers))
        writer.control(
            "TA1", digits_of(values[13], 9), digits_of(values[9], 6), digits_of(values[10], 4),
            status, note,
        )  # fmt: skip
        writer.close_interchange()

    def _note(self, findings: tuple[Finding, ...]) -> None:
        """Note findings, those that reject before those that were only noted."""
        found = sorted(findings, key=lambda one: one.fixed or one.code != "S104")
        self._notes += [note for note in map(note_of, found) if note]


def note_of(finding: Finding) -> str:
    """TA105 for a finding on an ISA or IEA; empty where the TA1 has no word for it."""
    if len(finding.syntax) == 3 and finding.syntax.isdigit():
        return finding.syntax
    if finding.code == SAME_CONTROL_NUMBER.code:
        return SECOND_TIME
    if finding.code == "S147":
        return COMPONENT_SEPARATOR
    if finding.code in ("S103", "S104", "S117", "S146"):
        return ISA_NOTES.get(finding.element or 0, STRUCTURE)
    return STRUCTURE if finding.code in ("S102", "S207") else ""
