"""What claims say of each other is the same whoever remembers them: the memory of a run, or the
ledger over several runs."""

import hashlib
from contextlib import closing
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from test_run_memory import called, visit

from scrubber.engine import Context, FileScrubber
from scrubber.engine.run_memory import RunMemory
from scrubber.history.book import Ledger
from scrubber.history.keys import Keys
from scrubber.history.scrubbing import LedgerScrubber
from scrubber.rules import RULES
from scrubber.rules.history import HISTORY_RULES
from scrubber.testing.runs import CONTEXT
from scrubber.therapy.documentation import documentation_of
from scrubber.x12.reader import BlockReader

KEYS = Keys(b"k" * 32)
LEDGER_ALONE = {"S191", "S192", "S692"}
"""What needs a ledger: files and control numbers of earlier runs, and the dollars of a year."""
Told = list[list[tuple[str, int | None]]]

CHANGES: dict[str, tuple[str, ...]] = {
    "as it is": (),
    "done again": ("HC:97110:GP > HC:97110:GP:76",),
    "a pair with 97140": ("HC:97110:GP > HC:97750:GP", "HC:97140:GP > HC:97112:GP"),
    "other codes": ("HC:97110:GP > HC:97112:GP", "HC:97140:GP > HC:97116:GP"),
    "a line elsewhere": ("*UN*1*** > *UN*1*12**",),
    "another clinic": ("*1300000019~ > *1234567893~",),
    "another patient": ("*1EG4TE5MK72 > *1EG4TE5MK73",),
    "more units for much more": ("*116.00*UN*2*** > *119.00*UN*5***", "*172.00* > *175.00*"),
    "for more": ("*116.00*UN*2*** > *118.00*UN*2***", "*172.00* > *174.00*"),
}
claim_files = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(26, 27),
        st.sampled_from("11178"),
        st.sampled_from([*CHANGES]),
    ),
    min_size=1,
    max_size=6,
)
ROWS = [
    f"VISIT-{number},{line},{minutes}"
    for number, *spent in ((1, 30, 8), (2, 30, 8), (3, 37, 15))
    for line, minutes in enumerate(spent, start=1)
]
DOCUMENTED = replace(CONTEXT, documentation=documentation_of(["claim_id,line,minutes", *ROWS]))
"""The first two claims have minutes for their units alone, and too few together."""


def text_of(at: int, number: int, day: int, frequency: str, change: str) -> bytes:
    """A claim in a file with a control number of its own."""
    text = visit(number, day, *CHANGES[change])
    text = text.replace(f"{number:09d}", f"{at + 100:09d}")
    if frequency != "1":
        text = text.replace(":B:1*", f":B:{frequency}*")
        text = text.replace("HI*ABK", "REF*F8*A1~\nHI*ABK").replace("SE*33", "SE*34")
    return text.encode("latin-1")


def told(texts: list[bytes], scrubber: FileScrubber) -> Told:
    """The codes and lines of what is said of claims by other claims, file by file."""
    found = []
    for text in texts:
        parts = list(scrubber.parts(BlockReader([text])))
        findings = [one for part in parts if part.claim for one in part.claim.findings]
        found.append(
            sorted(
                (one.code, one.line)
                for one in findings
                if one.code in HISTORY_RULES.keys() - LEDGER_ALONE
            )
        )
    return found


def with_ledger(texts: list[bytes], context: Context, run: RunMemory | None = None) -> Told:
    scrubber = FileScrubber(context, RULES, run)
    found: Told = []
    with closing(Ledger("sqlite://", KEYS)) as book:
        for text in texts:
            with book.enter(hashlib.sha256(text).hexdigest(), date(2026, 3, 2)) as entry:
                found += told([text], LedgerScrubber(scrubber, entry, context))
    return found


@given(claim_files, st.sampled_from([CONTEXT, DOCUMENTED]))
@settings(max_examples=100)
def test_one_run_and_several_with_a_ledger_say_the_same(
    chosen: list[tuple[int, int, str, str]], context: Context
) -> None:
    texts = [text_of(at, *one) for at, one in enumerate(chosen)]
    expected = told(texts, FileScrubber(context, RULES, RunMemory()))
    assert with_ledger(texts, context) == expected
    assert with_ledger(texts, context, RunMemory()) == expected


def test_every_check_of_a_day_is_among_those_compared() -> None:
    chosen = [
        (1, 27, "1", "as it is"),
        (2, 27, "1", "for more"),
        (3, 27, "1", "more units for much more"),
        (1, 27, "1", "a pair with 97140"),
        (4, 27, "1", "as it is"),
    ]
    texts = [text_of(at, *one) for at, one in enumerate(chosen)]
    found = with_ledger(texts, CONTEXT) + with_ledger(texts, DOCUMENTED)
    codes = {code for one in found for code, _ in one}
    assert codes >= {"S491", "S492", "S691", "S693", "S694"}


def many_claims(count: int) -> bytes:
    """So many claims of one patient on one day, each with a number and charges of its own."""
    text = visit(1)
    claim = text[text.index("CLM*") : text.index("SE*33*")]
    claims = [
        claim.replace("VISIT-1", f"V{at}")
        .replace("*116.00*", f"*1{at:03d}.00*")
        .replace("*172.00*", f"*{1056 + at}.00*")
        for at in range(count)
    ]
    segments = 33 + (count - 1) * claim.count("~")
    return text.replace(claim, "".join(claims)).replace("SE*33*", f"SE*{segments}*").encode()


def test_the_work_for_a_claim_does_not_grow_with_those_before_it() -> None:
    """Counted in calls, so that nothing depends on the machine: with and without a ledger, of which
    the second file asks for the day of the first."""

    def in_a_run(text: bytes) -> Told:
        return told([text], FileScrubber(CONTEXT, RULES, RunMemory()))

    def in_a_ledger(text: bytes) -> Told:
        return with_ledger([text, text.replace(b"000000001", b"000000002")], CONTEXT)

    for work in (in_a_run, in_a_ledger):
        work(many_claims(150))
        few, found = called(work, many_claims(150))
        many, _ = called(work, many_claims(600))
        assert all(len(one) > 150 for one in found), "the claims have to do with each other"
        assert many / 600 < 1.1 * few / 150
