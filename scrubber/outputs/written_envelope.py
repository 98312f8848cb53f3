"""The headers of a file that is written, with its control numbers, and trailers true of it."""

from scrubber.engine.results import Part
from scrubber.guide.used_numbers import UsedNumbers
from scrubber.outputs.own_numbers import KeptNumbers, Numbering
from scrubber.outputs.renumbering import element_of, with_batch, with_elements
from scrubber.x12.delimiters import IsaHead
from scrubber.x12.segment import Delimiters
from scrubber.x12.whole_number import whole_number

ENVELOPES = ("ISA", "GS", "ST")
TRAILER_OF = {"ST": "SE", "GS": "GE", "ISA": "IEA"}
ABOVE = {"GS": "ISA", "ST": "GS"}
NUMBER_AT = {"ISA": 13, "GS": 6, "ST": 2}
AS_RECEIVED = KeptNumbers()


class WrittenEnvelope:
    """Knows of each open header its control number and what was counted inside it: the groups of
    an interchange, the sets of a group, the segments of a set but its SE.

    With `unique_sets` a set whose number its group has already gets another one.
    """

    def __init__(self, numbering: Numbering = AS_RECEIVED, unique_sets: bool = False) -> None:
        self._numbering = numbering
        self._unique_sets = unique_sets
        self._set_numbers = UsedNumbers()
        self._open: list[str] = []
        self._numbers = dict.fromkeys(ENVELOPES, "")
        self._counts = dict.fromkeys(ENVELOPES, 0)

    def __contains__(self, header: str) -> bool:
        return header in self._open

    def __bool__(self) -> bool:
        return bool(self._open)

    def header(self, kind: str, part: Part, delimiters: Delimiters) -> str:
        """The text of a header as it is written; from now on it is open."""
        text = part.corrected
        number = self._number(kind, element_of(text, NUMBER_AT[kind], delimiters))
        text = with_elements(text, {NUMBER_AT[kind]: number}, delimiters)
        if kind == "ST" and self._numbering is not AS_RECEIVED:
            batch = self._numbering.batch
            text = with_batch(text, lambda one: batch(one, part.ordinal), delimiters)
        self.enter(kind, number, part.segments)
        return text

    def enter(self, kind: str, number: str, segments: int) -> None:
        """A header of so many segments is open."""
        self._open.append(kind)
        self._numbers[kind] = number
        self._counts[kind] = segments if kind == "ST" else 0
        if kind != "ISA":
            self._counts[ABOVE[kind]] += 1
        if kind == "GS":
            self._set_numbers = UsedNumbers()

    def count(self, segments: int) -> None:
        """So many segments more were written to the set."""
        self._counts["ST"] += segments

    def leave(self, kind: str) -> None:
        """A trailer of it was written."""
        self._open.remove(kind)

    def open_within(self, kind: str) -> list[str]:
        """The open headers from this one inwards, the innermost first."""
        inner = ENVELOPES[ENVELOPES.index(kind) :]
        return [one for one in reversed(inner) if one in self._open]

    def trailer(self, header: str, head: IsaHead) -> str:
        """A trailer where the file has none."""
        delimiters = head.delimiters
        values = (TRAILER_OF[header], str(self._counted(header)), self._numbers[header])
        return delimiters.element.join(values) + delimiters.terminator + head.suffix

    def recounted(self, text: str, header: str, head: IsaHead) -> str:
        """A trailer with the count and control number of this file; as it is if they are right."""
        delimiters = head.delimiters
        count, number = self._counted(header), self._numbers[header]
        if text.count(delimiters.element) < 2:
            return self.trailer(header, head)
        wanted = {}
        stated = element_of(text, 1, delimiters)
        if whole_number(stated) != count:
            wanted[1] = str(count)
        if element_of(text, 2, delimiters).strip() != number.strip():
            wanted[2] = number
        return with_elements(text, wanted, delimiters)

    def _counted(self, header: str) -> int:
        return self._counts[header] + (header == "ST")

    def _number(self, kind: str, received: str) -> str:
        """The control number of a header as it is written."""
        if kind == "ISA":
            return self._numbering.interchange(received)
        if kind == "GS":
            return self._numbering.group(received, self._numbers["ISA"], self._counts["ISA"])
        return self._set_numbers.free(received) if self._unique_sets else received
