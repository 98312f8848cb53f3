"""What a backtest found as one JSON object, from which text and page are written."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from scrubber.answers.backtest import (
    CLASSES,
    OTHERWISE,
    PREDICTED,
    SILENT,
    Backtest,
    Dollars,
    RuleOutcome,
)
from scrubber.answers.judged import EFFECTS, REJECTS, WARNS
from scrubber.answers.proportions import Proportion

Record = dict[str, Any]
TOO_OFTEN_PAID, SELDOM_PAID, MANY = 0.20, 0.02, 50
"""A rule that rejects is worth a second look where payers surely pay more than the first share of
what it stops; one that warns where they surely pay less than the second, of more than MANY."""


class DenialGroup(NamedTuple):
    """A row of the table of groups: denied lines by rule, payer, code, month or scenario. What is
    counted under several rules adds up to more than all."""

    by: str
    name: str
    lines: int
    charge: str
    expected: str
    predicted: str
    found_otherwise: str
    silent: str
    uncovered: str
    unmapped: str


class RuleRow(NamedTuple):
    """A row of the table of rules: of the claims a rule spoke of, those paid all the same. The
    payer is empty for all payers together."""

    rule: str
    effect: str
    payer: str
    paid: int
    decided: int
    share: float | None
    low: float | None
    high: float | None
    paid_charge: str
    advice: str


def table_rows(record: Record) -> Iterator[DenialGroup | RuleRow]:
    """The rows of both tables."""
    for by, rows in record["by"].items():
        for row in rows:
            kinds = [row["kinds"].get(kind, {}).get("expected", "0") for kind in CLASSES]
            yield DenialGroup(by, row["name"], row["count"], row["charge"], row["expected"], *kinds)
    for row in (*record["rules"], *record["rules_by_payer"]):
        yield RuleRow(
            row["rule"], row["effect"], row.get("payer", ""), row["part"], row["whole"],
            row["share"], row["low"], row["high"], row["paid_charge"], row["advice"],
        )  # fmt: skip


def backtest_record(found: Backtest, unmatched: Mapping[str, int]) -> Record:
    """The record of a backtest whose denials were counted."""
    kinds = {kind: _dollars(found.by_kind[kind]) for kind in CLASSES}
    total = _sum(found.by_kind.values())
    known = _sum(found.by_kind[kind] for kind in (PREDICTED, OTHERWISE, SILENT))
    return {
        "version": 1,
        "claims": found.rates.sent,
        "claims_not_judged": found.not_judged,
        "denied": {
            **_dollars(total),
            "kinds": kinds,
            "coverage": _part(found.by_kind[PREDICTED].expected, total.expected),
            "reachable": _part(known.expected, total.expected),
            "predicted_by_effect": {
                effect: _dollars(found.by_effect[effect])
                for effect in EFFECTS
                if effect in found.by_effect
            },
        },
        "by": {
            name: [_row(key, of_key) for key, of_key in _largest(groups)]
            for name, groups in found.groups.items()
        },
        "rejected_by_277ca": {kind: _dollars(one) for kind, one in found.rejections.items()},
        "rules": [_rule(*key, one) for key, one in sorted(found.rules.items())],
        "rules_by_payer": [
            {**_rule(rule, effect, one), "payer": payer}
            for (rule, effect, payer), one in sorted(found.rules_by_payer.items())
        ],
        "dispositions": [
            {"disposition": one, "became": became, **_dollars(dollars)}
            for (one, became), dollars in sorted(found.dispositions.items())
        ],
        "rates": _rates(found),
        "lines": {name: _dollars(one) for name, one in sorted(found.outcomes.items())},
        "line_levels": dict(sorted(found.levels.items())),
        "unmatched": dict(sorted(unmatched.items())),
    }


def _rates(found: Backtest) -> Record:
    rates = found.rates
    shares = {
        "sets_accepted": (rates.sets_accepted, rates.sets),
        "clearinghouse_acceptance": (rates.clearinghouse_accepted, rates.clearinghouse_answered),
        "payer_acceptance": (rates.payer_accepted, rates.payer_answered),
        "decided": (rates.decided, rates.sent),
        "first_pass_paid": (rates.paid_first, rates.decided),
        "denied_at_first": (rates.denied_first, rates.decided),
        "denied_finally": (rates.denied_finally, rates.decided),
        "taken_back": (rates.taken_back, rates.decided),
    }
    return {
        **{name: _proportion(Proportion(*one)) for name, one in shares.items()},
        "decided_charge": str(rates.decided_charge),
        "denied_at_first_charge": str(rates.denied_first_charge),
        "denied_finally_charge": str(rates.denied_finally_charge),
        "taken_back_dollars": str(rates.taken_back_dollars),
        "median_days_to_payment": _median(found),
    }


def _median(found: Backtest) -> int | None:
    left = (found.days_to_pay.total() + 1) // 2
    for days, count in sorted(found.days_to_pay.items()):
        left -= count
        if left <= 0:
            return days
    return None


def _rule(rule: str, effect: str, one: RuleOutcome) -> Record:
    proportion = one.proportion
    bounds = proportion.bounds
    advice = ""
    if bounds is not None and effect == REJECTS and bounds[0] > TOO_OFTEN_PAID:
        advice = "consider warn"
    elif bounds is not None and effect == WARNS and bounds[1] < SELDOM_PAID:
        advice = "consider reject" if one.decided > MANY else ""
    return {
        "rule": rule,
        "effect": effect,
        **_proportion(proportion),
        "paid_charge": str(one.charge),
        "advice": advice,
    }


def _proportion(one: Proportion) -> Record:
    bounds = one.bounds
    return {
        "part": one.part,
        "whole": one.whole,
        "share": None if one.share is None else round(one.share, 4),
        "low": None if bounds is None else round(bounds[0], 4),
        "high": None if bounds is None else round(bounds[1], 4),
    }


def _part(part: Decimal, whole: Decimal) -> float | None:
    return round(float(part / whole), 4) if whole else None


def _dollars(one: Dollars) -> Record:
    return {"count": one.number, "charge": str(one.charge), "expected": str(one.expected)}


def _sum(several: Iterable[Dollars]) -> Dollars:
    total = Dollars()
    for one in several:
        total = Dollars(
            total.number + one.number, total.charge + one.charge, total.expected + one.expected
        )
    return total


def _row(key: str, kinds: Mapping[str, Dollars]) -> Record:
    return {
        "name": key,
        **_dollars(_sum(kinds.values())),
        "kinds": {kind: _dollars(kinds[kind]) for kind in CLASSES if kind in kinds},
    }


def _largest(
    groups: Mapping[str, Mapping[str, Dollars]],
) -> list[tuple[str, Mapping[str, Dollars]]]:
    return sorted(groups.items(), key=lambda one: (-_sum(one[1].values()).expected, one[0]))
