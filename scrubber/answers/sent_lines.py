"""Finds the line of a sent claim that an answered line is about, never by its position."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from scrubber.answers.money import ZERO
from scrubber.answers.rows import ClaimAnswer, LineAnswer, LineMatch
from scrubber.answers.sent import SentLine

Content = tuple[Hashable, ...]
Level = tuple[str, Callable[[LineAnswer], Content], Callable[[SentLine], Content]]
NO_LINE = "no line of the claim has this code, day and charge"
SEVERAL = "several lines of the claim fit"

_LEVELS: tuple[Level, ...] = (
    (
        "code, day, charge, units, modifiers",
        lambda one: (
            one.sent_code, one.first_day, _size(one), one.units_sent,
            frozenset(one.sent_modifiers.split()),
        ),
        lambda one: (one.code, one.first_day, one.charge, one.units, one.modifiers),
    ),
    (
        "code, day, charge",
        lambda one: (one.sent_code, one.first_day, _size(one)),
        lambda one: (one.code, one.first_day, one.charge),
    ),
)  # fmt: skip


def line_matches(
    claim: ClaimAnswer, answered: Sequence[LineAnswer], sent: Sequence[SentLine]
) -> Iterator[LineMatch]:
    """What each answered line is about; where there is none, the claim's answer is about all."""
    if not answered:
        for line in sent:
            yield LineMatch(
                claim.file, claim.answer, 0, claim.claim_id, "claim", "", line.number,
                line.control_number, line.charge, None, ZERO, claim.outcome,
            )  # fmt: skip
        return
    found = _by_control_number(answered, sent)
    for name, of_answer, of_sent in _LEVELS:
        _match_one_to_one(found, answered, sent, (name, of_answer, of_sent))
    _match_sums(found, answered, sent)
    for one in answered:
        level, number, control_number, reason = "", "", "", ""
        if one.line in found:
            level, line = found[one.line]
            number, control_number = line.number, line.control_number
        else:
            reason = _reason(one, sent)
        yield LineMatch(
            one.file, one.answer, one.line, one.claim_id, level, reason, number, control_number,
            one.charge, one.paid, one.denied, one.outcome,
        )  # fmt: skip


Matched = dict[int, tuple[str, SentLine]]
"""By the number of an answered line: by what it was found, and the line."""


def _size(one: LineAnswer) -> Hashable:
    """The charge without the sign that a reversal gives it."""
    return abs(one.charge) if one.charge is not None else None


def _by_control_number(answered: Sequence[LineAnswer], sent: Sequence[SentLine]) -> Matched:
    """By REF*6R, which the parts of a split line share, where it is one line's only."""
    numbers = [line.control_number for line in sent]
    own = {line.control_number: line for line in sent if numbers.count(line.control_number) == 1}
    return {
        one.line: ("line number (REF*6R)", own[one.control_number])
        for one in answered
        if one.control_number and one.control_number in own
    }


def _match_one_to_one(
    found: Matched, answered: Sequence[LineAnswer], sent: Sequence[SentLine], level: Level
) -> None:
    """Match those lines of which exactly one on either side has the same content."""
    name, of_answer, of_sent = level
    ours, theirs = defaultdict[Content, list[SentLine]](list), defaultdict[Content, list[int]](list)
    for line in _left(found, sent):
        ours[of_sent(line)].append(line)
    for one in answered:
        if one.line not in found:
            theirs[of_answer(one)].append(one.line)
    for content, numbers in theirs.items():
        if len(numbers) == len(ours.get(content, ())) == 1:
            found[numbers[0]] = (name, ours[content][0])


def _match_sums(found: Matched, answered: Sequence[LineAnswer], sent: Sequence[SentLine]) -> None:
    """Match the parts of a line that was split: one code and day, and charges that add up."""
    left = _left(found, sent)
    parts = defaultdict[Content, list[LineAnswer]](list)
    for one in answered:
        if one.line not in found:
            parts[one.sent_code, one.first_day].append(one)
    for (code, day), group in parts.items():
        lines = [line for line in left if (line.code, line.first_day) == (code, day)]
        charges = [abs(one.charge) for one in group if one.charge is not None]
        if len(lines) == 1 and len(charges) == len(group) and sum(charges) == lines[0].charge:
            for one in group:
                found[one.line] = ("code, day, sum of charges", lines[0])


def _left(found: Matched, sent: Sequence[SentLine]) -> list[SentLine]:
    """The lines that nothing was matched to yet."""
    taken = {id(line) for _, line in found.values()}
    return [line for line in sent if id(line) not in taken]


def _reason(one: LineAnswer, sent: Sequence[SentLine]) -> str:
    fits = [line for line in sent if (line.code, line.first_day) == (one.sent_code, one.first_day)]
    return SEVERAL if len(fits) > 1 else NO_LINE
