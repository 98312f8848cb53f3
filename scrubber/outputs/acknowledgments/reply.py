"""Turns a received interchange round: who sent it receives the answer."""

from scrubber.outputs.acknowledgments.control_numbers import AnswerNumbers
from scrubber.outputs.acknowledgments.envelopes import Interchange
from scrubber.outputs.x12_writer import Header


def reply_header(interchange: Interchange, numbers: AnswerNumbers) -> Header:
    """The ISA of an answer; test data is answered as test data."""
    values = interchange.values
    return Header(
        numbers.number(interchange.nth, values[13]),
        (values[7], values[8]),
        (values[5], values[6]),
        "T" if values[15] == "T" else "P",
    )


def group_number(interchange_number: str, nth: int) -> str:
    """GS06 of the `nth` group of our interchange, counted from 0: the end of its ISA13 and three
    digits for the group, so that groups of other interchanges have other numbers."""
    return str((int(interchange_number[-6:]) * 1000 + nth + 1) % 10**9)
