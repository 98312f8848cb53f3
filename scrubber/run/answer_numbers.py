"""Control numbers for the answers to a file, out of a ledger's."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from scrubber.outputs.accepted_files import NO_LIMITS, Limits
from scrubber.outputs.acknowledgments.control_numbers import LEADS, ControlNumbers
from scrubber.run.remote_files import Place
from scrubber.run.source_file import SourceFile

HEADER = b"ISA"
MOST_FILES = 10_000
OWN_LEAD, OWN_LEAD_NUMBERS = 900_000_000, 100_000_000


class Content(NamedTuple):
    """What is to be known of a file before it is scrubbed: its SHA-256, and how many interchanges
    it has at most (a value may look like a header)."""

    sha256: str
    interchanges: int


def content_of(path: Place) -> Content:
    """Read a file through once. Raises UnreadableInputError."""
    told = hashlib.sha256()
    count, end = 0, b""
    with SourceFile(path) as file:
        for chunk in file.chunks():
            told.update(chunk)
            count += (end + chunk).count(HEADER)
            end = chunk[-(len(HEADER) - 1) :]
    return Content(told.hexdigest(), max(count, 1))


def answer_numbers(
    content: Content, reserve: Callable[[str, int], int], limits: Limits = NO_LIMITS
) -> ControlNumbers:
    """Numbers of their own for TA1, 999 and 277CA, and for claim files that do not keep theirs:
    these begin with 9, so as not to meet those that their sender counts. `reserve` gives, for a
    hash and a count, the first of so many numbers, and for the same file always the same."""
    each = content.interchanges
    first = reserve(content.sha256, each * len(LEADS))
    files = each * (MOST_FILES if limits.splits_files else 1)
    of_claims = hashlib.sha256(f"{content.sha256} 837 {files}".encode()).hexdigest()
    own = OWN_LEAD + reserve(of_claims, files) % OWN_LEAD_NUMBERS
    return ControlNumbers(first, first + each, first + 2 * each, own, files)
