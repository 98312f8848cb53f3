"""How a subscriber stands to the payer and to the patient: what several rules look at."""

from collections.abc import Hashable

from scrubber.claim.loop import Party


def subscriber_standing(level: Party) -> Hashable:
    """Of a 2000B: SBR01, SBR02, SBR05 and SBR09; of its subscribers (2010BA) which segments they
    have, whether each is a person (NM102), and whether NM108 and NM109 are filled."""
    layout, values = level.layout, level.block.values
    indexes = layout.segments.get("SBR")
    sbr = values(indexes[0]) if indexes else []
    subscribers = [
        (*one.segments, *name[2:3], *map(bool, name[8:10]))
        for one in layout.loops.get("2010BA", ())
        for name in (values(one.first),)
    ]
    return (*sbr[1:3], *sbr[5:6], *sbr[9:10], len(sbr), *subscribers)
