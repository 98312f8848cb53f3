"""A comparison with a baseline, as text and as a record."""

from collections.abc import Iterator, Sequence
from typing import Any

from scrubber.outputs.guidance import GuidanceByCode
from scrubber.outputs.impact_text import change_lines, change_record, claims, share_record
from scrubber.outputs.terminal import Line
from scrubber.outputs.verdict import Kind
from scrubber.regression.comparison import Comparison


def comparison_lines(comparison: Comparison, guidance: GuidanceByCode) -> Iterator[Line]:
    """What is not as the baseline says."""
    yield ((f"{claims(comparison.impact.total)} compared with the baseline", "label"),)
    for what, before, after in comparison.differences():
        yield ((f"  {what}: {before or 'none'} -> {after or 'none'}", "faint"),)
    yield ()
    yield from change_lines(comparison.impact, guidance)
    if comparison.files:
        yield ()
        yield (("  Files, apart from their claims", "label"),)
    for change in comparison.files:
        yield ((f"  {change.file}  {_signed(change.came, change.went)}", ""),)
    yield from _moved(comparison)


def _moved(comparison: Comparison) -> Iterator[Line]:
    counted = ((comparison.new, "not in the baseline"), (comparison.gone(), "gone from the corpus"))
    if any(share.claims for share, _ in counted):
        yield ()
    for share, words in counted:
        if share.claims:
            yield ((f"  {claims(share)} {words}", "warn"),)


def _signed(came: Sequence[Kind], went: Sequence[Kind]) -> str:
    named = [("+", kind) for kind in came] + [("-", kind) for kind in went]
    return ", ".join(f"{sign}{kind.code} {kind.severity}" for sign, kind in named)


def recorded_line(number: int, place: str) -> Line:
    """What is said when a baseline was written."""
    return ((f"{number:,} claim{'' if number == 1 else 's'} recorded in {place}", "good"),)


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """The same as JSON: amounts are strings with two decimals."""
    return {
        "schema": "scrubber-regress/1",
        "same": comparison.is_same(),
        "conditions": [one._asdict() for one in comparison.differences()],
        "claims": share_record(comparison.impact.total),
        "new": share_record(comparison.new),
        "gone": share_record(comparison.gone()),
        **change_record(comparison.impact),
        "files": [
            {
                "file": change.file,
                "came": [kind._asdict() for kind in change.came],
                "went": [kind._asdict() for kind in change.went],
            }
            for change in comparison.files
        ],
    }
