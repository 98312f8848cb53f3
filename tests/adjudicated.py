"""Generated claims and the answers of a payer that knows what is wrong with each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from scrubber.answers.backtest import Backtest, Denied
from scrubber.answers.judged import judged_claims
from scrubber.answers.match_rows import settled_claims
from scrubber.answers.read import read_answers
from scrubber.answers.rows import Problem
from scrubber.answers.sent import SentClaim, SentLine, read_sent
from scrubber.answers.settle import SettledClaim
from scrubber.answers.store import AnswerStore
from scrubber.engine import Context
from scrubber.profiles.loader import load_profiles
from scrubber.synthetic import PlantedFault, generate
from scrubber.testing.adjudicator import MANNERLY, PAID, Manner, Verdict, remittances

SENT_ON, PAID_ON = date(2026, 3, 1), date(2026, 3, 20)
CONTEXT = Context(SENT_ON, load_profiles())
File = tuple[str, bytes]

ANSWERS_TO_FAULTS = {
    "discipline-modifier-missing": Verdict("CO", "4", ("N822", "MA130")),
    "discipline-modifiers-several": Verdict("CO", "4", ("N519", "MA130")),
    "discipline-modifier-wrong": Verdict("CO", "4", ("N823", "MA130")),
    "assistant-modifier-unpaired": Verdict("CO", "4", ("N519", "MA130")),
    "procedure-deleted": Verdict("CO", "181", ("N56",)),
    "add-on-alone": Verdict("CO", "107", ("N122",)),
    "pair-without-modifier": Verdict("CO", "236", ("M15",)),
    "pair-never-allowed": Verdict("CO", "236", ("M15",)),
    "units-over-limit": Verdict("CO", "151", ("N362",)),
    "units-over-limit-across-lines": Verdict("CO", "151", ("N362",)),
    "units-not-whole": Verdict("CO", "16", ("M53",)),
    "units-of-untimed-code": Verdict("CO", "16", ("N430",)),
    "rendering-npi": Verdict("CO", "16", ("N290",)),
    "referring-npi": Verdict("CO", "16", ("N286",)),
    "referring-missing": Verdict("CO", "16", ("N285",)),
    "medicare-id-shape": Verdict("CO", "31", ("N382",)),
    "diagnosis-not-billable": Verdict("CO", "16", ("M81",)),
    "pointer-beyond": Verdict("CO", "16", ("M76",)),
    "accident-date-missing": Verdict("PR", "21", ("N727",)),
    "claim-number-missing": Verdict("CO", "16", ("N152",)),
    "procedure-not-taken": Verdict("CO", "96", ("N657",)),
    "service-in-future": Verdict("CO", "110", ("M52",)),
}
"""How a payer that checks what we check denies a claim with such a fault."""


class Year(NamedTuple):
    """Claims as they were sent, and what is wrong with those that are faulty, by number."""

    claims: bytes
    sent: list[SentClaim]
    faults: dict[str, PlantedFault]


def year(claims: int, seed: int, faults: str = "0") -> Year:
    """So many generated claims; the same for the same arguments."""
    planted: list[PlantedFault] = []
    segments = generate(claims, seed, as_of=SENT_ON, faults=Decimal(faults), record=planted.append)
    content = "".join(segments).encode()
    return Year(content, sent_claims(content), {one.claim_id: one for one in planted})


def sent_claims(content: bytes) -> list[SentClaim]:
    return [one for one in read_sent([content], "a.837") if not isinstance(one, Problem)]


def payer(faults: dict[str, PlantedFault]) -> Callable[[SentClaim, SentLine], Verdict]:
    """Denies what is faulty, its line or the whole claim, and pays the rest."""

    def decide(claim: SentClaim, line: SentLine) -> Verdict:
        fault = faults.get(claim.claim_id)
        if fault is None or (fault.line is not None and str(fault.line) != line.number):
            return PAID
        return ANSWERS_TO_FAULTS.get(fault.kind, PAID)

    return decide


def answered(
    claims: Iterable[SentClaim],
    decide: Callable[[SentClaim, SentLine], Verdict],
    manner: Manner = MANNERLY,
    first: int = 1,
    paid_on: date = PAID_ON,
) -> bytes:
    return "".join(remittances(claims, decide, paid_on, manner, first)).encode()


def settled(claims: Sequence[File], answers: Sequence[File]) -> list[SettledClaim]:
    """What became of the claims."""
    store = AnswerStore()
    for name, content in claims:
        for one in read_sent([content], name):
            if isinstance(one, SentClaim):
                store.add_sent(one)
    _add_answers(store, answers)
    return list(settled_claims(store))


def backtested(
    claims: Sequence[File], answers: Sequence[File], context: Context = CONTEXT
) -> tuple[Backtest, list[Denied]]:
    """A backtest and its denials."""
    store, backtest = AnswerStore(), Backtest()
    for name, content in claims:
        for one in judged_claims([content], name, context):
            if not isinstance(one, Problem):
                store.add_sent(*one)
    _add_answers(store, answers)
    for claim in settled_claims(store):
        backtest.add(claim)
    return backtest, list(backtest.denials())


def _add_answers(store: AnswerStore, answers: Sequence[File]) -> None:
    for name, content in answers:
        for row in read_answers([content], name):
            store.add(row)
    store.match()
