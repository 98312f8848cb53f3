"""Rules on which providers a claim names, and whether they are distinct where they must be."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule, loop_rule
from scrubber.therapy.table import known_code

INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT
HOME = "12"
FACILITIES = frozenset({"19", "21", "22", "23", "31", "32", "34", "51", "55", "56", "61"})
FACILITY_TAXONOMIES = ("27", "28", "31", "32")
"""Hospitals, their units, nursing and residential facilities."""
SITUATIONS = "KNOWLEDGE: 005010X222A1 situational rules of the provider loops"


@claim_rule("S412", severity=WARN, status="A6:562:82", source=SITUATIONS, unless=("2310B",))
def rendering_provider_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A group bills therapy without naming who provided it.

    Why: a group or clinic does not treat patients itself; most payers require the therapist's NPI
    (2310B) and deny the claim without it.
    Fix: add the rendering provider. Some payers, home health agencies and rehabilitation
    agencies bill without one.
    """
    if claim.billing_provider is None or claim.rendering_provider is not None:
        return
    billing = claim.billing_provider.party
    if billing is None or billing.is_person:
        return
    if any(_is_therapy(line) and "2420A" not in line.layout.loops for line in claim.lines):
        yield Problem(claim.clm, "billed by an organization, and no rendering provider is named")


def _is_therapy(line: ServiceLine) -> bool:
    return line.service.qualifier == "HC" and known_code(line.code) is not None


@claim_rule("S462", severity=INFO, status="A7:562:82", source=SITUATIONS, when=("2310B",))
def rendering_repeats_billing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The rendering provider is the billing provider.

    Why: a person who bills for their own services is named once, as the billing provider; most
    payers ignore the repetition.
    Fix: leave out the rendering provider if the payer requires that.
    """
    billing = claim.billing_provider.party if claim.billing_provider is not None else None
    if billing is None or not billing.is_person or not billing.npi:
        return
    rendering = claim.rendering_provider
    if rendering is not None and rendering.npi == billing.npi:
        yield Problem(rendering.name_segment, "the rendering provider is the billing provider")


@claim_rule("S463", severity=INFO, status="A7:562:82", source=SITUATIONS, when=("2420A",))
def line_rendering_repeats_claim(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A line repeats the claim's rendering provider.

    Why: the line's own rendering provider (2420A) is for lines that someone else provided.
    Fix: leave it off the line if the payer requires that.
    """
    rendering = claim.rendering_provider
    for line in claim.lines:
        own = line.rendering_provider if "2420A" in line.layout.loops else None
        if own is not None and rendering is not None and own.npi and own.npi == rendering.npi:
            yield Problem(own.name_segment, "the line names the claim's rendering provider again")


@claim_rule(
    "S413",
    severity=REJECT,
    status="A6:562:DN",
    source="Stedi claim edit: missing claim-level referring provider",
    when=("2420F",),
    unless=("2310A",),
)
def claim_referring_provider_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A line names a referring provider, but the claim does not.

    Why: the referring provider of a line (2420F) replaces the claim's (2310A) for that line; alone
    it has nothing to replace.
    Fix: name the referring provider for the whole claim.
    """
    at = next((line for line in claim.lines if "2420F" in line.layout.loops), None)
    if at is not None and "2310A" not in claim.layout.loops:
        segment = at.children("2420F")[0].segments("NM1")[0]
        yield Problem(segment, "the line has a referring provider, the claim has none")


@claim_rule("S485", severity=WARN, status="A6:562:DN", source=SITUATIONS, when=("2310A",))
def primary_care_without_referral(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A primary care provider is named without a referring provider.

    Why: the primary care provider of a referral (NM101 P3) comes second, after the referring
    provider (DN).
    Fix: send the provider as the referring provider (DN).
    """
    values, layouts = claim.block.values, claim.layout.loops.get("2310A", ())
    named = [values(layout.first)[1:2] for layout in layouts]
    if ["P3"] in named and ["DN"] not in named:
        segment = claim.block.segment(layouts[named.index(["P3"])].first, "2310A")
        yield Problem(segment[1], "a primary care provider (P3) without a referring provider (DN)")


