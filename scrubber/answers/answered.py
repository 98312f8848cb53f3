"""A claim that was sent, and what came back of it."""

from typing import Any, NamedTuple

from scrubber.answers.reversals import State
from scrubber.answers.rows import Adjustment, ClaimAnswer, LineAnswer, Payment, Status
from scrubber.answers.sent import SentClaim


class Answer(NamedTuple):
    """An answer of an 835 to one claim, with its payment. `state` is what later ones made of it;
    `level` by what its claim was found, or empty with the `reason` why none was."""

    claim: ClaimAnswer
    lines: tuple[LineAnswer, ...]
    adjustments: tuple[Adjustment, ...]
    payment: Payment
    state: State
    level: str = ""
    reason: str = ""


class Acknowledged(NamedTuple):
    """The statuses of a claim in one 277CA, and by what the claim was found."""

    statuses: tuple[Status, ...]
    level: str


class AnsweredClaim(NamedTuple):
    """A claim that was sent and all that came back; `judged` is what was given with it.
    `statuses` are those of each acknowledgment, with by what the claim was found."""

    number: int
    claim: SentClaim
    judged: Any
    answers: tuple[Answer, ...]
    statuses: tuple[Acknowledged, ...]
