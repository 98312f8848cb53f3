"""Claims of a run are held against each other, over all of its files, in whatever processes."""

import pickle
import re
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from cli_process import DAY, FIXTURES, scrubber
from hypothesis import given
from hypothesis import strategies as st
from written_files import contents

from scrubber.engine import FileScrubber
from scrubber.engine.day_totals import Billed, Earlier, services_of
from scrubber.engine.results import Part
from scrubber.engine.run_memory import Carried, RunMemory
from scrubber.engine.run_overflow import Overflow
from scrubber.findings import Finding
from scrubber.rules import RULES
from scrubber.rules.history import HISTORY_RULES
from scrubber.testing.runs import CONTEXT
from scrubber.x12.reader import BlockReader

ONE = (FIXTURES / "clean" / "one_claim.837").read_text(encoding="latin-1")
MEMBER, ACCOUNT, NPI = "1EG4TE5MK72", "ONE-1", "1300001017"
KEY = b"k" * 32


def visit(number: int, day: int = 27, *changes: str) -> str:
    """The claim under its own number and control number, for another day of February; a change is
    what stands there and what is to stand there."""
    text = ONE.replace("ONE-1", f"VISIT-{number}").replace("20260227", f"202602{day:02d}")
    text = re.sub(r"\b0{8}1\b", f"{number:09d}", text)
    for change in changes:
        old, new = change.split(" > ")
        assert old in text
        text = text.replace(old, new)
    return text


def told(run: RunMemory, *files: str) -> list[list[tuple[str, int | None]]]:
    """Codes and lines of what is said of claims by other claims, file by file. What Medicare has
    against a replacement or void (S740) it has against any."""
    return [
        [(one.code, one.line) for one in said(run, file) if one.code != "S740"] for file in files
    ]


def said(run: RunMemory, file: str) -> list[Finding]:
    scrubber = FileScrubber(CONTEXT, RULES, run)
    parts = scrubber.parts(BlockReader([file.encode("latin-1")]))
    claims = [part.claim for part in parts if part.claim is not None]
    return [one for claim in claims for one in claim.findings]


TWICE = [("S491", 1), ("S491", 2)]


def test_a_service_of_an_earlier_file_is_told_by_the_name_of_the_file() -> None:
    run = RunMemory()
    run.name_file("monday.837")
    assert said(run, visit(1)) == []
    first, second = said(run, visit(2))
    assert [(first.code, first.line), (second.code, second.line)] == TWICE
    assert first.severity.value == "warn"
    assert "on claim 1 of monday.837" in first.message
    start = visit(2).index("SV1*HC:97110")
    assert (first.span.start, visit(2)[: first.span.start].count("~")) == (start, first.segment - 1)


@pytest.mark.parametrize(
    "other",
    [
        visit(2, 26),
        visit(2, 27, "HC:97110:GP > HC:97110:GP:76", "HC:97140:GP > HC:97140:GP:59"),
        visit(2, 27, "HC:97110:GP > HC:97110:GP:KX", "HC:97140:GP > HC:97140:GP:KX"),
        visit(2, 27, "*116.00* > *117.00*", "*172.00* > *174.00*", "*56.00* > *57.00*"),
        visit(2, 27, f"*{NPI} > *1003000126"),
        visit(2, 27, f"*{MEMBER} > *1EG4TE5MK73"),
        visit(2, 27, "*1300000019~ > *1234567893~"),
        visit(2, 27, "*04412~ > *04412X~"),
        visit(2, 27, "*UN*2*** > *UN*2*12**", "*UN*1*** > *UN*1*12**"),
    ],
    ids=[
        "another day", "repeated or separate", "other modifiers", "another charge",
        "another therapist", "another patient", "another clinic", "another payer",
        "another place",
    ],
)  # fmt: skip
def test_what_makes_it_another_service(other: str) -> None:
    codes = {code for code, _ in told(RunMemory(), visit(1), other)[1]}
    assert not codes & set(HISTORY_RULES)


