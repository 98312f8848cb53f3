"""The desk in a real browser: a claim from upload to release, by keyboard, in every look."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import chromium
import pytest
from chromium import Browser
from desk_office import ADDRESS, CLINIC, TO_FIX, WRONG_UNITS, Office, served
from desk_screenshots import SCREENS, WAITING, look

pytestmark = pytest.mark.skipif(not chromium.AVAILABLE, reason="Chromium is not installed")
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (360, 1600)]
ENTER = "\ue007"
AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk() -> Iterator[Browser]:
    """A browser at a desk with the clinic, a repair that waits, and a release."""
    with TemporaryDirectory() as folder, chromium.browser() as browser:
        office = Office(Path(folder))
        office.bench.receive("clinic.837", WAITING, "Pat")
        office.bench.receive("before.837", CLINIC.replace(b"MG-1", b"MF-1"), "Pat")
        office.bench.release(2, "Pat")
        with served(office) as address:
            browser.go(address)
            yield browser


def test_no_page_complains_or_asks_anybody_else(desk: Browser) -> None:
    desk.complaints()
    desk.requested()
    for path in SCREENS.values():
        desk.go(ADDRESS + path)
    assert desk.complaints() == []
    assert [one for one in desk.requested() if not one.startswith((ADDRESS, "data:,"))] == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("path", SCREENS.values(), ids=SCREENS)
def test_every_page_fits_and_can_be_read(desk: Browser, path: str, scheme: str, width: int) -> None:
    look(desk, scheme, width)
    desk.go(ADDRESS + path)
    assert desk.run("return document.documentElement.scrollWidth") <= width
    found = desk.run(f"{AXE}; return axe.run()")["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_a_page_is_printed(desk: Browser) -> None:
    desk.go(f"{ADDRESS}/claims/{TO_FIX}")
    assert desk.pdf().startswith(b"%PDF")


def test_a_claim_is_found_fixed_and_released_by_keyboard(desk: Browser) -> None:
    look(desk, "light", 1280)
    desk.go(f"{ADDRESS}/?text=MG-1010")
    desk.keys("j")
    desk.keys(ENTER)
    _wait_for(desk, f"/claims/{TO_FIX}")
    desk.run(f"document.getElementById('b{WRONG_UNITS}').select()")
    desk.keys("2")
    desk.keys(ENTER)
    _wait_until(desk, "return document.body.innerText.includes('1 changed and checked again')")
    assert desk.run("return document.querySelector('h1 .tag').innerText") == "ready"
    desk.go(f"{ADDRESS}/releases")
    desk.run("document.querySelector('.rows button').focus()")
    desk.keys(ENTER)
    _wait_for(desk, "/releases/2")


def test_the_work_list_is_searched_by_key(desk: Browser) -> None:
    desk.go(f"{ADDRESS}/")
    desk.keys("/")
    assert desk.run("return document.activeElement.id") == "search"


def _wait_for(desk: Browser, path: str) -> None:
    _wait_until(desk, f"return location.pathname === '{path}'")


def _wait_until(desk: Browser, script: str) -> None:
    for _ in range(200):
        if desk.run(script):
            return
    raise AssertionError(f"{script}: {desk.run('return location.pathname')}")
