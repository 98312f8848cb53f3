"""The commands that are measured: this project's and pyx12's, both beside the running Python."""

import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.claim_files import ClaimFile
from bench.measure import CommandError, Measured, last_words, printed, run
from bench.run_date import AS_OF
from scrubber.lane import SWITCH

_SOME_REJECTED = 1
"""The scrubber's exit status when some claim is rejected, as in every file with faults."""

_BINARIES = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Contenders:
    """Runs the commands, with their output and logs under `folder`."""

    folder: Path

    def scrub(self, claims: ClaimFile, jobs: int = 1, lane: bool = True) -> Measured:
        """`scrubber scrub`, whole process, every output it writes by default; without the `lane`
        as it is where that is not built.

        Raises:
            CommandError: there is no such command, or it left no report.
        """
        out = self.folder / "scrubbed"
        shutil.rmtree(out, ignore_errors=True)
        arguments = ["scrub", str(claims.path), "--out", str(out), "--as-of", AS_OF.isoformat()]
        if jobs > 1:
            arguments += ["--jobs", str(jobs)]
        log = self.folder / "scrub.log"
        without = [] if lane else ["/usr/bin/env", f"{SWITCH}=off"]
        took = run([*without, _scrubber(), *arguments], log, allowed=(0, _SOME_REJECTED))
        # A traceback ends with 1 too; what tells the two apart is the report.
        if not any(out.glob("*.report.json")):
            raise CommandError(f"scrubber left no report:\n{last_words(log)}")
        return took

    def watch(self, files: Path) -> Measured:
        """`scrubber watch --once` over a drop into which these files were put, whole process.

        Raises:
            CommandError: there is no such command, or some file is not in the archive.
        """
        drop = self.folder / "drop"
        shutil.rmtree(drop, ignore_errors=True)
        drop.mkdir(mode=0o700)
        shutil.copytree(files, drop / "inbound")
        some_time_ago = time.time() - 3600
        for file in (drop / "inbound").iterdir():
            os.utime(file, (some_time_ago, some_time_ago))
        log = self.folder / "watch.log"
        arguments = ["watch", str(drop), "--once", "--settle", "0", "--as-of", AS_OF.isoformat()]
        took = run([_scrubber(), *arguments], log, allowed=(0, _SOME_REJECTED))
        put = sum(1 for _ in files.iterdir())
        through = sum(1 for file in (drop / "archive").rglob("*") if file.is_file())
        shutil.rmtree(drop)
        if through != put:
            raise CommandError(f"{put - through} of {put} files are not in the archive")
        return took

    def guide_check(self, claims: ClaimFile) -> Measured:
        """Our reader and guide check alone in a process of its own, nothing written."""
        command = [sys.executable, "-m", "bench.guide_check", str(claims.path)]
        return run(command, self.folder / "guide.log")

    def read_answers(self, answers: ClaimFile) -> Measured:
        """Our reader of answers alone in a process of its own, nothing written."""
        command = [sys.executable, "-m", "bench.answer_reading", str(answers.path)]
        return run(command, self.folder / "answers.log")

    def rule_costs(self, claims: ClaimFile) -> str:
        """A table of what the costliest rules take."""
        log = self.folder / "rules.log"
        run([sys.executable, "-m", "bench.rule_costs", str(claims.path)], log)
        return printed(log)

    def pyx12_validate(self, claims: ClaimFile) -> Measured:
        """pyx12's validation in a process of its own, no 999 written.

        Raises:
            CommandError: pyx12 raised.
        """
        command = [sys.executable, "-m", "bench.pyx12_validation", str(claims.path)]
        return run(command, self.folder / "pyx12.log")

    def x12valid(self, claims: ClaimFile) -> Measured:
        """pyx12's own command as it is, on a valid file.

        Raises:
            CommandError: it does not call the file valid.
        """
        log = self.folder / "x12valid.log"
        # Its exit status is 1 when it has done its work (version 4.0.0), so its words count.
        took = run([_BINARIES / "x12valid", "-q", claims.path], log, allowed=(0, 1))
        if not last_words(log).rstrip().endswith(": OK"):
            raise CommandError(f"x12valid does not call {claims.path} valid:\n{last_words(log)}")
        return took


def _scrubber() -> Path:
    command = _BINARIES / "scrubber"
    if not command.exists():
        raise CommandError(f"no scrubber command at {command}")
    return command
