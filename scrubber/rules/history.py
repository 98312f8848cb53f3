"""The catalogue of what only a memory of earlier files can say: severity, status and source.

The checks themselves are in the ledger and in the file drop; these entries give them the same
pages as every other rule.
"""

from scrubber.findings import Severity
from scrubber.rules.rule import Rule

DUPLICATES = "CMS Pub 100-04, chapter 1, section 120 (change request 8121)"
INTERCHANGES = "X12.5 interchange control structures; TA1 note code 025, duplicate control number"
NCCI = "CMS NCCI Policy Manual 2026, chapter I; CMS MUE tables"
THERAPY_PAGE = "CMS Therapy Services page, CY2026: annual thresholds"
WARN, REJECT = Severity.WARN, Severity.REJECT


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
    Fix: give every interchange its own number.
    """,
)  # fmt: skip

DUPLICATE_SERVICE = Rule(
    "S491", WARN, "A3:78", DUPLICATES,
    """A service was billed before: same patient, provider, days, code, place and charge.

    Why: an exact duplicate is denied. The ledger knows what was accepted here, not what the payer
    answered, so it may be right to send a claim again that never reached the payer.
    Fix: leave the line out, or send a replacement (CLM05-3 = 7), or say with 76, 77, 59 or an X
    modifier that it was done again, if it was.
    """,
)  # fmt: skip

UNITS_OVER_CLAIMS = Rule(
    "S691", WARN, "A8:476", NCCI,
    """With what other claims of the same day bill, a code has more units than are taken (MUE).

    Why: limits by the day hold over all claims of a provider for the patient and day.
    Fix: correct the units, or replace the earlier claim by one with all services of the day.
    """,
)  # fmt: skip

THRESHOLD = Rule(
    "S692", WARN, "A8:453", THERAPY_PAGE,
    """The services in the ledger are above the year's threshold, and the line lacks KX.

    Why: above the threshold Medicare pays only lines with KX. The ledger counts what went through
    it and the opening balances it was given, at national rates; what other clinics billed it
    cannot know.
    Fix: check what was accrued; add KX if the record supports it. It is never added unasked.
    """,
)  # fmt: skip

HISTORY_RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (SAME_FILE, SAME_CONTROL_NUMBER, DUPLICATE_SERVICE, UNITS_OVER_CLAIMS, THRESHOLD)
}
