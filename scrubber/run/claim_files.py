"""The accepted and rejected claims of one file: written under temporary names while it is
scrubbed, read again, and only then named."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from decimal import Decimal
from itertools import count, takewhile
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from scrubber.claim.values import dollars
from scrubber.engine.results import Disposition, Part
from scrubber.outputs.accepted_files import AcceptedFiles, Limits
from scrubber.outputs.claim_file_check import claim_file_fault
from scrubber.outputs.claims_concerned import claims_concerned
from scrubber.outputs.output_fault import ClaimFileFaultError
from scrubber.outputs.output_files import AppendedFile, OutputFile
from scrubber.outputs.own_numbers import OwnNumbers, RejectedNumbers
from scrubber.outputs.report_file import Record
from scrubber.outputs.split_file import SplitWriter, is_rejected
from scrubber.outputs.written_claims import NOTHING, ReceivedCopy

ENDINGS = ("accepted.837", "rejected.837")
NUMBERED = re.compile(r"\.accepted\.\d+\.837$")


class _Written(NamedTuple):
    """A file and what it is about."""

    name: str
    disposition: str
    file: OutputFile | AppendedFile
    writer: SplitWriter | ReceivedCopy
    provider: str = ""
    payer: str = ""


class ClaimFiles:
    """NAME.accepted.837, NAME.rejected.837 and, where limits ask for further ones,
    NAME.accepted.2.837 and so on; what is not placed is gone when the block ends.

    `takers` get every part of the scrubbed file in order. With `as_received` the rejected file is
    the file as received, and there is no other.
    """

    def __init__(
        self,
        out: Path,
        name: str,
        limits: Limits,
        numbers: OwnNumbers,
        as_received: bool = False,
    ) -> None:
        self._out = out
        self._name = name
        self._limits = limits
        self._numbers = numbers
        self._as_received = as_received
        self._stack = ExitStack()
        self._opened: list[OutputFile | AppendedFile] = []
        self._passed_by = False

    @property
    def takers(self) -> tuple[Callable[[Part], None], ...]:
        """What to call with each part."""
        return (
            (self._rejected.write,)
            if self._as_received
            else (self._accepted.write, self._rejected.write)
        )

    def finish(self, *, passed_by: bool = False) -> list[dict[str, Any]]:
        """The file is over: all claims are written. Returns the "outputs" of the report; of a file
        that is `passed_by`, as it is about no claims, there are none. Raises OSError."""
        self._passed_by = passed_by
        self._accepted.close()
        self._rejected.close()
        return [_record(one) for one in self._written()]

    @property
    def files(self) -> list[OutputFile | AppendedFile]:
        """Those to be brought to the disk before they are placed."""
        return [one.file for one in self._written()]

    def check(self, head: Mapping[str, Any], claims: Callable[[], Iterable[Record]]) -> None:
        """Read again what was written, and hold it against the head of the report and, where it is
        wrong, against its claims. Raises ClaimFileFaultError where it is not as it was meant, and
        OSError."""
        totals = head["totals"]
        written = list(self._written())
        held = [one.writer.written for one in written]
        count, charge = sum(one.claims for one in held), sum((one.charge for one in held), NOTHING)
        if count != totals["claims"] or charge != Decimal(totals["charge"]):
            raise ClaimFileFaultError(
                f"{totals['claims']:,} claims of ${totals['charge']} were scrubbed, but {count:,} "
                f"of ${dollars(charge, ',')} written"
            )
        for one in written:
            accepted = one.disposition == "accepted"
            fault = claim_file_fault(one.file.path, one.writer.written, accepted)
            if self._as_received and _sha256(one.file.path) != head["input"]["sha256"]:
                fault = "it is not a copy of the file"
            if fault:
                concerned = self._concerned(written, claims()) if accepted else frozenset()
                raise ClaimFileFaultError(f"{one.name} was read again: {fault}", concerned)

    def _concerned(self, written: Sequence[_Written], claims: Iterable[Record]) -> frozenset[str]:
        meant = (
            (one["claim_id"], Decimal(one["charge"] or 0))
            for one in claims
            if one["disposition"] != Disposition.REJECTED.value
        )
        paths = [one.file.path for one in written if one.disposition == "accepted"]
        return claims_concerned(paths, meant)

    def place(self) -> list[Path]:
        """Give them their names, and take away those of an earlier run. Raises OSError."""
        placed = []
        for one in self._written():
            target = self._out / one.name
            one.file.place(target)
            placed.append(target)
        for old in self._of_earlier_runs():
            if old not in placed:
                old.unlink(missing_ok=True)
        return placed

    def _written(self) -> Iterator[_Written]:
        for nth, (one, file) in enumerate(zip(self._accepted.files, self._opened, strict=True)):
            if one.writer.wrote:
                number = f".{nth + 1}" if nth else ""
                name = f"{self._name}.accepted{number}.837"
                yield _Written(name, "accepted", file, one.writer, one.provider, one.payer)
        if self._rejected.wrote and not self._passed_by:
            name = f"{self._name}.rejected.837"
            yield _Written(name, "rejected", self._rejected_file, self._rejected)

    def _of_earlier_runs(self) -> Iterator[Path]:
        """The last one first, so that what is left after a crash is still found one by one. The
        folder is not listed: it may hold the outputs of ten thousand files."""
        for ending in ENDINGS:
            yield self._out / f"{self._name}.{ending}"
        numbered = (self._out / f"{self._name}.accepted.{nth}.837" for nth in count(2))
        yield from reversed(list(takewhile(Path.exists, numbered)))

    def _open(self) -> OutputFile | AppendedFile:
        file: OutputFile | AppendedFile
        file = AppendedFile(self._out) if self._limits.splits_files else OutputFile(self._out)
        self._stack.push(file)
        self._opened.append(file)
        return file

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._rejected_file = stack.enter_context(OutputFile(self._out))
            self._stack = stack
            self._accepted = AcceptedFiles(self._open, self._limits, self._numbers)
            numbering = RejectedNumbers(self._numbers)
            self._rejected: SplitWriter | ReceivedCopy
            if self._as_received:
                self._rejected = ReceivedCopy(self._rejected_file)
            else:
                self._rejected = SplitWriter(self._rejected_file, is_rejected, numbering)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


def _record(one: _Written) -> dict[str, Any]:
    written = one.writer.written
    record = {
        "name": one.name,
        "disposition": one.disposition,
        "claims": written.claims,
        "charge": dollars(written.charge),
    }
    named = {"billing_provider": one.provider, "payer": one.payer}
    return record | {key: value for key, value in named.items() if value}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
