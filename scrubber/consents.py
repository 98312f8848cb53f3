"""Who decided about which repairs that change what is claimed, when, why and on what basis."""

from datetime import date
from typing import Any, Literal, NamedTuple

Basis = Literal["run", "office", "person", "profile"]
"""An option of one run, the office's configuration, a person's decision about one claim, or the
profile of the claim's payer."""


class Consent(NamedTuple):
    """A decision about the REVIEW fixes of a rule; with `claim` (CLM01) about those of one claim.

    `until` is the last day on which it holds, if it has one; `origin` is where it is given: a line
    of a file, an option, a profile. `declined` says that they are not to be applied.
    """

    rule: str
    until: date | None = None
    reason: str = ""
    origin: str = ""
    basis: Basis = "run"
    claim: str = ""
    who: str = ""
    given: date | None = None
    declined: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether it may be used on a day."""
        return self.until is None or day <= self.until

    def end_note(self) -> str:
        """What to say of one that is past its last day."""
        where = f"{self.origin}: " if self.origin else ""
        return f"{where}the consent to {self.rule} ended on {self.until} and is not used"

    def as_record(self) -> dict[str, Any]:
        """As reports and the audit log have it, where it stands beside its rule and claim."""
        said = {
            "basis": self.basis,
            "origin": self.origin,
            "who": self.who,
            "given": self.given and self.given.isoformat(),
            "until": self.until and self.until.isoformat(),
            "reason": self.reason,
        }
        return {name: value for name, value in said.items() if value}


def consent_words(record: dict[str, Any]) -> str:
    """A record of a decision in words: by whom, when, why, and where it is given."""
    who = {
        "run": "for this run",
        "office": "by the office",
        "person": "for this claim",
        "profile": "by the payer profile",
    }[record["basis"]]
    if record.get("who"):
        who += f", {record['who']}"
    if record.get("given"):
        who += f", {record['given']}"
    if record.get("until"):
        who += f", until {record['until']}"
    origin = f" ({record['origin']})" if record.get("origin") else ""
    return f"{who}{origin}" + (f": {record['reason']}" if record.get("reason") else "")
