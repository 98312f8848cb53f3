"""How messages call segments and loops: by address and by name."""

from scrubber.guide.definitions import SegmentDefinition
from scrubber.guide.names import loop_name, segment_name

FEW = 4


def loop_called(loop_id: str) -> str:
    """Such as "2010AA (billing provider)"."""
    name = loop_name(loop_id)
    return f"{loop_id} ({name})" if name else loop_id


def called(definition: SegmentDefinition) -> str:
    """A segment with its qualifiers and its name, such as "REF*EI or SY (tax number)"."""
    codes = sorted(definition.qualifiers)
    shown = definition.id
    if codes and len(codes) <= FEW:
        shown = f"{shown}*{' or '.join(codes)}"
    loop = definition.loop.id
    if definition.starts_loop and definition.id == "NM1":
        name = loop_name(loop)
    else:
        names = {segment_name(loop, definition.id, code) for code in codes}
        name = names.pop() if len(names) == 1 else segment_name(loop, definition.id)
    return f"{shown} ({name})" if name else shown
