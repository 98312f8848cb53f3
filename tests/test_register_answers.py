"""Answers in the ledger: what became of registered claims by what payers say."""

import shutil
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from adjudicated import answered, year
from answer_files import interchange
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.answers.read import read_answers
from scrubber.answers.sent import SentClaim, SentLine
from scrubber.cli import main
from scrubber.history.answer_load import Loaded
from scrubber.history.book import Ledger
from scrubber.history.database import ledger_url
from scrubber.history.keys import read_keys
from scrubber.history.registered import RegisteredClaim
from scrubber.testing.adjudicator import PAID, TAKES_BACK, Verdict

TODAY = date(2026, 5, 1)
OURS = year(20, 9)
DENIED = Verdict("CO", "55")
Rows = list[tuple[object, ...]]
seeds = st.integers(0, 1 << 32)
few = settings(max_examples=12, deadline=None)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the claims, none of them answered."""
    folder = tmp_path_factory.mktemp("register")
    (folder / "a.837").write_bytes(OURS.claims)
    options = ("--out", str(folder / "out"), "--ledger", str(folder / "l"), "--quiet")
    result = CliRunner().invoke(
        main, ["scrub", str(folder / "a.837"), *options, "--as-of", "2026-03-01"]
    )
    assert result.exit_code in (0, 1), result.output
    backed_up = CliRunner().invoke(
        main, ["ledger", "backup", str(folder / "l"), str(folder / "base")]
    )
    assert backed_up.exit_code == 0, backed_up.output
    return folder / "base"


def payer(seed: int) -> Callable[[SentClaim, SentLine], Verdict]:
    return lambda claim, line: Random(f"{seed} {claim.claim_id} {line.number}").choice(
        (PAID, PAID, DENIED)
    )


def load(ledger: Ledger, content: bytes, name: str = "a.835") -> Loaded:
    loading = ledger.answer_load()
    for row in read_answers([content], name):
        loading.add(row)
    return loading.finish()


def told(ledger: Ledger) -> Rows:
    """What the register says in the end."""
    register = ledger.register
    return [
        (one.claim_id, one.state, one.state_on, one.paid, one.denied)
        for one in register.claims(as_of=TODAY)
    ]


def after(base: Path, files: Iterable[bytes]) -> Rows:
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(base, Path(folder) / "l"))
        ledger = Ledger(ledger_url(str(path)), read_keys(base.with_name("base.key")))
        for content in files:
            load(ledger, content)
        found = told(ledger)
        ledger.close()
    return found


def of_number(base: Path, files: Iterable[bytes], number: str) -> tuple[object, ...]:
    return next(one for one in after(base, files) if one[0] == number)


def test_a_claim_is_paid_or_denied_as_its_payer_decided(base: Path) -> None:
    states = {one[0]: one[1:] for one in after(base, [answered(OURS.sent, payer(1))])}
    for claim in OURS.sent:
        verdicts = [payer(1)(claim, one) for one in claim.lines]
        state, on, _, denied = states[claim.claim_id]
        assert state == ("paid" if PAID in verdicts else "denied")
        assert on == date(2026, 3, 20)
        charges = [
            one.charge
            for one, verdict in zip(claim.lines, verdicts, strict=True)
            if verdict is DENIED
        ]
        assert denied == sum(one for one in charges if one is not None)


@few
@given(seeds, st.lists(st.integers(0, 19), max_size=4), st.randoms(use_true_random=False))
def test_cuts_copies_and_the_order_of_files_change_nothing(
    base: Path, seed: int, cuts: list[int], shuffled: Random
) -> None:
    decide = payer(seed)
    whole = after(base, [answered(OURS.sent, decide)])
    places = sorted({0, *cuts, len(OURS.sent)})
    files = [answered(OURS.sent[at:until], decide, first=at + 1) for at, until in pairwise(places)]
    files += files[:2]
    shuffled.shuffle(files)
    assert after(base, files) == whole


@few
@given(seeds, seeds, st.permutations(range(3)))
def test_a_reversal_and_its_correction_leave_the_correction(
    base: Path, seed: int, later: int, order: list[int]
) -> None:
    correction = answered(OURS.sent, payer(later), first=7, paid_on=date(2026, 4, 20))
    files = [
        answered(OURS.sent, payer(seed)),
        answered(OURS.sent, payer(seed), TAKES_BACK, paid_on=date(2026, 4, 10)),
        correction,
    ]
    assert after(base, [files[at] for at in order]) == after(base, [correction])


def test_a_reversal_alone_takes_the_money_back(base: Path) -> None:
    first = answered(OURS.sent, payer(1))
    back = answered(OURS.sent, payer(1), TAKES_BACK, paid_on=date(2026, 4, 10))
    for files in ([first, back], [back, first], [first, back, first]):
        for _, state, on, paid, _ in after(base, files):
            assert (state, on, paid) == ("reversed", date(2026, 4, 10), 0)


def test_the_same_file_again_is_known(base: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(base, tmp_path / "l"))
    ledger = Ledger(ledger_url(str(path)), read_keys(base.with_name("base.key")))
    content = answered(OURS.sent, payer(1))
    assert load(ledger, content) == Loaded(20, 0, 0, 0, 0)
    before = told(ledger)
    assert load(ledger, content, "b.835") == Loaded(0, 20, 0, 0, 0)
    assert told(ledger) == before


def acknowledged(claim: SentClaim, status: str, action: str, role: str = "PR") -> bytes:
    """A 277CA about one claim."""
    npi = next(one for one in sorted(claim.provider) if len(one) == 10)
    segments = [
        "BHT*0085*08*1*20260303*1200*TH",
        "HL*1**20*1", f"NM1*{role}*2*SOMEBODY*****PI*12345", "TRN*1*1",
        "DTP*050*D8*20260303", "DTP*009*D8*20260303",
        "HL*2*1*21*1", "NM1*41*2*SENDER*****46*1", "TRN*2*1", "STC*A1:19:PR*20260303*WQ*1",
        "HL*3*2*19*1", f"NM1*85*2*CLINIC*****XX*{npi}", "TRN*2*0", "STC*A1:19:PR**WQ*1",
        "HL*4*3*PT", "NM1*QC*1*NAME*GIVEN****MI*ID",
        f"TRN*2*{claim.claim_id}", f"STC*{status}*20260303*{action}*{claim.charge}",
        "REF*1K*PAYER1",
        f"DTP*472*D8*{claim.first_day:%Y%m%d}",
    ]  # fmt: skip
    return interchange([segments], "277", "HN", "005010X214")


def test_an_acceptance_is_kept_as_proof_and_a_rejection_named_by_who_made_it(
    base: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(base, tmp_path / "l"))
    ledger = Ledger(ledger_url(str(path)), read_keys(base.with_name("base.key")))
    first, second, third = OURS.sent[:3]
    load(ledger, acknowledged(first, "A2:20:PR", "WQ"))
    load(ledger, acknowledged(second, "A7:562:82", "U"))
    load(ledger, acknowledged(third, "A3:21:82", "U", "AY"))
    register = ledger.register
    states = {one.claim_id: one.state for one in register.claims(as_of=TODAY)}
    assert states[first.claim_id] == "acknowledged"
    assert states[second.claim_id] == "rejected by payer"
    assert states[third.claim_id] == "rejected by clearinghouse"
    [one] = register.find(first.claim_id, as_of=TODAY)
    step = register.story(one.id, as_of=TODAY).steps[-1]
    assert step.on == date(2026, 3, 3)
    assert "PAYER1" in step.detail and "proof of timely filing" in step.detail
    load(ledger, answered(OURS.sent[:1], payer(1)))
    [one] = register.find(first.claim_id, as_of=TODAY)
    assert one.state in ("paid", "denied")
    assert "acknowledged" in [each.what for each in register.story(one.id, as_of=TODAY).steps]


def test_what_has_no_claim_is_listed_and_found_when_the_claim_comes(tmp_path: Path) -> None:
    (tmp_path / "empty.837").write_bytes(year(1, 77).claims)
    (tmp_path / "a.837").write_bytes(OURS.claims)
    (tmp_path / "a.835").write_bytes(answered(OURS.sent, payer(1)))
    ledger = ("--ledger", str(tmp_path / "l"))

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, [*arguments, *ledger])
        return result.exit_code, result.output

    scrub = ("--out", str(tmp_path / "out"), "--quiet", "--as-of", "2026-03-01")
    run("scrub", str(tmp_path / "empty.837"), *scrub)
    status, output = run("answers", "load", str(tmp_path / "a.835"))
    assert status == 1 and "20 answers of the ledger are without a claim" in output
    run("scrub", str(tmp_path / "a.837"), *scrub)
    status, output = run("answers", "load", str(tmp_path / "a.835"))
    assert status == 0 and "0 answers loaded, 20 were known" in output


def test_no_member_stands_in_the_ledger(base: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(base, tmp_path / "l"))
    ledger = Ledger(ledger_url(str(path)), read_keys(base.with_name("base.key")))
    load(ledger, answered(OURS.sent, payer(1)))
    ledger.close()
    held = path.read_bytes()
    assert all(one.member.encode() not in held for one in OURS.sent)


def test_what_a_payer_says_counts_more_than_sent_but_not_than_written_off(
    base: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(base, tmp_path / "l"))
    ledger = Ledger(ledger_url(str(path)), read_keys(base.with_name("base.key")))
    register = ledger.register

    def of(number: str) -> RegisteredClaim:
        return register.find(number, as_of=TODAY)[0]

    sent, off = (one.claim_id for one in OURS.sent[:2])
    for number, state in ((sent, "sent"), (off, "written off")):
        register.say(of(number).id, state, who="Dana", why="", now=datetime(2026, 3, 2))
    load(ledger, answered(OURS.sent, payer(1)))
    assert of(sent).state in ("paid", "denied")
    assert of(off).state == "written off"
