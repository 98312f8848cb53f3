"""The catalogue of what went wrong with a run rather than with a file."""

from scrubber.findings import Severity
from scrubber.rules.rule import Rule

NOT_SCRUBBED = Rule(
    "S193", Severity.REJECT, "A3:481",
    "this program: what was not checked is never passed",
    """A part of the file was not scrubbed, or what was made of it was set aside.

    Why: the program failed on it, twice where a process was ended; or the accepted file, read again
    before it was released, did not hold these claims as it should. They are in the rejected file as
    received.
    Fix: scrub the rejected file again; where memory was short, with fewer --jobs. If it fails once
    more, report the fault that is named.
    """,
)  # fmt: skip

RUN_RULES: dict[str, Rule] = {rule.code: rule for rule in (NOT_SCRUBBED,)}
