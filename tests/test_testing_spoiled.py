"""Every rule of the catalogue can be broken, and breaking it says that rule and no other reject."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from specimens import failing_files, kept

from scrubber.rules import RULES
from scrubber.rules.pages import catalogue
from scrubber.testing import (
    Claim,
    NoSpecimenError,
    Spoiled,
    claims,
    interchanges,
    spoiled,
    spoiled_claims,
    spoiled_interchanges,
)
from scrubber.testing.specimens import (
    BESIDES_FILE,
    OWN_FILE,
    besides,
    shipped_specimens,
    unspoilable,
)
from scrubber.testing.spoilings import spoilings
from scrubber.testing.verdicts import rejecting

CODES = [code for code in catalogue() if code not in unspoilable()]
PLAIN = find(claims("default"), lambda _: True, settings=settings(database=None))


def check(one: Spoiled) -> None:
    """The rule speaks, and of the others only those that the table names."""
    findings = one.findings()
    assert one.rule in {finding.code for finding in findings}
    assert rejecting(findings) - {one.rule} <= one.besides


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_a_file_that_breaks_it_alone(code: str) -> None:
    row = spoilings().get(code)
    other = "wc_generic" if row is None or "wc_generic" not in row.payers else ""
    claim = PLAIN if not other else find(claims(other), lambda _: True, settings=QUICK)
    check(spoiled(claim, code))


QUICK = settings(database=None, max_examples=1, phases=[Phase.generate])


@pytest.mark.parametrize("code", spoilings())
def test_claims_are_spoiled_where_they_stand(code: str) -> None:
    row = spoilings()[code]
    in_place = []

    @settings(max_examples=10, derandomize=True, database=None)
    @given(st.sampled_from(row.payers).flatmap(lambda one: claims(one, row.discipline or None)))
    def holds(claim: Claim) -> None:
        one = spoiled(claim, code)
        check(one)
        in_place.append(not one.is_specimen)

    holds()
    assert any(in_place)


@settings(max_examples=40)
@given(interchanges(most=3), st.sampled_from(sorted(spoilings())))
def test_one_claim_of_several_is_spoiled(whole: object, code: str) -> None:
    assert isinstance(whole, type(PLAIN.interchange()))
    one = spoiled(whole, code)
    check(one)


@settings(max_examples=40)
@given(st.sampled_from(CODES).flatmap(spoiled_claims))
def test_spoiled_claims_can_be_drawn_for_every_rule(one: Spoiled) -> None:
    check(one)


def test_a_rule_is_named_by_its_code_or_itself() -> None:
    rule = next(rule for rule in RULES if rule.code == "S501")
    assert spoiled(PLAIN, rule) == spoiled(PLAIN, "S501")


@pytest.mark.parametrize(("code", "why"), [("S999", "no rule has the code"), ("S193", "died")])
def test_what_cannot_be_broken_says_why(code: str, why: str) -> None:
    with pytest.raises(NoSpecimenError, match=why):
        spoiled(PLAIN, code)


def test_a_spoiled_limit_shrinks_to_one_claim_with_one_line() -> None:
    def is_over(one: Spoiled) -> bool:
        return not one.is_specimen and "S703" in {finding.code for finding in one.findings()}

    shrinking = settings(database=None, phases=[Phase.generate, Phase.shrink])
    least = find(spoiled_interchanges("S703"), is_over, settings=shrinking)
    segments = least.file.decode("ascii").split("~")
    named = [one for one in segments if one.startswith(("CLM", "LX", "SV1"))]
    assert named == ["CLM*A1-1*1***11:B:1*Y*A*Y*Y", "LX*1", "SV1*HC:97110:GP*1*UN*5***1"]


def test_the_table_of_what_is_said_besides_has_no_idle_row() -> None:
    rows = tomllib.loads(BESIDES_FILE.read_text(encoding="utf-8"))
    assert rows.keys() - {"unspoilable"} <= set(CODES)
    for code in rows.keys() - {"unspoilable"}:
        said = rejecting(spoiled(PLAIN, code).findings())
        assert set(besides(code)) <= said, code


def test_shipped_specimens_are_cases_of_their_rules() -> None:
    """`python tests/specimens.py` brings them up to date."""
    own = tomllib.loads(OWN_FILE.read_text(encoding="utf-8"))
    assert not own.keys() & shipped_specimens().keys()
    for code, row in shipped_specimens().items():
        found = [case for file in failing_files(code) for case in file if case["findings"]]
        assert row in [kept(case) for case in found], code


def test_a_specimen_needs_no_fixtures() -> None:
    names = ("fixtures", "/work")
    for file in Path(OWN_FILE).parent.iterdir():
        text = file.read_text(encoding="utf-8")
        assert not any(name in text for name in names), file.name
