"""Takes pictures of the desk: `python tests/desk_screenshots.py FOLDER [NAME...]`.

Without names it takes all, as long as they are. Those in docs/pictures are
work-list-light-1280, claim-light-1280 and repair-dark-1280.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import chromium
from desk_office import ADDRESS, CLINIC, TO_FIX, WRONG_UNITS, Office, served

WAITING = CLINIC.replace(b"SV1*HC:97110:GP*116.00*UN*2***1~", b"SV1*HC:97110*116.00*UN*2***1~", 1)
LOOKS = (("light", 1280), ("dark", 1280), ("light", 360), ("dark", 1600))
SCREENS = {
    "work-list": "/",
    "claim": f"/claims/{TO_FIX}",
    "repair": "/claims/2",
    "decisions": "/decisions",
    "release": "/releases",
    "receipt": "/releases/1",
}


def look(browser: chromium.Browser, scheme: str, width: int, height: int = 900) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.devtools("Emulation.setEmulatedMedia", features=features)
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=height, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip


def main(out: Path, *names: str) -> None:
    """Write SCREEN-SCHEME-WIDTH.png for each screen, or those named so."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, chromium.browser() as browser:
        office = Office(Path(folder))
        office.bench.receive("clinic.837", WAITING, "Pat")
        office.bench.save(TO_FIX, 0, {WRONG_UNITS: "4"}, "Pat")
        office.bench.receive("yesterday.837", CLINIC.replace(b"MG-1", b"MF-1"), "Pat")
        office.bench.release(2, "Pat")
        with served(office) as address:
            browser.go(address)
            for name, path in SCREENS.items():
                for scheme, width in LOOKS:
                    called = f"{name}-{scheme}-{width}"
                    if names and called not in names:
                        continue
                    look(browser, scheme, width)
                    browser.go(ADDRESS + path)
                    height = browser.run("return document.documentElement.scrollHeight")
                    look(browser, scheme, width, 1000 if names else max(700, height))
                    picture = browser.screenshot()
                    (out / f"{called}.png").write_bytes(picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
