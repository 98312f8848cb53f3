"""A run of segments that is worked through as one: a header, a hierarchical level, a claim."""

from itertools import accumulate

from scrubber.x12.records import Records
from scrubber.x12.segment import Delimiters, Segment


class Block:
    """Consecutive segments and the bytes they came from.

    `segments` are cleaned of terminators and line breaks. `text` is every byte from the first
    segment to the start of the next block, so blocks laid end to end are the file. `start` is
    the file offset of `text`, `ordinal` the number of the first segment in the file.

    In a uniform block segment i+1 begins `gap` bytes after the end of segment i. In another one
    `starts` holds each offset within `text` and `received` each segment as it lies in the file;
    `records` tells where a transport put line breaks into a text of that kind. `facts` is what was
    found to be surely so of a claim when it was located (`lane.facts`).
    """

    __slots__ = (
        "_offsets",
        "_values",
        "delimiters",
        "facts",
        "gap",
        "ordinal",
        "received",
        "records",
        "segments",
        "start",
        "starts",
        "text",
    )

    def __init__(
        self,
        segments: list[str],
        text: str,
        delimiters: Delimiters,
        start: int = 0,
        ordinal: int = 1,
        gap: int = 1,
        starts: list[int] | None = None,
        received: list[str] | None = None,
        records: Records | None = None,
    ) -> None:
        self.segments = segments
        self.text = text
        self.delimiters = delimiters
        self.start = start
        self.ordinal = ordinal
        self.gap = gap
        self.starts = starts
        self.received = received
        self.records = records
        self.facts = 0
        self._values: list[list[str] | None] = [None] * len(segments)
        self._offsets: list[int] | None = None

    @property
    def id(self) -> str:
        """The identifier of the first segment."""
        return self.values(0)[0]

    @property
    def end(self) -> int:
        """The file offset just past the block."""
        return self.start + len(self.text)

    def values(self, index: int) -> list[str]:
        """Segment `index` split into its id and elements."""
        values = self._values[index]
        if values is None:
            values = self._values[index] = self.segments[index].split(self.delimiters.element)
        return values

    def begin(self, index: int) -> int:
        """The file offset at which segment `index` begins, or would after the last one."""
        return self.offset(index) if index < len(self.segments) else self.end

    def offset(self, index: int) -> int:
        """The file offset of segment `index`."""
        if self.starts is not None:
            return self.start + self.starts[index]
        if not index:
            return self.start
        if self._offsets is None:
            self._offsets = list(accumulate(map(len, self.segments), initial=0))
        return self.start + self._offsets[index] + index * self.gap

    def apart(self, index: int) -> tuple["Block", "Block"]:
        """The block in two, the second beginning with segment `index`."""
        cut = self.offset(index) - self.start
        starts, received = self.starts, self.received
        return (
            Block(
                self.segments[:index],
                self.text[:cut],
                self.delimiters,
                self.start,
                self.ordinal,
                self.gap,
                starts and starts[:index],
                received and received[:index],
                self.records,
            ),
            Block(
                self.segments[index:],
                self.text[cut:],
                self.delimiters,
                self.start + cut,
                self.ordinal + index,
                self.gap,
                starts and [at - cut for at in starts[index:]],
                received and received[index:],
                self.records,
            ),
        )

    def segment(self, index: int, loop: str = "") -> Segment:
        """Segment `index` as an object that knows its bytes and its loop."""
        received = self.received[index] if self.received is not None else None
        return Segment(
            self.segments[index],
            self.delimiters,
            self.offset(index),
            self.ordinal + index,
            loop,
            received,
        )


class TornSegment(Block):
    """An ISA or IEA whose terminator was lost: the next segment or interchange begins in it."""

    __slots__ = ()
