"""Writes the claims of a file that are kept, in a well-formed interchange of their own.

Whatever is kept is copied; only counts, hierarchical numbers and child codes are written anew,
and those only where they are no longer true. With everything kept the copy is the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from scrubber.engine.results import Disposition, Part

LEVELS = ("2000A", "2000B", "2000C")
HELD_AT_MOST = 64 * 1024 * 1024


def is_accepted(part: Part) -> bool:
    """Whether a claim goes into the accepted file."""
    return part.claim is not None and part.claim.disposition is not Disposition.REJECTED


def is_rejected(part: Part) -> bool:
    """Whether a block goes into the rejected file: rejected claims, and what was passed by."""
    if part.claim is not None:
        return part.claim.disposition is Disposition.REJECTED
    return part.kind == "" and part.segments > 0


def own_number(number: str) -> str:
    """A control number for the rejected file: never that of the file it came from."""
    digits = number.strip().zfill(9)[-9:]
    return ("8" if digits.startswith("9") else "9") + digits[1:]


@dataclass(slots=True)
class _Subscriber:
    """A written-to-be 2000B whose child code is not known yet, and the claims directly under it."""

    level: str
    texts: list[str] = field(default_factory=list)
    size: int = 0


class SplitWriter:
    """Writes one side of a file. `keep` says which claims and passed-by blocks belong to it.

    With `renew` the interchange and groups get control numbers of their own, so that the file
    can be sent beside the other.
    """

    def __init__(self, out: BinaryIO, keep: Callable[[Part], bool], renew: bool = False) -> None:
        self._out = out
        self._keep = keep
        self._renew = renew
        self._pending: dict[str, Part] = {}
        self._open: list[str] = []
        self._lead = ""
        self._separator = "*"
        self._gap = "~"
        self._numbers = {"ISA": "", "GS": "", "ST": ""}
        self._counts = {"ISA": 0, "GS": 0, "ST": 0}
        self._levels: dict[str, str] = {}
        self._level_count = 0
        self._held: _Subscriber | None = None
        self.claims = 0
        self.wrote = False

    def write(self, part: Part) -> None:
        """Take the next part of the file."""
        kind = part.kind
        if kind == "2300":
            if self._keep(part):
                self._claim(part)
        elif kind in ("ISA", "GS", "ST"):
            self._header(kind, part)
        elif kind in LEVELS:
            if kind != "2000C":
                self._release(has_children=False)
            for level in LEVELS[LEVELS.index(kind) :]:
                self._pending.pop(level, None)
                self._levels.pop(level, None)
            self._pending[kind] = part
        elif kind in ("SE", "GE", "IEA"):
            self._trailer(kind, part)
        else:
            self._passed_by(part)

    def close(self) -> None:
        """Close what the file left open."""
        self._close_down_to("ISA")

    def _header(self, kind: str, part: Part) -> None:
        self._close_down_to(kind)
        for name in ("ISA", "GS", "ST", *LEVELS)[("ISA", "GS", "ST").index(kind) :]:
            self._pending.pop(name, None)
        self._pending[kind] = part
        if kind == "ISA":
            self._separator = part.element

    def _claim(self, part: Part) -> None:
        self._open_headers("ISA", "GS", "ST")
        self.claims += 1
        subscriber = self._pending.get("2000B")
        if subscriber is not None or self._held is not None:
            dependent = self._pending.pop("2000C", None)
            if dependent is not None or "2000C" in self._levels:
                self._release(has_children=True)
                if dependent is not None:
                    self._put(self._numbered("2000C", dependent), dependent.segments)
                self._put(part.corrected, part.segments)
                return
            self._hold(part)
            return
        dependent = self._pending.pop("2000C", None)
        if dependent is not None:
            self._put(self._numbered("2000C", dependent), dependent.segments)
        self._open_levels()
        self._put(part.corrected, part.segments)

    def _hold(self, part: Part) -> None:
        """Keep a subscriber's own claims until it is known whether a dependent's follows."""
        if self._held is None:
            self._open_provider()
            level = self._pending.pop("2000B")
            self._held = _Subscriber(self._numbered("2000B", level))
            self._counts["ST"] += level.segments
        self._held.texts.append(part.corrected)
        self._held.size += len(part.corrected)
        self._counts["ST"] += part.segments
        if self._held.size > HELD_AT_MOST:
            self._release(has_children=None)

    def _release(self, has_children: bool | None) -> None:
        """Write the subscriber that was held, its child code told by what is kept under it."""
        if self._held is None:
            subscriber = self._pending.get("2000B")
            if has_children and subscriber is not None:
                self._open_provider()
                del self._pending["2000B"]
                text = self._with_child_code(self._numbered("2000B", subscriber), has_children)
                self._put(text, subscriber.segments)
            return
        held, self._held = self._held, None
        self._emit(self._with_child_code(held.level, has_children))
        for text in held.texts:
            self._emit(text)

    def _open_provider(self) -> None:
        provider = self._pending.pop("2000A", None)
        if provider is not None:
            self._put(self._numbered("2000A", provider), provider.segments)

    def _open_levels(self) -> None:
        """Headers of a claim that stands where no subscriber is."""
        for level in LEVELS:
            part = self._pending.pop(level, None)
            if part is not None:
                self._put(self._numbered(level, part), part.segments)

    def _open_headers(self, *kinds: str) -> None:
        for kind in kinds:
            part = self._pending.pop(kind, None)
            if part is None:
                continue
            text = part.corrected
            values = text.split(self._separator)
            if kind == "ISA":
                if self._lead:
                    self._emit(self._lead)
                    self._lead = ""
                self._gap = values[16][1:]
                text = self._renewed(values, 13) if self._renew else text
                self._numbers["ISA"] = text.split(self._separator)[13]
                self._counts["ISA"] = 0
            elif kind == "GS":
                text = self._renewed(values, 6) if self._renew else text
                self._numbers["GS"] = text.split(self._separator)[6]
                self._counts["ISA"] += 1
                self._counts["GS"] = 0
            else:
                self._numbers["ST"] = self._bare(values[2] if len(values) > 2 else "")
                text = self._with_own_batch(text) if self._renew else text
                self._counts["GS"] += 1
                self._counts["ST"] = part.segments
                self._level_count = 0
                self._levels = {}
            self._open.append(kind)
            self._emit(text)

    def _renewed(self, values: list[str], number: int) -> str:
        return self._separator.join(
            [*values[:number], own_number(values[number]), *values[number + 1 :]]
        )

    def _with_own_batch(self, text: str) -> str:
        """The ST header with -R1 behind BHT03, as far as its 50 characters go."""
        at = text.find(self._gap + "BHT" + self._separator)
        if at < 0:
            return text
        head, values = (
            text[: at + len(self._gap)],
            text[at + len(self._gap) :].split(self._separator, 4),
        )
        if len(values) == 5 and len(values[3]) <= 47:
            values[3] += "-R1"
        return head + self._separator.join(values)

    def _numbered(self, level: str, part: Part) -> str:
        """The level with the number it has in this file and that of its parent here."""
        self._level_count += 1
        number = str(self._level_count)
        self._levels[level] = number
        values = part.corrected.split(self._separator, 4)
        if len(values) < 4:
            return part.corrected
        above = {"2000A": "", "2000B": "2000A", "2000C": "2000B"}[level]
        parent = self._levels.get(above, values[2])
        if values[1] == number and (not above or values[2] == parent):
            return part.corrected
        return self._separator.join([values[0], number, parent, *values[3:]])

    def _with_child_code(self, text: str, has_children: bool | None) -> str:
        if has_children is None:
            return text
        values = text.split(self._separator, 4)
        right = "1" if has_children else "0"
        if len(values) == 5 and values[4][:1] in ("0", "1") and values[4][0] != right:
            values[4] = right + values[4][1:]
            return self._separator.join(values)
        return text

    def _trailer(self, kind: str, part: Part) -> None:
        header = {"SE": "ST", "GE": "GS", "IEA": "ISA"}[kind]
        if header not in self._open:
            self._release(has_children=False)
            self._pending.pop(header, None)
            return
        inner = {"GE": "ST", "IEA": "GS"}.get(kind)
        if inner is not None:
            self._close_down_to(inner)
        self._release(has_children=False)
        count = self._counts[header] + (kind == "SE")
        values = part.corrected.split(self._separator, 3)
        if len(values) > 2:
            values[1] = str(count)
            bare = self._bare(values[2])
            values[2] = self._numbers[header] + values[2][len(bare) :]
            self._emit(self._separator.join(values))
        else:
            self._emit(self._synthetic(kind, count, self._numbers[header]))
        self._open.remove(header)

    def _bare(self, text: str) -> str:
        """A value that is the last of its segment, without what follows it."""
        return text.split(self._gap[0], 1)[0]

    def _synthetic(self, trailer: str, count: int, number: str) -> str:
        return self._separator.join([trailer, str(count), number]) + self._gap

    def _close_down_to(self, header: str) -> None:
        """Write the trailers that the file lacks, from the innermost to that of `header`."""
        self._release(has_children=False)
        for one, trailer in (("ST", "SE"), ("GS", "GE"), ("ISA", "IEA")):
            if one in self._open:
                count = self._counts[one] + (trailer == "SE")
                self._emit(self._synthetic(trailer, count, self._numbers[one]))
                self._open.remove(one)
            if one == header:
                return

    def _passed_by(self, part: Part) -> None:
        """Blanks keep their place; blocks that were not scrubbed go where `keep` wants them."""
        if part.segments == 0:
            if part.received and part.received == part.corrected:
                if self.wrote and not self._open:
                    self._emit(part.received)
                elif not self._open:
                    self._lead = part.received
            return
        if not self._keep(part):
            return
        name = part.received[:2]
        self._open_headers(*(("ISA",) if name in ("GS", "GE") else ("ISA", "GS")))
        if name == "GS":
            self._counts["ISA"] += 1
        elif name == "ST" and "GS" in self._open:
            self._counts["GS"] += 1
        self._emit(part.received)

    def _put(self, text: str, segments: int) -> None:
        self._counts["ST"] += segments
        self._emit(text)

    def _emit(self, text: str) -> None:
        self.wrote = True
        self._out.write(text.encode("latin-1"))
