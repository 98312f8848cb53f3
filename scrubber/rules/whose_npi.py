"""Rules on NPIs that are right as numbers, but cannot be those of the providers they stand with."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule, loop_rule
from scrubber.rules.therapy_lines import therapist

WARN = Severity.WARN
ENTITY_TYPES = (
    "45 CFR 162.406 and NPPES: an NPI is that of a person (entity type 1) or of an organization "
    "(entity type 2)"
)
SECONDARY_IDENTIFIERS = ("0B", "1G", "G2", "LU")


def _has_npi_or_another(loop: Party) -> tuple[bool, bool]:
    return bool(loop.identifier or loop.identifier_qualifier), loop.has("REF")


@loop_rule(
    "S493",
    "2310B",
    "2420A",
    severity=WARN,
    status="A6:562:82",
    source="45 CFR 162.410: covered providers are identified by their NPI; CMS Pub. 100-04, "
    "chapter 26, 10.4, item 24J",
    aspect=_has_npi_or_another,
)
def rendering_npi_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The rendering provider has no NPI.

    Why: payers identify the therapist by the NPI and deny the line without it. Medicare accepts no
    claim without it. Only providers who cannot have an NPI are named by another number (REF).
    Fix: add the therapist's NPI (NM108 XX, NM109).
    """
    if loop.identifier or loop.identifier_qualifier:  # one of the two alone S121 speaks of
        return
    if not loop.segments("REF", *SECONDARY_IDENTIFIERS):
        yield Problem(loop.name_segment[9], "the rendering provider has no NPI")


def _some_share_a_number(claim: Claim, _setting: Setting) -> bool:
    """Two of the billing, the referring and the rendering provider have one number (NM109)."""
    billing = claim.billing_provider.party if claim.billing_provider is not None else None
    numbers = [billing.identifier] if billing is not None else []
    block, loops = claim.block, claim.layout.loops
    for layout in (*loops.get("2310A", ()), *loops.get("2310B", ())):
        numbers += block.values(layout.first)[9:10]
    return len(set(numbers)) < len(numbers)


@claim_rule(
    "S494", severity=WARN, status="A7:562:82", source=ENTITY_TYPES, when=("2310B",),
    gate=_some_share_a_number,
)  # fmt: skip
def rendering_has_npi_of_organization(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The rendering provider has the NPI of the organization that bills.

    Why: an NPI belongs either to a person or to an organization; payers that look it up reject the
    wrong kind.
    Fix: enter the therapist's own NPI, or mark the billing provider as a person if a person bills.
    """
    yield from _npi_of_organization(claim, claim.rendering_provider)


@claim_rule(
    "S496", severity=WARN, status="A7:562:DN", source=ENTITY_TYPES, when=("2310A",),
    gate=_some_share_a_number,
)  # fmt: skip
def referring_has_npi_of_organization(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The referring provider has the NPI of the organization that bills.

    Why: a person refers, and an NPI belongs either to a person or to an organization.
    Fix: enter the NPI of the physician or practitioner who referred the patient.
    """
    yield from _npi_of_organization(claim, claim.referring_provider)


def _npi_of_organization(claim: Claim, person: Party | None) -> Iterator[Problem]:
    billing = claim.billing_provider.party if claim.billing_provider is not None else None
    if person is None or billing is None or billing.is_person or not person.is_person:
        return
    if billing.npi and person.npi == billing.npi:
        yield Problem(person.name_segment[9], "a person with the NPI of the billing organization")


@claim_rule(
    "S495",
    severity=WARN,
    status="A7:562:DN",
    source="CMS Pub. 100-02, chapter 15, 220.1.1 and 220.1.3: a physician or nonphysician "
    "practitioner certifies the plan of care",
    when=("2310A",),
    asked_by=lambda payer: payer.referring_provider is not None,
    gate=_some_share_a_number,
)
def therapist_certifies_own_plan(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The therapist is also named as the one who certifies the plan of care.

    Why: Medicare pays for therapy under a plan of care that a physician or practitioner certifies;
    it denies a claim whose referring provider (2310A, DN) may not certify.
    Fix: name the physician or practitioner who certified the plan.
    """
    wanted, rendering = setting.payer.referring_provider, claim.rendering_provider
    referring = claim.referring_provider
    if wanted is None or not wanted.required or referring is None or rendering is None:
        return
    if referring.npi and referring.npi == rendering.npi and therapist(setting.taxonomy) is not None:
        message = "the referring provider has the NPI of the therapist who gave the service"
        yield Problem(referring.name_segment[9], message)


RULES: tuple[Rule, ...] = (
    rendering_npi_missing,
    rendering_has_npi_of_organization,
    referring_has_npi_of_organization,
    therapist_certifies_own_plan,
)
