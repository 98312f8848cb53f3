"""Works a file through block by block inside its envelope; the state is the envelope's only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from scrubber.claim.claim import BillingProvider, Patient, Subscriber, Transaction
from scrubber.claim.loop import Party
from scrubber.engine.claim_scrub import ClaimScrubber
from scrubber.engine.context import Context
from scrubber.engine.repair import Repaired, repair
from scrubber.engine.results import Part
from scrubber.engine.rule_runner import Crash, Hit, RuleRunner
from scrubber.engine.stamp import correction_elsewhere, stamp_elsewhere, stamp_fault, stamp_problem
from scrubber.engine.stray_text import at_byte, stray_part
from scrubber.engine.stream_state import KINDS_ABOVE, Standing, StreamState
from scrubber.engine.surroundings import Surroundings
from scrubber.engine.whole_sets import by_whole_sets
from scrubber.findings import Finding, Severity
from scrubber.guide.envelope import Envelope, gs_faults, is_claim_group, isa_faults
from scrubber.guide.faults import Fault
from scrubber.guide.hierarchy import Hierarchy, level_of
from scrubber.guide.layout import LoopLayout
from scrubber.guide.shape import Shape
from scrubber.guide.walker import Walker
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.rules.rule import Rule
from scrubber.x12.block import Block
from scrubber.x12.lexer import BLANKS
from scrubber.x12.reader import STARTERS, StrayText
from scrubber.x12.segment import Delimiters, Segment

LEVELS = ("2000A", "2000B", "2000C")
NO_GROUP = Fault("S112", 0, 0, 0, "GS is missing before this transaction set", "2")
# Segments that stand alone: what follows one before the next header or trailer is astray.
LONE = frozenset({"ISA", "GS", "SE", "GE", "IEA", "TA1"})
# Segments that only levels hold; inside a claim they tell that the HL of a level is lost.
LEVEL_SIGNS = {
    ("NM1", "85"): "2000A",
    ("DMG", ""): "2000B",
    ("PAT", ""): "2000C",
    ("NM1", "QC"): "2000C",
}


class FileScrubber:
    """Turns the blocks of one file into parts. `rules` are the rules in force."""

    def __init__(self, context: Context, rules: Sequence[Rule]) -> None:
        self._context = context
        self._runner = RuleRunner(rules, context.as_of)
        self._tools: dict[Delimiters, tuple[Walker, ClaimScrubber]] = {}
        self.reset()

    def reset(self) -> None:
        """Forget the file; what was found clean stays remembered for the next one."""
        self._envelope = Envelope()
        self._hierarchy = Hierarchy()
        self._interchange: Segment | None = None
        self._group: Segment | None = None
        self._is_claim_group = False
        self._surroundings: Surroundings | None = None
        self._above: dict[str, list[Hit | Finding]] = {}
        self._standing: dict[str, tuple[Block, Sequence[Fault]]] = {}
        self._doubts: dict[str, Finding] = {}
        self._late: list[Fault] = []

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        """The parts of a file, in order; joined, their received texts are the file."""
        parts = self._claim_by_claim(blocks)
        return by_whole_sets(parts) if self._context.isolate == "transaction" else parts

    def _claim_by_claim(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        self.reset()
        end, ordinal, read = 0, 0, False
        for block in blocks:
            if isinstance(block, StrayText):
                yield stray_part(block, read)
                end = block.start + len(block.text)
                continue
            read = True
            yield from self.parts_of(block)
            end, ordinal = block.end, block.ordinal + len(block.segments)
        yield from closing_part(self._envelope, end, ordinal)

    def parts_of(self, block: Block) -> Iterator[Part]:
        """The parts of the next block of the file."""
        for one in _apart(block):
            part = self._block(one)
            if self._late:
                yield self._late_part()
            yield part

    @property
    def state(self) -> StreamState:
        """All that what was read so far means for what follows."""
        above = self._surroundings
        standing = [(kind, Standing.of(*self._standing[kind])) for kind in self._kinds_standing()]
        return StreamState.of(
            self._envelope,
            self._hierarchy if above is not None else Hierarchy(),
            self._is_claim_group,
            standing,
            self._doubts if above is not None else {},
            above.crashes if above is not None else (),
        )

    def resume(self, state: StreamState) -> None:
        """Go on where another scrubber of the same context and rules was in this state."""
        self.reset()
        enter = {"ISA": self._enter_interchange, "GS": self._enter_group, "ST": self._enter_set}
        for kind, one in state.standing:
            block, faults = one.block(), list(one.faults)
            if kind in enter:
                enter[kind](block, faults)
            else:
                self._enter_level(kind, block, faults)
        if self._surroundings is not None:
            for level, doubt in state.doubts:
                self._doubts[level] = doubt
                self._inherit(self._surroundings, level, [doubt])
            self._surroundings.crashes = list(state.crashes)
        self._envelope, self._hierarchy = state.own_counts()
        self._is_claim_group = state.is_claim_group

    def _kinds_standing(self) -> Iterator[str]:
        """What stands above the next claim: envelope headers and, inside a set, its levels."""
        for kind in KINDS_ABOVE:
            if kind in self._standing and (kind in ("ISA", "GS") or self._surroundings is not None):
                yield kind

    def _late_part(self) -> Part:
        """What is found of a level only when the next one begins. Its child code is told anew
        wherever it is written."""
        findings = tuple([stamp_elsewhere(fault) for fault in self._late])
        corrections = tuple([correction_elsewhere(one) for one in self._late if one.replacement])
        self._late = []
        return Part("", "", "", findings, corrections)

    def _block(self, block: Block) -> Part:
        self._cut_off = _is_cut_off(block)
        name = block.segments[0][:4].split(block.delimiters.element)[0]
        handler = self._handlers.get(name)
        if handler is None:
            return self._outside(block, name)
        return handler(self, block)

    def _tools_for(self, delimiters: Delimiters) -> tuple[Walker, ClaimScrubber]:
        tools = self._tools.get(delimiters)
        if tools is None:
            walker = Walker(delimiters)
            tools = (walker, ClaimScrubber(self._context, self._runner, walker))
            self._tools[delimiters] = tools
        return tools

    def _isa(self, block: Block) -> Part:
        values = _padded(block.values(0), 17)
        return self._enter_interchange(block, list(self._envelope.enter_interchange(values)))

    def _enter_interchange(self, block: Block, faults: Sequence[Fault]) -> Part:
        values = _padded(block.values(0), 17)
        self._standing = {"ISA": (block, faults)}
        self._interchange = block.segment(0)
        self._group = None
        self._is_claim_group = False
        self._surroundings = None
        own = isa_faults(values, block.delimiters, self._context.as_of)
        part = self._control("ISA", block, [*faults, *own])
        blocking = _blocking(part)
        self._above = {"ISA": blocking}
        return part._replace(blocks=bool(blocking))

    def _gs(self, block: Block) -> Part:
        return self._enter_group(block, list(self._envelope.enter_group(block.values(0))))

    def _enter_group(self, block: Block, faults: Sequence[Fault]) -> Part:
        values = block.values(0)
        self._standing["GS"] = (block, faults)
        self._group = block.segment(0)
        self._is_claim_group = is_claim_group(values)
        self._surroundings = None
        if not self._is_claim_group:
            message = "the group holds no professional claims (GS01 HC, GS08 005010X222)"
            return self._passed_by(block, [*faults, Fault("S113", 0, 0, 0, message, "1")])
        part = self._control("GS", block, [*faults, *gs_faults(values, self._context.as_of)])
        self._above["GS"] = blocking = _blocking(part)
        return part._replace(blocks=bool(blocking))

    def _control(self, kind: str, block: Block, faults: list[Fault]) -> Part:
        """A control segment: its fixes do not touch each other, so one pass applies them all."""
        faults = [*faults, *_empty_segments(block)]
        findings = [stamp_fault(fault, block, None) for fault in faults]
        repaired = repair(block, _once(findings), _never)
        return self._part(kind, block, repaired)

    def _part(self, kind: str, block: Block, repaired: Repaired) -> Part:
        return Part(
            kind,
            block.text,
            repaired.block.text,
            repaired.findings,
            repaired.corrections,
            None,
            block.delimiters.element,
            _filled(repaired.block),
            block.ordinal,
        )

    def _passed_by(self, block: Block, faults: Sequence[Fault] = ()) -> Part:
        """A block that is not scrubbed; its bytes go to the rejected file as they are."""
        findings = tuple(stamp_fault(fault, block, None) for fault in faults)
        return self._part("", block, Repaired(block, findings, ()))

    def _st(self, block: Block) -> Part:
        values = block.values(0)
        in_group = "GS" in self._envelope.open
        faults = list(self._envelope.enter_set(values))
        self._envelope.segments = _filled(block)
        self._hierarchy = Hierarchy()
        self._surroundings = None
        if in_group and not self._is_claim_group:
            return self._passed_by(block, faults)
        if len(values) < 2 or values[1] != "837":
            fault = Fault("S113", 0, 1, 0, "the transaction set is no 837", "6")
            return self._passed_by(block, [*faults, fault])
        return self._enter_set(block, faults if in_group else [*faults, NO_GROUP])

    def _enter_set(self, block: Block, faults: Sequence[Fault]) -> Part:
        in_group = NO_GROUP not in faults
        self._standing["ST"] = (block, faults)
        self._forget_levels("2000A")
        level = self._level(block, "ST", faults)
        header, layout = level.repaired.block, level.layout
        assert self._interchange is not None
        self._surroundings = Surroundings(
            Transaction(
                self._interchange,
                self._group,
                header.segment(0, "ST"),
                _first(header, layout, "BHT"),
                _party(header, layout, "1000A"),
                _party(header, layout, "1000B"),
            )
        )
        above = {**self._above, "ST": level.blocking}
        above["2000B"] = [_no_subscriber(block)]
        if not in_group:
            above["GS"] = [stamp_fault(NO_GROUP, block, None)]
        for kind, blocking in above.items():
            self._inherit(self._surroundings, kind, blocking)
        part = self._part("ST", block, level.repaired)
        return part._replace(
            blocks=not in_group or any(isinstance(one, Finding) for one in level.blocking)
        )

    def _level(self, block: Block, loop_id: str, faults: Sequence[Fault]) -> "Level":
        """Judge and repair an ST header or a level of the hierarchy."""
        walker, _ = self._tools_for(block.delimiters)
        shape, found = walker.walk(block, loop_id)
        crashes: list[Crash] = []
        hits = self._runner.loops(block, shape.loops, crashes)
        if not (faults or found or hits):
            return Level(Repaired(block, (), ()), shape.layout, [], crashes)
        latest = [(shape, [*faults, *found], hits)]
        lasting = [fault for fault in faults if fault.replacement is None]

        def check(one: Block) -> list[Finding]:
            if one is not block:
                again = walker.walk(one, loop_id)
                hits = self._runner.loops(one, again.shape.loops, crashes)
                latest.append((again.shape, [*lasting, *again.faults], hits))
            return _level_findings(one, *latest[-1])

        repaired = repair(block, check, _never)
        guide = [f for f in repaired.findings if _blocks(f) and f.code in GUIDE_RULES]
        shape, _, hits = latest[-1]
        return Level(repaired, shape.layout, [*guide, *hits], crashes)

    def _hl(self, block: Block) -> Part:
        self._envelope.segments += _filled(block)
        surroundings = self._surroundings
        if surroundings is None:
            return self._outside(block, "HL")
        loop_id = level_of(block.values(0), block)
        faults = list(self._hierarchy.enter(loop_id, block.segment(0, loop_id)))
        self._late = [fault for fault in faults if fault.elsewhere is not None]
        return self._enter_level(loop_id, block, faults[len(self._late) :])

    def _enter_level(self, loop_id: str, block: Block, faults: Sequence[Fault]) -> Part:
        surroundings = self._surroundings
        assert surroundings is not None
        self._forget_levels(loop_id)
        self._standing[loop_id] = (block, faults)
        level = self._level(block, loop_id, faults)
        if level.blocking:
            self._inherit(surroundings, loop_id, level.blocking)
        surroundings.crashes += level.crashes
        final, layout = level.repaired.block, level.layout
        if loop_id == "2000A":
            surroundings.enter_billing_provider(BillingProvider(final, layout))
            self._inherit(surroundings, "2000B", [_no_subscriber(block)])
        elif loop_id == "2000B":
            surroundings.enter_subscriber(Subscriber(final, layout))
        else:
            surroundings.dependent = Patient(final, layout)
        return self._part(loop_id, block, level.repaired)

    def _forget_levels(self, highest: str) -> None:
        """Forget a level and those below it, and what keeps claims under them from passing."""
        for level in LEVELS[LEVELS.index(highest) :]:
            self._standing.pop(level, None)
            self._doubts.pop(level, None)
            if self._surroundings is not None:
                self._surroundings.inherited.pop(level, None)

    def _inherit(
        self, surroundings: Surroundings, kind: str, blocking: list[Hit | Finding]
    ) -> None:
        """Let what is wrong above claims keep them from passing; outermost first, so that the
        order does not tell in which order it was found."""
        inherited = {**surroundings.inherited, kind: blocking}
        surroundings.inherited = {one: inherited[one] for one in KINDS_ABOVE if inherited.get(one)}

    def _clm(self, block: Block) -> Part:
        self._envelope.segments += _filled(block)
        surroundings = self._surroundings
        if surroundings is None:
            return self._outside(block, "CLM")
        _, scrubber = self._tools_for(block.delimiters)
        surplus = tuple(self._hierarchy.claim())
        final, claim = scrubber.scrub(block, surroundings, self._cut_off, surplus)
        if claim.findings:
            self._doubt_level(block, claim.findings)
        return Part(
            "2300", block.text, final.text, (), (), claim,
            block.delimiters.element, _filled(final), block.ordinal,
        )  # fmt: skip

    def _doubt_level(self, block: Block, findings: Sequence[Finding]) -> None:
        """Let no claim pass under a level that may be another one's: its own HL was lost."""
        lost = _lost_level(block, findings)
        if lost is not None and self._surroundings is not None:
            level, index = lost
            message = (
                f"the HL of a {level} is lost before this point: whose claim follows is unsure"
            )
            doubt = stamp_fault(Fault("S210", index, 0, 0, message, "7"), block, None)
            self._doubts[level] = doubt
            self._inherit(self._surroundings, level, [doubt])

    def _ta1(self, block: Block) -> Part:
        """An acknowledgment that travels with the claims; it says nothing about them."""
        if "GS" in self._envelope.open:
            return self._outside(block, "TA1")
        return self._part("TA1", block, Repaired(block, (), ()))

    def _trailer(self, block: Block) -> Part:
        name = block.values(0)[0]
        self._envelope.segments += name == "SE"
        faults = list(self._envelope.leave(name, block.values(0)))
        if self._cut_off:
            message = "the last segment lacks its terminator"
            faults.append(Fault("S132", 0, 0, 0, message, ""))
        scrubbed = True
        if name == "SE":
            scrubbed = self._surroundings is not None
            if scrubbed:
                found = list(self._hierarchy.end())
                self._late = [fault for fault in found if fault.elsewhere is not None]
                faults += [fault for fault in found if fault.elsewhere is None]
        elif name == "GE":
            scrubbed = self._is_claim_group
            self._is_claim_group = False
        self._surroundings = None
        return self._control(name, block, faults) if scrubbed else self._passed_by(block, faults)

    def _outside(self, block: Block, name: str) -> Part:
        """A block where no claim can be scrubbed: of a set that is passed by, or astray."""
        if name not in STARTERS:
            message = "a segment stands where no segment may stand"
            filled = [index for index, raw in enumerate(block.segments) if raw]
            return self._passed_by(block, [Fault("S207", at, 0, 0, message, "2") for at in filled])
        if "ST" in self._envelope.open and self._surroundings is None:
            self._envelope.segments += _filled(block) if name not in ("HL", "CLM") else 0
            return self._passed_by(block)
        message = f"{name} stands outside a transaction set of professional claims"
        return self._passed_by(block, [Fault("S112", 0, 0, 0, message, "2")])

    _handlers: dict[str, Callable[["FileScrubber", Block], Part]] = {  # noqa: RUF012
        "ISA": _isa,
        "GS": _gs,
        "ST": _st,
        "HL": _hl,
        "CLM": _clm,
        "SE": _trailer,
        "GE": _trailer,
        "IEA": _trailer,
        "TA1": _ta1,
    }


