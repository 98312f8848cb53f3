"""The adjustment a payer would likely have answered a finding with: a suggestion, never a fact.

The table is data/suggested_adjustments.csv: a claim status (category, code and, where they
decide, entity, second code and element) to an adjustment group, a claim adjustment reason code
and remark codes, each row with source and confidence. Where several causes share a status, its
row holds only what they agree on. A code of "*" answers for the rest of its category.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scrubber.outputs.address import address

_TABLE = Path(__file__).parent / "data" / "suggested_adjustments.csv"
RETURNED = "TA1 or 999, returned unread"
UNPROCESSABLE = ("A3", "481")
"""The status of what cannot be read at all: envelopes, and sets that break the guide whole."""
_MARKS = ("entity", "second", "element")


class Adjustment(NamedTuple):
    """A suggested adjustment: group code, CARC, RARCs; where it is from and how sure it is.

    A suggestion that came with its finding has neither source nor confidence of its own.
    """

    group: str
    carc: str
    rarc: tuple[str, ...]
    source: str = ""
    confidence: str = ""

    def __str__(self) -> str:
        """As a remittance writes it: `CO-4 N822 MA130`."""
        return " ".join((f"{self.group}-{self.carc}", *self.rarc))


def suggested_adjustment(finding: Mapping[str, Any]) -> Adjustment | None:
    """What a payer would likely answer to a finding of report.json.

    The finding's own suggestion comes first, then the table. None where the finding has no
    status, as with repairs that change nothing a payer sees.
    """
    own = finding.get("suggested")
    if own:
        return Adjustment(own["group"], own["carc"], tuple(own["rarc"]))
    status = finding.get("status")
    if not status:
        return None
    return adjustment_for(
        status["category"],
        status["code"],
        status.get("entity") or "",
        status.get("second") or "",
        _element(finding["path"]),
    )


def likely_answer(finding: Mapping[str, Any]) -> str:
    """What a payer would likely answer, in codes: the adjustment of a remittance; what is not read
    is never adjudicated and comes back with an acknowledgment. Empty where there is nothing to
    answer: the finding informs only."""
    adjustment = suggested_adjustment(finding)
    if adjustment is not None:
        return str(adjustment)
    status = finding.get("status") or {}
    unread = (status.get("category"), status.get("code")) == UNPROCESSABLE
    return RETURNED if unread else ""


@cache
def adjustment_for(
    category: str, code: str, entity: str = "", second: str = "", element: str = ""
) -> Adjustment | None:
    """The table's most particular row for a claim status; None where it has none."""
    known = {"entity": entity, "second": second, "element": element}
    rows = _rows().get((category, code), ()) + _rows().get((category, "*"), ())
    fitting = [row for row in rows if all(row[mark] in ("", known[mark]) for mark in _MARKS)]
    if not fitting:
        return None
    best = max(fitting, key=lambda row: (row["code"] != "*", sum(row[m] != "" for m in _MARKS)))
    return Adjustment(
        best["group"], best["carc"], _remarks(best["rarc"]), best["source"], best["confidence"]
    )


@cache
def _rows() -> dict[tuple[str, str], tuple[dict[str, str], ...]]:
    table: dict[tuple[str, str], tuple[dict[str, str], ...]] = {}
    text = _TABLE.read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        key = (row["category"], row["code"])
        table[key] = (*table.get(key, ()), row)
    return table


def _remarks(codes: str) -> tuple[str, ...]:
    return tuple(codes.split(";")) if codes else ()


def _element(path: str) -> str:
    """`SV104` of 2400/SV104 or 2400/SV104-1; the table names elements without their loop."""
    at = address(path)
    return f"{at.segment}{at.element:02}" if at.element else at.segment
