"""A PostgreSQL server for tests, started from Debian's package and thrown away afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SETTINGS = "-c listen_addresses='' -c fsync=off"
USER = "postgres"


def missing() -> str:
    """Why no server can be started here; empty if one can."""
    if find_spec("psycopg") is None:
        return "psycopg is not installed"
    if _programs() is None:
        return "PostgreSQL is not installed"
    return ""


@contextmanager
def running_server() -> Iterator[str]:
    """The URL of an empty database."""
    programs = _programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="ledger"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        # The server refuses to run as root.
        as_user = ["runuser", "-u", USER, "--"]
        shutil.chown(folder, USER)
    cluster = folder / "cluster"
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(cluster), "-w"]
    try:
        _run([*as_user, str(programs / "initdb"), "-D", str(cluster), "-A", "trust", "-U", USER])
        log = ["-l", str(folder / "log")]
        _run([*control, "-o", f"{SETTINGS} -k {folder}", *log, "start"])
        try:
            yield f"postgresql+psycopg://{USER}@/postgres?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Where initdb and pg_ctl are: on the path, or where Debian and Red Hat keep them."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    places = (Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr").glob("pgsql-*/bin"))
    found = [one for place in places for one in sorted(place) if (one / "initdb").exists()]
    return found[-1] if found else None


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd="/")