def closing_part(envelope: Envelope, end: int, ordinal: int) -> Iterator[Part]:
    """What the end of a file at byte `end` says of it: what is not closed, or that it is empty.
    `ordinal` is the number of the segment that would follow."""
    findings = [at_byte(fault, end, ordinal) for fault in envelope.unclosed()]
    if not end:
        findings.append(at_byte(Fault("S101", 0, 0, 0, "the file is empty", ""), 0, 0))
    if findings:
        yield Part("", "", "", tuple(findings))


class Level(NamedTuple):
    """An ST header or a level after repair, and what keeps the claims under it from passing."""

    repaired: Repaired
    layout: LoopLayout
    blocking: list[Hit | Finding]
    crashes: list[Crash]


def _level_findings(
    block: Block, shape: Shape, faults: Sequence[Fault], hits: Sequence[Hit]
) -> list[Finding]:
    found = [stamp_fault(fault, block, shape.layout) for fault in faults]
    stamped = (stamp_problem(h.rule, h.problem, None, None, None, h.entity) for h in hits)
    return found + [finding for finding in stamped if finding is not None]


def _blocking(part: Part) -> list[Hit | Finding]:
    return [finding for finding in part.findings if _blocks(finding)]


def _blocks(finding: Finding) -> bool:
    """Whether a fault keeps the claims below from passing. A trailer that is missing before a
    header is the fault of what stood there before."""
    return _rejects(finding) and finding.code != "S112"


