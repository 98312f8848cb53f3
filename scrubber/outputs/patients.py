"""Who the patient of a claim is, for reports that may show it."""

from itertools import dropwhile, islice, takewhile

from scrubber.claim.values import day
from scrubber.engine.results import Part
from scrubber.engine.stream_state import KINDS_ABOVE, Above
from scrubber.outputs.acknowledgments.received_segments import (
    first_segment,
    received_segments,
    value,
)
from scrubber.x12.delimiters import USUAL


class Patients:
    """Follows the headers and levels of a file; `record` is the patient of the next claim."""

    def __init__(self) -> None:
        self._delimiters = USUAL
        self._levels: Above[str] = Above()
        self._record: dict[str, str] | None = None

    def pass_over(self, part: Part) -> None:
        """A part that is no claim."""
        if part.kind in KINDS_ABOVE:
            self._levels.enter(part.kind, part.corrected)
            self._record = None
        if part.delimiters is not None:
            self._delimiters = part.delimiters

    @property
    def record(self) -> dict[str, str]:
        """Name, birth date, member id and address, as far as the file has them."""
        if self._record is None:
            told = self._told()
            self._record = {key: text for key, text in told.items() if text}
        return self._record

    def _told(self) -> dict[str, str]:
        insured = self._person("2000B", "IL")
        patient = self._person("2000C", "QC") if "2000C" in self._levels else insured
        named = first_segment(patient, "NM1")
        last, first, middle, _, suffix = (value(named, at).strip() for at in range(3, 8))
        places = [
            text.strip()
            for name in ("N3", "N4")
            for text in (first_segment(patient, name) or ())[1:]
        ]
        born = value(first_segment(patient, "DMG", "D8"), 2)
        real = day(born)
        return {
            "name": ", ".join(filter(None, (_words(last, suffix), _words(first, middle)))),
            "birth_date": real.isoformat() if real is not None else born,
            "member_id": value(first_segment(insured, "NM1"), 9).strip(),
            "address": ", ".join(filter(None, places)),
        }

    def _person(self, level: str, entity: str) -> list[list[str]]:
        """The segments of a level from the name of this entity up to the next name."""
        segments = received_segments(self._levels.get(level, ""), self._delimiters)
        begun = dropwhile(lambda one: one[:2] != ["NM1", entity], segments)
        named = list(islice(begun, 1))
        return named + list(takewhile(lambda one: one[0] != "NM1", begun))


def _words(*texts: str) -> str:
    return " ".join(filter(None, texts))
