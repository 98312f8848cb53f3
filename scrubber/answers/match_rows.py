"""The tables that matching writes: answers with their claims and lines, and lines that were sent
with what became of them."""

from collections.abc import Iterator
from datetime import date

from scrubber.answers.answered import Answer, AnsweredClaim
from scrubber.answers.match import Found, claim_match, status_match
from scrubber.answers.money import ZERO
from scrubber.answers.rows import ClaimMatch, LineMatch, ProviderMatch, SettledRow
from scrubber.answers.sent import SentClaim
from scrubber.answers.sent_lines import FoundLine
from scrubber.answers.settle import (
    NOTHING_RECOUPED,
    Denial,
    SettledClaim,
    answered_lines,
    joined,
    settle,
)
from scrubber.answers.store import AnswerStore
from scrubber.answers.take_backs import provider_matches, recouped


def settled_claims(store: AnswerStore, as_of: date | None = None) -> Iterator[SettledClaim]:
    """Every claim that was sent, and what became of it. Without `as_of` it is the day of the
    last payment."""
    taken = recouped(store)
    as_of = as_of or store.last_paid_on()
    for answered in store.answered_claims():
        yield settle(answered, taken.get(answered.number, NOTHING_RECOUPED), as_of)


def match_rows(store: AnswerStore) -> Iterator[ClaimMatch | LineMatch | ProviderMatch | SettledRow]:
    """All rows of all tables."""
    taken, as_of = recouped(store), store.last_paid_on()
    for answered in store.answered_claims():
        yield from _of_answers(answered)
        for said in answered.statuses:
            yield status_match(said.statuses[0], Found(answered.claim, said.level))
        yield from settled_rows(
            settle(answered, taken.get(answered.number, NOTHING_RECOUPED), as_of)
        )
    for one in store.unmatched():
        if isinstance(one, Answer):
            yield claim_match(one.claim, Found(None, "", one.reason), one.state.name)
        else:
            yield status_match(one[0], Found(None, "", one[1]))
    yield from provider_matches(store)


def _of_answers(answered: AnsweredClaim) -> Iterator[ClaimMatch | LineMatch]:
    claim = answered.claim
    for group in joined(claim, answered.answers):
        found = iter(answered_lines(claim, group))
        for answer in group:
            yield claim_match(answer.claim, Found(claim, answer.level), answer.state.name)
            yield from _of_lines(claim, answer, found)


def _of_lines(claim: SentClaim, answer: Answer, found: Iterator[FoundLine]) -> Iterator[LineMatch]:
    """What each answered line is about; where there is none, the answer is about all of ours."""
    one = answer.claim
    for sent in () if answer.lines else claim.lines:
        yield LineMatch(
            one.file, one.answer, 0, one.claim_id, "claim", "", sent.number, sent.control_number,
            sent.charge, None, ZERO, one.outcome,
        )  # fmt: skip
    for line, (at, level, reason) in zip(answer.lines, found, strict=False):
        number, control_number = ("", "") if at is None else claim.lines[at][:2]
        yield LineMatch(
            one.file, one.answer, line.line, one.claim_id, level, reason, number, control_number,
            line.charge, line.paid, line.denied, line.outcome,
        )  # fmt: skip


def settled_rows(settled: SettledClaim) -> Iterator[SettledRow]:
    """A row for each line of a claim."""
    claim = settled.claim
    for one in settled.lines:
        line, first, final = one.line, one.first, one.final
        yield SettledRow(
            claim.file, claim.claim_id, claim.frequency, line.number, line.control_number,
            line.code, " ".join(sorted(line.modifiers)), line.units, line.charge, line.first_day,
            claim.payer_name, claim.payer_id, claim.made_on, one.outcome, one.paid,
            final.allowed if final else None,
            final.denied if final else ZERO,
            final.reduced if final else ZERO,
            final.patient if final else ZERO,
            one.paid_by_next, one.taken_back,
            "; ".join(dict.fromkeys(denial_text(each) for each in final.denials)) if final else "",
            final.level if final else "",
            first.outcome if first else "",
            first.paid_on if first else None,
            first.denied if first else ZERO,
            final.paid_on if final else None,
            settled.forwarded_to, settled.payer_claim,
        )  # fmt: skip


def denial_text(denial: Denial) -> str:
    """As a remittance writes it: `CO-97 N390`."""
    return " ".join((f"{denial.group}-{denial.reason}", *denial.remarks))
