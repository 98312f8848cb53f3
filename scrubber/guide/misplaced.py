"""Says why a segment has no place where it stands."""

from scrubber.guide.definitions import SegmentDefinition, load_guide
from scrubber.guide.element_check import listed
from scrubber.guide.faults import Fault
from scrubber.guide.wording import called, loop_called

FEW = 4


def misplaced(before: SegmentDefinition, segment_id: str, qualifier: str, index: int) -> Fault:
    """The fault of segment `index`, which may not stand after `before`."""
    guide = load_guide()
    everywhere = [one for loop in guide.values() for one in loop.segments]
    same = [one for one in everywhere if one.id == segment_id]
    if not same:
        message = "no segment of this name in an 837P" if segment_id else "a segment without a name"
        if any(one.id == segment_id.upper() for one in everywhere):
            message = f"{message}; names are in uppercase: {segment_id.upper()}"
        return Fault("S114", index, 0, 0, message, "1")
    here = [one for one in same if one.loop is before.loop and not one.starts_loop]
    fitting = [one for one in same if one.fits(segment_id, qualifier)]
    fits_here = any(one.loop is before.loop for one in fitting)
    if not fitting or (here and not fits_here):
        at = 3 if segment_id == "HL" else 1
        component = 1 if segment_id == "HI" else 0
        allowed = " or ".join(called(one) for one in (here or same)[:FEW])
        if at == 1 and len(here) == 1 and here[0].elements[0].codes:
            message = f"{segment_id}01 must be {listed(here[0].elements[0].codes)}"
            return Fault("S208", index, at, 0, message, "7")
        message = f"the qualifier of {segment_id} has no use in {loop_called(before.loop.id)}"
        return Fault("S208", index, at, component, f"{message}; there is {allowed}", "7")
    name = called(next((one for one in fitting if one.loop is before.loop), fitting[0]))
    if fits_here:
        message = f"{name} comes too late in {loop_called(before.loop.id)}"
        return Fault("S207", index, 0, 0, message, "7")
    homes = dict.fromkeys(loop_called(one.loop.id) for one in fitting)
    belongs = f"; it belongs in {' or '.join(homes)}" if len(homes) <= FEW else ""
    message = f"{name} is not allowed in {loop_called(before.loop.id)} at this point{belongs}"
    return Fault("S207", index, 0, 0, message, "2")
