"""Findings in the manner of a compiler: what, where, the segment, why, and what to do."""

import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from scrubber.consents import consent_words
from scrubber.outputs.address import Address, address
from scrubber.outputs.excerpt import excerpt
from scrubber.outputs.explain import likely_answer
from scrubber.outputs.finding_rows import line_words, place_words
from scrubber.outputs.guidance import UNKNOWN, GuidanceByCode
from scrubber.outputs.masking import hidden_elements, masked_segment
from scrubber.outputs.report_file import Record
from scrubber.outputs.tally import Summary
from scrubber.outputs.terminal import Line
from scrubber.x12.segment import Delimiters


class Source(NamedTuple):
    """The file that was checked: its name, and the raw text of a segment by its ordinal. `first`
    is the ordinal at which the claim at hand begins, 0 if that is not to matter."""

    name: str
    segment: Callable[[int], str]
    delimiters: Delimiters
    first: int = 0


class _Repair(NamedTuple):
    """A correction: what was done, what stood there and what stands there now."""

    title: str
    before: str
    after: str


class _About(NamedTuple):
    """A claim, the different repairs made in it by rule, path and line, and whether something
    rejects it that no consent takes away."""

    claim: Record
    repairs: Mapping[tuple[str, str, int | None], Collection[_Repair]]
    blocked: bool


def _about(claim: Record) -> _About:
    repairs: dict[tuple[str, str, int | None], dict[_Repair, None]] = {}
    for one in claim["corrections"]:
        repair = _Repair(one["title"], one["before"], one["after"])
        repairs.setdefault((one["code"], one["path"], one["line"]), {})[repair] = None
    blocked = any(
        one["severity"] == "reject" and not one["fixed"] and "with_consent" not in one
        for one in claim["findings"]
    )
    return _About(claim, repairs, blocked)


def claim_lines(
    claim: Record,
    source: Source,
    guidance: GuidanceByCode,
    show_phi: bool = False,
    width: int = 100,
) -> Iterator[Line]:
    """All findings of a claim, or those of a report's head, which belong to no claim.

    What a claim inherits from a level above it, at a segment before `source.first`, was shown
    there: of it the claim gets one line, and so it does of what is only information.
    """
    about = _about(claim)
    for finding in claim["findings"]:
        inherited = finding["segment"] < source.first and claim.get("claim_id")
        if inherited or finding["severity"] == "info":
            yield from short_lines({**claim, "findings": [finding], "not_checked": ()}, source)
            if inherited:
                yield ()
        else:
            yield from _finding_lines(finding, about, source, guidance, show_phi, width)
    for what in claim.get("not_checked", ()):
        yield (("not checked", "info"), (f" claim {claim['claim_id']}: {what}", ""))
        yield ()


def short_lines(claim: Record, source: Source) -> Iterator[Line]:
    """The same, one line a finding: for an editor, or for grep."""
    for finding in claim["findings"]:
        where = ", ".join(part for part in _where(finding, claim) if part)
        place = f"{_place(finding, source)}: "
        yield ((place, ""), *_headline(finding), (f" ({where})" if where else "", ""))
    for what in claim.get("not_checked", ()):
        yield ((f"{source.name}: ", ""), ("not checked", "info"), (f" {what}", ""))


def closing_line(summary: Summary) -> Line:
    """The last line of a check: how much was found, and how much of it scrub repairs."""
    if not summary.findings:
        return ((f"No findings in {_count(summary.claims, 'claim')}.", "good"),)
    rejected = summary.dispositions["rejected"].claims
    text = (
        f"{_count(summary.findings, 'finding')} in {_count(summary.claims, 'claim')}; "
        f"{_count(rejected, 'claim')} would be rejected."
    )
    repaired = f" [*] scrub repairs {summary.fixed:,} of the findings." if summary.fixed else ""
    page = " scrubber rule show CODE explains a rule."
    return ((text, "reject" if rejected else "warn"), (repaired, "good"), (page, "faint"))