@claim_rule("S499", severity=WARN, status="A7:562:DN", source=SITUATIONS, when=("2310A",))
def referring_provider_twice(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The claim names two referring providers.

    Why: the referring provider is named once (NM101 DN); the second place is for the primary care
    provider (P3). Payers use the first and ignore the other, or return the claim.
    Fix: keep the one who referred the patient or certified the plan of care. If the other is the
    primary care provider, send it as P3.
    """
    layouts = claim.layout.loops.get("2310A", ())
    named = [one.first for one in layouts if claim.block.values(one.first)[1:2] == ["DN"]]
    if len(named) > 1:
        segment = claim.block.segment(named[1], "2310A")
        yield Problem(segment[1], "a second referring provider (DN); a claim names only one")


@claim_rule(
    "S414",
    severity=REJECT,
    status="A7:562:DQ",
    source="Stedi claim edit: supervising provider matches the rendering provider",
    when=("2310D", "2420D"),
)
def supervises_oneself(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The supervising provider is the rendering provider.

    Why: no one supervises themselves; the supervising provider is named only if someone else
    supervised the service. Two names with one NPI are a warning: one of them has the wrong NPI.
    Fix: leave out the supervising provider, or name the one who supervised.
    """
    rendering, supervising = claim.rendering_provider, claim.supervising_provider
    if supervising is not None:
        yield from _supervision(rendering, supervising, "")
    for line in claim.lines:
        for layout in line.layout.loops.get("2420D", ()):
            own = Party(line.block, layout)
            yield from _supervision(line.rendering_provider or rendering, own, " of the line")


def _supervision(rendering: Party | None, supervising: Party, where: str) -> Iterator[Problem]:
    if rendering is None or not rendering.npi or rendering.npi != supervising.npi:
        return
    if rendering.name[:2] == supervising.name[:2]:
        message = f"the rendering provider is also named as supervising provider{where}"
        yield Problem(supervising.name_segment, message)
    else:
        message = f"the supervising provider{where} has the NPI of the rendering provider"
        yield Problem(supervising.name_segment[9], message, severity=WARN)


@claim_rule("S415", severity=WARN, status="A7:562:77", source=SITUATIONS, when=("2310C",))
def facility_is_billing_provider(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The service facility has the NPI of the billing provider.

    Why: a facility is named if the service was provided elsewhere; its NPI is for a facility that
    is not part of the billing provider.
    Fix: leave out the NPI, or the whole facility if it is the billing address.
    """
    facility = claim.service_facility
    billing = claim.billing_provider.party if claim.billing_provider is not None else None
    if facility is None or billing is None or not billing.npi or facility.npi != billing.npi:
        return
    yield Problem(facility.name_segment[9], "the service facility has the billing provider's NPI")


@claim_rule(
    "S464",
    severity=WARN,
    status="A7:503:77",
    source="X12 request for interpretation 2810: service location",
    when=("2310C",),
)
def facility_at_billing_address(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The service facility has the address of the billing provider.

    Why: a facility is named only if the service was provided at another address.
    Fix: leave out the facility, unless the payer requires it.
    """
    facility = claim.service_facility
    billing = claim.billing_provider.party if claim.billing_provider is not None else None
    if facility is None or billing is None or not facility.street:
        return
    if (facility.street, facility.zip_code[:5]) == (billing.street, billing.zip_code[:5]):
        at = facility.segments("N3")[0]
        yield Problem(at, "the service facility is at the billing provider's address")


@claim_rule("S465", severity=WARN, status="A7:249", source=SITUATIONS, when=("2310C",))
def facility_for_home_service(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The service was provided at the patient's home, but a facility is named.

    Why: at home (place of service 12) there is no facility; some payers reject the claim.
    Fix: leave out the facility, or correct the place of service.
    """
    facility = claim.service_facility
    if facility is not None and setting.place_of_service == HOME:
        yield Problem(facility.name_segment, "place of service 12 (home) with a service facility")


@claim_rule(
    "S423",
    severity=WARN,
    status="A6:562:77",
    source="X12 005010X222A1, loop 2310C; CMS Pub. 100-04, chapter 26, 10.4, item 32",
    concerns=lambda setting: setting.place_of_service in FACILITIES,
    unless=("2310C",),
)
def facility_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The place of service is a hospital or nursing facility, and none is named.

    Why: the service facility (2310C) says where the patient was treated if that is not the billing
    provider's address; Medicare and others return the claim without it.
    Fix: add name and address of the facility, or correct the place of service. Nothing is missing
    if the facility itself bills.
    """
    place, billing = setting.place_of_service, claim.billing_provider
    if place not in FACILITIES or claim.service_facility is not None or billing is None:
        return
    if not billing.taxonomy.startswith(FACILITY_TAXONOMIES):
        yield Problem(claim.clm[5], f"place of service {place} without a service facility (2310C)")


def _has_nameless_billing_provider(claim: Claim, _setting: Setting) -> bool:
    """The billing provider has no identifier."""
    billing = claim.billing_provider.party if claim.billing_provider is not None else None
    return billing is not None and not billing.identifier


@claim_rule(
    "S416",
    severity=REJECT,
    status="A6:562:85",
    source="45 CFR 162.410: covered providers bill with their NPI; X12 request for interpretation "
    "1301: providers that cannot have one",
    gate=_has_nameless_billing_provider,
)
def billing_npi_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The billing provider has no NPI.

    Why: every health care provider covered by HIPAA bills with an NPI; without it the payer does
    not know whom to pay.
    Fix: enter the NPI. A provider that cannot have one (such as a driver) is identified by the
    payer's own number (REF*G2 of the payer) instead; without any CPT code on the claim this is a
    warning.
    """
    billing = claim.billing_provider.party if claim.billing_provider is not None else None
    if billing is None or billing.identifier:
        return
    payer = claim.payer
    if payer is None or not payer.value("REF", 2, "G2", "LU"):
        gives_care = any(line.code[:1].isdigit() for line in claim.lines)
        severity = None if gives_care else WARN
        yield Problem(claim.clm, "the billing provider has no NPI", severity=severity)


@loop_rule("S419", "2000A", severity=INFO, status="A6:145:85", source=SITUATIONS)
def billing_taxonomy_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The billing provider has no taxonomy code.

    Why: payers that tell contracts apart by taxonomy, including many Medicaid programs, cannot
    price the claim.
    Fix: enter the billing provider's taxonomy code (PRV*BI).
    """
    if not loop.has("PRV"):
        yield Problem(loop.segments("HL")[0], "the billing provider has no taxonomy code")


@loop_rule("S472", "2310B", severity=INFO, status="A6:145:82", source=SITUATIONS)
def rendering_taxonomy_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The rendering provider has no taxonomy code.

    Why: the taxonomy shows the discipline; without it there is no telling whether a physical or an
    occupational therapist treated, and discipline modifiers were not checked against it.
    Fix: enter the therapist's taxonomy code (PRV*PE).
    """
    if not loop.has("PRV"):
        yield Problem(loop.name_segment, "the rendering provider has no taxonomy code")


RULES: tuple[Rule, ...] = (
    rendering_provider_missing,
    rendering_repeats_billing,
    line_rendering_repeats_claim,
    claim_referring_provider_missing,
    primary_care_without_referral,
    referring_provider_twice,
    supervises_oneself,
    facility_is_billing_provider,
    facility_at_billing_address,
    facility_for_home_service,
    facility_missing,
    billing_npi_missing,
    billing_taxonomy_missing,
    rendering_taxonomy_missing,
)
