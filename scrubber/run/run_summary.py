"""Adds up the summaries of many files, one at a time; none is kept."""

from decimal import Decimal

from scrubber.outputs.tally import DISPOSITIONS, Reason, Repair, Share, Summary, TableUse

WORST_FIRST = {"reject": 0, "warn": 1, "info": 2}


class RunSummary:
    """The figures of a run so far. Payers and providers are left out: reports have them by
    file."""

    def __init__(self) -> None:
        self._dispositions = dict.fromkeys(DISPOSITIONS, Share(0, Decimal(0)))
        self._warned = Share(0, Decimal(0))
        self._not_checked = 0
        self._findings = 0
        self._fixed = 0
        self._reasons: dict[tuple[str, str], Reason] = {}
        self._repairs: dict[tuple[str, str], Repair] = {}
        self._local = self._national = 0
        self._tables: dict[tuple[str, str, str], TableUse] = {}
        self._waiting = Share()
        self._decisions: set[tuple[str, str]] = set()

    def add(self, one: Summary) -> None:
        """Count a file."""
        for name, share in one.dispositions.items():
            self._dispositions[name] = _sum(self._dispositions[name], share)
        self._warned = _sum(self._warned, one.warned)
        self._not_checked += one.not_checked
        self._findings += one.findings
        self._fixed += one.fixed
        self._local += one.local
        self._national += one.national
        self._waiting = _sum(self._waiting, one.waiting)
        self._decisions |= one.decisions
        for table in one.tables:
            key = table[:3]
            old = self._tables.get(key, TableUse(*key, 0, 0))
            self._tables[key] = TableUse(*key, old.lines + table.lines, old.later + table.later)
        for reason in one.reasons:
            self._add_reason(reason)
        for repair in one.repairs:
            self._add_repair(repair)

    def summary(self) -> Summary:
        """The run as one summary."""
        worst = sorted(
            self._reasons.values(),
            key=lambda one: (WORST_FIRST[one.severity], -one.charge, -one.claims, one.code),
        )
        return Summary(
            dict(self._dispositions),
            self._warned,
            self._not_checked,
            self._findings,
            self._fixed,
            tuple(worst),
            (),
            (),
            tuple(
                sorted(self._repairs.values(), key=lambda fix: (-fix.times, fix.code, fix.title))
            ),
            self._local,
            self._national,
            tuple(self._tables[key] for key in sorted(self._tables)),
            self._waiting,
            frozenset(self._decisions),
        )

    def _add_reason(self, new: Reason) -> None:
        key = (new.code, new.severity)
        old = self._reasons.get(key)
        self._reasons[key] = (
            new
            if old is None
            else old._replace(
                claims=old.claims + new.claims,
                charge=old.charge + new.charge,
                expected=old.expected + new.expected,
                elsewhere=old.elsewhere + new.elsewhere,
            )
        )

    def _add_repair(self, new: Repair) -> None:
        key = (new.code, new.title)
        old = self._repairs.get(key)
        self._repairs[key] = (
            new
            if old is None
            else old._replace(
                times=old.times + new.times,
                claims=old.claims + new.claims,
                charge=old.charge + new.charge,
            )
        )


def nothing_summed() -> Summary:
    """The summary of a file of which nothing was read."""
    return RunSummary().summary()


def _sum(one: Share, other: Share) -> Share:
    return Share(one.claims + other.claims, one.charge + other.charge)
