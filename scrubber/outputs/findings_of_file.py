"""Which findings that belong to no claim are told: all of them, up to more than anybody reads.

A damaged file may have millions. Those of claims are always told; so is the first of each code,
which decides about the exit status.
"""

from scrubber.findings import Finding, Severity
from scrubber.rules.guide_rules import GUIDE_RULES

MOST = 100_000
NOT_LISTED = "S136"


class FindingsOfFile:
    """Counts the findings of one file that belong to no claim."""

    def __init__(self) -> None:
        self._codes: set[str] = set()
        self._told = 0
        self._left_out = 0
        self._first: Finding | None = None
        self._severity = Severity.WARN

    def tells(self, finding: Finding) -> bool:
        """Whether the next finding is told; else it is counted only."""
        if self._told < MOST or finding.code not in self._codes:
            self._codes.add(finding.code)
            self._told += 1
            return True
        self._left_out += 1
        self._first = self._first or finding
        if finding.severity is Severity.REJECT and not finding.fixed:
            self._severity = Severity.REJECT
        return False

    def rest(self) -> Finding | None:
        """What is said in the place of those that were left out since it was asked last."""
        first, self._first = self._first, None
        if first is None:
            return None
        rule = GUIDE_RULES[NOT_LISTED]
        message = f"{self._told:,} findings that belong to no claim are listed; "
        message += f"{self._left_out:,} more, from here on, are not"
        return Finding(
            rule.code, self._severity, rule.snip, "", first.span, first.segment, None, message,
            rule.source,
        )  # fmt: skip
