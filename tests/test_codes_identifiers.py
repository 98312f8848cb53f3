"""NPI, EIN, SSN and MBI are judged by their form and check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.us import ein as stdnum_ein
from stdnum.us import ssn as stdnum_ssn

from scrubber.codes import ein, mbi, npi, ssn
from scrubber.codes.verdict import Verdict

digits = st.text("0123456789", min_size=1, max_size=11)


@pytest.mark.parametrize("number", ["1234567893", "1679576722", "1912301953", "1003000126"])
def test_good_npi(number: str) -> None:
    assert npi.is_valid(number)
    assert npi.check(number) is Verdict.VALID


@pytest.mark.parametrize(
    "number",
    [
        "1234567890",
        "1999996666",
        "3234567893",
        "123456789",
        "12345678931",
        "123456789X",
        "１234567893",
        "",
    ],
)
def test_bad_npi(number: str) -> None:
    assert npi.check(number) is Verdict.INVALID


@given(st.from_regex(r"[12][0-9]{9}", fullmatch=True))
def test_the_npi_check_digit_is_that_of_luhn_with_the_prefix(number: str) -> None:
    assert npi.is_valid(number) is luhn.is_valid("80840" + number)


@given(digits)
def test_ein_agrees_with_another_library_on_prefixes(number: str) -> None:
    assert (ein.check(number) is Verdict.VALID) is stdnum_ein.is_valid(number)
    assert (ein.check(number) is Verdict.INVALID) is (len(number) != 9)


@pytest.mark.parametrize("prefix", [f"{number:02}" for number in range(100)])
def test_every_ein_prefix_agrees_with_another_library(prefix: str) -> None:
    number = prefix + "1234567"
    assert (ein.check(number) is Verdict.VALID) is stdnum_ein.is_valid(number)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_ssn_agrees_with_another_library(number: str) -> None:
    assert ssn.is_valid(number) is stdnum_ssn.is_valid(number)


@pytest.mark.parametrize("number", ["000123456", "666123456", "912345678", "536004399"])
def test_ssn_that_is_never_issued(number: str) -> None:
    assert ssn.check(number) is Verdict.INVALID


@pytest.mark.parametrize("number", ["078051120", "219099999", "457555462"])
def test_void_ssn_of_advertisements(number: str) -> None:
    assert not ssn.is_valid(number)
    assert not stdnum_ssn.is_valid(number)


@pytest.mark.parametrize("number", ["12-3456789", "536-90-4399"])
def test_hyphens_are_not_part_of_a_number_on_a_claim(number: str) -> None:
    assert ein.check(number) is Verdict.INVALID
    assert ssn.check(number) is Verdict.INVALID


@pytest.mark.parametrize("number", ["1EG4TE5MK73", "1EG4TE5MK72", "9AA0AA0AA00"])
def test_good_mbi(number: str) -> None:
    assert mbi.check(number) is Verdict.VALID


@pytest.mark.parametrize(
    "number",
    [
        "1EG4-TE5-MK73",
        "1eg4te5mk73",
        "0EG4TE5MK73",
        "1SG4TE5MK73",
        "1EG4TE5MK7A",
        "1EG4TE5MK7",
        "123456789A",
    ],
)
def test_bad_mbi(number: str) -> None:
    assert mbi.check(number) is Verdict.INVALID


@pytest.mark.parametrize("letter", "SLOIBZ")
@pytest.mark.parametrize("position", [1, 2, 4, 5, 7, 8])
def test_an_mbi_never_has_six_letters(position: int, letter: str) -> None:
    number = "1EG4TE5MK73"
    assert not mbi.is_valid(number[:position] + letter + number[position + 1 :])
