"""How a rule is broken in any claim: patterns over segments, kept as data in data/spoilings.toml.

A row names the payers whose claims it is for and pairs of a pattern (a regular expression over the
segments of a file, one a line) and what is put in its place; only the first place is changed.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from scrubber.testing.claims import PAYERS
from scrubber.testing.records import Interchange
from scrubber.testing.specimens import DATA

SPOILINGS_FILE = DATA / "spoilings.toml"


class Spoiling(NamedTuple):
    """A way to break a rule. `payers` are ids of profiles, the simplest first; `discipline` is GP,
    GO, GN, or empty for any; `recount`: the number of segments is brought into line after it."""

    edits: tuple[tuple[re.Pattern[str], str], ...]
    payers: tuple[str, ...]
    discipline: str
    recount: bool

    def is_for(self, whole: Interchange) -> bool:
        """Whether all claims are of payers that it is for."""
        return all(claim.profile in self.payers for claim in whole.claims)

    def spoil(self, segments: Iterable[str]) -> list[str] | None:
        """The segments after it; None where they have no place for it."""
        text = "\n".join(segments)
        for pattern, put in self.edits:
            text, times = pattern.subn(put, text, count=1)
            if not times:
                return None
        changed = text.split("\n")
        return _recounted(changed) if self.recount else changed


def _recounted(segments: list[str]) -> list[str]:
    """The same with right counts in SE01."""
    start = 0
    counted = []
    for at, segment in enumerate(segments):
        name, *values = segment.split("*")
        if name == "ST":
            start = at
        made = "*".join((name, str(at - start + 1), *values[1:])) if name == "SE" else segment
        counted.append(made)
    return counted


def spoiling_of(code: str) -> Spoiling | None:
    """How the rule is broken in any claim; None where only its specimen breaks it."""
    return spoilings().get(code)


@cache
def spoilings() -> Mapping[str, Spoiling]:
    """All of them by the code of the rule."""
    rows = tomllib.loads(SPOILINGS_FILE.read_text(encoding="utf-8"))
    return {code: _spoiling(row) for code, row in rows.items()}


def _spoiling(row: Mapping[str, Any]) -> Spoiling:
    return Spoiling(
        tuple((re.compile(pattern, re.MULTILINE), put) for pattern, put in row["edits"]),
        tuple(row.get("payers", PAYERS)),
        row.get("discipline", ""),
        row.get("recount", True),
    )
