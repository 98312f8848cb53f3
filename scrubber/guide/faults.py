"""What the guide check says of a segment or a block."""

from typing import NamedTuple

from scrubber.patches import Patch, Safety
from scrubber.x12.segment import Segment


class Fault(NamedTuple):
    """One breach of syntax (S1xx) or of the guide (S2xx), relative to its block.

    `segment` is its number within the block; element and component count from 1 and are 0 where
    the fault lies in no element. `syntax` is the code an acknowledgment needs: IK403 with an
    element, IK304 without one; of a count or control number TA105, AK905 or IK502.
    `replacement` is the text that repairs the element (or, with element 0, the whole segment)
    where the form has only one right answer, and `title` says what that repair does; `safety` how
    much it claims. `patches` repair what is no element.
    `missing` names the segment or loop that should have stood there, and `expected` the number
    within the block of the segment it should have stood before. `elsewhere` is the segment at
    fault where that lies in an earlier block.
    """

    code: str
    segment: int
    element: int
    component: int
    message: str
    syntax: str
    replacement: str | None = None
    title: str = ""
    missing: str = ""
    expected: int = 0
    elsewhere: Segment | None = None
    safety: Safety = Safety.SAFE
    patches: tuple[Patch, ...] = ()
