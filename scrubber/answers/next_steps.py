"""What to do next about lines that were denied or rejected, the most expensive first.

Sources of the times: the payer profile for filing limits; 42 CFR 405.942 (a Medicare
redetermination is asked for within 120 days of the notice, which is presumed received after 5);
42 CFR 405.980 (a reopening for clerical errors within a year).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from scrubber.answers.denial_map import DenialEntry, denial_entry
from scrubber.answers.judged import INFORMS, Judged
from scrubber.answers.money import ZERO
from scrubber.answers.prices import Prices, Worth
from scrubber.answers.settle import REJECTED, Denial, SettledClaim, SettledLine
from scrubber.answers.spill import Spill
from scrubber.profiles.profile import DatedProfile
from scrubber.profiles.selection import ProfileSet

REPLACE, NEW_CLAIM, REOPEN = "replace", "new claim", "reopen"
APPEAL, RECORDS = "appeal", "records"
MEDICARE = "medicare"
APPEAL_TIME, REOPENING_TIME = timedelta(days=125), timedelta(days=365)
_UNKNOWN = DenialEntry("", "", frozenset(), "", "", (), "", "check", "ask the payer why", "")


class NextStep(NamedTuple):
    """A line, or a rejected claim, that asks for work. `due` is the last day for it, where that
    is known, and `due_by` what sets it; `found` are our findings on the line or its claim."""

    step: str
    due: date | None
    days_left: int | None
    expected: Decimal
    basis: str
    denied: Decimal
    payer: str
    claim_id: str
    line: str
    code: str
    modifiers: str
    units: Decimal | None
    first_day: date | None
    decided: date | None
    denial: str
    meaning: str
    cause: str
    action: str
    due_by: str
    found: str
    payer_claim: str
    sent_file: str
    sent_segment: int


@dataclass(slots=True)
class NextSteps:
    """Takes settled claims; `steps` then gives all that is to be done, once."""

    profiles: ProfileSet
    as_of: date
    prices: Prices
    _waiting: Spill[tuple[NextStep, tuple[Worth, ...]]] = field(default_factory=Spill)

    def add(self, settled: SettledClaim, is_sent_again: bool) -> None:
        """Take a claim; one that was sent again already asks for nothing."""
        self.prices.add(settled)
        if is_sent_again:
            return
        if any(one.outcome == REJECTED for one in settled.lines):
            worths = tuple(_worth(settled, one) for one in settled.lines)
            self._waiting.add((self._of_rejected(settled), worths))
            return
        for at, one in enumerate(settled.lines):
            if one.final is not None and one.final.denials:
                self._waiting.add((self._of_denied(settled, at, one), (_worth(settled, one),)))

    def steps(self) -> Iterator[NextStep]:
        """What is to be done, by expected dollars."""
        ordered = Spill[NextStep]()
        for step, worths in self._waiting:
            charge = sum([one.charge for one in worths], ZERO)
            whole = [self.prices.expected(one) for one in worths]
            dollars = sum([one.dollars for one in whole], ZERO)
            if charge and step.denied < charge:
                dollars = (dollars * step.denied / charge).quantize(Decimal("0.01"))
            valued = step._replace(expected=dollars, basis=whole[0].basis if whole else "")
            ordered.add(valued, int(dollars * 100))
        yield from ordered

    def _of_rejected(self, settled: SettledClaim) -> NextStep:
        who = "the clearinghouse" if settled.clearinghouse == REJECTED else "the payer"
        codes = dict.fromkeys(
            ":".join(filter(None, (one.category, one.status, one.entity)))
            for one in settled.rejections
        )
        charge = sum([one.line.charge or ZERO for one in settled.lines], ZERO)
        due, due_by = _filing_limit(settled, self._profile(settled))
        days = [one.effective for one in settled.rejections if one.effective]
        step = _step(settled, NEW_CLAIM, due, due_by, self.as_of)
        return step._replace(
            denied=charge,
            decided=max(days, default=None),
            denial=" ".join(codes),
            meaning=f"rejected by {who} (277CA); the payer has no claim",
            action="correct what the status names and send the claim again, frequency as before",
            found=_found(settled.judged, None),
        )

    def _of_denied(self, settled: SettledClaim, at: int, one: SettledLine) -> NextStep:
        assert one.final is not None
        denials = sorted(one.final.denials, key=lambda each: -each.amount)
        entry = _entry(denials[0])
        payer = self._profile(settled)
        name, action = entry.step, entry.action
        if "MA130" in denials[0].remarks and name == REPLACE:
            name, action = NEW_CLAIM, f"{action}; MA130: send a new claim, there is no appeal"
        if name == REPLACE and not takes_replacements(payer):
            name = REOPEN
            action += "; the payer takes no replacement claims: ask for a reopening"
        due, due_by = self._due(settled, name, one.final.paid_on, payer)
        line = one.line
        return _step(settled, name, due, due_by, self.as_of)._replace(
            denied=one.final.denied,
            line=line.number,
            code=line.code,
            modifiers=" ".join(sorted(line.modifiers)),
            units=line.units,
            first_day=line.first_day,
            decided=one.final.paid_on,
            denial="; ".join(dict.fromkeys(_text(each) for each in denials)),
            meaning=entry.meaning,
            cause=entry.cause,
            action=action,
            found=_found(settled.judged, at),
        )

    def _due(
        self, settled: SettledClaim, step: str, decided: date | None, payer: DatedProfile | None
    ) -> tuple[date | None, str]:
        is_medicare = payer is not None and payer.payer_type == MEDICARE
        if step in (REPLACE, NEW_CLAIM):
            return _filing_limit(settled, payer)
        if step in (APPEAL, RECORDS) and is_medicare and decided is not None:
            return decided + APPEAL_TIME, "redetermination: 120 days from the notice, and 5"
        if step == REOPEN and is_medicare and decided is not None:
            return decided + REOPENING_TIME, "reopening: a year from the decision"
        return None, "see the payer's manual or contract"

    def _profile(self, settled: SettledClaim) -> DatedProfile | None:
        judged: Judged | None = settled.judged
        day = settled.claim.first_day
        if judged is None or day is None or judged.profile not in self.profiles:
            return None
        return self.profiles[judged.profile].on(day, judged.coverage)


def takes_replacements(payer: DatedProfile | None) -> bool:
    """Whether a payer takes claims of frequency 7, as far as is known."""
    stated = payer.claim_frequency if payer is not None else None
    return stated is None or "7" in stated.allowed


def is_to_replace(step: NextStep) -> bool:
    """Whether a replacement claim can be prepared for it."""
    return step.step == REPLACE and bool(step.payer_claim)


def _filing_limit(settled: SettledClaim, payer: DatedProfile | None) -> tuple[date | None, str]:
    limit = payer.timely_filing if payer is not None else None
    first = settled.claim.first_day
    if payer is None or limit is None or first is None:
        return None, "see the payer's manual or contract"
    return limit.last_day_for(first), f"filing limit of {payer.name}, from the date of service"


def _step(settled: SettledClaim, name: str, due: date | None, due_by: str, as_of: date) -> NextStep:
    claim = settled.claim
    left = (due - as_of).days if due is not None else None
    return NextStep(
        name, due, left, ZERO, "", ZERO, claim.payer_label, claim.claim_id, "", "", "", None,
        claim.first_day, None, "", "", "", "", due_by, "", settled.payer_claim, claim.file,
        claim.segment,
    )  # fmt: skip


def _worth(settled: SettledClaim, one: SettledLine) -> Worth:
    line = one.line
    decided = one.final.paid_on if one.final is not None else None
    return Worth(
        settled.claim.payer_label, line.code, line.modifiers, line.units, line.charge or ZERO,
        line.first_day, decided,
    )  # fmt: skip


def _entry(denial: Denial) -> DenialEntry:
    return denial_entry(denial.group, denial.reason, denial.remarks) or _UNKNOWN


def _text(denial: Denial) -> str:
    return " ".join((f"{denial.group}-{denial.reason}", *denial.remarks))


def _found(judged: Judged | None, at: int | None) -> str:
    if judged is None:
        return ""
    fired: Iterable[str] = {
        one.code
        for one in (judged.fired if at is None else judged.on_line(at))
        if one.effect != INFORMS
    }
    return " ".join(sorted(fired))