def test_a_place_on_the_line_that_is_that_of_the_claim_is_no_other_place() -> None:
    placed = visit(2, 27, "*UN*2*** > *UN*2*11**", "*UN*1*** > *UN*1*11**")
    codes = [code for code, _ in told(RunMemory(), visit(1), placed)[1]]
    assert codes.count("S491") == 2


def test_the_number_of_another_claim() -> None:
    again = visit(1, 26)
    assert told(RunMemory(), visit(1), again) == [[], [("S492", None)]]
    replacement = again.replace(":B:1*", ":B:7*").replace("HI*ABK", "REF*F8*A1~\nHI*ABK")
    assert told(RunMemory(), visit(1), replacement.replace("SE*33", "SE*34")) == [[], []]
    other_payer = again.replace("*04412~", "*04412X~")
    assert told(RunMemory(), visit(1), other_payer)[1] == []


def corrected(frequency: str, number: int = 1) -> str:
    """The first claim, replaced or taken back."""
    text = visit(number).replace(":B:1*", f":B:{frequency}*")
    return text.replace("HI*ABK", "REF*F8*A1~\nHI*ABK").replace("SE*33", "SE*34")


def test_replacements_and_voids_take_the_place_of_what_was_accepted() -> None:
    assert told(RunMemory(), visit(1), corrected("7"), visit(2)) == [[], [], TWICE]
    assert told(RunMemory(), visit(1), corrected("8"), visit(2)) == [[], [], []]
    assert told(RunMemory(), visit(1), corrected("8"), visit(1)) == [[], [], []]


def test_a_void_that_does_not_tell_of_which_claim_silences_the_day() -> None:
    assert told(RunMemory(), visit(1), corrected("8", number=9), visit(2)) == [[], [], []]


