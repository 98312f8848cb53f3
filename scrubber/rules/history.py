"""The catalogue of what only a memory of other claims can say: severity, status and source.

The checks themselves are where the memory is: of the claims of a run in the engine, of earlier
files in the ledger and in the file drop. These entries give them the same pages as every other
rule. A claim that was accepted cannot be taken back, so the later one is told, and names it.
"""

from scrubber.findings import Severity
from scrubber.rules.rule import Rule
from scrubber.rules.sources import (
    MEDICALLY_UNLIKELY_EDITS,
    PROCEDURE_PAIRS,
    THERAPY_THRESHOLDS,
    UNITS_FROM_MINUTES,
)

DUPLICATES = "CMS Pub 100-04, chapter 1, section 120 (change request 8121)"
INTERCHANGES = "X12.5 interchange control structures; TA1 note code 025, duplicate control number"
INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT


SAME_FILE = Rule(
    "S191", REJECT, "A3:78", DUPLICATES,
    """The same file was received before.

    Why: if it is sent again, each of its claims will be denied as a duplicate.
    Fix: nothing, if it was sent twice by mistake. To have it scrubbed again, forget the first one
    or change the file.
    """,
)  # fmt: skip

SAME_CONTROL_NUMBER = Rule(
    "S192", WARN, "A3:481", INTERCHANGES,
    """The sender used the control number of an interchange (ISA13) before, in another file.

    Why: receivers may reject the whole interchange, and acknowledgments cannot tell the two apart.
    If a payer's profile makes this a reject, the claims to that payer are rejected.
    Fix: give every interchange its own number.
    """,
)  # fmt: skip

DUPLICATE_CLAIM = Rule(
    "S492", WARN, "A3:78", DUPLICATES,
    """The claim number (CLM01) is also that of another claim of the provider to the same payer.

    Why: the payer may treat it as the same claim sent twice, and payments cannot be told apart.
    Replacements and voids (CLM05-3 = 7 or 8) and claims to another payer keep the number.
    Fix: leave out the claim if it was sent twice; otherwise give every claim its own number.
    """,
)  # fmt: skip

DUPLICATE_SERVICE = Rule(
    "S491", WARN, "A3:78", DUPLICATES,
    """A service was billed before: same patient, provider, days, code, modifiers, place and charge.

    Why: an exact duplicate is denied. The claims of all files of a run are compared and, with a
    ledger, those of earlier runs too. What the payer answered is not known, so it may be right to
    resend a claim that never reached the payer.
    Fix: remove the line, send a replacement (CLM05-3 = 7), or add 76, 77, 59 or an X modifier if
    the service was done again.
    """,
)  # fmt: skip

UNITS_OVER_CLAIMS = Rule(
    "S691", WARN, "A8:476", MEDICALLY_UNLIKELY_EDITS,
    """Together with other claims of the same day, a code has more units than allowed (MUE).

    Why: daily limits apply to all claims of a provider for the patient and day.
    Fix: correct the units, or replace the earlier claim with one that has all services of the day.
    """,
)  # fmt: skip

PAIR_OVER_CLAIMS = Rule(
    "S693", WARN, "A8:735+454", MEDICALLY_UNLIKELY_EDITS,
    """A code is an NCCI pair with a code on another claim of the same day.

    Why: pairs apply to all services of a provider for the patient and day, on any claim. The code
    in column 2 is denied, unless a modifier says that the services were separate.
    Fix: add the modifier if the record shows separate services, otherwise remove the column 2 code
    or replace the claim it is on.
    """,
)  # fmt: skip

UNITS_OVER_MINUTES = Rule(
    "S694", REJECT, "A8:476+263", UNITS_FROM_MINUTES,
    """Together the claims of a day have more units than the minutes of the day support.

    Why: minutes and units are counted over all timed services of a discipline, provider group,
    patient and day, on however many claims: 8 minutes on each of two claims are 16 in all, one
    unit. Checked only if the minutes of all of them are known.
    Fix: bill the units that all minutes of the day support, preferably on one claim.
    """,
)  # fmt: skip

LIMIT_OVER_CLAIMS = Rule(
    "S696", WARN, "A8:476+732", "payer profile: daily-limit",
    """Together with other claims of the same day, more is billed than the payer allows for a day.

    Why: the payer's daily limits apply to the patient and billing provider, on however many claims
    the services are.
    Fix: bill what the payer allows, preferably on one claim.
    """,
)  # fmt: skip

MINUTES_LEFT_OVER = Rule(
    "S695", INFO, "A8:476+263", UNITS_FROM_MINUTES,
    """Together the claims of a day have fewer units than the minutes of the day support.

    Why: leftover minutes on one claim may make a unit with those of another.
    Fix: replace the claims with one that has all services of the day, unless there is a reason not
    to.
    """,
)  # fmt: skip

PAIRS_NOT_CHECKED = Rule(
    "S633", INFO, "", PROCEDURE_PAIRS,
    """The payer's NCCI pairs are not available, so pairs were not checked against them.

    Why: Medicaid has its own NCCI files, which differ from Medicare's; none is included. Reported
    once for a file and profile, at the first claim with several lines.
    Fix: import the official file with `scrubber table import`. Until then pairs that are in
    Medicare's table are warnings, and others are not found.
    """,
)  # fmt: skip

THRESHOLD = Rule(
    "S692", WARN, "A8:453", THERAPY_THRESHOLDS,
    """The services in the ledger are above the annual threshold, and the line lacks KX.

    Why: above the threshold Medicare pays only lines with KX. The ledger counts what went through
    it and the opening balances it was given, at national rates; it cannot know what other clinics
    billed.
    Fix: check what was accrued; add KX if the record supports it. It is never added without being
    asked.
    """,
)  # fmt: skip

HISTORY_RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        SAME_FILE,
        SAME_CONTROL_NUMBER,
        DUPLICATE_SERVICE,
        DUPLICATE_CLAIM,
        PAIRS_NOT_CHECKED,
        UNITS_OVER_CLAIMS,
        THRESHOLD,
        PAIR_OVER_CLAIMS,
        UNITS_OVER_MINUTES,
        MINUTES_LEFT_OVER,
        LIMIT_OVER_CLAIMS,
    )
}
