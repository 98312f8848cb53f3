"""How a file is put on the wire: delimiters, line ends, blanks between interchanges."""

from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import strategies as st

PLAIN = "*:^~"
"""Element, component and repetition separator and terminator of segments kept as text."""

SEPARATORS = '*:^~|><!{}\\#"%$[]_=?;\x1c\x1d\x1e\x1f'
"""Characters that may be delimiters: all that X12.6 allows and no value made here holds."""


@dataclass(frozen=True)
class Wire:
    """How segments in plain delimiters are put on the wire.

    `delimiters` are element, component and repetition separator and terminator. `line_end` stands
    behind each terminator, `between` behind each interchange; `wrap` breaks lines at a column
    (0: none), as some transports do.
    """

    delimiters: str = PLAIN
    line_end: str = ""
    between: str = ""
    wrap: int = 0

    def write(self, segments: Iterable[str]) -> bytes:
        """The bytes of a file; delimiters stand at their places, values are left alone."""
        terminator = self.delimiters[3]
        table = str.maketrans(PLAIN[:3], self.delimiters[:3])
        lines = []
        for segment in segments:
            end = terminator + self.line_end
            if segment.startswith("IEA*"):
                end += self.between
            lines.append(segment.translate(table) + end)
        text = "".join(lines)
        if self.wrap:
            text = "\n".join(text[i : i + self.wrap] for i in range(0, len(text), self.wrap))
        return text.encode("latin-1")


PLAIN_WIRE = Wire()
_LINE_ENDS = ("", "\n", "\r\n", "\r")
_BETWEEN = ("", "\n", "\r\n\r\n")
_DELIMITERS = st.one_of(
    st.just(PLAIN),
    st.sampled_from(("*:^\n", "|:^\r", "\x1d\x1f\x1e\x1c", "|>!~", "^<!|")),
    st.lists(st.sampled_from(SEPARATORS), min_size=4, max_size=4, unique=True).map("".join),
)


@st.composite
def wires(draw: st.DrawFn, *, may_wrap: bool = False) -> Wire:
    """Any legal choice of delimiters, line ends, and blanks between interchanges.

    Shrinks to `* : ^ ~` with nothing between segments. `may_wrap`: also lines of 80 characters.
    """
    delimiters = draw(_DELIMITERS)
    if delimiters[3] in "\r\n":
        return Wire(delimiters)
    if may_wrap and draw(st.booleans()):
        return Wire(delimiters, wrap=80)
    return Wire(delimiters, draw(st.sampled_from(_LINE_ENDS)), draw(st.sampled_from(_BETWEEN)))
