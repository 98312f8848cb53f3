"""Payer profiles as text for a person: a list of all, and one in full."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, cast

from scrubber.findings import Severity
from scrubber.profiles.code_list import CodeList, code_words
from scrubber.profiles.line_of_business import LineOfBusiness
from scrubber.profiles.match import Level, Match
from scrubber.profiles.pattern import Pattern
from scrubber.profiles.period import Period
from scrubber.profiles.profile import PayerProfile
from scrubber.profiles.statement import Stated, Statement

_LEVEL_NAMES = {
    Level.PAYER_ID: "payer id",
    Level.PAYER_NAME: "payer name",
    Level.CLAIM_FILING_INDICATOR: "claim filing indicator",
    Level.LINE_OF_BUSINESS: "line of business",
}


def list_profiles(profiles: Iterable[PayerProfile]) -> str:
    """One line for each profile: id, version, type, name, what it is chosen by, and its file if it
    did not come with the program."""
    rows = [
        (one.id, one.version, one.payer_type, one.name, _chosen_by(one), _from(one))
        for one in profiles
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "".join(
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[4]])
        + f"{row[5]}\n"
        for row in rows
    )


def show_profile(profile: PayerProfile, on: date | None = None) -> str:
    """All that a profile says, flattened, with source, confidence and origin of every statement.

    With a date of service only what is in force on it.
    """
    lines = [f"{profile.id}: {profile.name}"]
    lines.append(f"  {profile.payer_type}, version {profile.version}")
    if profile.line is not LineOfBusiness.UNKNOWN:
        lines.append(f"  line of business: {profile.line.words}")
    lines += [f"  {profile.note}"] if profile.note else []
    for number, file in enumerate(profile.files):
        what = "based on" if number else "file"
        lines.append(f"  {what}: {file.file} ({file.id} {file.version}, sha256 {file.sha256})")
    lines += ["", f"Chosen by (priority {profile.priority})"]
    lines += [_match_line(match) for match in profile.matches] or [f"  {_chosen_by(profile)}"]
    lines += ["", "Statements"]
    for statement in profile.statements:
        if on is None or statement.stated.holds_on(on):
            lines += _statement_lines(statement, profile)
    return "\n".join(lines) + "\n"


def _from(profile: PayerProfile) -> str:
    file = profile.files[0].file
    return "" if file.startswith("payer_profiles/") else f"  (from {file})"


def _chosen_by(profile: PayerProfile) -> str:
    if profile.payer_type == "default":
        return "whatever no other profile is chosen for"
    if not profile.matches:
        return "nothing: other profiles are based on it"
    return ", ".join(f"{_LEVEL_NAMES[one.level]} {_match_text(one)}" for one in profile.matches)


def _match_text(match: Match) -> str:
    lines, states = _scope(match.stated)
    return match.text + states + lines


def _scope(stated: Stated) -> tuple[str, str]:
    """For which lines of business, and in which states; empty where it is for all."""
    lines = ", ".join(line.words for line in sorted(stated.lines))
    states = " ".join(sorted(stated.states))
    return f" for {lines}" if lines else "", f" in {states}" if states else ""


def _match_line(match: Match) -> str:
    name, stated = _LEVEL_NAMES[match.level], match.stated
    evidence = f"{stated.evidence}, {stated.confidence} confidence: {stated.source}"
    return f"  {name} {_match_text(match)}{_dates(stated)} [{evidence}; {_place(stated)}]"


def _statement_lines(statement: Statement, profile: PayerProfile) -> Iterator[str]:
    stated = statement.stated
    yield f"  {stated.kind} {stated.key}".rstrip() + _dates(stated)
    says = "; ".join(_says(statement))
    if says:
        yield f"      {says}"
    yield from (f"     {words}" for words in _scope(stated) if words)
    if stated.participating is not None:
        yield f"      {_offices(stated)}"
    if stated.condition:
        yield f"      where {stated.condition}"
    if stated.note:
        yield f"      {stated.note}"
    yield f"      {_evidence(stated)}"
    inherited = stated.origin.profile != profile.id
    yield f"      {f'from {stated.origin.profile}, ' if inherited else ''}{_place(stated)}"


def _says(statement: Statement) -> Iterator[str]:
    """The fields of the record in words, without what the heading says already."""
    record = cast(Any, statement)
    usual = {"stated": statement.stated, "id": statement.stated.key, "rule": statement.stated.key}
    usual |= record._field_defaults
    for name, value in record._asdict().items():
        if name not in usual or value != usual[name]:
            yield f"{name.replace('_', ' ')}: {_words(value)}"


def _words(value: object) -> str:
    match value:
        case None:  # the severity of a rule that is switched off
            return "off"
        case bool():
            return "yes" if value else "no"
        case CodeList():
            return " ".join(code_words(value))
        case Period():
            return value.words()
        case Pattern():
            return value.text
        case Severity():
            return str(value.value)
        case frozenset():
            codes = frozenset(map(str, value))
            return " ".join(code_words(CodeList(codes)))
        case tuple():
            return " ".join(map(str, value))
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def _dates(stated: Stated) -> str:
    first = f" from {stated.first_day}" if stated.first_day else ""
    last = f" to {stated.last_day}" if stated.last_day else ""
    return first + last


def _evidence(stated: Stated) -> str:
    effect = "" if stated.may_reject else ", warns at most"
    return f"{stated.evidence}, {stated.confidence} confidence{effect}: {stated.source}"


def _place(stated: Stated) -> str:
    return f"{stated.origin.file}:{stated.origin.line}"


def rejecting_statements(profiles: Iterable[PayerProfile]) -> str:
    """A page that lists every statement by which a claim can be rejected, with its evidence.

    Statements are listed with the profile that makes them; profiles based on it have them too,
    those of another line of business as warnings.
    """
    rows = [
        f"| {profile.id} | {_said(one.stated)} | {one.stated.evidence} | {one.stated.source} |"
        for profile in profiles
        for one in profile.statements
        if one.stated.may_reject and one.stated.origin.profile == profile.id
    ]
    return f"{_REJECTING}{len(rows)} statements.\n\n{_COLUMNS}" + "\n".join(rows) + "\n"


_REJECTING = """# What can reject a claim

Generated by `make docs` from the rules and from the payer profiles that come with the program. Only
what an official text (a law, a standard, a code set, a payer's policy) or an official page (of a
payer, a Medicare contractor, a clearinghouse that publishes its edits) says can reject a claim;
what others write of it and what the trade knows warns at most. So does every statement where the
claim's line of business is not certain, where it depends on the office's participation and that is
not known, or where another payer has decided before. `scrubber profile show ID` prints all
statements of a profile, `scrubber rule show CODE` the page of a rule.

## Statements of payer profiles

"""
_COLUMNS = "| profile | statement | evidence | source |\n|---|---|---|---|\n"


def _said(stated: Stated) -> str:
    lines, states = _scope(stated)
    offices = "" if stated.participating is None else f"; {_offices(stated)}"
    return f"{stated.kind} {stated.key}".rstrip() + lines + states + _dates(stated) + offices


def _offices(stated: Stated) -> str:
    return f"for offices that {'' if stated.participating else 'do not '}participate"
