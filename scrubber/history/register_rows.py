"""A claim and what was found in it as the register keeps them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from scrubber.claim.values import amount, day
from scrubber.consents import Consent, consent_words
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.run_levels import RunLevels
from scrubber.findings import Finding, Severity
from scrubber.history.keys import Keys
from scrubber.history.states import FOR_CONSENT, READY, TO_FIX
from scrubber.profiles.profile import DatedProfile
from scrubber.x12.segment import LINE_BREAKS

MOST_REASONS = 12
MOST_CENTS = 10**15

Row = dict[str, Any]


class ClaimRows:
    """Makes the rows of the claims of one file, in order."""

    def __init__(self, levels: RunLevels, keys: Keys, file: int, as_of: date) -> None:
        self._levels = levels
        self._keys = keys
        self._file = file
        self._as_of = as_of
        self._above: tuple[str, ...] | None = None
        self._of_levels: Row = {}

    def row(self, part: Part, claim: ClaimResult, number: int, payer: DatedProfile | None) -> Row:
        """The claim as it was received; `judged` completes it."""
        above = self._levels.above
        if self._above is None or any(
            one is not other for one, other in zip(above, self._above, strict=True)
        ):
            self._above, self._of_levels = above, self._read_levels(above)
        first = claim.service_from
        return {
            **self._of_levels,
            "file": self._file,
            "claim_number": number,
            "claim_id": plain(claim.claim_id, 80),
            "lineage": self._levels.number(claim).hex(),
            "content": self._keys.of("content", *map(_without_number, above[1:]), part.received),
            "replaces": plain(self._replaced(part), 80),
            "frequency": plain(claim.frequency, 8),
            "payer_id": plain(claim.payer_id, 80),
            "payer_name": plain(claim.payer_name, 120),
            "profile": plain(claim.profile, 80),
            "rendering": plain(claim.rendering, 80),
            "therapist": plain(claim.therapist, 120),
            "charge": cents(claim.charge),
            "first": first,
            "last": claim.service_to,
            "due": payer.last_day_to_file(first) if payer is not None else None,
            "lines": len(claim.lines),
        }

    def judged(self, row: Row, claim: ClaimResult) -> tuple[Row, list[Row]]:
        """The row of a claim with what became of it, and the rows of its findings."""
        state = state_of(claim)
        counts = [one for one in claim.findings if not one.fixed]
        reasons = dict.fromkeys(one.code for one in counts if one.severity is not Severity.INFO)
        whole = {
            **row,
            "expected": _expected(claim),
            "entered": state,
            "state": state,
            "state_on": self._as_of,
            "reasons": " ".join(list(reasons)[:MOST_REASONS]),
        }
        consents = {one.code: one.consent for one in claim.corrections if one.consent is not None}
        at = {name: row[name] for name in ("file", "claim_number")}
        return whole, [
            {**at, "position": position, **_finding(one, consents)}
            for position, one in enumerate(claim.findings)
        ]

    def _read_levels(self, above: tuple[str, ...]) -> Row:
        """What the levels above a claim tell of it: once for all claims under them."""
        heading, provider, subscriber, _ = (self._segments(one) for one in above)
        npi = _element(provider, "NM1", "85", 9)
        tax_id = _element(provider, "REF", "EI", 2) or _element(provider, "REF", "SY", 2)
        numbers = [one.replace("-", "") for one in (npi, tax_id) if one]
        member = _element(subscriber, "NM1", "IL", 9)
        return {
            "patient": self._keys.of("patient", *self._levels.person.split("\x1f"))
            if self._levels.person
            else "",
            "member": self._keys.of("member", member) if member else "",
            "providers": " ".join(self._keys.of("provider", one) for one in sorted(numbers)),
            "responsibility": plain(_element(subscriber, "SBR", "", 1), 8),
            "batch": plain(_element(heading, "BHT", "", 3), 80),
            "made_on": day(_element(heading, "BHT", "", 4)),
        }

    def _replaced(self, part: Part) -> str:
        separator = part.element
        if f"REF{separator}F8{separator}" not in part.received:
            return ""
        before_lines: list[list[str]] = []
        for one in self._segments(part.received):
            if one[0] == "LX":
                break
            before_lines.append(one)
        return _element(before_lines, "REF", "F8", 2)

    def _segments(self, text: str) -> list[list[str]]:
        separator, terminator = self._levels.delimiters.element, self._levels.delimiters.terminator
        for line_break in LINE_BREAKS:
            if line_break != terminator:
                text = text.replace(line_break, "")
        return [one.strip().split(separator) for one in text.split(terminator)]


def state_of(claim: ClaimResult) -> str:
    """The state of a claim when its file was scrubbed."""
    if claim.disposition is not Disposition.REJECTED:
        return READY
    rejecting = [one for one in claim.findings if one.severity is Severity.REJECT and not one.fixed]
    offered = [one.waits_for_consent for one in rejecting]
    return FOR_CONSENT if offered and all(offered) else TO_FIX


def plain(text: str, most: int) -> str:
    """A value that every database takes: printable, and not longer than so many characters."""
    return "".join(one for one in text.strip() if one.isprintable())[:most]


def cents(text: str) -> int | None:
    """An amount of dollars in cents; None where it is none, or more than any claim is about."""
    value = amount(text)
    return int(value * 100) if value is not None and abs(value) * 100 < MOST_CENTS else None


def _expected(claim: ClaimResult) -> int | None:
    known = [one for one in claim.expected if one is not None]
    return int(sum(known) * 100) if known and len(known) == len(claim.lines) else None


def _finding(one: Finding, consents: Mapping[str, Consent]) -> Row:
    consent = consents.get(one.code) if one.fixed else None
    return {
        "line": one.line,
        "rule": plain(one.code, 20),
        "severity": one.severity.value,
        "fixed": int(one.fixed),
        "message": plain(one.message, 400),
        "consent": "" if consent is None else plain(consent_words(consent.as_record()), 400),
    }


def _without_number(level: str) -> str:
    """A level without its HL, whose number differs from file to file."""
    return level.partition("NM1")[2] if level.startswith("HL") else level


def _element(segments: list[list[str]], name: str, qualifier: str, at: int) -> str:
    for one in segments:
        if one[0] == name and (not qualifier or one[1:2] == [qualifier]):
            return one[at].strip() if len(one) > at else ""
    return ""
