"""Holds what we would have said of old claims against what payers decided.

Every line that a payer denied, whole or in part, at its first answer is predicted (a rule that our
table of denials names fired), found otherwise (another rule fired), silent (the table names rules,
none fired), uncovered (no rule can know it) or unmapped (not in the table). And every rule is
asked how often what it complains of was paid all the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from scrubber.answers.denial_map import denial_entry
from scrubber.answers.judged import EFFECTS, INFORMS, Judged
from scrubber.answers.money import ZERO
from scrubber.answers.prices import Prices, Worth
from scrubber.answers.proportions import Proportion
from scrubber.answers.rows import Acknowledgment
from scrubber.answers.settle import RECOUPED, REVERSED, Denial, SettledClaim, SettledLine
from scrubber.answers.spill import Spill

PREDICTED, OTHERWISE, SILENT = "predicted", "found otherwise", "silent"
UNCOVERED, UNMAPPED = "uncovered", "unmapped"
CLASSES = (PREDICTED, OTHERWISE, SILENT, UNCOVERED, UNMAPPED)
PAID = frozenset({"paid", "patient", "other payer"})
"""First outcomes that are no denial: the payer allowed the line."""
UNDECIDED = frozenset({"waiting", "unknown", "nothing due"})
SAFE_TIME = timedelta(days=90)
"""A payment that was not taken back for so long holds."""


class Dollars(NamedTuple):
    """How many, what was charged for them, and what they were worth."""

    number: int = 0
    charge: Decimal = ZERO
    expected: Decimal = ZERO

    def plus(self, charge: Decimal, expected: Decimal = ZERO) -> "Dollars":
        """With one more."""
        return Dollars(self.number + 1, self.charge + charge, self.expected + expected)


class Denied(NamedTuple):
    """A denial of a line at its first answer: a row of the table of denials. `kind` is one of
    CLASSES; `fired` are the rules that reported the line or its claim, `mapped` those that the
    table names for the denial; `expected` is taken from `basis`."""

    kind: str
    sent_file: str
    claim_id: str
    line: str
    code: str
    modifiers: str
    units: Decimal | None
    charge: Decimal
    first_day: date | None
    payer: str
    profile: str
    decided: date | None
    group: str
    reason: str
    remarks: str
    denied: Decimal
    expected: Decimal
    basis: str
    effect: str
    fired: str
    mapped: str
    scenario: str
    meaning: str
    cause: str
    step: str
    action: str
    outcome: str
    paid_later: Decimal

    @property
    def month(self) -> str:
        """The month in which the payer decided."""
        return f"{self.decided:%Y-%m}" if self.decided is not None else "unknown"


class RuleOutcome(NamedTuple):
    """Of the claims that a rule spoke of with some effect and that were decided, those of which
    every line it touched was paid at first answer and stayed paid."""

    decided: int = 0
    paid: int = 0
    charge: Decimal = ZERO

    @property
    def proportion(self) -> Proportion:
        """Paid of decided."""
        return Proportion(self.paid, self.decided)


class Rates(NamedTuple):
    """Claims by what became of them; each has its denominator beside it. `sets` are transaction
    sets that a 999 speaks of."""

    sets: int = 0
    sets_accepted: int = 0
    sent: int = 0
    clearinghouse_answered: int = 0
    clearinghouse_accepted: int = 0
    payer_answered: int = 0
    payer_accepted: int = 0
    decided: int = 0
    paid_first: int = 0
    denied_first: int = 0
    denied_finally: int = 0
    decided_charge: Decimal = ZERO
    denied_first_charge: Decimal = ZERO
    denied_finally_charge: Decimal = ZERO
    taken_back: int = 0
    taken_back_dollars: Decimal = ZERO


RuleEffect = tuple[str, str]


class Backtest:
    """Takes settled claims; `denials` then gives every denial and counts it, once."""

    def __init__(self, tables: Path | None = None) -> None:
        self.outcomes = defaultdict[str, Dollars](Dollars)
        self.dispositions = defaultdict[tuple[str, str], Dollars](Dollars)
        self.rules = defaultdict[RuleEffect, RuleOutcome](RuleOutcome)
        self.rules_by_payer = defaultdict[tuple[str, str, str], RuleOutcome](RuleOutcome)
        self.rejections = defaultdict[str, Dollars](Dollars)
        self.levels = Counter[str]()
        self.days_to_pay = Counter[int]()
        self.rates = Rates()
        self.not_judged = 0
        self.by_kind: dict[str, Dollars] = {kind: Dollars() for kind in CLASSES}
        self.by_effect = defaultdict[str, Dollars](Dollars)
        self.groups: dict[str, dict[str, dict[str, Dollars]]] = {
            name: {} for name in ("rule", "payer", "code", "month", "scenario")
        }
        self._prices = Prices(tables)
        self._waiting = Spill[Denied]()

    def add(self, settled: SettledClaim) -> None:
        """Take a claim with what became of it and what we would have said."""
        judged: Judged | None = settled.judged
        self._prices.add(settled)
        for one in settled.lines:
            self.outcomes[one.outcome] = self.outcomes[one.outcome].plus(one.line.charge or ZERO)
            if one.first is not None:
                self.levels[one.first.level] += 1
        self._count_rates(settled)
        if judged is None:
            self.not_judged += 1
            return
        self._count_disposition(settled, judged)
        self._count_rules(settled, judged)
        self._count_rejection(settled, judged)
        for at, one in enumerate(settled.lines):
            for denial in one.first.denials if one.first is not None else ():
                self._waiting.add(_denied(settled, judged, at, one, denial))

    def acknowledge(self, row: Acknowledgment) -> None:
        """Count a set that a 999 took or did not take."""
        if row.level == "set":
            sets, accepted = self.rates[:2]
            is_accepted = row.status in ("A", "E")
            self.rates = self.rates._replace(sets=sets + 1, sets_accepted=accepted + is_accepted)

    def denials(self) -> Iterator[Denied]:
        """Every denial with its expected dollars, in the order of the claims."""
        for one in self._waiting:
            denied = self._valued(one)
            self._count(denied)
            yield denied

    def _valued(self, denied: Denied) -> Denied:
        worth = Worth(
            denied.payer, denied.code, frozenset(denied.modifiers.split()), denied.units,
            denied.charge, denied.first_day, denied.decided,
        )  # fmt: skip
        dollars, basis = self._prices.expected_of_part(worth, denied.denied)
        return denied._replace(expected=dollars, basis=basis)

    def _count(self, denied: Denied) -> None:
        kind, dollars = denied.kind, (denied.denied, denied.expected)
        self.by_kind[kind] = self.by_kind[kind].plus(*dollars)
        if denied.effect:
            self.by_effect[denied.effect] = self.by_effect[denied.effect].plus(*dollars)
        rules = set(denied.mapped.split()) & set(denied.fired.split())
        named = {
            "rule": sorted(rules) if kind == PREDICTED else denied.mapped.split(),
            "payer": [denied.payer],
            "code": [f"{denied.group}-{denied.reason}"],
            "month": [denied.month],
            "scenario": [denied.scenario or "other"],
        }
        for name, keys in named.items():
            for key in keys:
                of_key = self.groups[name].setdefault(key, {})
                of_key[kind] = of_key.get(kind, Dollars()).plus(*dollars)

    def _count_rates(self, settled: SettledClaim) -> None:
        lines, rates = settled.lines, self.rates
        decided = [one for one in lines if _is_decided(one)]
        taken = sum([one.taken_back for one in lines], ZERO)
        was_paid = bool(decided) and all(_is_paid_first(one) for one in decided)
        first = [one.first.denied for one in decided if one.first is not None]
        last = [one.final.denied for one in decided if one.final is not None]
        self.rates = Rates(
            rates.sets,
            rates.sets_accepted,
            rates.sent + 1,
            rates.clearinghouse_answered + bool(settled.clearinghouse),
            rates.clearinghouse_accepted + (settled.clearinghouse == "accepted"),
            rates.payer_answered + bool(settled.payer),
            rates.payer_accepted + (settled.payer == "accepted"),
            rates.decided + bool(decided),
            rates.paid_first + was_paid,
            rates.denied_first + any(first),
            rates.denied_finally + any(last),
            rates.decided_charge + sum([one.line.charge or ZERO for one in decided], ZERO),
            rates.denied_first_charge + sum(first, ZERO),
            rates.denied_finally_charge + sum(last, ZERO),
            rates.taken_back + bool(taken),
            rates.taken_back_dollars + taken,
        )
        on, sent_on = settled.first_decided, settled.claim.made_on
        if on is not None and sent_on is not None and any(one.paid > 0 for one in lines):
            self.days_to_pay[(on - sent_on).days] += 1

    def _count_disposition(self, settled: SettledClaim, judged: Judged) -> None:
        """What we would have done with a claim, against whether all of it was paid at first."""
        decided = [one for one in settled.lines if _is_decided(one)]
        became = "not decided"
        if decided:
            denied = not all(_is_paid_first(one) for one in decided)
            became = "denied" if denied else "paid"
        key = (judged.disposition.value, became)
        charge = sum([one.line.charge or ZERO for one in settled.lines], ZERO)
        self.dispositions[key] = self.dispositions[key].plus(charge)

    def _count_rules(self, settled: SettledClaim, judged: Judged) -> None:
        for rule, effect, touched in _touched(settled, judged):
            if not touched or not all(_is_decided(one) for one in touched):
                continue
            paid = all(_is_paid_first(one) and _stayed_paid(one) for one in touched)
            charge = sum([one.line.charge or ZERO for one in touched], ZERO) if paid else ZERO
            payer = settled.claim.payer_label
            self.rules[rule, effect] = _plus(self.rules[rule, effect], paid, charge)
            of_payer = (rule, effect, payer)
            self.rules_by_payer[of_payer] = _plus(self.rules_by_payer[of_payer], paid, charge)

    def _count_rejection(self, settled: SettledClaim, judged: Judged) -> None:
        """Whether our own 277CA would have said what the one that rejected the claim did."""
        if not settled.rejections:
            return
        said = {one.status for one in settled.rejections}
        ours = [one for one in judged.fired if one.effect != INFORMS]
        if any(one.status in said for one in ours):
            kind = PREDICTED
        else:
            kind = OTHERWISE if ours else SILENT
        self.rejections[kind] = self.rejections[kind].plus(settled.claim.charge or ZERO)


def _plus(outcome: RuleOutcome, paid: bool, charge: Decimal) -> RuleOutcome:
    return RuleOutcome(outcome.decided + 1, outcome.paid + paid, outcome.charge + charge)


def _touched(settled: SettledClaim, judged: Judged) -> Iterator[tuple[str, str, list[SettledLine]]]:
    """Each rule and effect with the lines it spoke of; of one of the claim, all lines."""
    places: dict[RuleEffect, set[int]] = {}
    everything = set(range(len(settled.lines)))
    for one in judged.fired:
        at = everything if one.at is None else {one.at}
        places.setdefault((one.code, one.effect), set()).update(at)
    for (rule, effect), of_rule in places.items():
        yield rule, effect, [settled.lines[at] for at in sorted(of_rule) if at in everything]


def _is_decided(one: SettledLine) -> bool:
    return one.first is not None and one.first.outcome not in UNDECIDED


def _is_paid_first(one: SettledLine) -> bool:
    return one.first is not None and one.first.outcome in PAID


def _stayed_paid(one: SettledLine) -> bool:
    """Whether nothing was taken back in SAFE_TIME."""
    if one.outcome not in (RECOUPED, REVERSED):
        return True
    first, taken = one.first.paid_on if one.first else None, one.taken_back_on
    return first is not None and taken is not None and taken - first > SAFE_TIME


def _denied(
    settled: SettledClaim, judged: Judged, at: int, one: SettledLine, denial: Denial
) -> Denied:
    claim, line = settled.claim, one.line
    entry = denial_entry(denial.group, denial.reason, denial.remarks)
    mapped = entry.rules if entry is not None else ()
    fired = judged.on_line(at)
    matching = [each.effect for each in fired if each.code in mapped]
    spoke = {each.code for each in fired if each.effect != INFORMS or each.code in mapped}
    kind = SILENT
    if entry is None:
        kind = UNMAPPED
    elif not mapped:
        kind = UNCOVERED
    elif matching:
        kind = PREDICTED
    elif spoke:
        kind = OTHERWISE
    return Denied(
        kind, claim.file, claim.claim_id, line.number, line.code,
        " ".join(sorted(line.modifiers)), line.units, line.charge or ZERO, line.first_day,
        claim.payer_label, judged.profile, one.first.paid_on if one.first else None,
        denial.group, denial.reason, " ".join(denial.remarks), denial.amount, ZERO, "",
        min(matching, key=EFFECTS.index, default=""),
        " ".join(sorted(spoke)),
        " ".join(mapped),
        *((entry.scenario, entry.meaning, entry.cause, entry.step, entry.action)
          if entry is not None else ("", "", "", "check", "")),
        one.outcome, one.paid,
    )  # fmt: skip
