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


class Server:
    """A server with an empty database, which may be away for a while."""

    def __init__(self, folder: Path) -> None:
        programs = _programs()
        assert programs is not None
        as_user: list[str] = []
        if os.geteuid() == 0:
            # The server refuses to run as root.
            as_user = ["runuser", "-u", USER, "--"]
            shutil.chown(folder, USER)
        self._folder = folder
        cluster = str(folder / "cluster")
        self._control = [*as_user, str(programs / "pg_ctl"), "-D", cluster, "-w"]
        _run([*as_user, str(programs / "initdb"), "-D", cluster, "-A", "trust", "-U", USER])
        self.url = f"postgresql+psycopg://{USER}@/postgres?host={folder}"

    def start(self) -> None:
        """Come back."""
        options = ["-l", str(self._folder / "log"), "-o", f"{SETTINGS} -k {self._folder}"]
        _run([*self._control, *options, "start"])

    def stop(self) -> None:
        """Go away."""
        _run([*self._control, "-m", "immediate", "stop"])


@contextmanager
def stopped_server() -> Iterator[Server]:
    """A server that was not started yet."""
    folder = Path(tempfile.mkdtemp(prefix="ledger"))
    try:
        yield Server(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_server() -> Iterator[str]:
    """The URL of an empty database."""
    with stopped_server() as server:
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


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
