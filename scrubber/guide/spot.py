"""The element under examination, and the faults found there."""

from typing import NamedTuple

from scrubber.guide.faults import Fault


class Spot(NamedTuple):
    """Where a value stands: segment within the block, element, component (0 if none).

    `name` is how messages call it, such as "SV104 (units)".
    """

    segment: int
    element: int
    component: int
    name: str

    def fault(
        self,
        code: str,
        message: str,
        syntax: str,
        replacement: str | None = None,
        title: str = "",
    ) -> Fault:
        """A fault at this spot; the message goes on after the name."""
        return Fault(
            code,
            self.segment,
            self.element,
            self.component,
            f"{self.name} {message}",
            syntax,
            replacement,
            title,
        )
