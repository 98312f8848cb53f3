"""Line descriptions and notes that speak of another service than the code."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from scrubber.claim.service_line import ServiceLine
from scrubber.codes.table_file import read_table, words
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, ServiceSetting, Visit, visit_rule
from scrubber.rules.service_shapes import worded
from scrubber.rules.therapy_lines import therapy_row

TABLE = Path(__file__).parent / "data" / "described_services.csv"

_NOT_DONE = re.compile(
    r"\b(?:NO|NOT|WITHOUT|NEVER|DECLINED|DENIES|INSTEAD OF|RATHER THAN) (?:\w+ ){0,2}$"
)


_NO_DIGITS = str.maketrans("", "", "0123456789")


class DescribedService(NamedTuple):
    """Words for a service; `codes` are those they go with, the usual one first."""

    words: re.Pattern[str]
    meaning: str
    codes: tuple[str, ...]


@cache
def described_services() -> tuple[DescribedService, ...]:
    """The table of words."""
    return tuple(
        DescribedService(re.compile(row["words"]), row["meaning"], words(row["codes"]))
        for row in read_table(TABLE).rows
    )


@lru_cache(maxsize=4096)
def _spoken_of(text: str) -> tuple[DescribedService, ...]:
    """The rows of the table whose words stand in a text, unless it says that they were not done."""
    return tuple(one for one in described_services() if _speaks_of(one, text))


@visit_rule(
    "S660",
    severity=Severity.INFO,
    status="A8:454",
    source="What codes stand for, in our own words; user's articles on 97110",
    service_only=True,
    sees_setting=False,
    concerns=worded(),
)
def words_contradict_code(visit: Visit, _setting: ServiceSetting) -> Iterator[Problem]:
    """The description or note of a line describes a different service than its code.

    Why: 97110 is one-on-one exercise; group therapy, massage, hot packs, gait and balance training
    have their own codes, and a reviewer reads the text.
    Fix: correct the code if the text is right, the text if the code is.
    """
    codes = {line.code for line in visit.lines}
    for line in visit.lines:
        text = _text(line)
        if not text or therapy_row(line) is None:
            continue
        spoken = _spoken_of(text)
        if not spoken or not _is_described(line.code):
            continue
        if any(codes.intersection(one.codes) for one in spoken):
            continue
        meaning, suggested = spoken[0].meaning, spoken[0].codes[0]
        message = (
            f"the text of the line describes {meaning} ({suggested}), but the code is {line.code}"
        )
        yield Problem(line.procedure_element, message)


def _text(line: ServiceLine) -> str:
    """Description and notes in capitals, without times and numbers; empty for most lines."""
    parts = [line.service.description] if line.service.description else []
    if "NTE" in line.layout.segments:
        parts += [note.value(2) for note in line.notes if note.value(1) != "TPO"]
    return " ".join(parts).upper().translate(_NO_DIGITS) if parts else ""


def _speaks_of(service: DescribedService, text: str) -> bool:
    found = service.words.search(text)
    return found is not None and not _NOT_DONE.search(text[: found.start()])


def _is_described(code: str) -> bool:
    """Whether the table has words for the code, so that their absence says something."""
    return any(code in one.codes for one in described_services())


RULES: tuple[Rule, ...] = (words_contradict_code,)
