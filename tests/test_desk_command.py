"""`scrubber desk` as a program: it starts on an empty machine, and nothing saved is lost."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from desk_office import TO_FIX, WRONG_UNITS


class Running(NamedTuple):
    """A desk that runs, and a browser that opened it."""

    process: "subprocess.Popen[str]"
    address: str
    browser: OpenerDirector

    def page(self, path: str, **fields: str) -> str:
        headers = {"Origin": self.address}
        data = urlencode(fields).encode() if fields else None
        with self.browser.open(Request(self.address + path, data, headers), timeout=60) as answer:
            return str(answer.read().decode())


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "scrubber", "desk", "--no-browser", "--port", str(port), *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_DATA_HOME": str(folder), "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+(/open\S+)", process.stdout.readline())
        assert found is not None
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        desk = Running(process, f"http://127.0.0.1:{port}", browser)
        for _ in range(100):
            try:
                desk.page(found[1])
                break
            except HTTPError:
                raise
            except OSError:
                time.sleep(0.1)
        yield desk
    finally:
        process.kill()
        process.wait(20)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_what_was_said_to_be_saved_outlives_a_kill(tmp_path: Path) -> None:
    with running(tmp_path, "--example", "--as-of", "2026-03-10") as desk:
        page = desk.page(f"/claims/{TO_FIX}")
        told = {"csrf": hidden(page, "csrf"), "revision": hidden(page, "revision")}
        saved = desk.page(f"/claims/{TO_FIX}/save", **told, **{f"box:{WRONG_UNITS}": "2"})
        assert "1 changed and checked again" in saved
        desk.process.send_signal(signal.SIGKILL)
        desk.process.wait(20)
    with running(tmp_path, "--example", "--as-of", "2026-03-10") as desk:
        page = desk.page(f"/claims/{TO_FIX}")
        assert re.search(rf'name="box:{WRONG_UNITS}" value="2"', page)
        assert 'class="tag ready"' in page


def test_a_desk_starts_empty(tmp_path: Path) -> None:
    with running(tmp_path) as desk:
        assert "No claims yet" in desk.page("/")
    assert (tmp_path / "scrubber" / "desk" / "desk.sqlite").stat().st_mode & 0o077 == 0
