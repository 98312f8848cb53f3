"""Which of the fee schedule's two files is meant: since 2026 there is one for clinicians in
qualifying alternative payment models (QPP, QP) and one for all others (nonQPP, nonQP).

Source: CMS physician fee schedule 2026: conversion factors 33.5675 and 33.4009.
"""

import re
from collections.abc import Sequence

from scrubber.therapy.importers.refusal import ImportFileError

OPTION = "--qualifying-apm"

_MARK = re.compile(r"(?<![A-Z])(NON[-_ ]?)?QPP?(?![A-Z])", re.IGNORECASE)


def for_qualifying(*names: str) -> bool | None:
    """Whether a file is the one for qualifying alternative payment models, by its names; None
    where they do not tell."""
    found = next((mark for name in reversed(names) if (mark := _MARK.search(name))), None)
    return found[1] is None if found is not None else None


def refuse_the_other(names: Sequence[str], qualifying: bool) -> None:
    """Raise ImportFileError where the file for qualifying models is asked for and it is not it."""
    if qualifying and not for_qualifying(*names):
        raise ImportFileError(
            f"{names[0]}: not the file for qualifying alternative payment models; "
            f"import it without {OPTION}"
        )


def note_on(names: Sequence[str]) -> str:
    """For whom the amounts are, for people; empty for a file of before 2026."""
    qualifying = for_qualifying(*names)
    if qualifying is None:
        return ""
    if qualifying:
        return "for clinicians in qualifying alternative payment models (QPP)"
    words = "for clinicians outside qualifying alternative payment models (nonQPP)"
    return f"{words}; {OPTION} takes the other file"
