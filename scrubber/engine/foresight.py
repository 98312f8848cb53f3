"""Foretells the state of a scrubber after a stretch of a file without scrubbing it.

Only headers, levels and trailers are looked at, so the foretold state is a guess: a claim that
shows that a level was lost, or a rule that crashed on a level, changes it. Whoever relies on it
compares it with the state that scrubbing the stretch led to.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from scrubber.engine.hits import Crash
from scrubber.engine.stream import NO_GROUP
from scrubber.engine.stream_state import START, Above, Standing, StreamState
from scrubber.findings import Finding
from scrubber.guide.conventions import is_claim_group, is_claim_set
from scrubber.guide.faults import Fault
from scrubber.guide.hierarchy import LEVEL_OF_CODE, Hierarchy, level_of
from scrubber.x12.blanks import blanks_behind
from scrubber.x12.complete_blocks import STARTERS
from scrubber.x12.lexer import count, count_filled
from scrubber.x12.segment import LINE_BREAKS, Delimiters, Segment
from scrubber.x12.stretches import Stretch

LONGEST_ISA = 17


class _Place(NamedTuple):
    """Where in the stretch at hand a header or level begins, and its faults as in Standing."""

    at: int
    faults: Sequence[Fault]


class Foresight:
    """Where a scrubber will stand; `pass_over` goes on by a stretch."""

    def __init__(self) -> None:
        self.start_from(START)

    def start_from(self, state: StreamState) -> None:
        """Go on from a state that was reached."""
        self._envelope, self._hierarchy = state.own_counts()
        self._is_claim_group = state.is_claim_group
        self._standing: Above[Standing | _Place] = Above(state.standing)
        self._doubts: Above[Finding] = Above(state.doubts)
        self._crashes: Sequence[Crash] = state.crashes

    @property
    def state(self) -> StreamState:
        """The state foretold."""
        return StreamState.of(
            self._envelope,
            self._hierarchy,
            self._is_claim_group,
            ((kind, one) for kind, one in self._standing.items() if isinstance(one, Standing)),
            self._doubts,
            self._crashes,
        )

    def pass_over(self, stretch: Stretch) -> None:
        """Take note of what stands in the stretch that follows."""
        self._stretch = stretch
        self._set_at = 0
        separator, _, _, terminator = stretch.head.delimiters
        standing = self._standing
        enter: dict[str, Callable[[list[str], int], None]] = {
            "ISA": self._isa, "GS": self._gs, "ST": self._st,
            "HL": self._hl, "SE": self._trailer, "GE": self._trailer, "IEA": self._trailer,
        }  # fmt: skip
        for found in _heads(stretch.head.delimiters).finditer(terminator + stretch.text):
            raw = found[1]
            if raw[0] == "C":
                if "ST" in standing:
                    tuple(self._hierarchy.claim())
                continue
            if not raw.isprintable():
                raw = raw.replace("\r", "").replace("\n", "")
            values = raw.split(separator)
            enter[values[0]](values, found.start(1) - len(terminator))
        self._count_segments()
        self._cut_out()

    def _isa(self, values: list[str], at: int) -> None:
        padded = values + [""] * (LONGEST_ISA - len(values))
        faults = list(self._envelope.enter_interchange(padded))
        self._forget("ISA")
        self._is_claim_group = False
        self._standing["ISA"] = _Place(at, faults)

    def _gs(self, values: list[str], at: int) -> None:
        faults = list(self._envelope.enter_group(values))
        self._forget("GS")
        self._is_claim_group = is_claim_group(values)
        self._standing["GS"] = _Place(at, faults)

    def _st(self, values: list[str], at: int) -> None:
        in_group = "GS" in self._envelope.open
        faults = list(self._envelope.enter_set(values))
        self._forget("ST")
        self._set_at = at
        self._envelope.segments = 0
        if is_claim_set(values) and (self._is_claim_group or not in_group):
            self._standing["ST"] = _Place(at, faults if in_group else [*faults, NO_GROUP])

    def _hl(self, values: list[str], at: int) -> None:
        if "ST" not in self._standing:
            return
        level = LEVEL_OF_CODE.get(values[3] if len(values) > 3 else "") or level_of(
            values, self._standing_at(at, ()).block()
        )
        delimiters = self._stretch.head.delimiters
        hl = Segment(delimiters.element.join(values), delimiters, 0, 0, level)
        faults = [one for one in self._hierarchy.enter(level, hl) if one.elsewhere is None]
        self._doubts.end(level)
        self._standing.enter(level, _Place(at, faults))

    def _trailer(self, values: list[str], _at: int) -> None:
        tuple(self._envelope.leave(values[0], values))
        self._forget("ST")
        self._is_claim_group = self._is_claim_group and values[0] != "GE"

    def _forget(self, highest: str) -> None:
        """Nothing stands any more from `highest` down to the levels."""
        self._standing.end(highest)
        self._hierarchy = Hierarchy()
        self._doubts.clear()
        self._crashes = ()

    def _count_segments(self) -> None:
        """SE01 counts segments from the last ST on."""
        text = self._stretch.text
        if not self._envelope.segments:
            text = text[self._set_at :]
        self._envelope.segments += count_filled(text, self._stretch.head.delimiters.terminator)

    def _cut_out(self) -> None:
        """Cut out the blocks of the stretch that stand above what follows."""
        found = {kind: one for kind, one in self._standing.items() if isinstance(one, _Place)}
        last = self._hierarchy.last
        for kind, (at, faults) in found.items():
            self._standing[kind] = block = self._standing_at(at, faults)
            if last is not None and last[0] == kind:
                self._hierarchy.last = (kind, block.block().segment(0, kind))

    def _standing_at(self, at: int, faults: Sequence[Fault]) -> Standing:
        """The block that begins there."""
        text, start, ordinal, head, _ = self._stretch
        following = _next_block(head.delimiters).search(text, at)
        end = following.end() if following is not None else len(text)
        ordinal += count(text[:at], head.delimiters.terminator)
        return Standing(
            text[at:end], head.delimiters, start + at, ordinal, tuple(faults), head.records
        )


@lru_cache(maxsize=64)
def _heads(delimiters: Delimiters) -> re.Pattern[str]:
    """What begins a block: of a claim the name, of others the whole first segment."""
    end, separator = re.escape(delimiters.terminator), re.escape(delimiters.element)
    names = "|".join(_wrapped(name, delimiters) for name in sorted(STARTERS - {"CLM", "TA1"}))
    blanks = blanks_behind(delimiters.terminator)
    claim = f"{_wrapped('CLM', delimiters)}(?={separator})"
    return re.compile(f"{end}{blanks}({claim}|(?:{names}){separator}[^{end}]*)")


@lru_cache(maxsize=64)
def _next_block(delimiters: Delimiters) -> re.Pattern[str]:
    names = "|".join(_wrapped(name, delimiters) for name in sorted(STARTERS))
    end, separator = re.escape(delimiters.terminator), re.escape(delimiters.element)
    return re.compile(
        f"{end}{blanks_behind(delimiters.terminator)}(?=(?:{names})(?:{separator}|{end}))"
    )


def _wrapped(name: str, delimiters: Delimiters) -> str:
    """A name that a transport may have broken at the end of a line."""
    breaks = f"[{re.escape(LINE_BREAKS.replace(delimiters.terminator, ''))}]*"
    return "".join(letter + breaks for letter in name)