def _once(findings: list[Finding]) -> Callable[[Block], list[Finding]]:
    """A check that finds these on the block as received and nothing afterwards."""
    waiting = [findings]
    return lambda _: waiting.pop() if waiting else [f for f in findings if f.fix is None]


def _apart(block: Block) -> tuple[Block, ...]:
    """A control segment and, if there are any, the segments astray behind it."""
    if len(block.segments) == 1 or not any(block.segments[1:]) or block.id not in LONE:
        return (block,)
    return block.apart(1)


def _empty_segments(block: Block) -> Iterator[Fault]:
    for index, raw in enumerate(block.segments):
        if not raw:
            yield Fault("S115", index, 0, 0, "empty segment", "", "", "remove the empty segment")


def _lost_level(block: Block, findings: Sequence[Finding]) -> tuple[str, int] | None:
    """The level whose HL is missing, and where: its segments stand astray inside a claim."""
    if not any(one.code in ("S207", "S208") and not one.fixed for one in findings):
        return None
    found: dict[str, int] = {}
    for index in range(1, len(block.segments)):
        values = _padded(block.values(index), 2)
        level = LEVEL_SIGNS.get((values[0], values[1] if values[0] == "NM1" else ""))
        if level is not None:
            found.setdefault(level, index)
    return min(found.items(), default=None)