def _finding_lines(
    finding: Record,
    about: _About,
    source: Source,
    guidance: GuidanceByCode,
    show_phi: bool,
    width: int,
) -> Iterator[Line]:
    at = address(finding["path"])
    gutter = " " * (len(str(finding["segment"])) + 2)
    raw = source.segment(finding["segment"]) if finding["segment"] else ""
    yield _headline(finding)
    where = "  ".join((_place(finding, source), *_where(finding, about.claim)))
    yield ((f"{gutter[:-1]}--> ", "frame"), (where, ""))
    # A finding on something missing stands at another segment, whose loop may be another.
    values = raw.split(source.delimiters.element, 2)
    loop = at.loop if values[0] == at.segment else ""
    hidden = frozenset() if show_phi else hidden_elements(values[0], "".join(values[1:2]), loop)
    if raw:
        shown = raw if show_phi else masked_segment(raw, source.delimiters, loop)
        yield from _excerpt_lines(finding, at, shown, source.delimiters, gutter, width)
    for label, text in _explanations(finding, about, guidance, at.element in hidden):
        yield from _wrapped(gutter, label, text, width)
    yield ()


def _headline(finding: Record) -> Line:
    severity = finding["severity"]
    mark = (" [*]", "good") if finding["fixed"] else ("", "")
    return ((f"{severity}[{finding['code']}]", severity), mark, (f" {finding['message']}", "label"))


def _place(finding: Record, source: Source) -> str:
    return f"{source.name}:{finding['segment']}" if finding["segment"] else source.name


def _where(finding: Record, claim: Record) -> list[str]:
    parts = [finding["path"]]
    if claim.get("claim_id"):
        parts.append(f"claim {claim['claim_id']}")
    if finding["line"] is not None:
        parts.append(f"line {finding['line']}")
    if claim.get("profile"):
        parts.append(f"{claim['profile']} ({line_words(claim)})")
    return parts


def _excerpt_lines(
    finding: Record, at: Address, raw: str, delimiters: Delimiters, gutter: str, width: int
) -> Iterator[Line]:
    shown = excerpt(raw, delimiters, at, finding.get("element"), width - len(gutter) - 2)
    bar = (f"{gutter}|", "frame")
    note = f" {at.segment or 'nothing'} is missing here" if shown.absent else ""
    if shown.absent and raw.startswith(at.segment):
        note = " nothing here"
    yield (bar,)
    yield ((f" {finding['segment']} | ", "frame"), (shown.text, ""))
    yield (bar, (" " * (shown.start + 1), ""), ("^" * shown.length, "mark"), (note, "mark"))
    yield (bar,)


def _explanations(
    finding: Record, about: _About, guidance: GuidanceByCode, hidden: bool
) -> Iterator[tuple[str, str]]:
    page = guidance.get(finding["code"], UNKNOWN)
    yield "where", place_words(finding)
    yield "why", page.why
    yield from (("fix", text) for text in _repairs(finding, about, hidden))
    if not finding["fixed"]:
        yield "fix", _offer(finding, about)
        yield "do", page.fix
        answer = likely_answer(finding)
        yield "payer", f"would likely answer {answer} (suggested)" if answer else ""
    yield "source", finding["source"]


def _offer(finding: Record, about: _About) -> str:
    """The repair that waits for consent, and whether more than that is in its way; or who declined
    it."""
    declined = finding.get("declined")
    if declined:
        return f"declined {consent_words(declined)}: {declined['title']}"
    title = finding.get("with_consent")
    if not title:
        return ""
    then = ", once nothing else rejects the claim" if about.blocked else ""
    return f"with --consent {finding['code']}{then}: {title}"


def _repairs(finding: Record, about: _About, hidden: bool) -> list[str]:
    """What the fix of this very finding puts in place of what; only that it does, where the
    values identify a patient."""
    if not finding["fixed"]:
        return []
    made = about.repairs.get((finding["code"], finding["path"], finding["line"]), ())
    return list(dict.fromkeys(_repair_text(one, hidden) for one in made))


def _repair_text(repair: _Repair, hidden: bool) -> str:
    title, before, after = repair
    is_visible = (before + after).isprintable() and (before + after).strip()
    if hidden or before == after or not is_visible:
        return title
    if not before or not after:
        return f"{title} ({f'add {after}' if after else f'remove {before}'})"
    return f"{title}: {before} -> {after}"


def _wrapped(gutter: str, label: str, text: str, width: int) -> Iterator[Line]:
    if not text:
        return
    lead = f"{gutter}= {label}: "
    first, *more = textwrap.wrap(text, max(width - len(lead), 20), break_long_words=False)
    yield ((f"{gutter}= ", "frame"), (f"{label}: ", "label"), (first, ""))
    for line in more:
        yield ((" " * len(lead) + line, ""),)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
