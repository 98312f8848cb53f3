"""Adds up a report claim by claim: dispositions, reasons, payers, providers, corrections."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from scrubber.outputs.address import is_above_claims
from scrubber.outputs.at_risk import AtRisk, at_risk_of
from scrubber.outputs.report_file import Record

DISPOSITIONS = ("accepted", "corrected", "rejected")
NO_DOLLARS = AtRisk(Decimal(0), Decimal(0))
_WORST_FIRST = {"reject": 0, "warn": 1, "info": 2}


class Share(NamedTuple):
    """A number of claims and their charges in dollars."""

    claims: int = 0
    charge: Decimal = Decimal(0)

    def plus(self, charge: Decimal) -> "Share":
        return Share(self.claims + 1, self.charge + charge)


class Reason(NamedTuple):
    """An open reason: `charge` is what it holds up, or for a warning puts in doubt, `expected` what
    Medicare is expected to pay for it, as far as that is known.

    A rejection holds up its whole claim, so a claim with several reasons counts under each.
    What is wrong with the file itself, or with a level above claims, has no claims but `elsewhere`
    counts it. `example` is the first message.
    """

    code: str
    severity: str
    snip: int
    example: str
    claims: int
    charge: Decimal
    expected: Decimal = Decimal(0)
    elsewhere: int = 0


class TableUse(NamedTuple):
    """A table with a last day of service that it is meant for, how many service lines were judged
    by it, and how many of them are later than that day."""

    name: str
    release: str
    services_through: str
    lines: int
    later: int


class Party(NamedTuple):
    """A payer under a profile or a rendering provider: all its claims and the rejected ones.
    `label` is its name as the first of its claims spells it."""

    name: str
    total: Share
    rejected: Share
    label: str = ""


class Repair(NamedTuple):
    """Corrections of one kind: how often made, and the charges of the claims they are on."""

    code: str
    title: str
    times: int
    claims: int
    charge: Decimal


class Summary(NamedTuple):
    """A whole report in figures; every list with the most dollars first.

    `warned` are the claims that go out with an open warning; `fixed` of the `findings` were
    repaired. Of `local` claims the expected amounts are those of a Medicare locality, of `national`
    ones national. `tables` are those that judged service lines. `waiting` are the rejected
    claims of which a repair waits for consent; `decisions` are those that met a repair, each as its
    rule and origin.
    """

    dispositions: dict[str, Share]
    warned: Share
    not_checked: int
    findings: int
    fixed: int
    reasons: tuple[Reason, ...]
    payers: tuple[Party, ...]
    rendering: tuple[Party, ...]
    repairs: tuple[Repair, ...]
    local: int = 0
    national: int = 0
    tables: tuple[TableUse, ...] = ()
    waiting: Share = Share()
    decisions: frozenset[tuple[str, str]] = frozenset()

    @property
    def claims(self) -> int:
        return sum(share.claims for share in self.dispositions.values())

    @property
    def charge(self) -> Decimal:
        return sum((share.charge for share in self.dispositions.values()), Decimal(0))

    def rate(self, *dispositions: str) -> Decimal | None:
        """Claims of these dispositions per hundred, one decimal; None without a claim."""
        if not self.claims:
            return None
        part = sum(self.dispositions[name].claims for name in dispositions)
        return (Decimal(part) * 100 / self.claims).quantize(Decimal("0.1"))


@dataclass(slots=True)
class Tally:
    """Grows by one claim at a time; holds no claim."""

    _shares: dict[str, Share] = field(default_factory=lambda: dict.fromkeys(DISPOSITIONS, Share()))
    _warned: Share = field(default_factory=Share)
    _not_checked: int = 0
    _findings: int = 0
    _fixed: int = 0
    _reasons: dict[tuple[str, str], Reason] = field(default_factory=dict)
    _payers: dict[str, Party] = field(default_factory=dict)
    _rendering: dict[str, Party] = field(default_factory=dict)
    _repairs: dict[tuple[str, str], Repair] = field(default_factory=dict)
    _local: int = 0
    _national: int = 0
    _tables: list[TableUse] = field(default_factory=list)
    _waiting: Share = field(default_factory=Share)
    _decisions: set[tuple[str, str]] = field(default_factory=set)

    def add(self, claim: Record) -> None:
        charge = dollars(claim["charge"])
        disposition = claim["disposition"]
        self._shares[disposition] = self._shares[disposition].plus(charge)
        self._not_checked += bool(claim.get("not_checked"))
        # What is repaired above claims is counted once, with the file.
        self._count(f for f in claim["findings"] if not is_repaired_above(f))
        if waits_for_consent(claim):
            self._waiting = self._waiting.plus(charge)
        self._note_decisions(claim)
        risk = claim.get("at_risk", {})
        self._local += "locality" in risk
        self._national += "expected" in risk and "locality" not in risk
        self._add_party(self._payers, payer_key(claim), claim, claim["payer_name"])
        if claim.get("rendering"):
            self._add_party(self._rendering, claim["rendering"], claim, claim.get("therapist", ""))
        if any(finding["severity"] != "info" for finding in claim["findings"]):
            self._add_reasons(claim, charge)
        if disposition == "corrected":
            self._add_repairs(claim["corrections"], 1, charge)

    def add_file(self, head: Record) -> None:
        """Count what belongs to no claim; the head of a report, once its claims are through."""
        self._count(head.get("findings", ()))
        self._tables += [TableUse(**one) for one in head.get("run", {}).get("tables", ())]
        for finding in head.get("findings", ()):
            if is_open(finding):
                self._add_reason(finding, 0, NO_DOLLARS)
        self._add_repairs(head.get("corrections", ()), 0, Decimal(0))
        self._note_decisions(head)

    def summary(self) -> Summary:
        return Summary(
            dict(self._shares),
            self._warned,
            self._not_checked,
            self._findings,
            self._fixed,
            tuple(sorted(self._reasons.values(), key=_worst_reason)),
            tuple(sorted(self._payers.values(), key=_worst_party)),
            tuple(sorted(self._rendering.values(), key=_worst_party)),
            tuple(
                sorted(self._repairs.values(), key=lambda fix: (-fix.times, fix.code, fix.title))
            ),
            self._local,
            self._national,
            tuple(self._tables),
            self._waiting,
            frozenset(self._decisions),
        )

    def _note_decisions(self, record: Record) -> None:
        """Which decisions met a repair, made or declined."""
        for one in record.get("corrections", ()):
            if "consent" in one:
                self._decisions.add((one["code"], one["consent"].get("origin", "")))
        for one in record.get("findings", ()):
            if "declined" in one:
                self._decisions.add((one["code"], one["declined"].get("origin", "")))

    def _count(self, findings: Iterable[Record]) -> None:
        for finding in findings:
            self._findings += 1
            self._fixed += finding["fixed"]

    def _add_party(self, parties: dict[str, Party], name: str, claim: Record, label: str) -> None:
        party = parties.get(name, Party(name, Share(), Share(), label))
        charge = dollars(claim["charge"])
        rejected = claim["disposition"] == "rejected"
        parties[name] = party._replace(
            total=party.total.plus(charge),
            rejected=party.rejected.plus(charge) if rejected else party.rejected,
        )

    def _add_reasons(self, claim: Record, charge: Decimal) -> None:
        held: dict[tuple[str, str], tuple[Record, set[int | None]]] = {}
        for finding in open_findings(claim):
            key = (finding["code"], finding["severity"])
            _, lines = held.setdefault(key, (finding, set()))
            lines.add(None if finding["severity"] == "reject" else finding["line"])
        for finding, lines in held.values():
            self._add_reason(finding, 1, at_risk_of(claim, lines))
        if claim["disposition"] != "rejected" and any(key[1] == "warn" for key in held):
            self._warned = self._warned.plus(charge)

    def _add_reason(self, finding: Record, claims: int, risk: AtRisk) -> None:
        key = (finding["code"], finding["severity"])
        old = self._reasons.get(
            key, Reason(*key, finding["snip"], finding["message"], 0, Decimal(0))
        )
        self._reasons[key] = old._replace(
            claims=old.claims + claims,
            charge=old.charge + risk.charge,
            expected=old.expected + risk.expected,
            elsewhere=old.elsewhere + (not claims),
        )

    def _add_repairs(self, corrections: Iterable[Record], claims: int, charge: Decimal) -> None:
        seen: set[tuple[str, str]] = set()
        for correction in corrections:
            key = (correction["code"], correction["title"])
            old = self._repairs.get(key, Repair(*key, 0, 0, Decimal(0)))
            first = key not in seen
            seen.add(key)
            self._repairs[key] = old._replace(
                times=old.times + (not claims or not is_above_claims(correction["path"])),
                claims=old.claims + claims * first,
                charge=old.charge + charge * first,
            )


def payer_key(claim: Record) -> str:
    """What the claims of one payer under one profile have in common, however it is spelled."""
    return f"{claim['profile']} {claim['payer_id']}".strip()


def waits_for_consent(claim: Record) -> bool:
    """Whether a claim is rejected, and nothing but repairs that wait for consent keep it so."""
    rejecting = [one for one in open_findings(claim) if one["severity"] == "reject"]
    is_rejected = claim["disposition"] == "rejected"
    return is_rejected and bool(rejecting) and all("with_consent" in one for one in rejecting)


def open_findings(record: Record) -> list[Record]:
    """The findings of a claim or of the head that still ask for work."""
    return [finding for finding in record.get("findings", ()) if is_open(finding)]


def is_open(finding: Record) -> bool:
    """Whether a finding still asks for work."""
    return not finding["fixed"] and finding["severity"] != "info"


def is_repaired_above(finding: Record) -> bool:
    """Whether a finding of a claim is of a repair above it, which it shares with other claims."""
    return bool(finding["fixed"]) and is_above_claims(finding["path"])


def dollars(amount: str | None) -> Decimal:
    """An amount of the report; 0 where none could be read."""
    return Decimal(amount or "0")


def _worst_reason(reason: Reason) -> tuple[int, Decimal, int, str]:
    return (_WORST_FIRST[reason.severity], -reason.charge, -reason.claims, reason.code)


def _worst_party(party: Party) -> tuple[Decimal, Decimal, str]:
    return (-party.rejected.charge, -party.total.charge, party.name)
