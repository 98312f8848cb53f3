"""The catalogue of what went wrong with a run rather than with a file."""

from scrubber.findings import Severity
from scrubber.rules.rule import Rule

NOT_SCRUBBED = Rule(
    "S193", Severity.REJECT, "A3:481",
    "this program: what was not checked is never passed",
    """A part of the file was not scrubbed, or its output was held back.

    Why: the scrubber failed on it (twice, if a process was killed), or the accepted file, read
    again before it was released, did not contain these claims as it should. They are in the
    rejected file as received.
    Fix: scrub the rejected file again; if memory was short, with fewer --jobs. If it fails again,
    report the error that is named.
    """,
)  # fmt: skip

RUN_RULES: dict[str, Rule] = {rule.code: rule for rule in (NOT_SCRUBBED,)}
