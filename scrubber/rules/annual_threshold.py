"""KX: above the year's threshold it must stand, below it need not."""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.modifier_text import modifier_at, place_for_one_more
from scrubber.rules.rule import Rule, ServiceSetting, line_rule
from scrubber.rules.service_shapes import worded_line
from scrubber.rules.sources import THERAPY_THRESHOLDS
from scrubber.rules.therapy_lines import disciplines_on, therapy_row
from scrubber.therapy.thresholds import Threshold, threshold

NOT_EXPECTED_TO_PAY = frozenset({"GA", "GX", "GY", "GZ"})


def _accrued(line: ServiceLine, setting: ServiceSetting) -> tuple[Decimal, Threshold] | None:
    """The user's accrued amount and the threshold of its year; None where either is unknown."""
    used = setting.payer.threshold_modifier
    record = setting.documentation_of(line)
    if used is None or not used.used or record is None or record.accrued is None:
        return None
    named = disciplines_on(line)
    day = line.service_from
    if len(named) != 1 or day is None or therapy_row(line) is None:
        return None
    found = threshold(day.year, named[0])
    return (record.accrued, found) if found is not None else None


@line_rule(
    "S656", severity=Severity.REJECT, status="A8:453", source=THERAPY_THRESHOLDS,
    service_only=True, concerns=worded_line(),
)  # fmt: skip
def threshold_modifier_missing(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The patient's therapy is above the annual threshold, and the line lacks KX.

    Why: above the threshold Medicare pays only lines on which KX attests that the service is
    necessary and that the record shows it. Physical and speech-language therapy share one
    threshold, occupational therapy has its own. Checked only if accrued amounts are given.
    Fix: add KX if the record supports it; the scrubber never adds it without being asked.
    """
    found = _accrued(line, setting)
    if found is None or "KX" in line.modifiers or NOT_EXPECTED_TO_PAY.intersection(line.modifiers):
        return
    accrued, limit = found
    if accrued <= limit.kx:
        return
    used = setting.payer.threshold_modifier
    sure = used is not None and used.stated.may_reject and "KNOWLEDGE" not in limit.source
    place = line.next_modifier_element
    fix = Fix("append KX", (place.put("KX"),), Safety.REVIEW) if place is not None else None
    message = f"${accrued} were accrued before this service, the {limit.year} threshold of "
    message += f"{' and '.join(limit.disciplines)} is ${limit.kx}; {line.code} lacks KX"
    yield Problem(place_for_one_more(line), message, fix, None if sure else Severity.WARN)


@line_rule(
    "S618", severity=Severity.WARN, status="A8:453", source=THERAPY_THRESHOLDS,
    service_only=True, concerns=worded_line(),
)  # fmt: skip
def threshold_modifier_needless(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """KX is on a line of a patient who is below the annual threshold.

    Why: KX attests an exception that is not needed yet; routine use triggers medical review.
    Fix: remove KX until the threshold is reached.
    """
    found = _accrued(line, setting) if "KX" in line.modifiers else None
    if found is None:
        return
    accrued, limit = found
    if accrued + (line.charge or Decimal(0)) <= limit.kx:
        message = f"KX is on {line.code}, though only ${accrued} of the {limit.year} threshold "
        yield Problem(modifier_at(line, "KX"), f"{message}of ${limit.kx} were accrued")


RULES: tuple[Rule, ...] = (threshold_modifier_missing, threshold_modifier_needless)
