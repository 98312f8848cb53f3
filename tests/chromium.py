"""A real headless Chromium for tests, spoken to in WebDriver (W3C) over HTTP."""

import json
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

AVAILABLE = bool(shutil.which("chromium") and shutil.which("chromedriver"))

_ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


class Browser:
    """One browser session; `run` evaluates a script body in the page."""

    def __init__(self, address: str, session: str) -> None:
        self._base = f"{address}/session/{session}"

    def open(self, page: Path) -> None:
        self.go(page.resolve().as_uri())

    def go(self, address: str) -> None:
        _call(f"{self._base}/url", {"url": address})

    def resize(self, width: int, height: int) -> None:
        _call(f"{self._base}/window/rect", {"width": width, "height": height})

    def run(self, script: str, *arguments: Any) -> Any:
        return _call(f"{self._base}/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command: str, **parameters: Any) -> Any:
        body = {"cmd": command, "params": parameters}
        return _call(f"{self._base}/goog/cdp/execute", body)

    def keys(self, text: str) -> None:
        """Type on the keyboard, at whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        body = {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}
        _call(f"{self._base}/actions", body)

    def screenshot(self) -> bytes:
        return b64decode(_call(f"{self._base}/screenshot"))

    def pdf(self) -> bytes:
        return b64decode(_call(f"{self._base}/print", {}))

    def complaints(self) -> list[str]:
        """What the page has written to the console since last asked."""
        return [entry["message"] for entry in _call(f"{self._base}/se/log", {"type": "browser"})]

    def requested(self) -> list[str]:
        """The addresses that pages have asked for since last asked."""
        entries = _call(f"{self._base}/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        sent = [one for one in messages if one["method"] == "Network.requestWillBeSent"]
        return [one["params"]["request"]["url"] for one in sent]


@contextmanager
def browser(dark: bool = False) -> Iterator[Browser]:
    """A browser with a fresh profile, closed at the end with all its processes."""
    driver = subprocess.Popen(
        ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        address = f"http://127.0.0.1:{_port(driver)}"
        options = {"args": [*_ARGUMENTS, *(["--force-dark-mode"] if dark else [])]}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        opened = _call(f"{address}/session", {"capabilities": {"alwaysMatch": wanted}})
        try:
            yield Browser(address, opened["sessionId"])
        finally:
            _call(f"{address}/session/{opened['sessionId']}", method="DELETE")
    finally:
        driver.terminate()
        driver.wait(10)


def _port(driver: "subprocess.Popen[str]") -> int:
    assert driver.stdout is not None
    deadline = time.monotonic() + 30
    for line in driver.stdout:
        if "started successfully on port" in line:
            return int(line.rstrip().rstrip(".").rsplit(" ", 1)[1])
        assert time.monotonic() < deadline, "chromedriver did not start"
    raise AssertionError("chromedriver ended before it was ready")


def _call(address: str, body: Any = None, method: str = "") -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = Request(address, content, method=method or ("GET" if body is None else "POST"))
    request.add_header("Content-Type", "application/json")
    with urlopen(request, timeout=120) as answer:
        return json.load(answer)["value"]
