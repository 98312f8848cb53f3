"""What is wrong with providers, subscribers and patients, put together by rule: in one file there
may be thousands of them, and what rejects stands with each of their claims as well."""

from collections.abc import Iterable
from typing import NamedTuple

from scrubber.reports.report_file import Record

MOST_NAMED = 5
"""Of so many the segment is named."""
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


def level_findings(
    findings: Iterable[Record], of_claims: frozenset[str]
) -> tuple[list[Record], list[LevelFinding]]:
    """The findings of the file itself, and those of levels above claims. `of_claims` are the codes
    that reject claims: a level that is rejected without any stays with the file."""
    of_file: list[Record] = []
    of_levels: dict[tuple[str, str, bool], LevelFinding] = {}
    for one in findings:
        code, severity, fixed = one["code"], one["severity"], one["fixed"]
        is_open = severity == "reject" and not fixed
        if not one["path"].startswith(LEVELS) or (is_open and code not in of_claims):
            of_file.append(one)
            continue
        known = of_levels.get((code, severity, fixed))
        before, segments = (known.times, known.segments) if known is not None else (0, ())
        if before < MOST_NAMED:
            segments = (*segments, one["segment"])
        first = known.first if known is not None else one
        of_levels[code, severity, fixed] = LevelFinding(first, before + 1, segments)
    return of_file, list(of_levels.values())
