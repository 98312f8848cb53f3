"""Laws that hold for every file, whatever the profiles and rules: to be called in tests.

Each takes what a strategy drew, scrubs it, and raises `LawBrokenError` where the law does not
hold. `context` is the run: its date, its profiles; as of `AS_OF` with the shipped profiles unless
given.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from functools import partial

from scrubber.engine import Context
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.findings import Severity
from scrubber.testing.payer_terms import shipped
from scrubber.testing.plain_reading import read_file
from scrubber.testing.records import AS_OF, Claim, Interchange, TransactionSet
from scrubber.testing.runs import Run, run, split, verdict
from scrubber.testing.wire import PLAIN_WIRE, Wire
from scrubber.x12.delimiters import UnreadableIsaError, next_interchange, read_isa
from scrubber.x12.segment import is_segment_id
from scrubber.x12.stretches import StretchReader

LIMITS = frozenset(("S610", "S617", "S620", "S621", "S703", "S705"))
"""Rules that say that units, visits or codes are too many."""


class LawBrokenError(AssertionError):
    """A law does not hold; the message says which, and where."""


def _holds(law: str, true: bool, what: str) -> None:
    if not true:
        raise LawBrokenError(f"{law}: {what}")


def nothing_lost(file: bytes, context: Context | None = None) -> None:
    """The parts of a file, laid end to end, are the file; each claim read is in the report."""
    told = run(file, context)
    _holds("nothing_lost", told.received == file, "the parts laid end to end are not the file")
    totals = told.report["totals"]
    _holds("nothing_lost", totals["claims"] == len(told.claims), "the report counts other claims")


def partition(file: bytes, context: Context | None = None) -> None:
    """Every claim is in exactly one of the accepted and the rejected file, with its dollars, and
    is the same there unless it was corrected. For files whose envelope is sound."""
    told = run(file, context)
    received, accepted, rejected = map(_claims, (file, told.accepted, told.rejected))
    _holds(
        "partition",
        _numbers(received) == _numbers(accepted + rejected),
        "the claims of both outputs are not those of the file",
    )
    corrected = {c.claim_id for c in told.claims if c.disposition is Disposition.CORRECTED}
    changed = {number for number, _ in received - (accepted + rejected)}
    _holds("partition", changed <= corrected, "a claim changed that was not corrected")
    dollars = [_dollars(one) for one in (file, told.accepted, told.rejected)]
    _holds("partition", dollars[0] == dollars[1] + dollars[2], "dollars were lost or gained")
    totals = told.report["totals"]
    _holds("partition", totals["rejected"] == rejected.total(), "the report counts otherwise")
    _holds(
        "partition",
        Decimal(totals["charge_rejected"]) == dollars[2],
        "the report has other dollars than the rejected file",
    )


def _claims(file: bytes) -> Counter[tuple[str, str]]:
    read = read_file(file.decode("latin-1")).claims if file else ()
    return Counter((claim.claim_id, "~".join(claim.segments)) for claim in read)


def _numbers(claims: Counter[tuple[str, str]]) -> Counter[str]:
    return Counter(number for number, _ in claims.elements())


def _dollars(file: bytes) -> Decimal:
    read = read_file(file.decode("latin-1")).claims if file else ()
    return sum((Decimal(claim.charge) for claim in read), Decimal(0))


def untouched_bytes(file: bytes, context: Context | None = None) -> None:
    """Only segments that a repaired finding names are written anew; where nothing but information
    is given on claims, the accepted file is the file received, byte for byte."""
    told = run(file, context)
    found = [f for f in told.all_findings if f.claim is None or f.severity is not Severity.INFO]
    if not found and not told.not_checked:
        _holds("untouched_bytes", told.accepted == file, "a file without findings was changed")
    terminator = PLAIN_WIRE.delimiters[3]
    for part in told.parts:
        if part.kind == "ISA":
            terminator = _terminator(part.received) or terminator
        if part.segments:
            _only_named_changed(part, terminator)
        else:
            whole = part.corrected == part.received or not part.corrected.strip("\r\n")
            _holds("untouched_bytes", whole, "text without segments was changed")


def _terminator(isa: str) -> str:
    with suppress(UnreadableIsaError):
        return read_isa(isa, max(next_interchange(isa), 0)).delimiters.terminator
    return ""


def _only_named_changed(part: Part, terminator: str) -> None:
    before, after = (_segments(one, terminator) for one in (part.received, part.corrected))
    named = {before[index] for index in named_segments(part) if index < len(before)}
    for kind, begin, end, _, _ in SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "insert":
            near = named & set(before[max(begin - 1, 0) : begin + 1])
            _holds("untouched_bytes", bool(near), "a segment was put in that no finding names")
        elif kind != "equal":
            theirs = set(before[begin:end]) <= named
            _holds("untouched_bytes", theirs, "a segment was changed that no finding names")


def _segments(text: str, terminator: str) -> list[str]:
    """Segments without the line breaks in them and the blanks before them. Where a line break ends
    segments, what holds nothing is a blank line and no segment."""
    if terminator in "\r\n":
        return [one for line in text.split(terminator) if (one := line.strip("\r\n").lstrip())]
    bare = text.replace("\r", "").replace("\n", "")
    return [one.lstrip() for one in bare.split(terminator)]


def named_segments(part: Part) -> set[int]:
    """The segments of a part that its repaired findings name, counted from its first."""
    if not part.received:  # what is told of an earlier block, which is written anew elsewhere
        return set()
    findings = part.claim.findings if part.claim is not None else part.findings
    fixed = {finding.segment - part.ordinal for finding in findings if finding.fixed}
    return {at for at in fixed if at >= 0}  # what lies before a claim was repaired above it


def idempotent(file: bytes, context: Context | None = None) -> None:
    """Scrubbed again, the accepted file does not change, and nothing of it is rejected."""
    accepted = run(file, context).accepted
    if not accepted:
        return
    again = run(accepted, context)
    _holds("idempotent", again.accepted == accepted, "the accepted file changes again")
    _holds("idempotent", not again.rejected, "a claim of the accepted file is rejected")
    left = {one.code for one in again.all_findings if one.severity is Severity.REJECT}
    _holds("idempotent", not left, f"the accepted file is rejected for {', '.join(sorted(left))}")


def only_judged_bytes(file: bytes, context: Context | None = None) -> None:
    """The accepted file holds nothing but segments of characters that X12 knows, each with its
    terminator and no more than line ends behind it; letters beyond ASCII only where a finding that
    names them is left."""
    told = run(file, context)
    rest = told.accepted.decode("latin-1")
    named = any(one.code in ("S148", "S149") and not one.fixed for one in told.all_findings)
    while rest:
        _holds(
            "only_judged_bytes", rest.startswith("ISA"), "an interchange does not begin with ISA"
        )
        element, repetition, component, terminator = (rest[at] for at in (3, 82, 104, 105))
        line_ends = {"\n": "", "\r": "\n"}.get(terminator, "\r\n")
        name = ""
        while name != "IEA":
            segment, found, rest = rest.partition(terminator)
            name = segment.split(element)[0]
            known = all(
                " " <= one <= "~"
                or one in (element, component, repetition)
                or (named and one > "\x7f")
                for one in segment
            )
            _holds("only_judged_bytes", bool(found), "a segment lacks its terminator")
            _holds("only_judged_bytes", is_segment_id(name), "something stands before a segment")
            _holds(
                "only_judged_bytes", known, f"{name} contains a character that X12 does not allow"
            )
            rest = rest.lstrip(line_ends)


def delimiters(
    segments: Sequence[str], one: Wire, other: Wire, context: Context | None = None
) -> None:
    """Delimiters, line ends and wrapped lines change no verdict.

    `segments` are in plain delimiters. But for empty segments: two line breaks that are
    terminators are a blank line.
    """
    first, second = (run(wire.write(segments), context) for wire in (one, other))
    _holds("delimiters", first.verdicts == second.verdicts, _other_claim(first, second))
    said = [_said_of_the_file(told) for told in (first, second)]
    _holds("delimiters", said[0] == said[1], "something else is said of the file")


def _said_of_the_file(told: Run) -> list[tuple[str, str, int]]:
    return [(f.code, re.sub(r"\d+ bytes", "", f.message), f.segment) for f in told.findings]


def _other_claim(first: Run, second: Run) -> str:
    pairs = zip(first.verdicts, second.verdicts, strict=False)
    at = next((at for at, (one, two) in enumerate(pairs, 1) if one != two), 0)
    return f"claim {at} of the file has another verdict" if at else "other claims were read"


def order_and_split(claims: Sequence[Claim], context: Context | None = None) -> None:
    """What is rejected or warned of depends neither on the order of claims nor on whether they
    come in one file or each in one of its own; what is only noted may be noted once a file. For
    claims of which no two are of one patient and day: a day's services are counted together."""
    as_of = context.as_of if context is not None else AS_OF
    together = _by_number(_together(claims, as_of, context))
    turned = _by_number(_together(claims[::-1], as_of, context))
    alone = _by_number(result for one in claims for result in _together((one,), as_of, context))
    _holds("order_and_split", together == turned, "the order of claims changes a verdict")
    _holds("order_and_split", together == alone, "a claim alone has another verdict")


