"""The files that are measured on: generated once, kept in `bench-out/` until the generator changes.

A file's name holds its seed, its size and a digest of the generator, so it is never stale.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import scrubber.synthetic
from bench.run_date import AS_OF
from scrubber.answers.sent import SentClaim, read_sent
from scrubber.synthetic import write_claims
from scrubber.testing.adjudicator import PAID, remittances

FAULTS = Decimal("0.03")
SEED = 20260302

_CLAIMS_PER_MEGABYTE = 1500
"""A little more than fit into a megabyte, so that a file is at least as large as asked."""


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A file of claims: where it is, how many bytes and claims it has."""

    path: Path
    size: int
    claims: int


def _generator_digest() -> str:
    digest = hashlib.sha256()
    room = Path(scrubber.synthetic.__file__).parent
    for path in sorted((*room.glob("*.py"), *room.glob("data/*"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def claim_file(folder: Path, claims: int, faults: Decimal = FAULTS) -> ClaimFile:
    """A file with this many claims, generated unless it is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"claims-{claims}-seed{SEED}-faults{faults}-{_generator_digest()}.837"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        write_claims(unfinished, claims, SEED, as_of=AS_OF, faults=faults)
        unfinished.replace(path)
    return ClaimFile(path, path.stat().st_size, claims)


def claim_file_of_size(folder: Path, megabytes: int) -> ClaimFile:
    """A file of at least this many megabytes (10**6 bytes)."""
    return claim_file(folder, megabytes * _CLAIMS_PER_MEGABYTE)


def answer_file(folder: Path, claims: int) -> ClaimFile:
    """An 835 that pays so many claims by provider and payer, written unless it is there."""
    given = claim_file(folder, claims, Decimal(0))
    path = given.path.with_suffix(".835")
    if not path.exists():
        with given.path.open("rb") as source:
            rows = read_sent([source.read()], path.name)
            sent = [one for one in rows if isinstance(one, SentClaim)]
        sent.sort(key=lambda one: (sorted(one.provider), str(one.payer)))
        unfinished = path.with_suffix(".part")
        with unfinished.open("w", encoding="ascii", newline="") as file:
            file.writelines(remittances(sent, lambda _claim, _line: PAID, AS_OF))
        unfinished.replace(path)
    return ClaimFile(path, path.stat().st_size, claims)


def one_claim_files(folder: Path, files: int) -> Path:
    """A folder of this many files with one claim each, all different, generated unless there."""
    whole = folder / f"one-claim-{files}-seed{SEED}-{_generator_digest()}"
    if not whole.exists():
        unfinished = whole.with_suffix(".part")
        unfinished.mkdir(parents=True, exist_ok=True)
        for number in range(files):
            write_claims(unfinished / f"f{number:05}.837", 1, SEED + number, as_of=AS_OF)
        unfinished.replace(whole)
    return whole


def slice_of(whole: ClaimFile, size: int) -> ClaimFile:
    """The first transaction sets of a file up to about `size` bytes, in an envelope of their own.

    The whole file when its first functional group is smaller than that.
    """
    with whole.path.open(encoding="ascii", newline="") as source:
        text = source.read(size)
    end = text.rfind("~ST*")
    if len(text) < size or end < 0 or text.count("~GS*") != 1:
        return whole
    sets = text[: end + 1]
    interchange = sets.split("*", 14)[13]
    group = sets.split("~GS*", 1)[1].split("*", 6)[5]
    sets += f"GE*{sets.count('~SE*')}*{group}~IEA*1*{interchange}~"
    path = whole.path.with_suffix(f".first-{size}.837")
    path.write_text(sets, encoding="ascii", newline="")
    return ClaimFile(path, len(sets), sets.count("~CLM*"))
