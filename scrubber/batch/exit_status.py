"""The exit status of a run, the same for every command that scrubs."""

from collections.abc import Collection

# Findings after which something of the file was not scrubbed at all.
UNSCRUBBED = frozenset({"S101", "S112", "S113", "S127", "S129", "S193", "S215"})


def exit_status(codes: Collection[str], rejected: int, not_checked: int) -> int:
    """0: every claim accepted or corrected; 1: some rejected; 2: something not scrubbed.

    `codes` are the codes of all findings of the file, `rejected` and `not_checked` count claims.
    """
    if not_checked or not UNSCRUBBED.isdisjoint(codes):
        return 2
    return int(rejected > 0)
