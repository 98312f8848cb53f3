"""Service lines as reports show them, mapped to the therapy code table."""

from datetime import date
from functools import lru_cache

from scrubber.claim.service_line import ServiceLine
from scrubber.engine.results import LineSummary, Therapy
from scrubber.therapy.plan_of_care import sole_discipline_of
from scrubber.therapy.table import therapy_code


def summary_of(line: ServiceLine) -> LineSummary:
    """The line as reports show it; a line without SV1 has nothing but its number."""
    values = line.values
    code, modifiers = line.code, line.modifiers
    return LineSummary(
        line.number,
        code,
        modifiers,
        values[4] if len(values) > 4 else "",
        values[2] if len(values) > 2 else "",
        therapy_of(code, modifiers, line.dates[0]),
        values[5] if len(values) > 5 else "",
        line.dates[0],
    )


@lru_cache(maxsize=8192)
def therapy_of(code: str, modifiers: tuple[str, ...], day: date | None) -> Therapy | None:
    """The line's entry in the therapy code table; None for what is no therapy code that day."""
    row = therapy_code(code, day) if day is not None else None
    if row is None:
        return None
    return Therapy(row.family, row.timed, sole_discipline_of(modifiers))
