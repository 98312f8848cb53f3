"""Foretells the state of a scrubber after a stretch of a file without scrubbing it.

Only headers, levels and trailers are looked at, so the foretold state is a guess: a claim that
shows that a level was lost, or a rule that crashed on a level, changes it. Whoever relies on it
compares it with the state that scrubbing the stretch led to.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from scrubber.engine.rule_runner import Crash
from scrubber.engine.stream import NO_GROUP
from scrubber.engine.stream_state import KINDS_ABOVE, START, Standing, StreamState
from scrubber.findings import Finding
from scrubber.guide.envelope import is_claim_group
from scrubber.guide.faults import Fault
from scrubber.guide.hierarchy import BELOW, LEVELS, Hierarchy, level_of
from scrubber.x12.lexer import BLANKS, count, count_filled
from scrubber.x12.reader import STARTERS
from scrubber.x12.segment import LINE_BREAKS, Delimiters, Segment
from scrubber.x12.stretches import Stretch

LONGEST_ISA = 17


class Foresight:
    """Where a scrubber will stand; `pass_over` goes on by a stretch."""

    def __init__(self) -> None:
        self.start_from(START)

    def start_from(self, state: StreamState) -> None:
        """Go on from a state that was reached."""
        self._envelope, self._hierarchy = state.own_counts()
        self._is_claim_group = state.is_claim_group
        self._standing = dict(state.standing)
        self._doubts: dict[str, Finding] = dict(state.doubts)
        self._crashes: Sequence[Crash] = state.crashes

    @property
    def state(self) -> StreamState:
        """The state foretold."""
        return StreamState.of(
            self._envelope,
            self._hierarchy,
            self._is_claim_group,
            [(kind, self._standing[kind]) for kind in KINDS_ABOVE if kind in self._standing],
            self._doubts,
            self._crashes,
        )

    def pass_over(self, stretch: Stretch) -> None:
        """Take note of what stands in the stretch that follows."""
        self._stretch = stretch
        self._places: dict[str, tuple[int, Sequence[Fault]]] = {}
        separator, _, _, terminator = stretch.head.delimiters
        enter: dict[str, Callable[[list[str], int], None]] = {
            "ISA": self._isa, "GS": self._gs, "ST": self._st,
            "HL": self._hl, "SE": self._trailer, "GE": self._trailer, "IEA": self._trailer,
        }  # fmt: skip
        for found in _heads(stretch.head.delimiters).finditer(terminator + stretch.text):
            raw = found[1]
            if raw[0] == "C":
                if self._is_inside:
                    tuple(self._hierarchy.claim())
                continue
            values = raw.replace("\r", "").replace("\n", "").split(separator)
            enter[values[0]](values, found.start(1) - len(terminator))
        self._count_segments()
        self._place()

    @property
    def _is_inside(self) -> bool:
        """Whether claims would be scrubbed here."""
        return "ST" in self._places or "ST" in self._standing

    def _isa(self, values: list[str], at: int) -> None:
        padded = values + [""] * (LONGEST_ISA - len(values))
        faults = list(self._envelope.enter_interchange(padded))
        self._forget("ISA")
        self._is_claim_group = False
        self._places["ISA"] = (at, faults)

    def _gs(self, values: list[str], at: int) -> None:
        faults = list(self._envelope.enter_group(values))
        self._forget("GS")
        self._is_claim_group = is_claim_group(values)
        self._places["GS"] = (at, faults)

    def _st(self, values: list[str], at: int) -> None:
        in_group = "GS" in self._envelope.open
        faults = list(self._envelope.enter_set(values))
        self._forget("ST")
        self._set_at = at
        self._envelope.segments = 0
        if values[1:2] == ["837"] and (self._is_claim_group or not in_group):
            self._places["ST"] = (at, faults if in_group else [*faults, NO_GROUP])

    def _hl(self, values: list[str], at: int) -> None:
        if not self._is_inside:
            return
        level = LEVELS.get(values[3] if len(values) > 3 else "") or level_of(
            values, self._standing_at(at, ()).block()
        )
        delimiters = self._stretch.head.delimiters
        hl = Segment(delimiters.element.join(values), delimiters, 0, 0, level)
        faults = [one for one in self._hierarchy.enter(level, hl) if one.elsewhere is None]
        for below in BELOW[level]:
            self._places.pop(below, None)
            self._standing.pop(below, None)
            self._doubts.pop(below, None)
        self._places[level] = (at, faults)

    def _trailer(self, values: list[str], _at: int) -> None:
        tuple(self._envelope.leave(values[0], values))
        self._forget("ST")
        self._is_claim_group = self._is_claim_group and values[0] != "GE"

    def _forget(self, highest: str) -> None:
        """Nothing stands any more from `highest` down to the levels."""
        for kind in KINDS_ABOVE[KINDS_ABOVE.index(highest) :]:
            self._places.pop(kind, None)
            self._standing.pop(kind, None)
        self._hierarchy = Hierarchy()
        self._doubts.clear()
        self._crashes = ()

    def _count_segments(self) -> None:
        """SE01 counts segments from the last ST on."""
        text = self._stretch.text
        if not self._envelope.segments:
            text = text[self._set_at :]
        self._envelope.segments += count_filled(text, self._stretch.head.delimiters.terminator)

    def _place(self) -> None:
        """Cut out the blocks that stand above what follows."""
        for kind, (at, faults) in self._places.items():
            self._standing[kind] = self._standing_at(at, faults)
        last = self._hierarchy.last
        if last is not None and last[0] in self._places:
            level = last[0]
            self._hierarchy.last = (level, self._standing[level].block().segment(0, level))

    def _standing_at(self, at: int, faults: Sequence[Fault]) -> Standing:
        """The block that begins there."""
        text, start, ordinal, head = self._stretch
        following = _next_block(head.delimiters).search(text, at)
        end = following.end() if following is not None else len(text)
        ordinal += count(text[:at], head.delimiters.terminator)
        return Standing(text[at:end], head.delimiters, start + at, ordinal, tuple(faults))


@lru_cache(maxsize=64)
def _heads(delimiters: Delimiters) -> re.Pattern[str]:
    """What begins a block: of a claim the name, of others the whole first segment."""
    end, separator = re.escape(delimiters.terminator), re.escape(delimiters.element)
    names = "|".join(_wrapped(name, delimiters) for name in sorted(STARTERS - {"CLM", "TA1"}))
    blanks = _blanks(delimiters.terminator)
    claim = f"{_wrapped('CLM', delimiters)}(?={separator})"
    return re.compile(f"{end}{blanks}({claim}|(?:{names}){separator}[^{end}]*)")


@lru_cache(maxsize=64)
def _next_block(delimiters: Delimiters) -> re.Pattern[str]:
    names = "|".join(_wrapped(name, delimiters) for name in sorted(STARTERS))
    end, separator = re.escape(delimiters.terminator), re.escape(delimiters.element)
    return re.compile(f"{end}{_blanks(delimiters.terminator)}(?=(?:{names})(?:{separator}|{end}))")


def _blanks(terminator: str) -> str:
    return f"[{re.escape(BLANKS.replace(terminator, ''))}]*"


def _wrapped(name: str, delimiters: Delimiters) -> str:
    """A name that a transport may have broken at the end of a line."""
    breaks = f"[{re.escape(LINE_BREAKS.replace(delimiters.terminator, ''))}]*"
    return "".join(letter + breaks for letter in name)
