"""Runs the command line as a user's shell does: a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "fixtures"
COMMAND = (sys.executable, "-m", "scrubber")
DAY = ("--as-of", "2026-03-02")
NONE: Mapping[str, str] = {}
ENVIRONMENT = os.environ | {"COLUMNS": "100", "NO_COLOR": "1"}


def scrubber(
    *arguments: object,
    folder: Path | None = None,
    given: bytes = b"",
    settings: Mapping[str, str] = NONE,
) -> subprocess.CompletedProcess[str]:
    """Run it to its end; `given` is what its standard input holds, `settings` are added to its
    environment."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        input=given,
        capture_output=True,
        env={**ENVIRONMENT, **settings},
        timeout=60,
        check=False,
    )
    output, errors = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in output + errors
    return subprocess.CompletedProcess(done.args, done.returncode, output, errors)


def started(*arguments: object, folder: Path) -> "subprocess.Popen[bytes]":
    """Start it, with pipes to all its streams. It hears Ctrl-C, which a shell makes the commands
    that it runs in the background ignore, and with them the tests and what they start."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