def _together(
    claims: Sequence[Claim], as_of: date, context: Context | None
) -> Iterable[ClaimResult]:
    whole = Interchange(((TransactionSet(tuple(claims)),),), as_of)
    return run(whole.file(), context).claims


def _by_number(results: Iterable[ClaimResult]) -> list[tuple[object, ...]]:
    return sorted((verdict(_without_notes(one)) for one in results), key=str)


def _without_notes(claim: ClaimResult) -> ClaimResult:
    kept = tuple(one for one in claim.findings if one.severity is not Severity.INFO)
    return claim._replace(findings=kept)


def monotonic_limits(
    claim: Claim, most: int = 12, context: Context | None = None, limits: frozenset[str] = LIMITS
) -> None:
    """More units are never fewer too many: what rejects a line for its units rejects it with one
    unit more. Tried for each line of the claim with 1 to `most` units."""
    for at, line in enumerate(claim.lines):
        over: set[str] = set()
        for units in range(1, most + 1):
            lines = list(claim.lines)
            lines[at] = replace(line, units=Decimal(units))
            said = _limits_said(replace(claim, lines=tuple(lines)), limits, context)
            lifted = sorted(over - said)
            _holds(
                "monotonic_limits",
                not lifted,
                f"line {at + 1}: {', '.join(lifted)} speaks for {units - 1} units, not for {units}",
            )
            over = said


