"""The page in a real browser: loads, filters, sorts, opens, prints, and asks nobody anything."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest
import report_samples
from chromium import Browser

from scrubber.outputs.html_report import write_html

pytestmark = pytest.mark.skipif(not chromium.AVAILABLE, reason="Chromium is not installed")

Show = Callable[[Any], Browser]
# Milliseconds that no machine takes, however busy, unless the page builds every row it has.
FROZEN = 30_000


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with chromium.browser() as browser:
        yield browser


@pytest.fixture
def show(started: Browser, tmp_path: Path) -> Iterator[Show]:
    """Shows a report's page, wide and light; in the end no page may have complained or called."""
    started.complaints()
    started.requested()
    page = tmp_path / "report.html"

    def opened(report: dict[str, Any]) -> Browser:
        with page.open("w", encoding="utf-8") as out:
            write_html(report["claims"], report, out, report_samples.guidance())
        look(started, 1280)
        started.open(page)
        return started

    yield opened
    assert started.complaints() == []
    assert set(started.requested()) == {page.as_uri()}


@pytest.fixture
def sample(show: Show) -> Browser:
    return show(report_samples.report())


def look(browser: Browser, width: int, scheme: str = "light") -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.devtools("Emulation.setEmulatedMedia", features=features)
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=900, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip


def claims(browser: Browser) -> list[str]:
    """The claim ids of the rows on the page, from the top."""
    script = "return [...document.querySelectorAll('.toggle')].map((one) => one.textContent)"
    return list(browser.run(script))


def text(browser: Browser, selector: str) -> str:
    script = "return document.querySelector(arguments[0]).innerText"
    return str(browser.run(script, selector))


def click(browser: Browser, selector: str) -> None:
    browser.run("document.querySelector(arguments[0]).click()", selector)


def choose(browser: Browser, selector: str, value: str) -> None:
    """Set a control to a value the way a person does, with the event that follows."""
    browser.run(
        "const [control, value] = [document.querySelector(arguments[0]), arguments[1]];"
        "control.value = value;"
        "control.dispatchEvent(new Event('change', { bubbles: true }));",
        selector,
        value,
    )


def test_it_opens_on_what_is_to_fix_with_the_most_dollars_first(sample: Browser) -> None:
    assert claims(sample) == ["PT-10235", "PT-10236", "SLP-30555", "PT-10232", "PT-10240"]
    assert text(sample, "#count") == "5 claims, $1,289.50"
    assert text(sample, "[data-count=all]") == "10"


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("warn", ["OT-20417"]),
        ("corrected", ["OT-20418", "PT-10233", "PT-10234"]),
        ("rejected", ["PT-10235", "PT-10236", "SLP-30555", "PT-10232", "PT-10240"]),
    ],
)
def test_views(sample: Browser, view: str, expected: list[str]) -> None:
    click(sample, "[name=view][value=all]")
    click(sample, f"[name=view][value={view}]")
    assert claims(sample) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("slp-30555", ["SLP-30555"]),
        ("s601", ["PT-10232", "PT-10233"]),
        ("discipline MODIFIER missing", ["PT-10232", "PT-10233"]),
        ("97530 medicare", ["OT-20418", "PT-10232", "PT-10233", "PT-10240"]),
        ("co-236", ["PT-10240"]),
        ("no such thing", []),
    ],
)
def test_search(sample: Browser, search: str, expected: list[str]) -> None:
    click(sample, "[name=view][value=all]")
    choose(sample, "#search", search)
    assert sorted(claims(sample)) == expected
    if not expected:
        assert "No claim fits this filter." in text(sample, "#rows")


def test_reason_and_payer_filter_together_and_reset(sample: Browser) -> None:
    choose(sample, "#payer", "uhc 87726")
    assert claims(sample) == ["PT-10236"]
    choose(sample, "#reason", "S601")
    assert claims(sample) == []
    click(sample, "[type=reset]")
    sample.run("return new Promise((done) => setTimeout(done, 20))")
    assert len(claims(sample)) == 5


def test_a_row_of_a_chart_leads_to_its_claims(sample: Browser) -> None:
    click(sample, "[data-reason=S606]")
    assert claims(sample) == ["OT-20417"]
    click(sample, "[data-payer^=uhc]")
    assert claims(sample) == ["PT-10236", "PT-10241"]
    click(sample, "[data-search='1234567890']")
    assert claims(sample) == ["SLP-30555"]


def test_sorting(sample: Browser) -> None:
    click(sample, "[data-sort=id]")
    assert claims(sample) == ["PT-10232", "PT-10235", "PT-10236", "PT-10240", "SLP-30555"]
    click(sample, "[data-sort=id]")
    assert claims(sample)[0] == "SLP-30555"
    order = "return document.querySelector('th:has([data-sort=id])').getAttribute('aria-sort')"
    assert sample.run(order) == "descending"
    click(sample, "[data-sort=date]")
    assert claims(sample)[0] == "PT-10232"


def test_a_claim_opens_from_the_keyboard_and_shows_what_is_wrong_where(sample: Browser) -> None:
    choose(sample, "#search", "PT-10232")
    sample.run("document.querySelector('.toggle').focus()")
    sample.keys("\ue007")
    assert sample.run("return document.querySelector('.toggle').ariaExpanded") == "true"
    marks = "return [...document.querySelectorAll('.lines mark')].map((one) => one.textContent)"
    assert sample.run(marks) == ["none"]
    row = "return document.querySelector('.lines tr:has(mark) th').textContent"
    assert sample.run(row) == "2"
    finding = text(sample, ".findings li")
    for part in (
        "97530 is always a therapy service",
        "Add GP, GO or GN",
        "CO-4 N822 MA130 (suggested)",
        "2400/SV101-3, line 2, segment 58",
        "CMS Pub. 100-04",
    ):
        assert part in finding
    sample.keys("\ue007")
    assert sample.run("return document.querySelector('.details').hidden") is True


