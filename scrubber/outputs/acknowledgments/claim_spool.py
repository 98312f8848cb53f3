"""The providers, patients and claims of one 277CA, kept until the totals above them are known.

Totals of a set and of a provider stand before their claims. So claims are spooled as ready text in
one temporary file and providers in another, a line each; both are held in memory up to HELD bytes
and go to a nameless file in the output folder beyond. Memory does not grow with the set.
"""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import SpooledTemporaryFile

from scrubber.outputs.x12_writer import X12Writer, decimal_text, segment_text

HELD = 1 << 20
CHUNK = 1 << 16
RECEIVED_BY_US = "A1:19:AY"
FIRST_LEVEL = 3


class Totals:
    """Claims and dollars, accepted and rejected."""

    def __init__(self) -> None:
        self.claims = {True: 0, False: 0}
        self.dollars = {True: Decimal(0), False: Decimal(0)}

    def add(self, charge: Decimal, accepted: bool) -> None:
        """Count one claim."""
        self.claims[accepted] += 1
        self.dollars[accepted] += charge

    @property
    def count(self) -> int:
        """All claims."""
        return self.claims[True] + self.claims[False]

    @property
    def charge(self) -> str:
        """All dollars, as an amount is written."""
        return decimal_text(self.dollars[True] + self.dollars[False])

    def segments(self, accepted: str, rejected: str) -> Iterator[tuple[str, ...]]:
        """QTY under these qualifiers and AMT, as far as there is something to count."""
        for one, qualifier in ((True, accepted), (False, rejected)):
            if self.claims[one]:
                yield "QTY", qualifier, str(self.claims[one])
        for one, qualifier in ((True, "YU"), (False, "YY")):
            if self.claims[one]:
                yield "AMT", qualifier, decimal_text(self.dollars[one])


class ClaimSpool:
    """Takes providers, patients and claims in file order; gives them back below their totals.

    `totals` are those of the set. Levels are numbered from 3: 1 is the sender of the 277CA, 2 the
    submitter.
    """

    def __init__(self, folder: Path) -> None:
        self._claims = SpooledTemporaryFile(HELD, "w+b", dir=str(folder))  # noqa: SIM115
        self._providers = SpooledTemporaryFile(HELD, "w+b", dir=str(folder))  # noqa: SIM115
        self.clear()

    def clear(self) -> None:
        """Begin another set."""
        for spool in (self._claims, self._providers):
            spool.seek(0)
            spool.truncate()
        self.totals = Totals()
        self._levels = FIRST_LEVEL - 1
        self._provider: tuple[str, ...] = ()
        self._provider_level = 0
        self._provider_totals = Totals()
        self._size = 0
        self._segments = 0

    def provider(self, name: tuple[str, ...]) -> None:
        """A billing provider, NM1*85; the claims that follow are its own."""
        self._end_provider()
        self._levels += 1
        self._provider = name
        self._provider_level = self._levels
        self._provider_totals = Totals()

    def patient(self, name: tuple[str, ...]) -> None:
        """A patient, NM1*QC; the claims that follow are theirs."""
        self._levels += 1
        self._put([("HL", str(self._levels), str(self._provider_level), "PT"), name])

    def claim(self, segments: Iterable[tuple[str, ...]], charge: Decimal, accepted: bool) -> None:
        """A claim's loops 2200D and 2220D."""
        self.totals.add(charge, accepted)
        self._provider_totals.add(charge, accepted)
        self._put(segments)

    def write(self, writer: X12Writer) -> None:
        """Write all of it."""
        self._end_provider()
        self._claims.seek(0)
        self._providers.seek(0)
        for line in self._providers:
            head, head_segments, size, segments = json.loads(line)
            writer.text(head, head_segments + segments)
            while size:
                text = self._claims.read(min(size, CHUNK))
                size -= len(text)
                writer.text(text.decode("ascii"), 0)

    def close(self) -> None:
        """Let go of the temporary files."""
        self._claims.close()
        self._providers.close()

    def _put(self, segments: Iterable[tuple[str, ...]]) -> None:
        texts = [segment_text(*one) for one in segments]
        self._segments += len(texts)
        self._size += self._claims.write("".join(texts).encode("ascii"))

    def _end_provider(self) -> None:
        if not self._provider:
            return
        totals = self._provider_totals
        texts = [
            segment_text(*one)
            for one in (
                ("HL", str(self._provider_level), "2", "19", "1"),
                self._provider,
                ("TRN", "1", "0"),
                ("STC", RECEIVED_BY_US, "", "WQ", totals.charge),
                *totals.segments("QA", "QC"),
            )
        ]
        record = json.dumps(["".join(texts), len(texts), self._size, self._segments])
        self._providers.write(record.encode("ascii") + b"\n")
        self._provider = ()
        self._size = self._segments = 0
