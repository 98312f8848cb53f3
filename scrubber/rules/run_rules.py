"""The catalogue of what went wrong with a run rather than with a file."""

from scrubber.findings import Severity
from scrubber.rules.rule import Rule

NOT_SCRUBBED = Rule(
    "S193", Severity.REJECT, "A3:481",
    "this program: what was not checked is never passed",
    """A part of the file was not scrubbed.

    Why: the process that worked on it failed or was ended, and failed again when it was tried once
    more. Its claims are in the rejected file as received; nothing is said about them.
    Fix: scrub the rejected file again; where memory was short, with fewer --jobs. If it fails once
    more, report the fault that is named.
    """,
)  # fmt: skip

RUN_RULES: dict[str, Rule] = {rule.code: rule for rule in (NOT_SCRUBBED,)}
