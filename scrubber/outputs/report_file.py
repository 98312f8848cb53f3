"""Reads report.json: the head, and the claims one at a time, however long the file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TextIO

Record = Mapping[str, Any]
"""A JSON object of the report, as report.schema.json describes it."""

SCHEMA = "scrubber-report/1"
_CHUNK = 1 << 16


class UnreadableReportError(ValueError):
    """A file that is not a report this version can read; the message says why."""


class Report(NamedTuple):
    """A report: `head` is everything but the claims, `claims` can be walked once."""

    head: Record
    claims: Iterable[Record]


def read_report(source: Record | Path) -> Report:
    """The report in `source`: a record as json.loads gives it, or the file it was written to.

    A file is read twice and never held whole: the totals may stand after the claims.
    Raises UnreadableReportError, and OSError when the file cannot be opened.
    """
    if isinstance(source, Path):
        head = {key: value for key, value in _members(source) if key != "claim"}
        claims: Iterable[Record] = (value for key, value in _members(source) if key == "claim")
    else:
        head = {key: value for key, value in source.items() if key != "claims"}
        claims = source.get("claims", ())
    if head.get("schema") != SCHEMA:
        raise UnreadableReportError(
            f"expected a report of schema {SCHEMA}; write it again with scrub"
        )
    return Report(head, claims)


def _members(path: Path) -> Iterator[tuple[str, Any]]:
    """Every member of the top-level object; of "claims" each claim, under the key "claim"."""
    with path.open(encoding="utf-8") as stream:
        text = _JsonText(stream)
        try:
            for key in text.items("{}"):
                text.take(":")
                if key == "claims":
                    yield from (("claim", claim) for claim in text.items("[]"))
                else:
                    yield key, text.value()
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise UnreadableReportError(f"{path.name} is not a complete report.json") from error


class _JsonText:
    """A JSON text read value by value from a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()

    def items(self, brackets: str) -> Iterator[Any]:
        """The values between `brackets`; of an object its keys (the caller takes the rest)."""
        self.take(brackets[0])
        if self._peek() == brackets[1]:
            self.take(brackets[1])
            return
        yield self.value()
        while self._peek() == ",":
            self.take(",")
            yield self.value()
        self.take(brackets[1])

    def value(self) -> Any:
        """The next value, whole."""
        self._peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            # At the end of what was read, a number may go on in the next chunk.
            if end == len(self._text) and self._more():
                continue
            self._at = end
            return found

    def take(self, character: str) -> None:
        if self._peek() != character:
            raise json.JSONDecodeError(f"expected {character}", self._text, self._at)
        self._at += 1

    def _peek(self) -> str:
        while True:
            rest = self._text[self._at : self._at + 1]
            if rest and not rest.isspace():
                return rest
            if rest:
                self._at += 1
            elif not self._more():
                return ""

    def _more(self) -> bool:
        # Reading as much again as is held keeps one very long value from costing its square.
        chunk = self._stream.read(max(_CHUNK, len(self._text) - self._at))
        self._text = self._text[self._at :] + chunk
        self._at = 0
        return bool(chunk)
