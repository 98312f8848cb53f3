"""Finds the place of every segment of a block in the guide and what is wrong with it.

What was found clean is remembered: per definition the raw segments that may follow it, per
sequence of definitions its verdict. Both memories are bounded and hold no verdict that depends
on anything but the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from scrubber.errors import ScrubberError
from scrubber.guide.check import segment_faults
from scrubber.guide.definitions import (
    BLOCK_LOOPS,
    QUALIFIED,
    LoopDefinition,
    SegmentDefinition,
    definitions_by_sign,
    load_guide,
    signs,
)
from scrubber.guide.faults import Fault
from scrubber.guide.misplaced import misplaced
from scrubber.guide.missing_segments import told_once
from scrubber.guide.pattern import segment_pattern
from scrubber.guide.shape import Shape
from scrubber.guide.shape_memory import ShapeMemory
from scrubber.guide.stray_bytes import is_empty, stray_faults
from scrubber.x12.block import Block
from scrubber.x12.segment import Delimiters

MEMORY = 512
# Segments of one person, claim or line: they hardly come again, and would crowd out what does.
OF_ONE = frozenset({"2010BA", "2010CA", "2330A", "2430"})
REFERENCES_OF_ONE = frozenset({"2300/REF", "2400/REF"})
NO_PLACE = "\x00"
# No block that may pass has so many; more are not listed.
MOST_FAULTS = 1000
# A pattern costs as much to compile as so many segments to take apart.
WORTH_A_PATTERN = 24
# The native part takes some milliseconds to set up, as much as walking through so many blocks.
WORTH_LOCATING = 1000
# Of the blocks that it calls right, one in so many is walked through nevertheless.
LOOKED_AT_AGAIN = 1000
# How one speaks of a segment that is known, but not here.
ASTRAY = frozenset({"S207", "S208"})
# What may belong to a name that has no place: nothing is said of it but that of the name.
BELONGS_TO_NAME = frozenset({"N2", "N3", "N4", "PER", "PRV", "REF", "DMG"})


class Place:
    """A segment definition in use: what it accepts, what may follow it, what it remembers.

    `followers` is keyed by the first three characters of a segment, or seven where its qualifier
    tells definitions apart; it is only a guess that the pattern confirms. After a name that has
    no place `lost_from` is where it stood.
    """

    __slots__ = (
        "comes_again",
        "definition",
        "followers",
        "lost_from",
        "match",
        "memory",
        "seen",
        "sign",
    )

    def __init__(
        self, definition: SegmentDefinition, sign: str, lost_from: Place | None = None
    ) -> None:
        self.definition = definition
        self.comes_again = (
            definition.loop.id not in OF_ONE and definition.address not in REFERENCES_OF_ONE
        )
        self.sign = sign
        self.lost_from = lost_from
        self.match: Callable[[str], object] = _not_yet
        self.seen = 0
        self.memory: dict[str, Place] = {}
        self.followers: dict[str, Place] = {}

    def accepts(self, raw: str, delimiters: Delimiters) -> bool:
        """Whether a raw segment is surely right."""
        if self.match is _not_yet:
            self.seen += 1
            if self.seen < WORTH_A_PATTERN:
                return False
            pattern = segment_pattern(self.definition, delimiters)
            self.match = pattern.fullmatch if pattern is not None else _never
        return self.match(raw) is not None


def _not_yet(_: str) -> None:
    """What a place matches before it is worth a pattern."""


def _never(_: str) -> None:
    """What a place matches for which there is no pattern."""


def _cut_short(faults: list[Fault]) -> list[Fault]:
    last = faults[MOST_FAULTS - 1].segment
    message = f"{MOST_FAULTS} errors up to here; later ones are not listed"
    return [*faults[:MOST_FAULTS], Fault("S136", last, 0, 0, message, "")]


def _leading_code(composite: str) -> str:
    """The first component, also where another sign than ISA16 separates it from the next."""
    for position, character in enumerate(composite):
        if not character.isalnum():
            return composite[:position]
    return composite


class DisagreementError(ScrubberError):
    """The native part calls right what the guide check does not, or finds other places for it."""


Locate = Callable[[Sequence[str], str], tuple[str, int] | None]
"""The signs of the segments of a block that begins a loop, where all are surely right, and what is
surely so of the claim in it."""
LocateWith = Callable[[Delimiters], Locate | None]


class Walked(NamedTuple):
    """A block located in the guide: its loops, and its faults in the order they were found."""

    shape: Shape
    faults: list[Fault]


class Walker:
    """The guide for one set of delimiters. Not shared between threads. After some blocks the rest
    is first shown to what `locate_with` makes."""

    def __init__(self, delimiters: Delimiters, locate_with: LocateWith | None = None) -> None:
        self.delimiters = delimiters
        self._locate_with = locate_with
        self._locate: Locate | None = None
        self._unlocated = self._right = 0
        self._guide = load_guide()
        self._places: dict[int, Place] = {}
        self._signs = signs()
        line_loop = self._guide["2400"]
        line_sign = self._place(line_loop.segments[0]).sign
        self._shapes = ShapeMemory(line_loop, line_sign, definitions_by_sign().get)
        self._qualified = frozenset((name + delimiters.element)[:3] for name in QUALIFIED)

    def walk(self, block: Block, loop_id: str) -> Walked:
        """Locate every segment of a block that begins with the first segment of a loop."""
        segments = block.segments
        if self._locate is not None:
            located = self._locate(segments, loop_id)
            if located is not None:
                signs, facts = located
                shape = self._shapes.shape(signs)
                if not shape.faults and block.starts is None:
                    block.facts = facts
                    self._right += 1
                    if self._right % LOOKED_AT_AGAIN == 0:
                        self._look_again(block, loop_id, signs)
                    return Walked(shape, [])
        elif self._locate_with is not None:
            self._count_up(self._locate_with)
        signs, faults = self.located(segments, loop_id)
        shape = self._shapes.shape(signs)
        if shape.faults:
            faults = told_once(
                shape, faults, lambda at: self._key(segments[at]), lambda at: signs[at] != NO_PLACE
            )
        if block.starts is not None:
            faults = [*stray_faults(block), *faults]
        return Walked(shape, faults if len(faults) < MOST_FAULTS else _cut_short(faults))

    def located(self, segments: Sequence[str], loop_id: str) -> tuple[str, list[Fault]]:
        """The signs of the segments of a block, and what is wrong with each by itself."""
        faults: list[Fault] = []
        place = self._place(self._guide[loop_id].segments[0])
        if not place.match(segments[0]) and not place.accepts(segments[0], self.delimiters):
            faults.extend(self._faults(place, segments[0], 0))
        # A sign for each segment, so their count is the number of the segment at hand.
        signs = [place.sign]
        append = signs.append
        memory = place.memory
        qualified = self._qualified
        for raw in segments[1:]:
            following = memory.get(raw)
            if following is None:
                head = raw[:3]
                if head in qualified:
                    head = raw[:7]
                following = place.followers.get(head)
                if following is not None and following.match(raw):
                    if following.comes_again:
                        if len(memory) >= MEMORY:
                            memory.clear()
                        memory[raw] = following
                else:
                    lost = signs[-1] == NO_PLACE and not is_empty(
                        segments[len(signs) - 1], self.delimiters
                    )
                    following = self._follow(place, raw, head, len(signs), faults, lost=lost)
                    if following is None:
                        append(NO_PLACE)
                        if raw.startswith("NM1"):
                            place = Place(place.definition, NO_PLACE, place.lost_from or place)
                            memory = place.memory
                        continue
            append(following.sign)
            place = following
            memory = place.memory
        return "".join(signs), faults

    def _count_up(self, locate_with: LocateWith) -> None:
        self._unlocated += 1
        if self._unlocated == WORTH_LOCATING:
            self._locate, self._locate_with = locate_with(self.delimiters), None

    def _look_again(self, block: Block, loop_id: str, signs: str) -> None:
        """Raises DisagreementError unless walking through a block finds what was located."""
        if self.located(block.segments, loop_id) != (signs, []):
            raise DisagreementError(
                f"the native part and the guide check differ about the {loop_id} of segment "
                f"{block.ordinal}; please report it, and go on with SCRUBBER_LANE=off"
            )

    def _place(self, definition: SegmentDefinition) -> Place:
        place = self._places.get(id(definition))
        if place is None:
            sign = self._signs[id(definition)]
            place = self._places[id(definition)] = Place(definition, sign)
        return place

    def _follow(
        self, place: Place, raw: str, head: str, index: int, faults: list[Fault], *, lost: bool
    ) -> Place | None:
        """The place of a segment that was not seen before, or that is not surely right. `lost`:
        the segment before it has no place."""
        if is_empty(raw, self.delimiters):
            return None
        segment_id, qualifier = self._key(raw)
        if place.lost_from is not None:
            if segment_id in BELONGS_TO_NAME:
                return None
            place = place.lost_from
        found = list(self._find(place.definition, segment_id, qualifier))
        if not found:
            if len(faults) < MOST_FAULTS:
                fault = misplaced(place.definition, segment_id, qualifier, index)
                # What follows a segment that has no place is astray with it.
                if not lost or faults[-1].code != "S207" or fault.code not in ASTRAY:
                    faults.append(fault)
            return None
        if len(faults) >= MOST_FAULTS:
            return found[0]
        following = found[0]
        if len(found) == 1 and len(place.followers) < MEMORY:
            place.followers[head] = following
        said: list[Fault] = []
        for candidate in found:
            if candidate.accepts(raw, self.delimiters):
                following, said = candidate, []
                break
            told = self._faults(candidate, raw, index)
            if not told or candidate is found[0]:
                following, said = candidate, told
            if not told:
                break
        if said:
            faults.extend(said)
        elif len(place.memory) < MEMORY:
            place.memory[raw] = following
        return following

    def _key(self, raw: str) -> tuple[str, str]:
        """The id of a segment and the qualifier that tells its definition."""
        values = raw.split(self.delimiters.element, 4)
        segment_id = values[0]
        if segment_id not in QUALIFIED:
            return segment_id, ""
        if segment_id == "HL":
            return segment_id, values[3] if len(values) > 3 else ""
        qualifier = values[1] if len(values) > 1 else ""
        if segment_id == "HI":
            qualifier = _leading_code(qualifier)
        return segment_id, qualifier.strip().upper()

    def _find(
        self, definition: SegmentDefinition, segment_id: str, qualifier: str
    ) -> Iterator[Place]:
        """The places of such a segment after `definition`, all in the nearest loop that has any."""
        loop: LoopDefinition | None = definition.loop
        position = definition.position
        while loop is not None:
            found = False
            for child in loop.children():
                at = child.loop.position if child.loop is not loop else child.position
                if at >= position and child.fits(segment_id, qualifier):
                    found = True
                    yield self._place(child)
            if found or loop.id in BLOCK_LOOPS:
                return
            position = loop.position
            loop = loop.parent

    def _faults(self, place: Place, raw: str, index: int) -> list[Fault]:
        return list(segment_faults(place.definition, raw, index, self.delimiters))
