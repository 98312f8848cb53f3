"""The commands that are measured: this project's and pyx12's, both beside the running Python."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.claim_files import AS_OF, ClaimFile
from bench.measure import CommandError, Measured, last_words, run

_SOME_REJECTED = 1
"""The scrubber's exit status when some claim is rejected, as in every file with faults."""

_BINARIES = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Contenders:
    """Runs the commands, with their output and logs under `folder`."""

    folder: Path
    jobs: int = 1

    def scrub(self, claims: ClaimFile) -> Measured:
        """`scrubber scrub`, whole process, every output it writes by default.

        Raises:
            CommandError: there is no such command, or it left no report.
        """
        command = _BINARIES / "scrubber"
        if not command.exists():
            raise CommandError(f"no scrubber command at {command}")
        out = self.folder / "scrubbed"
        shutil.rmtree(out, ignore_errors=True)
        arguments = ["scrub", str(claims.path), "--out", str(out), "--as-of", AS_OF.isoformat()]
        if self.jobs > 1:
            arguments += ["--jobs", str(self.jobs)]
        log = self.folder / "scrub.log"
        took = run([command, *arguments], log, allowed=(0, _SOME_REJECTED))
        # A traceback ends with 1 too; what tells the two apart is the report.
        if not any(out.glob("*.report.json")):
            raise CommandError(f"{command.name} left no report:\n{last_words(log)}")
        return took

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
