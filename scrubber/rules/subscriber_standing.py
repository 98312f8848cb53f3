"""How a subscriber stands to the payer and to the patient: what several rules look at."""

from collections.abc import Hashable

from scrubber.claim.loop import Party
from scrubber.guide.layout import LoopLayout
from scrubber.x12.block import Block

DEMOGRAPHICS = ("N3", "N4", "DMG")


def subscriber_standing(level: Party) -> Hashable:
    """Of a 2000B: SBR01, SBR02, SBR05 and SBR09; of its subscribers (2010BA) which segments they
    have, whether each is a person (NM102), whether NM108 and NM109 are filled, and what stands
    astray in it in the place of an address or birth date."""
    layout, values = level.layout, level.block.values
    indexes = layout.segments.get("SBR")
    sbr = values(indexes[0]) if indexes else []
    subscribers = [
        (*one.segments, *name[2:3], *map(bool, name[8:10]), *astray(level.block, one))
        for one in layout.loops.get("2010BA", ())
        for name in (values(one.first),)
    ]
    return (*sbr[1:3], *sbr[5:6], *sbr[9:10], len(sbr), *subscribers)


def astray(block: Block, subscriber: LoopLayout) -> list[str]:
    """Which of N3, N4 and DMG stand in a 2010BA only where they may not; the guide check says so
    of each (S207)."""
    lacking = [name for name in DEMOGRAPHICS if name not in subscriber.segments]
    if not lacking:
        return []
    standing = {block.values(at)[0] for at in range(subscriber.first, subscriber.last)}
    return [name for name in lacking if name in standing]
