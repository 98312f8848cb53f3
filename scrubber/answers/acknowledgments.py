"""Reads one 999 (005010X231A1), and TA1: what was taken of an interchange, group and set."""

from collections.abc import Iterator

from scrubber.answers.rows import Acknowledgment, Row
from scrubber.answers.source import Source
from scrubber.claim.values import day
from scrubber.x12.block import Block

_NONE = Acknowledgment(
    file="", kind="", level="", control_number="", sent_on=None, sent_at="", set_number="",
    status="", codes="", sets_included="", sets_received="", sets_accepted="", in_segment="",
    in_position="", in_loop="", in_element="", claim_id="", segment=0, byte=0, text="",
)  # fmt: skip


class Implementation:
    """A 999, fed block by block: heading, each set acknowledged, the group."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._group = ""

    def rows(self, block: Block, is_cut: bool) -> Iterator[Row]:  # noqa: ARG002
        """The rows of a block of the 999."""
        source = Source(block, self._file)
        if block.id == "ST":
            self._heading(source)
        elif block.id == "AK2":
            yield from self._set(source)
        elif block.id == "AK9":
            included, received, accepted = (source.text(0, one) for one in (2, 3, 4))
            yield self._row(source, 0)._replace(
                level="group", status=source.text(0, 1), codes=_codes(source, 0, 5),
                sets_included=included, sets_received=received, sets_accepted=accepted,
            )  # fmt: skip
            for index in range(1, len(block.segments)):
                source.misplaced(index, "a 999 after AK9")
        else:
            source.misplaced(0, "a 999; neither is what follows it")
        yield from source.problems

    def end(self, is_whole: bool) -> Iterator[Row]:  # noqa: ARG002
        """Nothing is known at the end only."""
        yield from ()

    def _heading(self, source: Source) -> None:
        self._group = ""
        for index in range(1, len(source.block.segments)):
            if source.text(index, 0) == "AK1":
                self._group = source.text(index, 2)
            else:
                source.misplaced(index, "the heading of a 999")

    def _set(self, source: Source) -> Iterator[Row]:
        """The rows of one set: its faulty segments and elements, then itself."""
        found: list[Acknowledgment] = []
        claim_id = ""
        at = self._row(source, 0)._replace(set_number=source.text(0, 2))
        decided = None
        for index in range(1, len(source.block.segments)):
            name = source.text(index, 0)
            here = _placed(at, source, index)
            if name == "IK3":
                yield from (one._replace(claim_id=claim_id) for one in found)
                found, claim_id = [], ""
                at = here._replace(
                    in_segment=source.text(index, 1), in_position=source.text(index, 2),
                    in_loop=source.text(index, 3),
                )  # fmt: skip
                found.append(at._replace(level="segment", codes=source.text(index, 4)))
            elif name == "IK4":
                codes, text = source.text(index, 3), source.text(index, 4)
                element = source.text(index, 1)
                found.append(
                    here._replace(level="element", in_element=element, codes=codes, text=text)
                )
            elif name == "CTX":
                if source.text(index, 1, 1) == "CLM01":
                    claim_id = source.text(index, 1, 2)
            elif name == "IK5":
                decided = here._replace(
                    level="set", status=source.text(index, 1), codes=_codes(source, index, 2),
                    in_segment="", in_position="", in_loop="",
                )  # fmt: skip
            else:
                source.misplaced(index, "a set acknowledged by a 999")
        yield from (one._replace(claim_id=claim_id) for one in found)
        if decided is None:
            source.complain(
                0, "is not followed by an IK5, so whether the set was accepted is not known"
            )
        else:
            yield decided

    def _row(self, source: Source, index: int) -> Acknowledgment:
        row = _NONE._replace(file=self._file, kind="999", control_number=self._group)
        return _placed(row, source, index)


def interchange_row(block: Block, file: str) -> Acknowledgment:
    """What a TA1 says of an interchange."""
    source = Source(block, file)
    row = _NONE._replace(
        file=file,
        kind="TA1",
        level="interchange",
        control_number=source.text(0, 1),
        sent_on=day(f"20{source.text(0, 2)}"),
        sent_at=source.text(0, 3),
        status=source.text(0, 4),
        codes=source.text(0, 5),
    )
    return _placed(row, source, 0)


def _placed(row: Acknowledgment, source: Source, index: int) -> Acknowledgment:
    """The row, with the place of the segment it was read from."""
    block = source.block
    return row._replace(segment=block.ordinal + index, byte=block.offset(index))


def _codes(source: Source, index: int, first: int) -> str:
    last = len(source.values[index])
    return " ".join(filter(None, (source.text(index, one) for one in range(first, last))))
