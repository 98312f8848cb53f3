"""The catalogue of what only a memory of earlier files can say: severity, status and source.

The checks themselves are in the ledger and in the file drop; these entries give them the same
pages as every other rule.
"""

from scrubber.findings import Severity
from scrubber.rules.rule import Rule

DUPLICATES = "CMS Pub 100-04, chapter 1, section 120 (change request 8121)"
INTERCHANGES = "X12.5 interchange control structures; TA1 note code 025, duplicate control number"

SAME_FILE = Rule(
    "S191", Severity.REJECT, "A3:78", DUPLICATES,
    """The same file was received before.

    Why: sent on a second time, each of its claims would be denied as a duplicate.
    Fix: nothing, if it was sent twice by mistake. To have it scrubbed once more, forget the first
    one or change the file.
    """,
)  # fmt: skip

HISTORY_RULES: dict[str, Rule] = {rule.code: rule for rule in (SAME_FILE,)}
