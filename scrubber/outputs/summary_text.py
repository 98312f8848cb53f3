"""What a biller reads after a scrub: counts, dollars, the reasons, and where the files are."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from textwrap import wrap
from typing import Any, Protocol

from scrubber.claim.values import dollars
from scrubber.outputs.guidance import UNKNOWN, GuidanceByCode
from scrubber.outputs.tally import DISPOSITIONS, Summary, TableUse
from scrubber.outputs.terminal import Line


class Written(Protocol):
    """A file that was written: a path, or whatever else has a name and a folder."""

    @property
    def name(self) -> str: ...

    @property
    def parent(self) -> Any: ...


_STYLES = {"accepted": "good", "corrected": "info", "rejected": "reject"}
_MEANING = {
    "accepted": "as received",
    "corrected": "repaired, ready to send",
    "rejected": "returned to you",
}
_REASONS_SHOWN = 10
_FILES_SHOWN = 20
_OF_FILE = f"{'file':>9}"


def summary_lines(
    name: str,
    summary: Summary,
    guidance: GuidanceByCode,
    files: Sequence[Written] = (),
    width: int = 100,
) -> Iterator[Line]:
    """The summary of one file, or of a run over many (`name` says which)."""
    claims = f"{summary.claims:,} claim" + ("" if summary.claims == 1 else "s")
    yield ((name, "label"), (f"  {claims}, {money(summary.charge)}", ""))
    yield ()
    for disposition in DISPOSITIONS:
        yield _disposition_line(disposition, summary)
    yield from _notes(summary)
    yield from _reason_lines(summary, guidance, width)
    yield from _basis_lines(summary)
    yield from _repair_lines(summary, width)
    for at, line in enumerate(table_lines(summary.tables)):
        if not at:
            yield ()
        yield (("  ", ""), *line)
    yield from _file_lines(files)


def table_words(use: TableUse) -> str:
    """That a table is past its date; empty where it is not."""
    if not use.later:
        return ""
    are = "line is" if use.lines == 1 else "lines are"
    return f"{use.name}, {use.release}: {use.later:,} of {use.lines:,} {are} later"


def table_lines(tables: Iterable[TableUse]) -> Iterator[Line]:
    """Which tables are past their date, and where newer ones are named."""
    stale = [words for use in tables if (words := table_words(use))]
    for words in stale:
        yield ((words, "warn"),)
    if stale:
        yield (("scrubber table fetch-list names the files to import", "faint"),)


def money(amount: Decimal) -> str:
    """Dollars as a biller writes them: `$1,289.50`, `-$12.00`."""
    return f"{'-' if amount < 0 else ''}${dollars(abs(amount), ',')}"


def expected_words(summary: Summary) -> str:
    """What the expected dollars of the reasons are; empty where none are known."""
    if not any(reason.expected for reason in summary.reasons):
        return ""
    which = "national amounts"
    if summary.local:
        which = "amounts of the payment locality"
        if summary.national:
            which += f" for {_claims(summary.local)}, national for {summary.national:,}"
    return f"Expected: what Medicare pays for these lines ({which}), where known."


def _disposition_line(disposition: str, summary: Summary) -> Line:
    share = summary.dispositions[disposition]
    style = _STYLES[disposition] if share.claims else "faint"
    return (
        (f"  {disposition:<10}", style),
        (f"{share.claims:>9,}{money(share.charge):>16}", ""),
        (f"   {_MEANING[disposition]}", "faint"),
    )


def _notes(summary: Summary) -> Iterator[Line]:
    clean, received = summary.rate("accepted", "corrected"), summary.rate("accepted")
    if clean is not None:
        yield ()
        yield (
            ("  Clean-claim rate ", ""),
            (f"{clean} %", "label"),
            (f"  ({received} % as received)", "faint"),
        )
    if summary.warned.claims:
        text = f"{_claims(summary.warned.claims)} accepted with a warning"
        yield ((f"  {text}, {money(summary.warned.charge)}", "warn"),)
    if summary.waiting.claims:
        wait = "waits" if summary.waiting.claims == 1 else "wait"
        text = f"{_claims(summary.waiting.claims)} {wait} for your consent to a repair"
        yield ((f"  {text}, {money(summary.waiting.charge)}", "warn"),)
    if summary.not_checked:
        yield ((f"  {_claims(summary.not_checked)} not checked in full: see the report", "warn"),)


def _reason_lines(summary: Summary, guidance: GuidanceByCode, width: int) -> Iterator[Line]:
    for severity, title in (("reject", "What to fix"), ("warn", "Warnings")):
        reasons = [reason for reason in summary.reasons if reason.severity == severity]
        if not reasons:
            continue
        reasons.sort(key=lambda reason: (-reason.charge, -reason.claims, reason.code))
        known = any(reason.expected for reason in reasons)
        room = min(max(width - (54 if known else 38), 20), 60)
        heads = f"{'claims':>9}{'charges':>16}" + (f"{'expected':>16}" if known else "")
        yield ()
        yield ((f"  {title:<{room + 8}}", severity), (heads, "faint"))
        for reason in reasons[:_REASONS_SHOWN]:
            named = guidance.get(reason.code, UNKNOWN).title or reason.example
            figures = _figures(reason.claims, reason.charge, reason.elsewhere)
            if reason.expected:
                figures += f"{money(reason.expected):>16}"
            yield from _titled(reason.code, named, room, figures)
        if len(reasons) > _REASONS_SHOWN:
            yield ((f"  and {len(reasons) - _REASONS_SHOWN} more in the report", "faint"),)


def _basis_lines(summary: Summary) -> Iterator[Line]:
    """What the expected dollars of the reasons are, where some are known."""
    if words := expected_words(summary):
        yield ()
        yield ((f"  {words}", "faint"),)


def _repair_lines(summary: Summary, width: int) -> Iterator[Line]:
    """What was repaired; of the file itself too, such as a count, which has no claims."""
    if not summary.repairs:
        return
    room = min(max(width - 38, 20), 60)
    yield ()
    yield ((f"  {'Repaired':<{room + 8}}", "good"), (f"{'claims':>9}{'charges':>16}", "faint"))
    for repair in summary.repairs[:_REASONS_SHOWN]:
        figures = _figures(repair.claims, repair.charge, repair.times)
        yield from _titled(repair.code, repair.title, room, figures)
    if len(summary.repairs) > _REASONS_SHOWN:
        yield ((f"  and {len(summary.repairs) - _REASONS_SHOWN} more in the report", "faint"),)


def _figures(claims: int, charge: Decimal, elsewhere: int) -> str:
    """Claims and dollars; how often where it is told of the file or of levels above claims."""
    if claims:
        return f"{claims:>9,}{money(charge):>16}"
    return f"{elsewhere:>8,}x" if elsewhere > 1 else _OF_FILE


def _titled(code: str, title: str, room: int, figures: str) -> Iterator[Line]:
    """Code, title and figures; a long title goes on below."""
    first, *more = wrap(title, room) or [""]
    yield ((f"  {code:<8}", "label"), (f"{first:<{room}}{figures}", ""))
    for text in more:
        yield ((f"{'':<10}{text}", ""),)


def _file_lines(files: Sequence[Written]) -> Iterator[Line]:
    folders = dict.fromkeys(path.parent for path in files)
    for folder in folders:
        yield ()
        yield ((f"  Written to {folder}", "label"),)
        names = [path.name for path in files if path.parent == folder]
        # Of accepted files there may be thousands; what else was written comes last.
        left_out = len(names) - _FILES_SHOWN if len(names) > _FILES_SHOWN + 1 else 0
        first = _FILES_SHOWN // 2
        for name in names[:first]:
            yield ((f"    {name}", ""),)
        if left_out:
            yield ((f"    and {left_out:,} more, named in the report", "faint"),)
        for name in names[first + left_out :]:
            yield ((f"    {name}", ""),)
    for page in (path for path in files if path.name.endswith(".report.html")):
        yield ()
        yield ((f"  Open {page} to see what to fix", "label"),)


def _claims(number: int) -> str:
    return f"{number:,} claim" + ("" if number == 1 else "s")