def _limits_said(claim: Claim, limits: frozenset[str], context: Context | None) -> set[str]:
    as_of = context.as_of if context is not None else AS_OF
    told = run(claim.file(as_of=as_of), context)
    return {one.code for one in told.all_findings if one.code in limits}


def jobs_agree(files: Sequence[bytes], jobs: int = 2, context: Context | None = None) -> None:
    """Several processes, each with its part of a file, make byte for byte what one makes.

    Starts processes once, for all `files`: give it several files at a time, not one for each
    example that a strategy draws.
    """
    from scrubber.run.spread_scrubber import SpreadScrubber  # noqa: PLC0415
    from scrubber.run.worker_pool import WorkerPool  # noqa: PLC0415
    from scrubber.run.workplace import make_workplace  # noqa: PLC0415

    made = context or Context(AS_OF, shipped())
    with WorkerPool(jobs, partial(make_workplace, made), _in_words) as pool:
        for at, file in enumerate(files, 1):
            chunks = (file[start : start + _PART] for start in range(0, len(file), _PART))
            spread = SpreadScrubber(made, pool, _PART).parts(StretchReader(chunks))
            _holds("jobs_agree", split(spread) == run(file, context), f"file {at} is another one")


_PART = 2000
"""Bytes of a part, so few that the smallest of files has several."""


def _in_words(error: BaseException) -> str:
    return f"an internal error ({type(error).__name__})"
