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

    Why: sent on a second time, each of its claims would be denied as a duplicate.
    Fix: nothing, if it was sent twice by mistake. To have it scrubbed once more, forget the first
    one or change the file.
    """,
)  # fmt: skip

SAME_CONTROL_NUMBER = Rule(
    "S192", WARN, "A3:481", INTERCHANGES,
    """The sender used the control number of an interchange (ISA13) before, in another file.

    Why: receivers may refuse the whole interchange, and acknowledgments cannot tell the two apart.
    Where the profile of a payer makes this reject, the claims to that payer are rejected.
    Fix: give every interchange its own number.
    """,
)  # fmt: skip

DUPLICATE_CLAIM = Rule(
    "S492", WARN, "A3:78", DUPLICATES,
    """A claim has the number (CLM01) of another claim of the provider to the same payer.

    Why: the payer may take it for the same claim sent twice, and payments cannot be told apart.
    Replacements and voids (CLM05-3 = 7 or 8) and claims to another payer keep the number.
    Fix: leave the claim out if it was sent twice, else give every claim a number of its own.
    """,
)  # fmt: skip

DUPLICATE_SERVICE = Rule(
    "S491", WARN, "A3:78", DUPLICATES,
    """A service was billed before: same patient, provider, days, code, modifiers, place and charge.

    Why: an exact duplicate is denied. The claims of all files of a run are compared, with a ledger
    those of earlier runs too. What the payer answered is not known, so it may be right to send a
    claim again that never reached the payer.
    Fix: leave the line out, or send a replacement (CLM05-3 = 7), or say with 76, 77, 59 or an X
    modifier that it was done again, if it was.
    """,
)  # fmt: skip

UNITS_OVER_CLAIMS = Rule(
    "S691", WARN, "A8:476", MEDICALLY_UNLIKELY_EDITS,
    """With what other claims of the same day bill, a code has more units than are taken (MUE).

    Why: limits by the day hold over all claims of a provider for the patient and day.
    Fix: correct the units, or replace the earlier claim by one with all services of the day.
    """,
)  # fmt: skip

PAIR_OVER_CLAIMS = Rule(
    "S693", WARN, "A8:735+454", MEDICALLY_UNLIKELY_EDITS,
    """A code is an NCCI pair with a code that another claim of the same day bills.

    Why: pairs hold for all services of a provider for the patient and day, on whatever claim they
    stand. The code in column 2 is denied, unless a modifier opens the pair.
    Fix: add the modifier if the record shows separate services, else take the column 2 code off or
    replace the claim it stands on.
    """,
)  # fmt: skip

UNITS_OVER_MINUTES = Rule(
    "S694", REJECT, "A8:476+263", UNITS_FROM_MINUTES,
    """The claims of a day together have more units than the minutes of the day support.

    Why: minutes and units are counted over all timed services of a discipline, provider group,
    patient and day, on however many claims they stand: 8 minutes on each of two claims are 16 in
    all, one unit. Told only where the minutes of all of them are known.
    Fix: bill the units that all minutes of the day support, best on one claim.
    """,
)  # fmt: skip

LIMIT_OVER_CLAIMS = Rule(
    "S696", WARN, "A8:476+732", "payer profile: daily-limit",
    """With what other claims of the same day bill, more is billed than the payer takes for a day.

    Why: the payer's limits by the day hold for the patient and billing provider, on however many
    claims the services stand.
    Fix: bill what the payer takes, best on one claim.
    """,
)  # fmt: skip

MINUTES_LEFT_OVER = Rule(
    "S695", INFO, "A8:476+263", UNITS_FROM_MINUTES,
    """The claims of a day together have fewer units than the minutes of the day support.

    Why: what is left over of the minutes on one claim may make a unit with those of another.
    Fix: replace the claims by one with all services of the day, where nothing speaks against it.
    """,
)  # fmt: skip

PAIRS_NOT_CHECKED = Rule(
    "S633", INFO, "", PROCEDURE_PAIRS,
    """The payer's table of NCCI pairs is not there, so pairs were not checked against it.

    Why: Medicaid has NCCI files of its own, which differ from Medicare's; none is shipped. Told
    once for a file and profile, at the first claim with several lines.
    Fix: import the official file with `scrubber table import`. Until then pairs that Medicare's
    table knows are warnings, and others pass unseen.
    """,
)  # fmt: skip

THRESHOLD = Rule(
    "S692", WARN, "A8:453", THERAPY_THRESHOLDS,
    """The services in the ledger are above the year's threshold, and the line lacks KX.

    Why: above the threshold Medicare pays only lines with KX. The ledger counts what went through
    it and the opening balances it was given, at national rates; what other clinics billed it
    cannot know.
    Fix: check what was accrued; add KX if the record supports it. It is never added unasked.
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
