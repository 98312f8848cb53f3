"""A block of an answer as it is read: values by segment and element, and what is wrong in it."""

from datetime import date
from decimal import Decimal

from scrubber.answers.rows import Problem
from scrubber.claim.values import amount, day, period
from scrubber.x12.block import Block
from scrubber.x12.segment import is_segment_id


class Source:
    """Reads the elements of a block, of which `values` are those of each segment, without blanks
    around them; what cannot be read is None and named in `problems`, without
    its value. `lost_money` tells whether an amount was among it."""

    __slots__ = ("block", "component", "file", "lost_money", "problems", "values")

    def __init__(self, block: Block, file: str) -> None:
        self.block = block
        self.file = file
        self.component = block.delimiters.component
        element = block.delimiters.element
        # Blanks around values are rare.
        if " " in block.text:
            self.values = [
                [value.strip() for value in raw.split(element)]
                if " " in raw
                else raw.split(element)
                for raw in block.segments
            ]
        else:
            self.values = [raw.split(element) for raw in block.segments]
        self.problems: list[Problem] = []
        self.lost_money = False

    def text(self, index: int, element: int, component: int = 0) -> str:
        """An element, or one of its components, without blanks around it; empty if absent."""
        values = self.values[index]
        if element >= len(values):
            return ""
        if not component:
            return values[element]
        parts = values[element].split(self.component)
        return parts[component - 1].strip() if component <= len(parts) else ""

    def parts(self, index: int, element: int) -> list[str]:
        """The components of an element."""
        return self.text(index, element).split(self.component)

    def amount(self, index: int, element: int, needed: bool = False) -> Decimal | None:
        """An element as a number; None where it is absent, which is a problem where needed."""
        values = self.values[index]
        text = values[element] if element < len(values) else ""
        found = amount(text)
        if found is None and (text or needed):
            self.complain(index, "is not a number" if text else "is missing", element)
            self.lost_money = True
        return found

    def quantity(self, index: int, element: int) -> Decimal | None:
        """An element as a number that is no money."""
        lost = self.lost_money
        found = self.amount(index, element)
        self.lost_money = lost
        return found

    def day(self, index: int, element: int) -> date | None:
        """An element as a day CCYYMMDD."""
        text = self.text(index, element)
        found = day(text)
        if found is None and text:
            self.complain(index, "is not a real date", element)
        return found

    def period(self, index: int) -> tuple[date | None, date | None]:
        """First and last day of a DTP."""
        found = period(self.text(index, 2), self.text(index, 3))
        if None in found:
            self.complain(index, "is not a real date", 3)
        return found

    def complain(self, index: int, message: str, element: int = 0) -> None:
        """Name a problem of a segment or of one of its elements."""
        name = self.text(index, 0)
        name = name if is_segment_id(name) else "?"
        address = f"{name}{element:02d}" if element else name
        block = self.block
        self.problems.append(
            Problem(self.file, block.ordinal + index, block.offset(index), address, message)
        )

    def misplaced(self, index: int, where: str) -> None:
        """Name a segment that does not belong where it is."""
        if self.text(index, 0):
            self.complain(index, f"does not belong in {where}; it is not read")
        else:
            self.complain(index, "is an empty segment")


class Part:
    """A claim or a line while its segments are read: the number of its first segment, and of
    those with a qualifier the first of each."""

    __slots__ = (
        "adjustments", "amounts", "dates", "index", "people", "references", "remarks", "statuses",
    )  # fmt: skip

    def __init__(self, index: int) -> None:
        self.index = index
        self.adjustments: list[int] = []
        self.statuses: list[int] = []
        self.remarks: list[str] = []
        self.references: dict[str, str] = {}
        self.dates: dict[str, int] = {}
        self.amounts: dict[str, int] = {}
        self.people: dict[str, int] = {}

    def person(self, source: Source, entity: str, element: int) -> str:
        """An element of the NM1 of an entity; empty if there is none."""
        index = self.people.get(entity)
        return source.text(index, element) if index is not None else ""
