"""The reports of one file: written under temporary names, read again, and only then named."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scrubber.outputs.guidance import GuidanceByCode
from scrubber.outputs.json_report import JsonReport
from scrubber.outputs.output_fault import internal_fault, not_written
from scrubber.outputs.output_files import OutputFile, temporary_folder

KINDS = ("json", "csv", "html", "xlsx")


class ReportFiles:
    """NAME.report.json and those others of KINDS that `formats` names; what is not placed is
    gone when the block ends."""

    def __init__(
        self, out: Path, name: str, formats: Sequence[str], guidance: GuidanceByCode
    ) -> None:
        self._out = out
        self._name = name
        self._kinds = [kind for kind in KINDS if kind in formats]
        self._guidance = guidance
        self._stack = ExitStack()
        self._files: dict[str, OutputFile] = {}
        self._entries: dict[str, int] = {}
        self._head: dict[str, Any] = {}
        self.faults: list[str] = []

    def write(self, report: JsonReport, head: dict[str, Any]) -> None:
        """Write the reports; one that cannot be made is left out, and `faults` say so. Raises
        OSError."""
        self._head = head
        for kind in self._kinds:
            file = self._stack.enter_context(OutputFile(self._out))
            try:
                self._entries[kind] = self._write(kind, report, file)
            except (OSError, MemoryError):
                raise
            except Exception as error:
                self.faults.append(f"{self._named(kind)} was not written: {internal_fault(error)}")
                continue
            file.settle()
            self._files[kind] = file

    @property
    def files(self) -> list[OutputFile]:
        """Those to be brought to the disk before they are placed."""
        return list(self._files.values())

    def check(self) -> None:
        """Read again what was written; what is not as it was meant is taken away, and `faults` say
        so. Raises OSError."""
        for kind, file in list(self._files.items()):
            fault = self._fault(kind, file.path)
            if fault:
                del self._files[kind]
                self.faults.append(not_written(self._named(kind), fault))

    def place(self) -> list[Path]:
        """Give them their names; other reports of that name are taken away. Raises OSError."""
        placed: list[Path] = []
        for kind in KINDS:
            target = self._out / self._named(kind)
            if kind in self._files:
                self._files[kind].place(target)
                placed.append(target)
            else:
                target.unlink(missing_ok=True)
        return placed

    def _named(self, kind: str) -> str:
        return f"{self._name}.report.{kind}"

    def _write(self, kind: str, report: JsonReport, file: OutputFile) -> int:
        """Write one; returns how many findings it lists, a page claims, a workbook rows."""
        head, guidance = self._head, self._guidance
        if kind == "json":
            report.finish(head, file.text())
            return 0
        if kind == "csv":
            from scrubber.outputs.csv_report import write_csv  # noqa: PLC0415

            claims = report.claims(only_with_findings=True)
            return write_csv(claims, head, file.text("utf-8-sig", newline=""), guidance)
        if kind == "html":
            from scrubber.outputs.html_report import write_html  # noqa: PLC0415

            return write_html(report.claims(), head, file.text(), guidance)
        from scrubber.outputs.xlsx_report import write_xlsx  # noqa: PLC0415

        claims = report.claims(only_with_findings=True)
        with temporary_folder(self._out) as folder:
            return write_xlsx(claims, head, file.binary, guidance, folder)

    def _fault(self, kind: str, path: Path) -> str:
        from scrubber.outputs import report_check  # noqa: PLC0415

        entries = self._entries[kind]
        if kind == "json":
            return report_check.json_fault(path, self._head)
        if kind == "csv":
            return report_check.csv_fault(path, entries)
        if kind == "html":
            return report_check.html_fault(path, entries)
        return report_check.xlsx_fault(path, entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
