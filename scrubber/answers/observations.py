"""Counts what a payer's answers have in common, and proposes statements for its profile.

Only first answers that balance count, of the last twelve months. What is proposed is never
applied: a person has to find the document behind it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from scrubber.answers.evidence import Evidence, Proposal
from scrubber.answers.settle import Decision, SettledClaim
from scrubber.answers.visits import Visits

YEAR = timedelta(days=365)
PAID, DENIED = "paid", "denied"
PAIR_MODIFIERS = frozenset({"59", "XE", "XS", "XP", "XU"})
ASSISTANTS = frozenset({"CQ", "CO"})
_LIMITING, _LIMIT_REMARKS = {"222", "151", "119"}, {"N362", "N640", "N853"}
_NEVER_PAID = {"96", "97", "204", "272", "256"}
_BUNDLED = {"97", "236", "B15"}
_PERIODS = {
    30: "30 days", 60: "60 days", 90: "90 days", 95: "95 days", 120: "120 days", 150: "150 days",
    180: "180 days", 270: "9 months", 365: "1 year", 730: "2 years",
}  # fmt: skip


class _Seen(NamedTuple):
    """A line as it counts."""

    code: str
    modifiers: frozenset[str]
    units: Decimal
    served: date | None
    decision: Decision
    decided: date
    patient: str

    @property
    def reasons(self) -> set[str]:
        """Why money of it was denied."""
        return {one.reason for one in self.decision.denials}

    @property
    def lacks_modifier(self) -> bool:
        """Whether it was denied for a modifier."""
        return any(
            one.reason == "4" or (one.reason == "16" and "N822" in one.remarks)
            for one in self.decision.denials
        )

    @property
    def is_paid(self) -> bool:
        """Whether it was paid, and nothing of it denied."""
        return self.decision.outcome == PAID


@dataclass(slots=True)
class Observations:
    """Takes the settled claims of one payer; `proposals` then says what they have in common.
    `until` is the day of the last answer."""

    until: date
    _limits: dict[tuple[str, Decimal], Evidence] = field(default_factory=dict)
    _most_paid: dict[str, Counter[Decimal]] = field(default_factory=dict)
    _by_modifiers: dict[tuple[str, frozenset[str], bool], Evidence] = field(default_factory=dict)
    _never_paid: dict[str, Evidence] = field(default_factory=dict)
    _paid: Counter[str] = field(default_factory=Counter)
    _bundled: Counter[str] = field(default_factory=Counter)
    _pairs: dict[tuple[str, str], Evidence] = field(default_factory=dict)
    _paid_together: dict[tuple[str, str, frozenset[str]], int] = field(default_factory=dict)
    _unauthorized: dict[str, Evidence] = field(default_factory=dict)
    _authorized: Counter[str] = field(default_factory=Counter)
    _rates: dict[tuple[str, frozenset[str]], Counter[Decimal]] = field(default_factory=dict)
    _assistants: dict[tuple[str, frozenset[str], Decimal], Evidence] = field(default_factory=dict)
    _late: dict[int, Evidence] = field(default_factory=dict)
    _ages: Counter[int] = field(default_factory=Counter)
    _visits: Visits = field(default_factory=Visits)

    def add(self, settled: SettledClaim) -> None:
        """Take a claim of the payer."""
        by_day = defaultdict[date | None, list[_Seen]](list)
        for one in self._seen(settled):
            by_day[one.served].append(one)
            self._count_line(settled, one)
        for of_day in by_day.values():
            self._count_day(of_day)

    def _seen(self, settled: SettledClaim) -> Iterator[_Seen]:
        for one in settled.lines:
            first, line = one.first, one.line
            if first is None or not first.sure or first.paid_on is None or not line.units:
                continue
            if self.until - first.paid_on <= YEAR:
                yield _Seen(
                    line.code, line.modifiers, line.units, line.first_day, first, first.paid_on,
                    settled.claim.member,
                )  # fmt: skip

    def _count_line(self, settled: SettledClaim, one: _Seen) -> None:
        where = (one.patient, one.served, one.decided)
        if one.is_paid or one.lacks_modifier:
            key = (one.code, one.modifiers, one.is_paid)
            self._by_modifiers.setdefault(key, Evidence()).support(*where)
        if "197" in one.reasons and not settled.claim.authorized:
            self._unauthorized.setdefault(one.code, Evidence()).support(*where)
        elif one.is_paid:
            self._authorized[f"{one.code} {settled.claim.authorized}"] += 1
        if one.is_paid:
            self._paid[one.code] += 1
            self._count_rate(one)
        is_first = settled.claim.frequency in ("1", "")
        if is_first and one.served is not None and settled.claim.made_on is not None:
            age = (settled.claim.made_on - one.served).days
            if "29" in one.reasons:
                self._late.setdefault(age, Evidence()).support(*where)
            elif one.is_paid:
                self._ages[age] += 1

    def _count_rate(self, one: _Seen) -> None:
        if one.decision.allowed is None or one.decision.allowed <= 0:
            return
        rate = one.decision.allowed / one.units
        rest = one.modifiers - ASSISTANTS
        if rest == one.modifiers:
            self._rates.setdefault((one.code, rest), Counter())[rate] += 1
        else:
            found = self._assistants.setdefault((one.code, rest, rate), Evidence())
            found.support(one.patient, one.served, one.decided)

    def _count_day(self, of_day: list[_Seen]) -> None:
        codes = {one.code for one in of_day}
        for one in of_day:
            where = (one.patient, one.served, one.decided)
            if len(codes) == 1 and one.decision.outcome == DENIED and one.reasons & _NEVER_PAID:
                self._never_paid.setdefault(one.code, Evidence()).support(*where)
                self._bundled[one.code] += bool(one.reasons & _BUNDLED)
            self._count_pairs(one, of_day)
        for code in codes:
            self._count_units([one for one in of_day if one.code == code])
        first = of_day[0]
        if first.served is not None and first.patient:
            ran_out = any("119" in one.reasons for one in of_day)
            if ran_out or any(one.is_paid for one in of_day):
                self._visits.add(first.patient, first.served, first.decided, ran_out)

    def _count_pairs(self, one: _Seen, of_day: list[_Seen]) -> None:
        others = {other.code for other in of_day if other.is_paid and other.code != one.code}
        if one.decision.outcome == DENIED and one.reasons & _BUNDLED:
            for other in others:
                found = self._pairs.setdefault((other, one.code), Evidence())
                found.support(one.patient, one.served, one.decided)
        elif one.is_paid:
            for other in others:
                key = (other, one.code, one.modifiers & PAIR_MODIFIERS)
                self._paid_together[key] = self._paid_together.get(key, 0) + 1

    def _count_units(self, of_code: list[_Seen]) -> None:
        """Units of one code on one day: those billed and those paid."""
        code = of_code[0].code
        billed = sum((one.units for one in of_code), Decimal(0))
        paid = sum((one.decision.units_paid for one in of_code), Decimal(0))
        is_limited = any(
            each.reason in _LIMITING and _LIMIT_REMARKS & set(each.remarks)
            for one in of_code
            for each in one.decision.denials
        )
        if is_limited and 0 < paid < billed:
            found = self._limits.setdefault((code, paid), Evidence())
            found.support(of_code[0].patient, of_code[0].served, of_code[0].decided)
        elif all(one.is_paid for one in of_code):
            self._most_paid.setdefault(code, Counter())[paid] += 1

    def proposals(self) -> Iterator[Proposal]:
        """The statements that the answers speak for, kind by kind."""
        yield from self._daily_limits()
        yield from self._required_modifiers()
        yield from self._not_payable()
        yield from self._own_pairs()
        yield from self._assistant_share()
        yield from self._timely_filing()
        yield from self._visits.proposals()
        yield from self._authorizations()

    def _daily_limits(self) -> Iterator[Proposal]:
        for code in sorted({code for code, _ in self._limits}):
            of_code = {most: one for (of, most), one in self._limits.items() if of == code}
            most = max(of_code, key=lambda one: (of_code[one].supporting, -one))
            evidence = of_code[most]
            evidence.contrary = sum(one.supporting for paid, one in of_code.items() if paid != most)
            over = sum(days for paid, days in self._most_paid.get(code, {}).items() if paid > most)
            if not over and most == int(most) and evidence.suffices(5):
                given = (("id", f"observed-{code}"), ("most", str(int(most))), ("codes", code))
                yield Proposal("daily-limit", given, "days over it", evidence)

    def _required_modifiers(self) -> Iterator[Proposal]:
        for code in sorted({code for code, _, _ in self._by_modifiers}):
            rows = [
                (modifiers, paid, one)
                for (of, modifiers, paid), one in self._by_modifiers.items()
                if of == code
            ]
            best: tuple[int, int, str, Evidence] | None = None
            for name in sorted({each for modifiers, paid, _ in rows if paid for each in modifiers}):
                evidence = Evidence()
                with_it = 0
                for modifiers, paid, one in rows:
                    if name not in modifiers and not paid:
                        evidence = evidence.plus(one)
                    elif name in modifiers and paid:
                        with_it += one.supporting
                    else:
                        evidence.contrary += one.supporting
                if with_it >= 10 and evidence.suffices(5):
                    rank = (evidence.supporting - evidence.contrary, with_it, name, evidence)
                    best = rank if best is None or rank[:2] > best[:2] else best
            if best is not None:
                given = (
                    ("id", f"observed-{best[2]}-{code}"), ("any-of", best[2]), ("codes", code),
                )  # fmt: skip
                yield Proposal("required-modifier", given, "lines without it", best[3])

    def _not_payable(self) -> Iterator[Proposal]:
        for code, evidence in sorted(self._never_paid.items()):
            enough = len(evidence.months) >= 3 and not self._paid[code]
            if enough and evidence.suffices(10):
                is_bundled = self._bundled[code] * 2 > evidence.supporting
                because = "bundled" if is_bundled else "not-covered"
                given = (("id", f"observed-{code}"), ("codes", code), ("because", because))
                yield Proposal("not-payable", given, "lines alone on their day", evidence)

    def _own_pairs(self) -> Iterator[Proposal]:
        for (first, second), evidence in sorted(self._pairs.items()):
            together = {
                modifiers: count
                for (one, other, modifiers), count in self._paid_together.items()
                if (one, other) == (first, second)
            }
            evidence.contrary = together.get(frozenset(), 0)
            apart = self._paid[second] - sum(together.values())
            if apart >= 5 and evidence.suffices(5):
                opened_by = " ".join(sorted({one for each in together for one in each}))
                given = (("column-1", first), ("column-2", second), ("opened-by", opened_by))
                yield Proposal("own-pair", given, "lines beside it", evidence)

    def _assistant_share(self) -> Iterator[Proposal]:
        shares = defaultdict[int, Evidence](Evidence)
        for (code, rest, rate), one in self._assistants.items():
            usual = self._rates.get((code, rest))
            if usual:
                whole = usual.most_common(1)[0][0]
                percent = round(rate * 100 / whole)
                shares[percent] = shares[percent].plus(one)
        if shares:
            percent, evidence = max(shares.items(), key=lambda one: (one[1].supporting, one[0]))
            evidence.contrary = sum(one.supporting for of, one in shares.items() if of != percent)
            if percent <= 100 and evidence.suffices(15):
                given = (("used", "yes"), ("pays-percent", str(percent)))
                yield Proposal("assistant-modifiers", given, "lines", evidence)

    def _timely_filing(self) -> Iterator[Proposal]:
        if not self._late or not self._ages:
            return
        least_late, most_paid = min(self._late), max(self._ages)
        fits = [days for days in _PERIODS if most_paid <= days < least_late]
        evidence = Evidence()
        for one in self._late.values():
            evidence = evidence.plus(one)
        if len(fits) == 1 and evidence.suffices(3):
            given = (("within", _PERIODS[fits[0]]),)
            yield Proposal("timely-filing", given, "late lines", evidence)

    def _authorizations(self) -> Iterator[Proposal]:
        for code, evidence in sorted(self._unauthorized.items()):
            evidence.contrary = self._authorized[f"{code} False"]
            if self._authorized[f"{code} True"] >= 5 and evidence.suffices(5):
                given = (("id", f"observed-{code}"), ("codes", code), ("qualifiers", "G1"))
                yield Proposal("authorization", given, "lines without a number", evidence)
