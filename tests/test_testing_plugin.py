"""The pytest plugin as a user has it: its fixtures, and what a failure shows."""

from importlib.metadata import entry_points
from pathlib import Path
from subprocess import run as run_process
from sys import executable

import pytest
from hypothesis import find, settings

from scrubber.testing import claims, scrubber_with

pytest_plugins = ("pytester",)

BROKEN_CLAIM = """
from hypothesis import find, settings
from scrubber.testing import claims, spoiled
CLAIM = find(claims("default"), lambda _: True, settings=settings(database=None, max_examples=1))
BROKEN = spoiled(CLAIM, "S301")
"""
CLEAN = Path(__file__).parent.parent / "fixtures" / "clean"
ONE = settings(database=None, max_examples=1)
PLAIN = find(claims("default", "GP"), lambda _: True, settings=ONE)
MEDICARE = find(claims("medicare_b", "GP"), lambda _: True, settings=ONE)
REFUSING = """
<payer-profile schema="1" id="one" name="One" type="commercial" version="1" based-on="default">
  <matches><payer-id is="99999" source="made up" confidence="high"/></matches>
  <not-payable id="no" codes="97110" because="not-covered" source="made up" confidence="high"/>
</payer-profile>
"""


def outcome(pytester: pytest.Pytester, body: str) -> pytest.RunResult:
    pytester.makepyfile(f"{BROKEN_CLAIM}\n{body}")
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist")


def test_the_plugin_is_installed_with_the_package() -> None:
    (plugin,) = [one for one in entry_points(group="pytest11") if one.name == "claim_scrubber"]
    assert plugin.value == "scrubber.testing.pytest_plugin"


def test_the_plugin_costs_runs_that_do_not_use_it_nothing() -> None:
    code = "import sys, scrubber.testing.pytest_plugin; print(*sorted(sys.modules))"
    told = run_process([executable, "-c", code], capture_output=True, text=True, check=True)
    ours = [one for one in told.stdout.split() if one.startswith(("hypothesis", "scrubber"))]
    assert ours == ["scrubber", "scrubber.testing", "scrubber.testing.pytest_plugin"]


def test_a_clean_claim_passes(pytester: pytest.Pytester) -> None:
    told = outcome(pytester, "def test_it(scrubber):\n    scrubber(CLAIM).assert_clean()")
    told.assert_outcomes(passed=1)


FAILING = {
    "scrubber(BROKEN).assert_clean()": "*expected a clean file, but S301 speaks*",
    "scrubber(BROKEN).assert_said('S601')": "*expected S601, which nothing says*",
    "scrubber(BROKEN).assert_rejected_for('S601')": "*S601 speaks was expected, but S301 speaks*",
    "assert 'S601' in scrubber(BROKEN)": "*S601 does not speak*",
    "assert 'S301' not in scrubber(BROKEN)": "*S301 speaks*",
}
SHOWN = ("*reject[[]S301]*99999.99*", "*| CLM[*]A1[*]99999.99*", "*|*^^^^^^^^*")


def test_a_failure_shows_segment_caret_and_rule(pytester: pytest.Pytester) -> None:
    tests = (
        f"def test_{number}(scrubber):\n    {statement}\n"
        for number, statement in enumerate(FAILING)
    )
    told = outcome(pytester, "\n".join(tests))
    told.assert_outcomes(failed=len(FAILING))
    told.stdout.fnmatch_lines([line for said in FAILING.values() for line in (said, *SHOWN)])
    told.stdout.no_fnmatch_line("*Part(*")


def test_a_failure_hides_who_the_patient_is() -> None:
    spoiled = PLAIN.file().replace(b"*DOE*ANN****MI*", b"*DOE*ANN*****MI*")
    said = str(scrubber_with()(spoiled))
    assert "NM1*IL" in said
    assert "DOE" not in said


def test_a_scrubber_has_the_profiles_it_was_given(tmp_path: Path) -> None:
    profile = tmp_path / "one.xml"
    profile.write_text(REFUSING.strip(), encoding="utf-8")
    assert "S702" in scrubber_with([profile])(PLAIN)
    assert "S702" in scrubber_with([REFUSING.strip()])(PLAIN)
    assert "S702" not in scrubber_with()(PLAIN)


def test_a_scrubber_has_the_documentation_it_was_given() -> None:
    rows = [{"claim_id": "A1", "line": 1, "minutes": 2}]
    assert "S611" in scrubber_with(documentation=rows)(MEDICARE)
    assert "S611" not in scrubber_with()(MEDICARE)


def test_a_verdict_says_in_short_what_was_said() -> None:
    unnumbered = scrubber_with()(PLAIN)
    assert repr(unnumbered) == "<verdict on 1 claim: S436>"
    unnumbered.assert_rejected_for()
    clean = scrubber_with()((CLEAN / "one_claim.837").read_bytes())
    assert repr(clean) == "<verdict on 1 claim: clean>"
    several = scrubber_with()((CLEAN / "several_providers.837").read_bytes())
    assert repr(several) == f"<verdict on {len(several.claims)} claims: clean>"