def test_corrections_show_before_and_after(sample: Browser) -> None:
    click(sample, "[name=view][value=corrected]")
    click(sample, "#open")
    repairs = "return [...document.querySelectorAll('.repairs li')].map((one) => one.innerText)"
    shown = [str(one) for one in sample.run(repairs)]
    assert "Put the discipline modifier first: 2400/SV101-3 line 1 59:GP GP:59" in shown


def test_what_was_not_checked_stands_with_its_claim(sample: Browser) -> None:
    click(sample, "[name=view][value=all]")
    choose(sample, "#search", "PT-10241")
    click(sample, "#open")
    assert "Not checked: Units of 97799: not in our MUE table" in text(sample, ".details")


def test_a_slash_leads_to_the_search(sample: Browser) -> None:
    sample.keys("/")
    assert sample.run("return document.activeElement.id") == "search"
    sample.keys("a/b")
    assert sample.run("return document.activeElement.value") == "a/b"


def test_the_code_of_a_finding_opens_the_page_of_its_rule(sample: Browser) -> None:
    click(sample, "#open")
    click(sample, "a[href='#rule-S301']")
    sample.run("return new Promise((done) => setTimeout(done, 50))")
    assert sample.run("return document.getElementById('rule-S301').open") is True


def test_it_prints_every_claim_of_the_filter_opened(sample: Browser) -> None:
    before = sample.run("return document.body.innerText.includes('its lines add up to 302.00')")
    sample.run(
        "window.addEventListener('beforeprint', () => {"
        " document.title = document.querySelectorAll('.details:not([hidden])').length; })"
    )
    pdf = sample.pdf()
    assert before is False
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 20_000
    assert sample.run("return document.title") == "5"
    assert sample.run("return document.querySelectorAll('.details:not([hidden])').length") == 0


@pytest.mark.parametrize("width", [320, 400, 760, 1024, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_width_in_light_and_dark(sample: Browser, width: int, scheme: str) -> None:
    look(sample, width, scheme)
    click(sample, "[name=view][value=all]")
    click(sample, "#open")
    root = "document.documentElement"
    assert sample.run(f"return {root}.scrollWidth <= {root}.clientWidth")
    page = sample.run(f"return getComputedStyle({root}).backgroundColor")
    brightness = sum(int(part) for part in page.strip("rgb()").split(","))
    assert (brightness < 150) == (scheme == "dark")


def test_hostile_texts_stay_texts(show: Show) -> None:
    hostile = "</script><img src='http://evil.example/x' onerror='document.title=1'><b>bold"
    report = report_samples.report()
    claim = report["claims"][4]
    claim["claim_id"] = claim["findings"][0]["message"] = claim["payer_id"] = hostile
    claim["lines"][0]["code"] = claim["not_checked"] = [hostile]
    claim["lines"][0]["code"] = report["findings"][0]["message"] = hostile
    browser = show(report)
    click(browser, "#open")
    assert claims(browser)[0] == hostile
    assert hostile in text(browser, ".findings")
    assert (
        browser.run("return document.images.length + document.querySelectorAll('li b').length") == 0
    )


def test_without_script_the_figures_stay_and_the_controls_go(show: Show, started: Browser) -> None:
    started.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser = show(report_samples.report())
        assert "5 of 12 claims to fix" in text(browser, "main")
        assert "The work list needs JavaScript" in text(browser, "#work")
        shown = "return [...document.querySelectorAll('.scripted')].some((one) => one.offsetParent)"
        assert browser.run(shown) is False
    finally:
        started.devtools("Emulation.setScriptExecutionDisabled", value=False)


def test_fifty_thousand_findings_do_not_freeze_it(show: Show) -> None:
    report = report_samples.report()
    report["claims"] = list(report_samples.many_claims(50_000))
    browser = show(report)
    loaded = "return performance.getEntriesByType('navigation')[0].domComplete"
    assert browser.run(loaded) < FROZEN
    timed = (
        "const start = performance.now(); {}; document.body.offsetHeight;"
        "return performance.now() - start"
    )
    for action in (
        "document.querySelector('[name=view][value=all]').click()",
        "document.querySelector('[data-sort=id]').click()",
        "document.getElementById('next').click()",
        "document.getElementById('open').click()",
    ):
        assert browser.run(timed.replace("{}", action)) < FROZEN, action
    assert text(browser, "#count").startswith("33,334 claims")
    choose(browser, "#search", "C033333")
    assert claims(browser) == ["C033333"]
    # However much is found, little of it is built.
    assert browser.run("return document.getElementsByTagName('*').length") < 5_000


def test_the_rarer_reasons_show_when_asked_for(show: Show) -> None:
    report = report_samples.report()
    finding = report["claims"][1]["findings"][0]
    report["claims"][1]["findings"] = [finding | {"code": f"S2{n:02}"} for n in range(20)]
    browser = show(report)
    rows = "return [...document.querySelectorAll('#reasons ~ .chart tbody tr')]"
    shown = f"{rows}.filter((row) => row.offsetParent).length"
    assert browser.run(shown) == 12
    click(browser, "#more")
    assert browser.run(shown) == 28
