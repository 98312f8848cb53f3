"""Segments as received, their elements, and where each stands in the file."""

from typing import NamedTuple

from scrubber.patches import Patch, Span


def is_segment_id(text: str) -> bool:
    """Whether a text has the form of a segment identifier: two or three letters and digits."""
    return 1 < len(text) < 4 and text.isascii() and text.isalnum() and text.isupper()


class Delimiters(NamedTuple):
    """The four delimiters of an interchange, each one character. `repetition` is empty where
    ISA11 names none that could be told from text."""

    element: str
    component: str
    repetition: str
    terminator: str


LINE_BREAKS = "\r\n"


class Element(NamedTuple):
    """One element or component: its value, its address, and its bytes.

    An element that is absent has an empty value, the empty span where it would be inserted,
    and in `padding` the separators that must go before it.
    """

    value: str
    path: str
    span: Span
    segment: "Segment"
    number: int
    component: int = 0
    padding: str = ""

    def put(self, text: str) -> Patch:
        """The patch that makes `text` the value, adding separators where they are missing."""
        return Patch(self.span, self.padding + text)


class Segment:
    """One segment: `clm[2]` is an Element, `clm[5, 3]` a component, `clm.value(2)` its text.

    `raw` is the segment without terminator, line breaks and blanks behind its name;
    `start` is the file offset of its first byte, `ordinal` its number in the file from 1.
    `received` is the text as it lies in the file when that differs from `raw`.
    """

    __slots__ = ("_values", "delimiters", "loop", "ordinal", "raw", "received", "start")

    def __init__(
        self,
        raw: str,
        delimiters: Delimiters,
        start: int = 0,
        ordinal: int = 0,
        loop: str = "",
        received: str | None = None,
    ) -> None:
        self.raw = raw
        self.delimiters = delimiters
        self.start = start
        self.ordinal = ordinal
        self.loop = loop
        self.received = raw if received is None else received
        self._values: list[str] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Segment) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        return (self.raw, self.start, self.ordinal, self.loop, self.delimiters, self.received)

    @property
    def values(self) -> list[str]:
        """The segment id and its elements, split once."""
        if self._values is None:
            self._values = self.raw.split(self.delimiters.element)
        return self._values

    @property
    def id(self) -> str:
        """The segment identifier, such as CLM."""
        return self.values[0]

    @property
    def span(self) -> Span:
        """Every byte of the segment but its terminator."""
        return Span(self.start, self.start + len(self.received))

    @property
    def path(self) -> str:
        """The address, such as 2300/CLM; with `?` where there is no identifier but other text,
        which may be anything."""
        name = self.id if is_segment_id(self.id) or not self.id else "?"
        return f"{self.loop}/{name}" if self.loop else name

    def value(self, element: int, component: int = 0) -> str:
        """The text of an element, or of one of its components (from 1); empty if absent."""
        values = self.values
        if element >= len(values):
            return ""
        if not component:
            return values[element]
        parts = values[element].split(self.delimiters.component)
        return parts[component - 1] if component <= len(parts) else ""

    def components(self, element: int) -> list[str]:
        """The components of an element; empty when the element is absent or empty."""
        text = self.value(element)
        return text.split(self.delimiters.component) if text else []

    def __getitem__(self, key: int | tuple[int, int]) -> Element:
        number, component = key if isinstance(key, tuple) else (key, 0)
        values = self.values
        suffix = f"{number:02d}-{component}" if component else f"{number:02d}"
        path = f"{self.path}{suffix}"
        if number >= len(values):
            padding = self.delimiters.element * (number - len(values) + 1)
            padding += self.delimiters.component * (component - 1 if component else 0)
            end = len(self.raw)
            return Element("", path, self._span(end, end), self, number, component, padding)
        start = sum(map(len, values[:number])) + number
        text = values[number]
        if not component:
            return Element(text, path, self._span(start, start + len(text)), self, number)
        parts = text.split(self.delimiters.component)
        if component > len(parts):
            end = start + len(text)
            padding = self.delimiters.component * (component - len(parts))
            return Element("", path, self._span(end, end), self, number, component, padding)
        start += sum(map(len, parts[: component - 1])) + component - 1
        part = parts[component - 1]
        return Element(part, path, self._span(start, start + len(part)), self, number, component)

    def _span(self, start: int, end: int) -> Span:
        """The file range of raw[start:end], which line breaks may have stretched."""
        if len(self.received) != len(self.raw):
            start, end = self._stretched(start), self._stretched(end)
        return Span(self.start + start, self.start + end)

    def _stretched(self, index: int) -> int:
        """The index in `received` of the character at `index` of `raw`."""
        seen, name_end = 0, len(self.id)
        for position, character in enumerate(self.received):
            if character in LINE_BREAKS:
                continue
            if seen == name_end and character != self.delimiters.element:
                continue
            if seen == index:
                return position
            seen += 1
        return len(self.received)
