"""What is found in one file, record by record, with nothing written."""

import json
from collections.abc import Iterator, Sequence

from scrubber.engine.results import ClaimResult
from scrubber.findings import Correction, Finding
from scrubber.outputs.address import is_above_claims
from scrubber.outputs.findings_of_file import FindingsOfFile
from scrubber.outputs.json_report import Totals, claim_text, correction_record, finding_record
from scrubber.outputs.report_file import Record
from scrubber.outputs.table_dates import TableDates
from scrubber.outputs.tally import Summary, Tally
from scrubber.run.exit_status import exit_status
from scrubber.run.received_parts import ReceivedParts


class FileCheck:
    """Checks a file once; `summary` and `status` tell of what was read so far."""

    def __init__(
        self, parts: ReceivedParts, show_phi: bool = False, dates: TableDates | None = None
    ) -> None:
        self._parts = parts
        self._dates = dates
        self._show_phi = show_phi
        self._totals = Totals()
        self._tally = Tally()
        self._codes: set[str] = set()
        self._told = FindingsOfFile()

    def records(self) -> Iterator[Record]:
        """The claims of which there is something to say, as report.json has them; and what
        belongs to no claim, as a record of findings and corrections only. In file order."""
        for part in self._parts:
            claim = part.claim
            if claim is not None:
                self._totals.add(claim)
                if self._dates is not None:
                    self._dates.add(claim)
                claim = _own(claim)
                if claim.findings or claim.not_checked:
                    record: Record = json.loads(claim_text(claim, self._show_phi))
                    self._tally.add(record)
                    self._codes.update(finding.code for finding in claim.findings)
                    yield record
            told = [one for one in part.findings if self._told.tells(one)] if part.findings else ()
            if told or part.corrections:
                yield self._file_record(told, part.corrections)
        rest = self._told.rest()
        if rest is not None:
            yield self._file_record([rest], ())

    def _file_record(
        self, findings: Sequence[Finding], corrections: Sequence[Correction]
    ) -> Record:
        self._codes.update(finding.code for finding in findings)
        record: Record = {
            "findings": [finding_record(one) for one in findings],
            "corrections": [correction_record(one, self._show_phi) for one in corrections],
        }
        self._tally.add_file(record)
        return record

    @property
    def summary(self) -> Summary:
        """The file in figures."""
        tables = self._dates.uses() if self._dates is not None else ()
        shares = self._totals.shares()
        return self._tally.summary()._replace(dispositions=shares, tables=tables)

    @property
    def status(self) -> int:
        """The exit status for this file."""
        totals = self._totals.as_record()
        return exit_status(self._codes, totals["claims"], totals["rejected"], totals["not_checked"])


def _own(claim: ClaimResult) -> ClaimResult:
    """The claim without what was repaired above it, which was told where it stands."""
    if not claim.corrections:
        return claim
    own = [one for one in claim.findings if not (one.fixed and is_above_claims(one.path))]
    return claim._replace(findings=tuple(own))
