"""What a payer profile says about single rules: their severity, and consent to their fixes."""

from typing import NamedTuple, Self

from scrubber.findings import Severity
from scrubber.profiles.attributes import Attributes
from scrubber.profiles.statement import Stated


class RuleSeverity(NamedTuple):
    """The severity of a rule for this payer; None switches the rule off."""

    stated: Stated
    rule: str
    severity: Severity | None
    reason: str

    @classmethod
    def read(cls, of: Attributes, rule: str) -> Self:
        """What the profile says of a rule's severity. Refuses a rejection nobody can vouch for."""
        wanted = of.text("is")
        severity = cls(
            stated=of.stated(rule),
            rule=rule,
            severity=None if wanted == "off" else Severity(wanted),
            reason=of.text("reason"),
        )
        if severity.severity is Severity.REJECT and not severity.stated.may_reject:
            of.refuse(
                f"rule {rule} is to reject on a statement that may only warn",
                "a documented source, confidence medium or high and no condition; or warn",
            )
        return severity


class FixConsent(NamedTuple):
    """Standing consent (or its withdrawal) to apply the REVIEW fixes of a rule."""

    stated: Stated
    rule: str
    given: bool
    reason: str

    @classmethod
    def read(cls, of: Attributes, rule: str) -> Self:
        """The standing consent to the fixes of a rule."""
        return cls(
            stated=of.stated(rule), rule=rule, given=of.yes("given"), reason=of.text("reason")
        )
