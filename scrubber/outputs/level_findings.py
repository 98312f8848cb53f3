"""What is wrong with the file itself, as far as anybody reads it, and with providers, subscribers
and patients, put together by rule: in one file there may be thousands of them, and what rejects
stands with each of their claims as well."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from scrubber.outputs.report_file import Record

MOST_NAMED = 5
"""Of so many the segment is named."""
MOST_ALIKE = 20
"""So many of one rule are listed one by one."""
LEVELS = ("2000", "2010")


class LevelFinding(NamedTuple):
    """Findings of one rule and severity on levels above claims: how many, the segments of the
    first of them, and the first one itself."""

    first: Record
    times: int
    segments: tuple[int, ...]

    @property
    def where(self) -> str:
        """The segments in words."""
        named = ", ".join(map(str, self.segments))
        more = self.times - len(self.segments)
        return f"segment{'s'[: self.times > 1]} {named}" + (f" and {more:,} more" if more else "")


class SortedFindings(NamedTuple):
    """The findings of the file itself, the first of each rule, how many more there are, and those
    of levels above claims."""

    of_file: list[Record]
    more: int
    of_levels: list[LevelFinding]


def sorted_findings(findings: Iterable[Record], of_claims: frozenset[str]) -> SortedFindings:
    """The findings that belong to no claim. `of_claims` are the codes that reject claims: a level
    that is rejected without any stays with the file."""
    of_file: list[Record] = []
    alike: Counter[tuple[str, str, bool]] = Counter()
    of_levels: dict[tuple[str, str, bool], LevelFinding] = {}
    for one in findings:
        code, severity, fixed = one["code"], one["severity"], one["fixed"]
        is_open = severity == "reject" and not fixed
        if not one["path"].startswith(LEVELS) or (is_open and code not in of_claims):
            alike[code, severity, fixed] += 1
            if alike[code, severity, fixed] <= MOST_ALIKE:
                of_file.append(one)
            continue
        known = of_levels.get((code, severity, fixed))
        before, segments = (known.times, known.segments) if known is not None else (0, ())
        if before < MOST_NAMED:
            segments = (*segments, one["segment"])
        first = known.first if known is not None else one
        of_levels[code, severity, fixed] = LevelFinding(first, before + 1, segments)
    return SortedFindings(of_file, alike.total() - len(of_file), list(of_levels.values()))
