"""A desk for tests: with a folder of its own, an invented clinic, and a browser that is let in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import create_engine
from waitress.server import create_server as serve
from werkzeug.test import TestResponse

from scrubber.desk.app import API_KEY, DATABASE, make_app, open_workbench
from scrubber.desk.sessions import COOKIE, Sessions
from scrubber.desk.tables import METADATA
from scrubber.history.database import ledger_url
from scrubber.history.tables import METADATA as LEDGER

PORT = 8370
ADDRESS = f"http://127.0.0.1:{PORT}"
CLINIC = (Path(__file__).parent.parent / "fixtures" / "clinic_day.837").read_bytes()
AS_OF = date(2026, 3, 10)
TO_FIX, WRONG_UNITS = 10, "244.4.0"
"""The claim of the clinic with too many units, and the box that they are in."""


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Office:
    """A desk and what is needed to use or attack it."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.folder = folder / "desk"
        self.database = database
        self.clock = Clock()
        self.sessions = Sessions("Pat", 15, self.clock)
        self.bench = open_workbench(self.folder, {"as_of": AS_OF}, database)
        self.app = make_app(self.bench, self.sessions, PORT, self.folder)

    @property
    def url(self) -> str:
        return ledger_url(self.database or str(self.folder / DATABASE))

    def empty(self) -> None:
        """Take the tables out of a database that other tests use."""
        self.bench.store.close()
        assert self.database is not None
        for tables in (METADATA, LEDGER):
            tables.drop_all(create_engine(self.database))

    @property
    def api_key(self) -> str:
        return (self.folder / API_KEY).read_text(encoding="ascii").strip()

    def visitor(self) -> "Visitor":
        return Visitor(self.app.test_client(), "")

    def biller(self) -> "Visitor":
        """A browser that opened the one-time address."""
        client = self.app.test_client()
        opened = client.get(f"/open?token={self.sessions.token}", base_url=ADDRESS)
        assert opened.status_code == 302
        page = client.get("/", base_url=ADDRESS).text
        found = re.search(r'name="csrf" value="([^"]+)"', page)
        assert found is not None
        return Visitor(client, found[1])

    def with_clinic(self) -> "Visitor":
        self.bench.receive("clinic.837", CLINIC, "Pat")
        return self.biller()


class Visitor:
    """A browser, or who plays one; `csrf` is what the pages of the desk gave to it."""

    def __init__(self, client: FlaskClient, csrf: str) -> None:
        self.client = client
        self.csrf = csrf

    @property
    def cookie(self) -> str:
        found = self.client.get_cookie(COOKIE, "127.0.0.1")
        return found.value if found is not None else ""

    def get(self, path: str, **options: Any) -> TestResponse:
        options.setdefault("base_url", ADDRESS)
        return self.client.get(path, **options)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """As a form of a page of the desk is sent."""
        data = {"csrf": self.csrf, **fields}
        return self.client.post(path, base_url=ADDRESS, data=data, headers={"Origin": ADDRESS})


@contextmanager
def served(office: Office) -> Iterator[str]:
    """The desk at a port of this machine, for a real browser; gives the one-time address."""
    server: Any = serve(office.app, host="127.0.0.1", port=PORT, threads=4)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"{ADDRESS}/open?token={office.sessions.token}"
    finally:
        server.close()
        thread.join(10)
