"""Finding, adding, dropping and reordering the modifiers of a line as patches of its SV101."""

from scrubber.claim.service_line import ServiceLine
from scrubber.patches import Patch
from scrubber.x12.segment import Element

PLACES = 4
FIRST_PLACE = 3


def modifier_at(line: ServiceLine, modifier: str) -> Element:
    """The element of a modifier that stands on the line."""
    return next(element for element in line.modifier_elements() if element.value == modifier)


def place_for_one_more(line: ServiceLine) -> Element:
    """Where a missing modifier would go; SV101 as a whole when all four places are taken."""
    return line.next_modifier_element or line.sv1[1]


def with_modifiers(line: ServiceLine, modifiers: tuple[str, ...]) -> Patch:
    """The patch that makes these the modifiers of the line (at most four), in this order."""
    sv1 = line.sv1
    parts = sv1.components(1)
    rest = parts[FIRST_PLACE + PLACES - 1 :]
    padding = ("",) * (PLACES - len(modifiers)) if rest else ()
    composite = [*parts[: FIRST_PLACE - 1], *modifiers, *padding, *rest]
    return sv1[1].put(sv1.delimiters.component.join(composite))
