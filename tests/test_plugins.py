"""Installed packages add rules and profiles to every command; a broken one is never fatal."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cli_process import DAY, FIXTURES, scrubber

from scrubber.plugins import GROUPS

ONE_CLAIM = FIXTURES / "clean" / "one_claim.837"
RULES = '''
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import line_rule


@line_rule("A701", severity=Severity.WARN, status="A8:453", source="Contract of 2026-01-01")
def exercise(line, setting):
    """Exercise is looked at.

    Why: our contract asks for it.
    Fix: look at it.
    """
    if line.code == "97110":
        yield Problem(line.procedure_element, "97110 is looked at")
    if line.code == "97112":
        raise ValueError("nobody thought of this")


RULES = (exercise,)
'''
PROFILE = """<payer-profile schema="1" id="acme" name="Acme" type="commercial" version="1"
    based-on="default">
  <matches><payer-id is="ACME1" source="Letter" confidence="high"/></matches>
  <daily-limit id="timed" most="{most}" codes="timed" source="Contract" confidence="high"/>
</payer-profile>
"""


def install(
    folder: Path, name: str, points: dict[str, str], files: dict[str, str]
) -> dict[str, str]:
    """Lay a package out as it lies when it is installed; the environment that finds it."""
    about = folder / f"{name}-1.2.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    lines = [f"[{group}]\n{name} = {module}\n" for group, module in points.items()]
    (about / "entry_points.txt").write_text("".join(lines))
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    root = str(Path(__file__).parent.parent)
    return {"PYTHONPATH": f"{folder}:{root}"}


@pytest.fixture
def with_rules(tmp_path: Path) -> dict[str, str]:
    points = {"scrubber.rules": "acme_rules"}
    return install(tmp_path / "site", "acme", points, {"acme_rules.py": RULES})


@pytest.fixture
def with_profile(tmp_path: Path) -> dict[str, str]:
    files = {"acme_payers/__init__.py": "", "acme_payers/acme.xml": PROFILE.format(most=1)}
    return install(tmp_path / "site", "acme", {"scrubber.profiles": "acme_payers"}, files)


def test_a_rule_of_a_package_is_listed_with_its_package(with_rules: dict[str, str]) -> None:
    listed = scrubber("rule", "list", "--output", "json", settings=with_rules)
    packages = {one["code"]: one["package"] for one in json.loads(listed.stdout)}
    assert packages["A701"] == "acme 1.2"
    assert packages["S601"] == ""
    assert "(from acme 1.2)" in scrubber("rule", "list", "A7", settings=with_rules).stdout
    page = scrubber("rule", "show", "A701", settings=with_rules).stdout
    assert "acme 1.2" in page
    assert "Our contract asks for it." in page


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_rule_of_a_package_judges_claims(
    with_rules: dict[str, str], tmp_path: Path, jobs: int
) -> None:
    inputs = []
    for number in range(3):
        inputs.append(tmp_path / f"{number}.837")
        inputs[-1].write_bytes(ONE_CLAIM.read_bytes())
    out = tmp_path / "out"
    done = scrubber("scrub", *inputs, "--out", out, "--jobs", jobs, *DAY, settings=with_rules)
    assert done.returncode in (0, 1), done.stderr
    for path in sorted(out.glob("*.report.json")):
        report = json.loads(path.read_text())
        codes = {one["code"] for claim in report["claims"] for one in claim["findings"]}
        assert "A701" in codes
        assert report["rules"]["A701"]["title"] == "Exercise is looked at."


def test_a_profile_may_switch_a_rule_of_a_package_off(
    with_rules: dict[str, str], tmp_path: Path
) -> None:
    said = 'reason="Agreed" source="Contract" confidence="high"'
    rule = f'<rule code="A701"><severity is="off" {said}/></rule>'
    (tmp_path / "own").mkdir()
    shipped = (Path(__file__).parent.parent / "payer_profiles" / "medicare_b.xml").read_text()
    text = shipped.replace("</payer-profile>", f"{rule}</payer-profile>")
    (tmp_path / "own" / "medicare_b.xml").write_text(text)
    own = ("--profiles", tmp_path / "own")
    assert "A701" in scrubber("check", ONE_CLAIM, *DAY, settings=with_rules).stdout
    done = scrubber("check", ONE_CLAIM, *own, *DAY, settings=with_rules)
    assert done.stderr == ""
    assert "A701" not in done.stdout


def test_a_rule_that_fails_leaves_its_claim_not_checked(
    with_rules: dict[str, str], tmp_path: Path
) -> None:
    text = ONE_CLAIM.read_text().replace("HC:97110", "HC:97112")
    (tmp_path / "other.837").write_text(text)
    done = scrubber("check", tmp_path / "other.837", *DAY, settings=with_rules)
    assert done.returncode == 2
    assert "A701" in done.stdout


def test_a_profile_of_a_package_is_chosen_and_named(
    with_profile: dict[str, str], tmp_path: Path
) -> None:
    listed = scrubber("profile", "list", settings=with_profile).stdout
    (line,) = (one for one in listed.splitlines() if one.startswith("acme "))
    assert line.endswith("(from acme/acme.xml)")
    shown = scrubber("profile", "show", "acme", settings=with_profile).stdout
    assert "acme/acme.xml:4" in shown
    own = tmp_path / "own"
    own.mkdir()
    (own / "acme.xml").write_text(PROFILE.format(most=9))
    shown = scrubber("profile", "show", "acme", "--profiles", own, settings=with_profile).stdout
    assert "most: 9" in shown


BROKEN_RULES = [
    ("import nothing_of_the_kind\n", "acme_rules cannot be loaded: ModuleNotFoundError"),
    ("raise SystemError('no')\n", "acme_rules cannot be loaded: SystemError: no"),
    ("RULES = 7\n", "its entry point names neither rules nor a module with RULES"),
    ("RULES = ('S601',)\n", "str among its rules is none"),
    (RULES.replace("A701", "S601"), "S601 is no code for a rule of a package"),
    (RULES.replace("A701", "A901"), "A901 is no code for a rule of a package"),
    (RULES.replace("(exercise,)", "(exercise, exercise)"), "acme 1.2 has a rule A701 too"),
]


@pytest.mark.parametrize(("module", "said"), BROKEN_RULES)
def test_broken_rules_are_named_and_never_fatal(tmp_path: Path, module: str, said: str) -> None:
    points = {"scrubber.rules": "acme_rules"}
    settings = install(tmp_path / "site", "acme", points, {"acme_rules.py": module})
    for command in (("check", ONE_CLAIM, *DAY), ("rule", "list")):
        done = scrubber(*command, settings=settings)
        assert done.returncode == 0
        assert f"Warning: acme 1.2 is installed but not used: {said}" in done.stderr


BROKEN_PROFILES = [
    (PROFILE.format(most="many"), 'daily-limit has most="many"'),
    (PROFILE.format(most=1).replace('"default"', '"nothing"'), "nothing"),
    (PROFILE.format(most=1).replace("ACME1", "60054"), "60054"),
    ("<payer-profile", "is not well-formed XML"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN_PROFILES)
def test_broken_profiles_are_named_and_never_fatal(tmp_path: Path, text: str, said: str) -> None:
    files = {"acme_payers/__init__.py": "", "acme_payers/acme.xml": text}
    points = {"scrubber.profiles": "acme_payers"}
    settings = install(tmp_path / "site", "acme", points, files)
    for command in (("check", ONE_CLAIM, *DAY), ("profile", "list")):
        done = scrubber(*command, settings=settings)
        assert done.returncode == 0
        assert "Warning: acme 1.2 is installed but not used: " in done.stderr
        assert said in done.stderr


def test_one_broken_package_does_not_take_another_with_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(site, "broken", {"scrubber.rules": "broken_rules"}, {"broken_rules.py": "RULES = 7\n"})
    settings = install(site, "acme", {"scrubber.rules": "acme_rules"}, {"acme_rules.py": RULES})
    done = scrubber("check", ONE_CLAIM, *DAY, settings=settings)
    assert "broken 1.2 is installed but not used" in done.stderr
    assert "A701" in done.stdout


def test_programs_are_warned_of_a_broken_package(tmp_path: Path) -> None:
    points = {"scrubber.rules": "acme_rules"}
    settings = install(tmp_path / "site", "acme", points, {"acme_rules.py": "RULES = 7\n"})
    program = "import scrubber; scrubber.Scrubber()"
    done = subprocess.run(
        [sys.executable, "-c", program], env=settings, capture_output=True, text=True, check=True
    )
    assert "UserWarning: acme 1.2 is installed but not used" in done.stderr


def test_without_plugins_nothing_is_looked_up() -> None:
    program = "import sys, scrubber.rules; print('importlib.metadata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"False\n"


def test_the_page_shows_a_rule_that_works(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    points = tomllib.loads(re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[0])
    assert set(points["project"]["entry-points"]) == set(GROUPS)
    rules = {"scrubber.rules": "contract"}
    settings = install(tmp_path / "site", "acme", rules, {"contract.py": example})
    done = scrubber("check", ONE_CLAIM, *DAY, settings=settings)
    assert done.stderr == ""
    assert "97110 is billed in the office" in done.stdout