def _no_subscriber(block: Block) -> Finding:
    fault = Fault("S210", 0, 0, 0, "the claim stands under no subscriber (2000B)", "7")
    return stamp_fault(fault, block, None)


def _never(_: Finding) -> bool:
    return False


def _rejects(finding: Finding) -> bool:
    return finding.severity is Severity.REJECT and not finding.fixed


def _filled(block: Block) -> int:
    if block.received is None:
        return len(block.segments)
    return len(block.segments) - block.segments.count("")


def _padded(values: list[str], length: int) -> list[str]:
    return values + [""] * (length - len(values))


def _is_cut_off(block: Block) -> bool:
    """Whether the last segment lacks its terminator, which only the end of a file can do."""
    if block.starts is None or block.received is None:
        return False
    blanks = BLANKS.replace(block.delimiters.terminator, "")
    return block.starts[-1] + len(block.received[-1]) >= len(block.text.rstrip(blanks))


def _first(block: Block, layout: LoopLayout, segment_id: str) -> Segment | None:
    indexes = layout.segments.get(segment_id)
    return block.segment(indexes[0], layout.id) if indexes else None


def _party(block: Block, layout: LoopLayout, loop_id: str) -> Party | None:
    for one in layout.loops.get(loop_id, ()):
        return Party(block, one)
    return None
