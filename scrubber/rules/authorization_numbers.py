"""Rules on authorization and referral numbers: told apart, one a line, not said twice."""

import re
from collections.abc import Iterator

from scrubber.claim.claim import AUTHORIZATIONS, Claim
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, Setting, claim_rule
from scrubber.rules.whole_segments import without

WARN, REJECT = Severity.WARN, Severity.REJECT
AUTHORIZATION, REFERRAL = AUTHORIZATIONS
VETERANS = "VA"
OTHER_PAYER = 4  # REF04 names the payer where it is not the one the claim goes to
FILLER = re.compile(
    r"PENDING|NONE|UNKNOWN|TBD|N/?A|NOT? ?(REQUIRED|NEEDED|AVAILABLE|APPLICABLE|AUTH)"
    r"|VERBAL|ON FILE|REQUESTED|X{2,}|0+|9{5,}"
)
NAMES = {AUTHORIZATION: "authorization", REFERRAL: "referral"}


@claim_rule(
    "S422",
    severity=REJECT,
    status="A7:252:PR",
    source="Stedi claim edit: prior authorization number matches the referral number",
    when=("2300/REF*9F",),
)
def authorization_equals_referral(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The same number is sent as authorization and as referral.

    Why: they are two different approvals, each with its own number; payers that check the format
    reject the wrong one.
    Fix: keep the number where the payer requires it and remove it from the other place.
    """
    number = claim.value("REF", 2, AUTHORIZATION)
    if not number or claim.value("REF", 2, REFERRAL) != number:
        return
    # The VA takes its referral number in either place.
    severity = WARN if setting.claim_filing_indicator == VETERANS else None
    message = "the same number as authorization (REF*G1) and as referral (REF*9F)"
    yield Problem(claim.segments("REF", REFERRAL)[0][2], message, severity=severity)


@claim_rule(
    "S474",
    severity=REJECT,
    status="A7:252:PR",
    source="Stedi claim edit: multiple prior authorization or referral numbers on a line",
    when=("2400/REF*G1", "2400/REF*9F"),
)
def several_numbers_on_line(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A line has several authorization or several referral numbers for the payer.

    Why: one number of each kind is for the payer the claim goes to; others belong to other payers
    and name them (REF04).
    Fix: keep the number for this payer.
    """
    for line in claim.lines:
        for qualifier, name in NAMES.items():
            own = [one for one in line.segments("REF", qualifier) if not one.value(OTHER_PAYER)]
            for segment in own[1:]:
                yield Problem(segment[2], f"a second {name} number for the same payer on the line")


@claim_rule(
    "S475",
    severity=WARN,
    status="A7:252:PR",
    source="KNOWLEDGE: numbers of a line are given where they differ from those of the claim",
    when=("2400/REF*G1", "2400/REF*9F"),
)
def line_repeats_claim_number(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A line repeats the authorization or referral number of the claim.

    Why: the claim's number applies to all lines; a line has its own only if it differs.
    Fix: remove it from the line; with your consent the scrubber does.
    """
    numbers = {qualifier: claim.value("REF", 2, qualifier) for qualifier in NAMES}
    for line in claim.lines:
        for segment in line.segments("REF", *NAMES):
            name = NAMES[segment.value(1)]
            if segment.value(2) != numbers[segment.value(1)] or segment.value(OTHER_PAYER):
                continue
            patch = without(line, segment)
            fix = Fix(f"remove the {name} number from the line", (patch,), Safety.REVIEW)
            yield Problem(segment, f"the line repeats the claim's {name} number", fix)


@claim_rule(
    "S434",
    severity=WARN,
    status="A6:562:DN",
    source="KNOWLEDGE: a referral has someone who referred; agrees with rejections that "
    "clearinghouses publish",
    when=("2300/REF*9F", "2400/REF*9F"),
    unless=("2310A", "2420F"),
    concerns=lambda setting: setting.claim_filing_indicator != VETERANS,
)
def referral_without_referring_provider(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim has a referral number, but names no referring provider.

    Why: payers check the referral against the referring provider, and some reject a claim that does
    not name one.
    Fix: add the referring provider (2310A). If the number is an authorization, send it as one
    (REF*G1).
    """
    if setting.claim_filing_indicator == VETERANS or "2310A" in claim.layout.loops:
        return
    if any("2420F" in line.layout.loops for line in claim.lines):
        return
    for loop in (claim, *claim.lines):
        for segment in loop.segments("REF", REFERRAL):
            if not segment.value(OTHER_PAYER):
                yield Problem(segment[2], "a referral number (REF*9F) without a referring provider")
                return


@claim_rule(
    "S726",
    severity=WARN,
    status="A7:252:PR",
    source="triwest.com, billing and claims submission: the number with nothing else; KNOWLEDGE: "
    "words that stand where a number is missing",
    when=("2300/REF*G1", "2300/REF*9F"),
)
def number_is_a_word(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The authorization or referral number is a word such as PENDING, NONE or N/A.

    Why: the payer looks up the number; a word is not a number, and the claim is denied as not
    authorized.
    Fix: wait for the number, or leave it out if the payer does not require one.
    """
    for segment in claim.segments("REF", *NAMES):
        if FILLER.fullmatch(segment.value(2).strip().upper()):
            name = NAMES[segment.value(1)]
            yield Problem(segment[2], f"a word instead of the {name} number")


RULES: tuple[Rule, ...] = (
    authorization_equals_referral,
    referral_without_referring_provider,
    several_numbers_on_line,
    line_repeats_claim_number,
    number_is_a_word,
)