def called(function: Callable[..., Any], *arguments: object) -> tuple[int, Any]:
    """How many functions are called, and what comes back."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        found = function(*arguments)
    finally:
        sys.setprofile(None)
    return calls, found


def test_a_file_that_was_copied_is_held_against_the_first() -> None:
    """However often: what is remembered of the day is its totals, and the work for a claim does
    not grow with the claims before it."""
    run, counts = RunMemory(), []
    for number in range(1, 40):
        calls, found = called(said, run, visit(number))
        assert [(one.code, one.line) for one in found] == (TWICE if number > 1 else [])
        assert all("on claim 1 of an earlier file" in one.message for one in found)
        counts.append(calls)
    assert max(counts[9:]) <= counts[8] + 10
    (day,) = run.carried().days.values()
    assert len(pickle.dumps(day)) < 1000
    assert len(run.carried().lines) == 2


def test_a_rejected_claim_is_not_remembered() -> None:
    wrong = visit(1).replace("*172.00*", "*173.00*")
    assert [one.code for one in said(RunMemory(), wrong)] == ["S301"]
    assert told(RunMemory(), wrong, visit(2))[1] == []


def test_a_file_that_was_given_up_is_forgotten() -> None:
    run = RunMemory()
    blocks = BlockReader([visit(1).encode()])
    parts: Iterator[Part] = FileScrubber(CONTEXT, RULES, run).parts(blocks)
    while next(parts).claim is None:
        pass
    del parts
    assert told(run, visit(1)) == [[]]


def test_without_a_memory_each_file_is_a_run_of_its_own() -> None:
    scrubber = FileScrubber(CONTEXT, RULES)
    for _ in range(2):
        (claim,) = [
            part.claim for part in scrubber.parts(BlockReader([ONE.encode()])) if part.claim
        ]
        assert claim.findings == ()


def test_lines_of_several_days_are_held_against_each_day() -> None:
    both = visit(1).replace("20260227~\nREF*6R*VISIT-1L1", "20260226~\nREF*6R*V1L1")
    assert told(RunMemory(), both, visit(2, 26), visit(3, 27)) == [[], TWICE[:1], TWICE[1:]]


def test_lines_billed_in_minutes_are_no_units() -> None:
    """116 minutes are not 116 units of the six that are the most of a day."""
    minutes = visit(1).replace("*116.00*UN*2*", "*116.00*MJ*30*")
    later = visit(2).replace("*116.00*", "*118.00*").replace("*172.00*", "*174.00*")
    run = RunMemory()
    said(run, minutes)
    assert "S691" not in [one.code for one in said(run, later)]


LINE = ("97110", ("GP",), "11", "1", "2.00", 0, None)
OTHER_LINE = ("97140", ("GP", "59"), "11", "2", "3", 0, 15)
claims = st.builds(
    Billed,
    st.integers(1, 3),
    st.integers(1, 9),
    st.sampled_from([b"a" * 16, b"b" * 16]),
    st.sampled_from([b"x", b"y"]),
    st.booleans(),
    st.lists(st.sampled_from([LINE, OTHER_LINE]), min_size=1, max_size=3).map(tuple),
)  # fmt: skip
keys = st.integers(0, 8).map(lambda number: bytes([number]) * 16)
steps = st.lists(st.tuples(keys, claims, st.sampled_from("1178")), max_size=30)


def on_day(memory: RunMemory, key: bytes, corrects: bytes = b"") -> tuple[object, ...] | None:
    earlier: Earlier | None = memory.earlier(key, corrects)
    if earlier is None:
        return None
    sames = {one.same for billed in KNOWN for one in services_of(billed)}
    return [*earlier.totals], [earlier.twin(one) for one in sorted(sames)]


KNOWN = [
    Billed(1, 1, b"", provider, authorized, (LINE, OTHER_LINE))
    for provider in (b"x", b"y")
    for authorized in (False, True)
]


@given(steps, st.integers(1, 5))
def test_what_lies_on_disk_is_answered_like_what_lies_in_memory(
    given_steps: list[tuple[bytes, Billed, str]], most: int
) -> None:
    near, far = RunMemory(KEY, None), RunMemory(KEY, most)
    for key, one, frequency in given_steps:
        for memory in (near, far):
            take(memory, key, one, frequency)
    for number in range(9):
        key = bytes([number]) * 16
        assert on_day(near, key) == on_day(far, key)
        assert on_day(near, key, b"a" * 16) == on_day(far, key, b"a" * 16)
    for claim_number in (b"a" * 16, b"b" * 16):
        assert near.claim_with(claim_number) == far.claim_with(claim_number)


def take(memory: RunMemory, key: bytes, one: Billed, frequency: str) -> None:
    """Remember a claim whose only day has the key; days by ordinals stand for keys."""
    if frequency != "1":
        memory.correct(one.number, lambda day: bytes([day]) * 16, [key[0]])
    if frequency == "8":
        memory.free(one.number, one.ref)
        return
    memory.accept(one.number, one.ref, [key[0]], corrects=frequency == "7")
    memory.remember(key, one)


@given(steps)
def test_totals_are_those_of_the_claims_that_are_left(
    given_steps: list[tuple[bytes, Billed, str]],
) -> None:
    """A plain list of claims stands for what a memory of totals must say."""
    memory = RunMemory(KEY, None)
    plain: dict[bytes, list[Billed]] = {}
    for key, given_claim, frequency in given_steps:
        while memory.file < given_claim.file:
            memory.begin_file()
            memory.finish_file()
        one = given_claim._replace(file=memory.file)
        take(memory, key, one, frequency)
        if frequency != "1":
            if all(other.number != one.number for other in plain.get(key, [])):
                plain[key] = []
            for day, others in plain.items():
                plain[day] = [other for other in others if other.number != one.number]
        if frequency != "8":
            plain.setdefault(key, []).append(one)
    for key, claims_left in plain.items():
        assert_adds_up(memory.earlier(key), claims_left)
        for number in {one.number for one in claims_left}:
            others = [one for one in claims_left if one.number != number]
            assert_adds_up(memory.earlier(key, number), others)


def assert_adds_up(earlier: Earlier | None, claims_left: list[Billed]) -> None:
    rows = [row for one in claims_left for row in services_of(one)]
    totals = earlier.totals if earlier is not None else []
    for kind in {row.kind for row in rows} | {one.kind for one in totals}:
        of_kind = [row for row in rows if row.kind == kind]
        added = [one for one in totals if one.kind == kind]
        assert sum(one.lines for one in added) == len(of_kind)
        assert sum(one.units for one in added) == sum(row.units for row in of_kind)
        assert sum(one.minutes for one in added) == sum(row.minutes or 0 for row in of_kind)
        assert sum(one.untold for one in added) == sum(row.minutes is None for row in of_kind)
    for row in rows:
        assert earlier is not None
        assert earlier.twin(row.same) is not None


def test_the_overflow_knows_nothing_that_was_not_put_there() -> None:
    overflow = Overflow()
    overflow.put([(b"a" * 19, ()), (b"b" * 16, (1, 2))])
    assert overflow.get(b"a" * 19) == ()
    assert overflow.get(b"c" * 19) is None
    assert overflow.get(b"b" * 16) == (1, 2)
    assert overflow.get(b"c" * 16) is None


files = st.lists(
    st.tuples(st.integers(1, 4), st.integers(25, 27), st.sampled_from("178")), max_size=6
)


def file_of(number: int, day: int, frequency: str) -> str:
    text = visit(number) if frequency == "1" else corrected(frequency, number)
    return text.replace("20260227", f"202602{day}")


@given(files)
def test_files_done_elsewhere_are_taken_in_unless_they_touch_what_is_known(
    chosen: list[tuple[int, int, str]],
) -> None:
    """What several processes make of the files of a run is what one makes of them."""
    texts = [file_of(*one) for one in chosen]
    alone = RunMemory(KEY)
    expected = [[(one.code, one.message) for one in said(alone, text)] for text in texts]
    run, found = RunMemory(KEY), []
    for text in texts:
        own = RunMemory(KEY, most=None)
        here = said(own, text)
        accepted: Carried = pickle.loads(pickle.dumps(own.carried()))
        if run.touches(accepted):
            here = said(run, text)
        else:
            run.take_in(accepted, "")
        found.append([(one.code, one.message) for one in here])
    assert found == expected


def test_a_memory_names_nobody() -> None:
    run = RunMemory()
    said(run, ONE)
    held = pickle.dumps(run.carried())
    for value in (MEMBER, ACCOUNT, NPI, "1300000019", "ABERNATHY", "19480316"):
        assert value.encode() not in held
    other = RunMemory()
    assert run.hashed(MEMBER) != other.hashed(MEMBER)


def test_check_tells_of_the_files_before_too(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"f{number}.837").write_text(visit(number))
    done = scrubber("check", tmp_path, "--output", "short", *DAY)
    assert done.returncode == 0
    assert done.stdout.count("warn[S491]") == 2
    assert "on claim 1 of f1.837" in done.stdout


def test_two_processes_say_of_many_files_what_one_says(tmp_path: Path) -> None:
    """The hundred files are enough to be spread; every tenth repeats the file before it."""
    source = tmp_path / "in"
    source.mkdir()
    patients = [f"1EG4TE5MK{number:02d}" for number in range(100)]
    texts = [
        visit(number, 1 + number % 20, f"*{MEMBER} > *{patient}")
        for number, patient in enumerate(patients, start=1)
    ]
    for at, (before, _) in enumerate(pairwise(list(texts))):
        if at % 10 == 0:
            texts[at + 1] = before.replace(f"VISIT-{at + 1}", f"AGAIN-{at + 1}")
    for number, text in enumerate(texts):
        (source / f"f{number:03d}.837").write_text(text)
    for jobs in ("1", "2"):
        done = scrubber("scrub", source, "--out", tmp_path / jobs, "--jobs", jobs, *DAY)
        assert done.returncode == 0, done.stderr
    one, two = contents(tmp_path / "1"), contents(tmp_path / "2")
    assert one == two
    assert (
        sum(report.count(b'"code": "S491"') for name, report in one.items() if "json" in name) == 20
    )
