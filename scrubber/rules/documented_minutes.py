"""Units against minutes: too many, too few, and both counts where the payer's is not known."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, ServiceSetting, Visit, visit_rule
from scrubber.rules.service_shapes import worded
from scrubber.rules.sources import UNITS_FROM_MINUTES
from scrubber.rules.therapy_lines import payer_name, units_in_words
from scrubber.rules.visit_minutes import DayCount, Pool, counts, last_line, pools, said
from scrubber.therapy.unit_count import CountingMethod, UnitCount

CENT = Decimal("0.01")
METHOD_WORDS = {
    CountingMethod.CMS_TOTAL_TIME: "CMS total time",
    CountingMethod.MIDPOINT: "midpoint rule",
}


class Excess(NamedTuple):
    """A code with more units than its minutes support."""

    code: str
    billed: Decimal
    supported: int
    minutes: int
    sure: bool


def _method(setting: ServiceSetting) -> CountingMethod | None:
    stated = setting.payer.unit_method
    return None if stated == "none" else CountingMethod(stated)


@visit_rule(
    "S611",
    severity=Severity.REJECT,
    status="A8:476+263",
    source=UNITS_FROM_MINUTES,
    service_only=True,
    concerns=worded(lambda row: row.timed),
)
def more_units_than_minutes(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """More units are billed than the documented minutes support.

    Why: payers derive 15-minute units from minutes: CMS pools the day's minutes of a discipline (8
    to 22 make one unit, 23 to 37 two), others count each code alone. Units beyond the minutes are
    upcoding.
    Fix: bill the units the minutes support, or correct the minutes if they were recorded wrongly.
    Documented minutes of other claims in the run count too; minutes in the notes of their lines do
    not. Minutes of a service that earned no unit, and so no line, are documented under a line
    number that the claim does not have.
    """
    method = _method(setting)
    if method is None:
        return
    counting = setting.payer.unit_counting
    ceiling = counting.stated.ceiling if counting is not None else Severity.WARN
    for pool in pools(visit, setting):
        count, of_all = pool.counted(method), pool.of_all_claims(method)
        for excess in _excesses(pool, count):
            if of_all is not None and of_all.supports_own and pool.is_pooled(excess.code):
                continue
            sure = excess.sure and _is_sure_of_all(pool, of_all, method)
            severity = ceiling if sure else Severity.WARN
            line = last_line(pool.of(excess.code))
            message = _too_many(excess, count)
            yield Problem(line.sv1[4], message, _fewer(line, pool, excess), severity)


def _is_sure_of_all(pool: Pool, of_all: DayCount | None, method: CountingMethod) -> bool:
    """Whether the other claims of the day cannot make up for too many units on this one."""
    if of_all is None:
        return not pool.others
    return of_all.units_left < 0 or method is CountingMethod.MIDPOINT


def _excesses(pool: Pool, count: UnitCount) -> Iterator[Excess]:
    billed, minutes = pool.billed(), pool.minutes()
    timed = {service.row.code: service.row for service in pool.services}
    pooled = {code: units for code, units in billed.items() if timed[code].pooled}
    in_all = sum(pooled.values(), Decimal(0))
    for code, spent in minutes.items():
        if code not in pooled:
            most = count.most(code)
            if most is not None and billed[code] > most:
                yield Excess(code, billed[code], most, spent, sure=False)
        elif not pool.told and count.method is CountingMethod.CMS_TOTAL_TIME:
            most = -(-spent // 15)  # with other minutes unknown, a remainder may win one unit
            if billed[code] > most:
                yield Excess(code, billed[code], most, spent, sure=True)
        elif billed[code] > count.pooled.most(code):
            sure = in_all > count.pooled.total_units or count.method is CountingMethod.MIDPOINT
            yield Excess(code, billed[code], count.pooled.most(code), spent, sure)
    yield from _excess_in_ties(pool, pooled, count)


def _excess_in_ties(pool: Pool, billed: dict[str, Decimal], count: UnitCount) -> Iterator[Excess]:
    """Codes that tie for the last units and all take one."""
    allocation = count.pooled
    if not pool.told or any(units > allocation.most(code) for code, units in billed.items()):
        return
    favoured = [code for code, units in billed.items() if units > allocation.least(code)]
    if len(favoured) > allocation.tied_units:
        code = favoured[-1]
        least, minutes = allocation.least(code), pool.minutes()[code]
        yield Excess(code, billed[code], least, minutes, sure=True)


def _too_many(excess: Excess, count: UnitCount) -> str:
    message = f"{units_in_words(excess.billed)} of {excess.code} for {excess.minutes} minutes; "
    message += f"the minutes support {excess.supported}"
    if count.method is CountingMethod.CMS_TOTAL_TIME and len(count.pooled.codes) > 1:
        total, units = count.pooled.total_minutes, count.pooled.total_units
        message += f" ({total} minutes of timed services make {units_in_words(units)} in all)"
    return message


def _fewer(line: ServiceLine, pool: Pool, excess: Excess) -> Fix | None:
    if len(pool.of(excess.code)) > 1 or excess.supported < 1:
        return None
    patch = line.sv1[4].put(str(excess.supported))
    return Fix(
        f"bill {units_in_words(excess.supported)}, and their charge", (patch,), Safety.ADVICE
    )


@visit_rule(
    "S612",
    severity=Severity.INFO,
    status="A8:476+263",
    source=UNITS_FROM_MINUTES,
    service_only=True,
    concerns=worded(lambda row: row.timed),
)
def fewer_units_than_minutes(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """Fewer units are billed than the documented minutes support.

    Why: minutes that earn a unit by the payer's counting method but are not billed are not paid. A
    daily limit of the payer, or a clinical reason, may explain it.
    Fix: bill the units the minutes support unless there is a reason not to.
    """
    method = _method(setting)
    if method is None:
        return
    for pool in pools(visit, setting):
        if not pool.told:
            continue
        of_all = pool.of_all_claims(method)
        if pool.others and (of_all is None or of_all.units_left <= 0):
            continue
        count, billed = pool.counted(method), pool.billed()
        missing = sum(counts(count).values()) - sum(billed.values(), Decimal(0))
        short = next((c for c, units in counts(count).items() if billed[c] < units), None)
        if missing <= 0 or short is None or any(s.units == 0 for s in pool.services):
            continue
        line = last_line(pool.of(short))
        message = f"the minutes support {said(counts(count))}, "
        message += f"{units_in_words(missing)} more than billed{_unbilled(line, missing)}"
        yield Problem(line.sv1[4], message)


def _unbilled(line: ServiceLine, missing: Decimal) -> str:
    if not line.charge or not line.units:
        return ""
    dollars = (line.charge / line.units * missing).quantize(CENT, ROUND_HALF_UP)
    return f": ${dollars} at the charge of {line.code}"


@visit_rule(
    "S613",
    severity=Severity.INFO,
    status="A8:476+263",
    source=UNITS_FROM_MINUTES,
    service_only=True,
    concerns=worded(lambda row: row.timed),
)
def units_by_both_methods(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """How the payer counts units is not known, and the units billed differ from one of the counts.

    Why: payers count by the CMS total-time rule or by the midpoint rule, and neither always gives
    more. If the payer's profile does not name one, neither is enforced; units beyond both counts
    are a warning.
    Fix: ask the payer, put its method in its profile, and bill accordingly.
    """
    if _method(setting) is not None:
        return
    for pool in pools(visit, setting):
        if not pool.told:
            continue
        billed = {code: int(units) for code, units in pool.billed().items()}
        both = [pool.counted(method) for method in CountingMethod]
        if all(counts(count) == billed for count in both):
            continue
        most = max(sum(counts(count).values()) for count in both)
        severity = Severity.WARN if sum(billed.values()) > most else None
        results = "; ".join(f"{METHOD_WORDS[c.method]}: {said(counts(c))}" for c in both)
        message = f"billed: {said(billed)}. {results}. Which count {payer_name(setting)} uses is "
        line = last_line(pool.services)
        yield Problem(line.sv1[4], message + "not in our table", severity=severity)


RULES: tuple[Rule, ...] = (
    more_units_than_minutes,
    fewer_units_than_minutes,
    units_by_both_methods,
)
