"""Two verdicts on SNIP types 1 and 2 of a file: ours and pyx12's."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

from scrubber.engine import Context, scrub
from scrubber.findings import Finding
from scrubber.profiles.loader import load_profiles
from scrubber.rules.guide_rules import GUIDE_RULES

CONTEXT = Context(date(2026, 3, 2), load_profiles(None))
# Code sets outside the guide are SNIP type 5.
OUTSIDE_CODES = "country,states,pos,remark_code,currency"
# What we say beyond pyx12, and why it is not asked about it.
BEYOND = {
    "S133": "pyx12 does not know what day it is",
    "S135": "a recommendation of the guide",
    "S209": "pyx12 does not compare HL04 with the levels that follow",
    "S211": "ST03 is optional and unchecked in pyx12",
    "S213": "2300 and 2000C are both optional in pyx12",
    "S217": "a clearinghouse's edit: units below zero",
    "S219": "limits of receivers, below those of the guide",
    "S226": "limits of receivers, below those of the guide",
    "S227": "pyx12 does not look for gaps between adjustments",
}


class Verdicts(NamedTuple):
    """What is said of a file. `crash` names the exception pyx12 died of; `errors` are its words."""

    ours: list[Finding]
    accepted_by_pyx12: bool
    errors: list[str]
    crash: str

    @property
    def agree(self) -> bool:
        return bool(self.ours) != self.accepted_by_pyx12


def verdicts(text: str) -> Verdicts:
    accepted, errors, crash = pyx12_verdict(text)
    return Verdicts(our_faults(text), accepted, errors, crash)


def our_faults(text: str) -> list[Finding]:
    """Our findings of SNIP types 1 and 2 that pyx12 could have."""
    result = scrub(text.encode("latin-1"), CONTEXT)
    findings = result.findings + [f for claim in result.claims for f in claim.findings]
    return [f for f in findings if f.code in GUIDE_RULES and f.code not in BEYOND]


def pyx12_verdict(text: str) -> tuple[bool, list[str], str]:
    """Whether pyx12 calls the file valid, its errors, and the exception it raised, if any."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    params = pyx12.params.params(None)
    params.set("exclude_external_codes", OUTSIDE_CODES)
    said = io.StringIO()
    try:
        with _maps_loaded_once():
            accepted = pyx12.x12n_document.x12n_document(
                param=params,
                src_file=io.StringIO(text),
                fd_997=None,
                fd_html=None,
                fd_json=said,
            )
    except Exception as error:
        return False, [], type(error).__name__
    return bool(accepted), re.findall(r'"err_str": "(.*)",?\n', said.getvalue()), ""


_MAPS: dict[str, Any] = {}


@contextmanager
def _maps_loaded_once() -> Iterator[None]:
    """pyx12 reads its maps anew for every file; they do not change while it validates."""
    load = pyx12.map_if.load_map_file

    def remembered(name: str, *arguments: Any) -> Any:
        if name not in _MAPS:
            _MAPS[name] = load(name, *arguments)
        return _MAPS[name]

    pyx12.map_if.load_map_file = remembered
    try:
        yield
    finally:
        pyx12.map_if.load_map_file = load
