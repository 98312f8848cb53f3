"""Service lines as reports show them, mapped to the therapy code table."""

from datetime import date
from functools import lru_cache

from scrubber.claim.service_line import ServiceLine
from scrubber.engine.results import LineSummary, Therapy
from scrubber.rules.rule import ServiceSetting
from scrubber.rules.visit_minutes import MINUTES, minutes_of
from scrubber.therapy.plan_of_care import sole_discipline_of
from scrubber.therapy.table import therapy_code


def summary_of(line: ServiceLine, setting: ServiceSetting | None) -> LineSummary:
    """The facts of a line; one without SV1 has nothing but its number. Without a setting nothing
    is known of its minutes."""
    values = line.values
    code, modifiers = line.code, line.modifiers
    first, last = line.dates
    in_minutes = values[3:4] == [MINUTES]
    minutes = None
    if setting is not None and (in_minutes or setting.tells_minutes):
        minutes = minutes_of(line, setting)
    return LineSummary(
        line.number,
        code,
        modifiers,
        values[4] if len(values) > 4 else "",
        values[2] if len(values) > 2 else "",
        therapy_of(code, modifiers, first),
        values[5] if len(values) > 5 else "",
        first,
        last,
        in_minutes,
        minutes,
    )


@lru_cache(maxsize=8192)
def therapy_of(code: str, modifiers: tuple[str, ...], day: date | None) -> Therapy | None:
    """The line's entry in the therapy code table; None for what is no therapy code that day."""
    row = therapy_code(code, day) if day is not None else None
    if row is None:
        return None
    return Therapy(row.family, row.timed, sole_discipline_of(modifiers))
