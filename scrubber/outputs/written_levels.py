"""HL numbers and child codes of one transaction set as it is written."""

from scrubber.engine.results import Part
from scrubber.findings import Severity
from scrubber.guide.hierarchy import FROM_LEVEL
from scrubber.outputs.renumbering import element_of, with_elements
from scrubber.x12.segment import Delimiters

PARENT = {"2000B": "2000A", "2000C": "2000B"}


class WrittenLevels:
    """Numbers levels from 1 and knows which of them are open."""

    def __init__(self) -> None:
        self._open: dict[str, str] = {}
        self._count = 0

    def __contains__(self, level: str) -> bool:
        return level in self._open

    def forget(self, highest: str) -> None:
        """Nothing is open any more from this level down."""
        if self._open:
            for level in FROM_LEVEL[highest]:
                self._open.pop(level, None)

    def numbered(self, level: str, part: Part, delimiters: Delimiters) -> str:
        """The text of a level with the number it has in this file and that of its parent here."""
        self._count += 1
        number = self._open[level] = str(self._count)
        parent = self._open.get(PARENT.get(level, ""))
        begins = delimiters.element.join(("HL", number, parent or "", ""))
        if part.corrected.startswith(begins) and not part.findings:
            return part.corrected
        wanted = {1: number}
        if parent is not None:
            is_orphan = _is_orphan(part)
            wanted[2] = _other_than(parent, part, delimiters) if is_orphan else parent
        return with_elements(part.corrected, wanted, delimiters)


def with_child_code(text: str, has_children: bool, delimiters: Delimiters) -> str:
    """A level whose HL04 tells whether there is a level below."""
    stated = element_of(text, 4, delimiters)
    if stated not in ("0", "1") or stated == str(int(has_children)):
        return text
    return with_elements(text, {4: str(int(has_children))}, delimiters)


def _is_orphan(level: Part) -> bool:
    """Whether a level does not point to the one above it."""
    return bool(level.findings) and any(
        finding.severity is Severity.REJECT and finding.path == f"{level.kind}/HL02"
        for finding in level.findings
    )


def _other_than(parent: str, part: Part, delimiters: Delimiters) -> str:
    """HL02 of a level that belongs under another one than that above it here: as received, lest
    it pass for the child of a stranger when the file comes back."""
    received = element_of(part.corrected, 2, delimiters)
    return received if received != parent else "0"
