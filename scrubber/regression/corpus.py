"""The verdicts on the files of a corpus, each under a keyed hash of what was judged."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scrubber.engine import FileScrubber
from scrubber.engine.repairs_above import with_late_repairs
from scrubber.engine.results import Part
from scrubber.engine.stream_state import Above
from scrubber.findings import Finding
from scrubber.guide.hierarchy import LEVELS
from scrubber.history.keys import Keys
from scrubber.outputs.verdict import Found, Verdict, findings_by_kind, verdict_of
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText


class JudgedClaim(NamedTuple):
    """A claim of the corpus; `key` is its hash."""

    key: str
    claim_id: str
    verdict: Verdict


class CorpusReader:
    """Reads the files of a corpus one after the other.

    A claim is known by its text and that of the levels above it, so it stays the same one in
    another file or under another control number; equal claims are told apart by their order.
    """

    def __init__(self, scrubber: FileScrubber, keys: Keys) -> None:
        self._scrubber = scrubber
        self._keys = keys
        self._times: Counter[str] = Counter()
        self._found: list[Finding] = []

    def claims(self, blocks: Iterable[Block | StrayText]) -> Iterator[JudgedClaim]:
        """The claims of the next file, in order, when all of it was read: a trailer may tell of
        repairs above them."""
        self._found = []
        keys: list[str] = []
        parts = with_late_repairs(self._without_text(self._scrubber.parts(blocks), keys))
        claims = [part.claim for part in parts if part.claim is not None]
        for key, claim in zip(keys, claims, strict=True):
            verdict = verdict_of(claim)
            hashed = self._keys.of("repairs", verdict.repairs) if verdict.repairs else ""
            yield JudgedClaim(key, claim.claim_id, verdict._replace(repairs=hashed))

    def _without_text(self, parts: Iterable[Part], keys: list[str]) -> Iterator[Part]:
        """The parts without their texts; `keys` gets those of the claims."""
        levels: Above[str] = Above()
        for part in parts:
            self._found += part.findings
            if part.kind in LEVELS:
                levels.enter(part.kind, part.received)
            elif part.claim is not None:
                keys.append(self._key(levels, part))
            yield part._replace(received="", corrected="", unwrapped="")

    def found(self) -> Found:
        """What was found in the file read last that belongs to none of its claims."""
        return findings_by_kind(self._found)

    def file_key(self, sha256: str) -> str:
        """The hash a file is known by."""
        return self._keys.of("file", sha256)

    def _key(self, levels: dict[str, str], part: Part) -> str:
        text = self._keys.of("claim", *levels.values(), part.received)
        self._times[text] += 1
        return (
            text if self._times[text] == 1 else self._keys.of("claim", text, str(self._times[text]))
        )
