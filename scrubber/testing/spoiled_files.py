"""Claims that break one rule of the catalogue, and say nothing else that rejects."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from hypothesis import strategies as st

from scrubber.engine import Consent, Context
from scrubber.findings import Finding
from scrubber.rules.rule import Rule
from scrubber.testing.claim_strategies import claims
from scrubber.testing.file_strategies import interchanges
from scrubber.testing.records import AS_OF, Claim, Interchange
from scrubber.testing.specimens import Specimen, besides, specimen
from scrubber.testing.spoilings import Spoiling, spoiling_of
from scrubber.testing.verdicts import all_findings, findings_after, profiles_with, scrubbed
from scrubber.testing.wire import PLAIN_WIRE
from scrubber.therapy.documentation import documentation_of


@dataclass(frozen=True)
class Spoiled:
    """A file that breaks the rule `rule`, and the run it is meant for.

    `before` are files that must have been received before. `besides` are the codes of other
    rejecting rules that cannot but speak too. `is_specimen` tells that the claim had nothing to
    break the rule with, so that a claim that has stands in its place.
    """

    rule: str
    file: bytes
    as_of: date = AS_OF
    documentation: tuple[str, ...] = ()
    profile: str = ""
    consents: frozenset[str] = frozenset()
    isolate: str = "claim"
    before: tuple[bytes, ...] = ()
    is_specimen: bool = False

    @property
    def besides(self) -> frozenset[str]:
        """Codes of other rejecting rules that cannot but speak too."""
        return frozenset(besides(self.rule))

    def context(self) -> Context:
        """The context of the run that the file is meant for."""
        documented = documentation_of(list(self.documentation)) if self.documentation else None
        return Context(
            self.as_of,
            profiles_with(self.profile),
            documented,
            frozenset(map(Consent, self.consents)),
            isolate=cast(Literal["claim", "transaction"], self.isolate),
        )

    def findings(self) -> list[Finding]:
        """What the scrubber says in that run, of the file and of its claims."""
        if self.before:
            return findings_after(self.file, self.before, self.context())
        return all_findings(scrubbed(self.file, self.context()))


def spoiled(claim: Claim | Interchange, rule: str | Rule) -> Spoiled:
    """The claim, or the first of an interchange's, changed so that it breaks `rule` alone.

    Where the claim has nothing that the rule looks at (another payer's claims, say, for what only
    one payer wants), a specimen from the table takes its place; `Spoiled.is_specimen` tells.

    Raises:
        NoSpecimenError: no rule has this code, or no file can break it.
    """
    code = rule.code if isinstance(rule, Rule) else rule
    row = spoiling_of(code)
    whole = claim.interchange() if isinstance(claim, Claim) else claim
    if row is not None and row.is_for(whole):
        text = row.spoil(whole)
        if text is not None:
            return Spoiled(code, PLAIN_WIRE.write(text), whole.as_of)
    return _as_specimen(code, specimen(code))


def _as_specimen(code: str, one: Specimen) -> Spoiled:
    return Spoiled(
        code,
        one.text.encode("latin-1"),
        one.as_of,
        one.documentation,
        one.profile,
        one.consents,
        one.isolate,
        tuple(text.encode("latin-1") for text in one.before),
        is_specimen=True,
    )


def spoiled_claims(rule: str | Rule, *, as_of: date = AS_OF) -> st.SearchStrategy[Spoiled]:
    """Claims that break the rule, drawn for a payer that asks for it.

    Raises:
        NoSpecimenError: as `spoiled`.
    """
    code = rule.code if isinstance(rule, Rule) else rule
    row = spoiling_of(code)
    if row is None:
        return st.just(_as_specimen(code, specimen(code)))
    return claims_for(row, as_of).map(lambda claim: spoiled(claim, code))


def claims_for(row: Spoiling, as_of: date = AS_OF) -> st.SearchStrategy[Interchange]:
    """Interchanges of one claim which the spoiling is for."""
    drawn = claims(row.payers[0], row.discipline or None, as_of=as_of)
    return drawn.map(lambda claim: claim.interchange(as_of))


def spoiled_interchanges(
    rule: str | Rule, *, most: int = 4, as_of: date = AS_OF
) -> st.SearchStrategy[Spoiled]:
    """Interchanges of several claims, one of which breaks the rule.

    Raises:
        NoSpecimenError: as `spoiled`.
    """
    code = rule.code if isinstance(rule, Rule) else rule
    row = spoiling_of(code)
    if row is None:
        return st.just(_as_specimen(code, specimen(code)))
    drawn = interchanges(row.payers, most=most, as_of=as_of)
    return drawn.map(lambda whole: spoiled(whole, code))
