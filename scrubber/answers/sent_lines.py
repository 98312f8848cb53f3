"""Finds the line of a sent claim that an answered line is about, never by its position."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from scrubber.answers.rows import LineAnswer
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


class FoundLine(NamedTuple):
    """The place of the line among those sent, and by what it was found; or why none was."""

    at: int | None
    level: str
    reason: str = ""


Matched = dict[int, FoundLine]
"""By the place of an answered line."""


def find_lines(answered: Sequence[LineAnswer], sent: Sequence[SentLine]) -> list[FoundLine]:
    """What each answered line is about. `answered` are those of one answer, or of several that a
    payer split a claim into."""
    found = _by_control_number(answered, sent)
    for level in _LEVELS if len(found) < len(answered) else ():
        _match_one_to_one(found, answered, sent, level)
    if len(found) < len(answered):
        _match_sums(found, answered, sent)
        _match_nothing_charged(found, answered, sent)
    if len(found) == len(answered):
        return [found[at] for at in range(len(answered))]
    places_of = _by_code_and_day(sent, range(len(sent)))
    several = {content for content, places in places_of.items() if len(places) > 1}
    return [
        found.get(at)
        or FoundLine(None, "", SEVERAL if (one.sent_code, one.first_day) in several else NO_LINE)
        for at, one in enumerate(answered)
    ]


def _size(one: LineAnswer) -> Hashable:
    """The charge without the sign that a reversal gives it."""
    return abs(one.charge) if one.charge is not None else None


def _by_control_number(answered: Sequence[LineAnswer], sent: Sequence[SentLine]) -> Matched:
    """By REF*6R, which the parts of a split line share, where it is one line's only."""
    times = Counter(line.control_number for line in sent)
    own = {
        number: at
        for at, number in enumerate(line.control_number for line in sent)
        if number and times[number] == 1
    }
    return {
        at: FoundLine(own[one.control_number], "line number (REF*6R)")
        for at, one in enumerate(answered)
        if one.control_number in own
    }


def _match_one_to_one(
    found: Matched, answered: Sequence[LineAnswer], sent: Sequence[SentLine], level: Level
) -> None:
    """Match those lines of which exactly one on either side has the same content."""
    name, of_answer, of_sent = level
    ours, theirs = defaultdict[Content, list[int]](list), defaultdict[Content, list[int]](list)
    for at in _left(found, sent):
        ours[of_sent(sent[at])].append(at)
    for at, one in enumerate(answered):
        if at not in found:
            theirs[of_answer(one)].append(at)
    for content, places in theirs.items():
        if len(places) == len(ours.get(content, ())) == 1:
            found[places[0]] = FoundLine(ours[content][0], name)


def _match_sums(found: Matched, answered: Sequence[LineAnswer], sent: Sequence[SentLine]) -> None:
    """Match the parts of a line that was split: one code and day, and charges that add up."""
    left = _left(found, sent)
    parts = defaultdict[Content, list[int]](list)
    for at, one in enumerate(answered):
        if at not in found:
            parts[one.sent_code, one.first_day].append(at)
    places_of = _by_code_and_day(sent, left)
    for content, places in parts.items():
        lines = places_of.get(content, [])
        sizes = [answered[at].charge for at in places]
        charges = [abs(size) for size in sizes if size is not None]
        is_whole = len(charges) == len(places)
        if len(lines) == 1 and is_whole and sum(charges) == sent[lines[0]].charge:
            for at in places:
                found[at] = FoundLine(lines[0], "code, day, sum of charges")


def _match_nothing_charged(
    found: Matched, answered: Sequence[LineAnswer], sent: Sequence[SentLine]
) -> None:
    """Match what a payer split off a line that carries all of its charge (X12 RFI 2283)."""
    places_of = _by_code_and_day(sent, range(len(sent)))
    for at, one in enumerate(answered):
        lines = places_of.get((one.sent_code, one.first_day), [])
        if at not in found and one.charge == 0 and len(lines) == 1:
            found[at] = FoundLine(lines[0], "code, day, nothing charged")


def _by_code_and_day(sent: Sequence[SentLine], places: Iterable[int]) -> dict[Content, list[int]]:
    found = defaultdict[Content, list[int]](list)
    for at in places:
        found[sent[at].code, sent[at].first_day].append(at)
    return found


def _left(found: Matched, sent: Sequence[SentLine]) -> list[int]:
    """The lines that nothing was matched to yet."""
    taken = {one.at for one in found.values()}
    return [at for at in range(len(sent)) if at not in taken]
