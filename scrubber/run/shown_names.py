"""Names of files as people and programs are shown them: text that stays on its line."""

import re

# Controls, line separators, signs that turn the direction of writing, and the halves of characters
# that stand for bytes which are no UTF-8.
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(name: object) -> str:
    """A name or path, with an escape where a character cannot be shown."""
    return UNSHOWN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), str(name))
