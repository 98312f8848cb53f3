"""Whatever is entered, entered again, forgotten or broken off, in whatever order: the ledger says
what a plain list of the files would say.

The list stands for the rules of the ledger in the simplest form: which services came before a file,
which of them a replacement or void took away, and who used which control number.
"""

import hashlib
import tempfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import Disposition
from scrubber.history.book import Entry, Ledger
from scrubber.history.keys import Keys
from scrubber.history.scrubbing import LedgerScrubber
from scrubber.profiles.loader import load_profiles
from scrubber.rules import RULES
from scrubber.x12.reader import BlockReader

CLEAN = Path(__file__).parent.parent / "fixtures" / "clean" / "one_claim.837"
ONE = CLEAN.read_text(encoding="latin-1")
TODAY = date(2026, 3, 2)
CONTEXT = Context(TODAY, load_profiles(None))
SCRUBBER = FileScrubber(CONTEXT, RULES)
TOLD = {"S192", "S491"}
LINES = 2


class ClaimFile(NamedTuple):
    """A file of one claim with two services; of another field, another file."""

    control: int
    member: str
    day: str
    claim: str
    frequency: str
    charge: str

    @property
    def text(self) -> str:
        text = ONE.replace("000000001", f"{self.control:09d}").replace("1EG4TE5MK72", self.member)
        text = text.replace("20260227", self.day).replace("*ONE-1*", f"*{self.claim}*")
        text = text.replace("*172.00*", f"*{self.charge}*").replace("*56.00*", f"*{self.second}*")
        if self.frequency == "1":
            return text
        text = text.replace("11:B:1", f"11:B:{self.frequency}")
        return text.replace("HI*ABK", "REF*F8*PAYERNUMBER~\nHI*ABK").replace("SE*33", "SE*34")

    @property
    def second(self) -> str:
        return f"{float(self.charge) - 116:.2f}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("latin-1")).hexdigest()

    @property
    def service(self) -> tuple[str, str, str]:
        return self.member, self.day, self.charge

    @property
    def claim_key(self) -> tuple[str, str]:
        return self.member, self.claim


controls = st.integers(1, 3)
frequencies = st.sampled_from(["1", "1", "7", "8"])
claim_files = st.builds(
    ClaimFile,
    controls,
    st.sampled_from(["1EG4TE5MK72", "1EG4TE5MK73"]),
    st.sampled_from(["20260226", "20260227"]),
    st.sampled_from(["A-1", "A-2"]),
    frequencies,
    st.just("172.00"),
)


class BrokenOffError(Exception):
    """Something happens while a file is entered."""


class LedgerStates(RuleBasedStateMachine):
    """`files` are those entered, in the order in which they first came; `accepted` says of which
    the claim was accepted."""

    entered = Bundle("entered")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="ledger-")
        self.ledger = self.opened()
        self.files: list[ClaimFile] = []
        self.accepted: dict[ClaimFile, bool] = {}

    def opened(self) -> Ledger:
        return Ledger(f"sqlite:///{self.folder.name}/ledger.sqlite3", Keys(b"k" * 32))

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    def take(self, one: ClaimFile) -> ClaimFile:
        """Enter a file and hold what is said of it against the list."""
        expected = self.expected(one)
        with self.ledger.enter(one.sha256, TODAY) as entry:
            said, accepted = scrubbed(one, entry)
        assert said == expected
        if one not in self.files:
            self.files.append(one)
        self.accepted[one] = accepted
        return one

    @rule(target=entered, one=claim_files)
    def enter(self, one: ClaimFile) -> ClaimFile:
        return self.take(one)

    @rule(target=entered, one=entered, control=controls, frequency=frequencies)
    def enter_next(self, one: ClaimFile, control: int, frequency: str) -> ClaimFile:
        """The claim once more: replaced, voided, or sent under another number."""
        return self.take(one._replace(control=control, frequency=frequency))

    @rule(one=entered)
    def enter_again(self, one: ClaimFile) -> None:
        """In its old place, as if nothing had come since; a forgotten one comes anew."""
        before = list(self.ledger.services())
        known = one in self.files
        was_accepted = self.accepted.get(one)
        self.take(one)
        if known and self.accepted[one] == was_accepted:
            assert set(self.ledger.services()) == set(before)

    @rule(one=claim_files)
    def break_off(self, one: ClaimFile) -> None:
        before = list(self.ledger.services())
        try:
            with self.ledger.enter(one.sha256, TODAY) as entry:
                scrubbed(one, entry)
                raise BrokenOffError
        except BrokenOffError:
            pass
        assert list(self.ledger.services()) == before

    @rule(one=entered)
    def forget(self, one: ClaimFile) -> None:
        assert self.ledger.forget(one.sha256) == (one in self.files)
        if one in self.files:
            self.files.remove(one)
            del self.accepted[one]

    @rule()
    def open_again(self) -> None:
        self.ledger.close()
        self.ledger = self.opened()

    @invariant()
    def knows_the_files_and_their_accepted_services(self) -> None:
        assert [one.sha256 for one in self.ledger.files()] == [one.sha256 for one in self.files]
        held = [row.file for row in self.ledger.services()]
        assert len(held) == LINES * sum(self.accepted.values())
        numbers = {one.sha256: one.id for one in self.ledger.files()}
        assert set(held) == {numbers[one.sha256] for one in self.files if self.accepted[one]}

    def expected(self, one: ClaimFile) -> list[str]:
        """What must be said of a file where it stands, or at the end."""
        at = self.files.index(one) if one in self.files else len(self.files)
        before = self.files[:at]
        said = ["S192"] * any(other.control == one.control for other in before)
        if one.frequency == "8":
            return said
        left = in_force([*(other for other in before if self.accepted[other]), one])
        twins = [other for other in left if other != one and other.service == one.service]
        return said + ["S491"] * LINES * bool(twins)


def in_force(files: list[ClaimFile]) -> list[ClaimFile]:
    """A replacement or void that finds no claim of its number on its day may mean any of them."""
    left: list[ClaimFile] = []
    for one in files:
        if one.frequency in "78":
            of_day = [other for other in left if (other.member, other.day) == (one.member, one.day)]
            if all(other.claim_key != one.claim_key for other in of_day):
                left = [other for other in left if other not in of_day]
            left = [other for other in left if other.claim_key != one.claim_key]
        if one.frequency != "8":
            left.append(one)
    return left


def scrubbed(one: ClaimFile, entry: Entry) -> tuple[list[str], bool]:
    """The codes of the ledger on a file, and whether its claim was accepted."""
    parts = list(
        LedgerScrubber(SCRUBBER, entry, CONTEXT).parts(BlockReader([one.text.encode("latin-1")]))
    )
    (claim,) = (part.claim for part in parts if part.claim is not None)
    found = [finding.code for part in parts for finding in part.findings]
    found += [finding.code for finding in claim.findings]
    return [code for code in found if code in TOLD], claim.disposition is not Disposition.REJECTED


LedgerStates.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLedgerStates = LedgerStates.TestCase
