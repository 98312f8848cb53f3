"""Large tables as one text of fixed-width records, sorted by their key and searched in place.

On top stands the provenance in `# key: value` lines, the last of which gives the widths of key and
value. Nothing is built when a table is opened, and processes share its pages.
"""

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scrubber.codes.table_file import Release, TableError, provenance

WIDTHS = "widths"


@dataclass(frozen=True, slots=True)
class RecordFile:
    """An open table: records of key, value and a line feed, below `start`."""

    release: Release
    records: mmap.mmap
    start: int
    key_width: int
    width: int

    def __len__(self) -> int:
        return (len(self.records) - self.start) // self.width

    def key_at(self, index: int) -> bytes:
        """The key of a record."""
        at = self.start + index * self.width
        return self.records[at : at + self.key_width]

    def find(self, key: str) -> str | None:
        """The value of a key; None where there is none."""
        wanted = key.encode("ascii", "replace").ljust(self.key_width)
        found = bisect_left(range(len(self)), wanted, key=self.key_at)
        if found == len(self) or self.key_at(found) != wanted:
            return None
        at = self.start + found * self.width
        return self.records[at + self.key_width : at + self.width - 1].decode("ascii")


def record_text(facts: Mapping[str, str], key_width: int, records: Iterable[str]) -> str:
    """The text of a table; each record is a key, filled up with blanks, and its value. Raises
    ValueError for records of several widths."""
    found = sorted(records)
    (width,) = {len(record) for record in found}
    given = {**facts, WIDTHS: f"{key_width} {width - key_width}"}
    head = "".join(f"# {name}: {value}\n" for name, value in given.items() if value)
    return head + "\n".join(found) + "\n"


@cache
def record_file(path: Path) -> RecordFile:
    """Open a table. Raises TableError for a damaged one."""
    try:
        with path.open("rb") as file:
            records = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise TableError(f"{path.name}: cannot be read: {error}") from None
    start, facts = 0, {}
    while records[start : start + 2] == b"# " and (end := records.find(b"\n", start)) >= 0:
        key, _, value = records[start + 2 : end].decode("utf-8", "replace").partition(":")
        facts[key] = value.strip()
        start = end + 1
    widths = facts.pop(WIDTHS, "").split()
    if len(widths) != 2 or not all(map(str.isdecimal, widths)):
        raise TableError(f"{path.name}: no line for {WIDTHS}")
    key_width, width = int(widths[0]), sum(map(int, widths)) + 1
    ends = records[start + width - 1 :: width]
    if (len(records) - start) % width or ends.strip(b"\n"):
        raise TableError(f"{path.name}: records of {width} bytes expected; the file is damaged")
    release = provenance(path, facts, (len(records) - start) // width)
    return RecordFile(release, records, start, key_width, width)
