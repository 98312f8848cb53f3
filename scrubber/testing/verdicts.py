"""What the scrubber says of a file, with all that a run may have beside it."""

import hashlib
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from scrubber.engine import Context, FileScrubber, ScrubResult
from scrubber.findings import Finding, Severity
from scrubber.profiles.loader import load_with
from scrubber.profiles.selection import ProfileSet
from scrubber.rules import RULES
from scrubber.testing.payer_terms import shipped
from scrubber.testing.records import AS_OF
from scrubber.x12.reader import BlockReader

_PIECE = 1 << 20


def scrubbed(file: bytes, context: Context | None = None) -> ScrubResult:
    """The whole verdict on a file; as of `AS_OF` with the shipped profiles unless said otherwise.

    Scrubbers are kept and serve all files of a context, as in a batch.
    """
    return ScrubResult(tuple(scrubber_for(context).parts(BlockReader(_pieces(file)))))


def all_findings(result: ScrubResult) -> list[Finding]:
    """The findings of the file and of its claims."""
    return result.findings + [finding for claim in result.claims for finding in claim.findings]


def rejecting(findings: Iterable[Finding]) -> set[str]:
    """The codes of the findings for which a claim is rejected."""
    return {finding.code for finding in findings if finding.severity is Severity.REJECT}


def scrubber_for(context: Context | None = None) -> FileScrubber:
    """The scrubber of a context; the same one each time."""
    if context is None:
        return _plain_scrubber()
    if context.documentation is not None:
        return FileScrubber(context, RULES)
    return _scrubber(context)


@cache
def _plain_scrubber() -> FileScrubber:
    return FileScrubber(Context(AS_OF, shipped()), RULES)


@cache
def _scrubber(context: Context) -> FileScrubber:
    return FileScrubber(context, RULES)


def _pieces(file: bytes) -> Iterable[bytes]:
    return (file[at : at + _PIECE] for at in range(0, len(file), _PIECE))


@cache
def profiles_with(text: str) -> ProfileSet:
    """The shipped profiles and the one in the XML text; the shipped ones alone if it is empty.

    Raises:
        ProfileError: the text is no valid profile.
    """
    if not text:
        return shipped()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "profile.xml"
        file.write_text(text, encoding="utf-8")
        return load_with([file])


def findings_after(
    file: bytes, before: Iterable[bytes], context: Context | None = None
) -> list[Finding]:
    """What is said of a file when others came before it, by a ledger in memory.

    Needs SQLAlchemy (extra `ledger`). A file that was received before gets the finding of S191
    and no other.
    """
    from scrubber.history.book import Ledger  # noqa: PLC0415
    from scrubber.history.keys import Keys  # noqa: PLC0415
    from scrubber.history.scrubbing import LedgerScrubber  # noqa: PLC0415

    made = context or Context(AS_OF, shipped())
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(f"sqlite:///{Path(folder) / 'ledger'}", Keys(b"0" * 32))
        result = ScrubResult(())
        for one in (*before, file):
            digest = hashlib.sha256(one).hexdigest()
            if ledger.file(digest) is not None:
                return [_received_before()]
            with ledger.enter(digest, made.as_of) as entry:
                remembering = LedgerScrubber(scrubber_for(context), entry, made)
                result = ScrubResult(tuple(remembering.parts(BlockReader(_pieces(one)))))
        return all_findings(result)


def _received_before() -> Finding:
    from scrubber.patches import Span  # noqa: PLC0415
    from scrubber.rules.history import SAME_FILE as RULE  # noqa: PLC0415

    message = "the same file was received before"
    return Finding(
        RULE.code, RULE.severity, RULE.snip, "", Span(0, 0), 0, None, message, RULE.source
    )
