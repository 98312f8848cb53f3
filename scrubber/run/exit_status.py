"""The exit status of a run, the same for every command that scrubs."""

from collections.abc import Collection

# Findings after which something of the file was not scrubbed at all.
UNSCRUBBED = frozenset({"S101", "S112", "S113", "S127", "S129", "S193", "S215"})
# What holds no claims and is passed by.
PASSED_BY = "S137"
NO_CLAIMS = -1
"""Less than the status of any file with claims, so that the worst of a run is that of those."""
NOTHING_TO_SCRUB = "no claims in the files named, so there was nothing to scrub"


def exit_status(codes: Collection[str], claims: int, rejected: int, not_checked: int) -> int:
    """0: every claim accepted or corrected; 1: some rejected; 2: something not scrubbed;
    NO_CLAIMS: only what is passed by.

    `codes` are the codes of all findings of the file; `claims` of the file, `rejected` and
    `not_checked` count claims.
    """
    if not_checked or not UNSCRUBBED.isdisjoint(codes):
        return 2
    if not claims and PASSED_BY in codes:
        return NO_CLAIMS
    return int(rejected > 0)


def run_status(worst: int) -> int:
    """The exit status of a run by the worst of its files: one of nothing but acknowledgments and
    the like scrubbed nothing."""
    return 2 if worst == NO_CLAIMS else worst
