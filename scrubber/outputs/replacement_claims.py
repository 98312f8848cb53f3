"""Writes claims as replacements of those that a payer decided: frequency 7, and the payer's number
in REF*F8. Nothing else of them is changed: what was denied is for a person to correct."""

from collections.abc import Iterable, Mapping

from scrubber.engine.results import Part
from scrubber.outputs.own_numbers import OwnNumbers, RejectedNumbers
from scrubber.outputs.split_file import SplitWriter
from scrubber.outputs.written_claims import SupportsWrite
from scrubber.x12.block import Block
from scrubber.x12.lexer import recut

_BEFORE_REFERENCES = frozenset({"CLM", "DTP", "PWK", "CN1", "AMT", "REF"})
REPLACEMENT = "7"


def write_replacements(
    parts: Iterable[Part], numbers: Mapping[int, str], out: SupportsWrite
) -> int:
    """Write those claims of a file whose CLM is a segment of `numbers`, with the payer's number of
    each. Returns how many."""
    writer = SplitWriter(out, lambda part: part.ordinal in numbers, RejectedNumbers(OwnNumbers()))
    written = 0
    delimiters = None
    for part in parts:
        if part.delimiters is not None:
            delimiters = part.delimiters
        one = part._replace(corrected=part.received)
        if part.claim is not None and part.ordinal in numbers and delimiters is not None:
            block = recut(Block([], "", delimiters, 0, part.ordinal), part.received)
            text, more = as_replacement(block, numbers[part.ordinal])
            one = one._replace(corrected=text, segments=part.segments + more)
            written += 1
        writer.write(one)
    writer.close()
    return written


def as_replacement(block: Block, payer_claim: str) -> tuple[str, int]:
    """The text of a claim as a replacement, and how many segments it has more than before."""
    separator, component = block.delimiters.element, block.delimiters.component
    received = block.received or block.segments
    texts = list(received)
    claim = texts[0].split(separator)
    place = claim[5].split(component)
    texts[0] = separator.join([*claim[:5], component.join([*place[:2], REPLACEMENT]), *claim[6:]])
    number = separator.join(("REF", "F8", payer_claim))
    last = 0
    for at, text in enumerate(texts):
        values = text.split(separator)
        if values[:2] == ["REF", "F8"] and last == at - 1:
            texts[at] = number
            return _joined(block, texts), 0
        if values[0] not in _BEFORE_REFERENCES:
            break
        last = at
    gap = _gap(block)
    texts[last] += f"{block.delimiters.terminator}{gap}{number}"
    return _joined(block, texts), 1


def _gap(block: Block) -> str:
    """What lies between the terminator of a segment and the next one, as a line break."""
    starts, received = block.starts or [0], block.received or block.segments
    end = starts[0] + len(received[0]) + 1
    return block.text[end : starts[1]] if len(starts) > 1 else ""


def _joined(block: Block, texts: list[str]) -> str:
    starts, received = block.starts or [], block.received or []
    pieces: list[str] = []
    position = 0
    for start, old, new in zip(starts, received, texts, strict=True):
        pieces += (block.text[position:start], new)
        position = start + len(old)
    pieces.append(block.text[position:])
    return "".join(pieces)
