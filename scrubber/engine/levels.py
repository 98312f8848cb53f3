"""Transaction set headers and levels of the hierarchy: judged, repaired, and doubted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scrubber.claim.loop import Party
from scrubber.engine.hits import Crash, Hit, cut_short
from scrubber.engine.repair import Decide, Repaired, is_made, repair
from scrubber.engine.rule_runner import RuleRunner
from scrubber.engine.stamp import stamp_fault, stamp_problem
from scrubber.findings import Finding, Severity
from scrubber.guide.faults import Fault
from scrubber.guide.layout import LoopLayout
from scrubber.guide.shape import Shape
from scrubber.guide.walker import Walker
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.x12.block import Block
from scrubber.x12.segment import Segment

# Segments that only levels hold; inside a claim they tell that the HL of a level is lost.
LEVEL_SIGNS = {
    ("NM1", "85"): "2000A",
    ("DMG", ""): "2000B",
    ("PAT", ""): "2000C",
    ("NM1", "QC"): "2000C",
}
# Of what is wrong above it a claim is told so much.
MOST_INHERITED = 10


class Level(NamedTuple):
    """An ST header or a level after repair, and what keeps the claims under it from passing."""

    repaired: Repaired
    layout: LoopLayout
    blocking: list[Hit | Finding]
    crashes: list[Crash]

    def segment(self, segment_id: str) -> Segment | None:
        """The first segment of that id that belongs to no inner loop."""
        indexes = self.layout.segments.get(segment_id)
        return self.repaired.block.segment(indexes[0], self.layout.id) if indexes else None

    def party(self, loop_id: str) -> Party | None:
        """The first inner loop of that id."""
        for one in self.layout.loops.get(loop_id, ()):
            return Party(self.repaired.block, one)
        return None


def judge_level(
    walker: Walker,
    runner: RuleRunner,
    block: Block,
    loop_id: str,
    faults: Sequence[Fault],
    decide: Decide,
) -> Level:
    """Judge and repair a block that begins loop `loop_id`; `faults` are those of its place."""
    shape, found = walker.walk(block, loop_id)
    crashes: list[Crash] = []
    hits = cut_short(runner.loops(block, shape.loops, crashes))
    if not (faults or found or hits):
        return Level(Repaired(block, (), ()), shape.layout, [], crashes)
    latest = [(shape, [*faults, *found], hits)]
    lasting = [one for one in faults if not is_made(stamp_fault(one, block, None), decide)]

    def check(one: Block) -> list[Finding]:
        if one is not block:
            again = walker.walk(one, loop_id)
            hits = cut_short(runner.loops(one, again.shape.loops, crashes))
            latest.append((again.shape, [*lasting, *again.faults], hits))
        return _findings(one, *latest[-1])

    repaired = repair(block, check, decide)
    guide = [one for one in repaired.findings if one.code in GUIDE_RULES]
    shape, _, hits = latest[-1]
    blocking = _some_of_each([*blocking_findings(guide), *hits])
    return Level(repaired, shape.layout, blocking, crashes)


def _some_of_each(blocking: list[Hit | Finding]) -> list[Hit | Finding]:
    """The first of each rule and severity: which of them a payer lets pass depends on no more, and
    each claim below is told of them."""
    seen: Counter[tuple[str, Severity | None]] = Counter()
    kept: list[Hit | Finding] = []
    for one in blocking:
        key = (
            (one.code, None) if isinstance(one, Finding) else (one.rule.code, one.problem.severity)
        )
        seen[key] += 1
        if seen[key] <= MOST_INHERITED:
            kept.append(one)
    return kept


def _findings(
    block: Block, shape: Shape, faults: Sequence[Fault], hits: Sequence[Hit]
) -> list[Finding]:
    found = [stamp_fault(fault, block, shape.layout) for fault in faults]
    stamped = (stamp_problem(h.rule, h.problem, None, None, None, h.entity) for h in hits)
    return found + [finding for finding in stamped if finding is not None]


def blocking_findings(findings: Iterable[Finding]) -> list[Hit | Finding]:
    """The findings that keep the claims below from passing. A trailer that is missing before a
    header is the fault of what stood there before."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.REJECT and not finding.fixed and finding.code != "S112"
    ]


def no_subscriber(block: Block) -> Finding:
    """What a claim is told that comes before any subscriber; the block stands above it."""
    fault = Fault(
        "S210", 0, 0, 0, "the claim is under no subscriber (2000B)", "3",
        missing="2000B/HL", expected=len(block.segments),
    )  # fmt: skip
    return stamp_fault(fault, block, None)


def lost_level(block: Block, findings: Iterable[Finding]) -> tuple[str, Finding] | None:
    """The level whose HL is missing, and what to tell the claims that follow: its segments stand
    astray inside this claim, so that the next claims would pass as another one's."""
    if not any(one.code in ("S207", "S208") and not one.fixed for one in findings):
        return None
    found: dict[str, int] = {}
    for index in range(1, len(block.segments)):
        name, first = [*block.values(index), ""][:2]
        level = LEVEL_SIGNS.get((name, first if name == "NM1" else ""))
        if level is not None:
            found.setdefault(level, index)
    if not found:
        return None
    level, index = min(found.items())
    message = (
        f"the HL of a {level} is missing before this point: it is not known whose claim follows"
    )
    return level, stamp_fault(Fault("S210", index, 0, 0, message, "7"), block, None)
