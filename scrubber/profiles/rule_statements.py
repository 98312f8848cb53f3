"""What a payer profile says about single rules: their severity, and consent to their fixes."""

from dataclasses import dataclass
from typing import ClassVar, Self

from scrubber.findings import Severity
from scrubber.profiles.attributes import Attributes, common
from scrubber.profiles.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSeverity(Statement):
    """The severity of a rule for this payer; None switches the rule off."""

    kind: ClassVar[str] = "severity"

    rule: str
    severity: Severity | None
    reason: str

    @property
    def key(self) -> str:
        """The code of the rule."""
        return self.rule

    @classmethod
    def read(cls, of: Attributes, rule: str) -> Self:
        """What the profile says of a rule's severity. Refuses a rejection nobody can vouch for."""
        wanted = of.text("is")
        stated = cls(
            rule=rule,
            severity=None if wanted == "off" else Severity(wanted),
            reason=of.text("reason"),
            **common(of),
        )
        if stated.severity is Severity.REJECT and not stated.may_reject:
            of.refuse(
                f"rule {rule} is to reject on a statement that may only warn",
                "a documented source, confidence medium or high and no condition; or warn",
            )
        return stated


@dataclass(frozen=True, slots=True, kw_only=True)
class FixConsent(Statement):
    """Standing consent (or its withdrawal) to apply the REVIEW fixes of a rule."""

    kind: ClassVar[str] = "fix-consent"

    rule: str
    given: bool
    reason: str

    @property
    def key(self) -> str:
        """The code of the rule."""
        return self.rule

    @classmethod
    def read(cls, of: Attributes, rule: str) -> Self:
        """The standing consent to the fixes of a rule."""
        return cls(rule=rule, given=of.yes("given"), reason=of.text("reason"), **common(of))
