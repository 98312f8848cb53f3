"""Works a file through block by block inside its envelope; the state is the envelope's only."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from scrubber.claim.claim import BillingProvider, Patient, Subscriber, Transaction
from scrubber.consents import Consent
from scrubber.engine.across_claims import LeftOut, across_claims, no_claim
from scrubber.engine.block_parts import (
    apart,
    astray,
    control_part,
    filled,
    is_cut_off,
    part_of,
    passed_by,
)
from scrubber.engine.context import Context
from scrubber.engine.hits import Hit
from scrubber.engine.judges import JudgesByDelimiters
from scrubber.engine.levels import Level, blocking_findings, judge_level, lost_level, no_subscriber
from scrubber.engine.repairs_above import with_repairs_above
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.run_memory import RunMemory
from scrubber.engine.stamp import correction_elsewhere, stamp_elsewhere, stamp_fault
from scrubber.engine.stray_text import closing_part, stray_part
from scrubber.engine.stream_state import KINDS_ABOVE, Above, Standing, StreamState
from scrubber.engine.surroundings import Surroundings
from scrubber.engine.unscrubbed import not_scrubbed, unscrubbed_claim
from scrubber.engine.whole_sets import asks_for_whole_sets, by_whole_sets
from scrubber.findings import Finding
from scrubber.guide.conventions import foreign_group, foreign_set, is_claim_group, other_sets
from scrubber.guide.envelope import Envelope, gs_faults, isa_faults
from scrubber.guide.faults import Fault
from scrubber.guide.hierarchy import Hierarchy, level_of
from scrubber.guide.stray_bytes import unwrapped
from scrubber.guide.walker import DisagreementError
from scrubber.rules.rule import Rule
from scrubber.x12.block import Block
from scrubber.x12.complete_blocks import STARTERS
from scrubber.x12.lexer import recut
from scrubber.x12.reader import StrayText
from scrubber.x12.segment import Segment

NO_GROUP = Fault("S112", 0, 0, 0, "GS is missing before this transaction set", "2")


class FileScrubber:
    """Turns the blocks of one file into parts. `rules` are the rules in force; `run` remembers the
    claims of the files before it, without it each file is a run of its own."""

    def __init__(
        self, context: Context, rules: Sequence[Rule], run: RunMemory | None = None
    ) -> None:
        self._context = context
        self.run = run
        self._left_out: LeftOut = no_claim
        self._judges_of = JudgesByDelimiters(context, rules)
        self._by_whole_sets = asks_for_whole_sets(context)
        self.reset()

    def reset(self) -> None:
        """Forget the file; what was found clean stays remembered for the next one."""
        self._envelope = Envelope()
        self._hierarchy = Hierarchy()
        self._interchange: Segment | None = None
        self._group: Segment | None = None
        self._is_claim_group = False
        self._other_sets: tuple[str, ...] = ()
        self._surroundings: Surroundings | None = None
        self._above: dict[str, list[Hit | Finding]] = {}
        self._standing: Above[tuple[Block, Sequence[Fault]]] = Above()
        self._doubts: Above[Finding] = Above()
        self._late: list[Fault] = []

    def give_up(self, left_out: LeftOut = no_claim) -> None:
        """Nothing came of the file that was read last, nor will of what is `left_out` of the next:
        no later claim is held against them."""
        self._left_out = left_out
        if self.run is not None:
            self.run.give_up()

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        """The parts of a file, in order; joined, their received texts are the file."""
        parts = self._claim_by_claim(blocks)
        parts = across_claims(parts, self.run or RunMemory(), self._context, self._left_out)
        self._left_out = no_claim
        parts = with_repairs_above(parts)
        return by_whole_sets(parts, self._context) if self._by_whole_sets else parts

    def _claim_by_claim(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        self.reset()
        end, ordinal = 0, 0
        for block in blocks:
            if isinstance(block, StrayText):
                yield stray_part(block)
                end = block.start + len(block.text)
                continue
            yield from self.parts_of(block)
            end, ordinal = block.end, block.ordinal + len(block.segments)
        yield from closing_part(self._envelope, end, ordinal)

    def parts_of(self, block: Block) -> Iterator[Part]:
        """The parts of the next block of the file."""
        for one in apart(block):
            part = self._block(one)
            if self._late:
                yield self._late_part()
            yield part

    @property
    def state(self) -> StreamState:
        """All that what was read so far means for what follows."""
        above = self._surroundings
        standing = ((kind, Standing.of(*one)) for kind, one in self._standing.items())
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

    def _late_part(self) -> Part:
        """What is found of a level only when the next one begins. Its child code is told anew
        wherever it is written."""
        findings = tuple([stamp_elsewhere(fault) for fault in self._late])
        corrections = tuple([correction_elsewhere(one) for one in self._late if one.replacement])
        self._late = []
        return Part("", "", "", findings, corrections)

    def _block(self, block: Block) -> Part:
        self._cut_off = is_cut_off(block)
        name = block.segments[0][:4].split(block.delimiters.element)[0]
        handler = self._handlers.get(name)
        if handler is None:
            return self._outside(block, name)
        return handler(self, block)

    def _isa(self, block: Block) -> Part:
        values = _padded(block.values(0), 17)
        return self._enter_interchange(block, list(self._envelope.enter_interchange(values)))

    def _enter_interchange(self, block: Block, faults: Sequence[Fault]) -> Part:
        self._standing.enter("ISA", (block, faults))
        self._group = None
        self._is_claim_group = False
        self._other_sets = ()
        self._surroundings = None
        part = control_part("ISA", block, faults, own_faults=self._isa_faults)
        self._interchange = _header(block, part)
        blocking = blocking_findings(part.findings)
        self._above = {"ISA": blocking}
        return part._replace(blocks=bool(blocking), delimiters=block.delimiters)

    def _isa_faults(self, block: Block) -> Iterator[Fault]:
        values = _padded(block.values(0), 17)
        return isa_faults(values, block.delimiters, self._context.as_of)

    def _gs(self, block: Block) -> Part:
        return self._enter_group(block, list(self._envelope.enter_group(block.values(0))))

    def _enter_group(self, block: Block, faults: Sequence[Fault]) -> Part:
        values = block.values(0)
        self._standing.enter("GS", (block, faults))
        self._is_claim_group = is_claim_group(values)
        self._other_sets = () if self._is_claim_group else other_sets(values)
        self._surroundings = None
        if not self._is_claim_group:
            return passed_by(block, [*faults, foreign_group(values)])
        part = control_part("GS", block, faults, self._decide, self._gs_faults)
        self._group = _header(block, part)
        self._above["GS"] = blocking = blocking_findings(part.findings)
        return part._replace(blocks=bool(blocking))

    def _gs_faults(self, block: Block) -> Iterator[Fault]:
        return gs_faults(block.values(0), self._context.as_of, block.delimiters.element)

    def _st(self, block: Block) -> Part:
        values = block.values(0)
        in_group = "GS" in self._envelope.open
        faults = list(self._envelope.enter_set(values))
        self._envelope.segments = filled(block)
        self._hierarchy = Hierarchy()
        self._surroundings = None
        self._standing.end("ST")
        if in_group and not self._is_claim_group:
            if self._other_sets and "".join(values[1:2]) not in self._other_sets:
                message = f"the transaction set is not the {' or '.join(self._other_sets)}"
                faults.append(Fault("S113", 0, 1, 0, f"{message} that its group is for", "6"))
            return passed_by(block, faults)
        if len(values) < 2 or values[1] != "837":
            faults.append(Fault("S113", 0, 1, 0, "the transaction set is not an 837", "6"))
            return passed_by(block, faults)
        foreign = foreign_set(values)
        if foreign is not None:
            return passed_by(block, [*faults, foreign])
        return self._enter_set(block, faults if in_group else [*faults, NO_GROUP])

    def _enter_set(self, block: Block, faults: Sequence[Fault]) -> Part:
        in_group = NO_GROUP not in faults
        self._standing.enter("ST", (block, faults))
        self._doubts.clear()
        level = self._level(block, "ST", faults)
        assert self._interchange is not None
        self._surroundings = Surroundings(
            Transaction(
                self._interchange,
                self._group,
                level.repaired.block.segment(0, "ST"),
                level.segment("BHT"),
                level.party("1000A"),
                level.party("1000B"),
            )
        )
        above = {**self._above, "ST": level.blocking}
        above["2000B"] = [no_subscriber(block)]
        if not in_group:
            above["GS"] = [stamp_fault(NO_GROUP, block, None)]
        for kind, blocking in above.items():
            self._inherit(self._surroundings, kind, blocking)
        part = part_of("ST", block, level.repaired)
        return part._replace(
            blocks=not in_group or any(isinstance(one, Finding) for one in level.blocking)
        )

    def _level(self, block: Block, loop_id: str, faults: Sequence[Fault]) -> Level:
        judges = self._judges_of(block.delimiters)
        return judge_level(judges.walker, judges.runner, block, loop_id, faults, self._decide)

    def _decide(self, finding: Finding) -> Consent | None:
        """What the office decided; of payers nothing is known above claims."""
        return self._context.decision_on(finding.code, "")

    def _hl(self, block: Block) -> Part:
        self._envelope.segments += filled(block)
        surroundings = self._surroundings
        if surroundings is None:
            return self._outside(block, "HL")
        loop_id = level_of(block.values(0), block)
        faults = self._hierarchy.enter(loop_id, block.segment(0, loop_id))
        if faults:
            self._late = [fault for fault in faults if fault.elsewhere is not None]
            faults = faults[len(self._late) :]
        return self._enter_level(loop_id, block, faults)

    def _enter_level(self, loop_id: str, block: Block, faults: Sequence[Fault]) -> Part:
        surroundings = self._surroundings
        assert surroundings is not None
        self._standing.enter(loop_id, (block, faults))
        self._doubts.end(loop_id)
        surroundings.inherited.end(loop_id)
        level = self._level(block, loop_id, faults)
        if level.blocking:
            self._inherit(surroundings, loop_id, level.blocking)
        surroundings.crashes += level.crashes
        final, layout = level.repaired.block, level.layout
        if loop_id == "2000A":
            surroundings.enter_billing_provider(BillingProvider(final, layout))
            self._inherit(surroundings, "2000B", [no_subscriber(block)])
        elif loop_id == "2000B":
            surroundings.enter_subscriber(Subscriber(final, layout))
        else:
            surroundings.dependent = Patient(final, layout)
        return part_of(loop_id, block, level.repaired)

    def _inherit(
        self, surroundings: Surroundings, kind: str, blocking: list[Hit | Finding]
    ) -> None:
        """Let what is wrong above claims keep them from passing; outermost first, so that the
        order does not tell in which order it was found."""
        inherited = {**surroundings.inherited, kind: blocking}
        ordered = {one: inherited[one] for one in KINDS_ABOVE if inherited.get(one)}
        surroundings.inherited = Above(ordered)

    def _clm(self, block: Block) -> Part:
        self._envelope.segments += filled(block)
        surroundings = self._surroundings
        if surroundings is None:
            return self._outside(block, "CLM")
        final, claim = self._scrubbed_claim(block, surroundings)
        if claim.findings:
            self._doubt_level(block, claim.findings)
        texts, element = (block.text, final.text), block.delimiters.element
        part = Part("2300", *texts, (), (), claim, element, filled(final), block.ordinal)
        if block.records is not None:
            part = part._replace(unwrapped=unwrapped(block))
            if claim.disposition is Disposition.REJECTED:
                part = part._replace(corrected=part.returned)
        return part

    def _scrubbed_claim(self, block: Block, above: Surroundings) -> tuple[Block, ClaimResult]:
        """A claim and its result; a fault of ours in one claim does not stop its file."""
        surplus = self._hierarchy.claim()
        try:
            scrubber = self._judges_of(block.delimiters).claims
            return scrubber.scrub(block, above, self._cut_off, surplus)
        except Exception as error:
            if isinstance(error, MemoryError | DisagreementError):
                raise
            said = "an internal error in the scrubber, not a problem with the claim"
            fault = not_scrubbed(f"not scrubbed: {said} ({type(error).__name__})")
            return block, unscrubbed_claim(block, above.interchange, above.set_number, fault)

    def _doubt_level(self, block: Block, findings: Sequence[Finding]) -> None:
        """Let no claim pass under a level that may be another one's: its own HL was lost."""
        lost = lost_level(block, findings)
        if lost is not None and self._surroundings is not None:
            level, doubt = lost
            self._doubts[level] = doubt
            self._inherit(self._surroundings, level, [doubt])

    def _ta1(self, block: Block) -> Part:
        """An acknowledgment that travels with the claims; it says nothing about them."""
        if "GS" in self._envelope.open:
            return self._outside(block, "TA1")
        self._envelope.acknowledgments += 1
        part = control_part("TA1", block, [])
        return passed_by(block) if blocking_findings(part.findings) else part

    def _trailer(self, block: Block) -> Part:
        name = block.values(0)[0]
        self._envelope.segments += name == "SE"
        faults: list[Fault] = []
        if name != "SE" or self._surroundings is not None:
            faults += self._envelope.nothing_inside(name, self._hierarchy.claims_of_set)
        faults += self._envelope.leave(name, block.values(0), block.delimiters.element)
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
        self._standing.end("ST")
        return control_part(name, block, faults) if scrubbed else passed_by(block, faults)

    def _outside(self, block: Block, name: str) -> Part:
        """A block where no claim can be scrubbed: of a set that is passed by, or astray."""
        if name not in STARTERS:
            return astray(block)
        if "ST" in self._envelope.open and self._surroundings is None:
            self._envelope.segments += filled(block) if name not in ("HL", "CLM") else 0
            if name == "CLM" and self._other_sets:
                message = "a claim is in a transaction set of another kind"
                return passed_by(block, [Fault("S113", 0, 0, 0, message, "2")])
            return passed_by(block)
        message = f"{name} is outside a transaction set of professional claims"
        return passed_by(block, [Fault("S112", 0, 0, 0, message, "2")])

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


def _header(block: Block, part: Part) -> Segment:
    """A control segment as it is repaired."""
    return (recut(block, part.corrected) if part.corrections else block).segment(0)


def _padded(values: list[str], length: int) -> list[str]:
    return values + [""] * (length - len(values))
