"""A profile with a mistake is refused with file, line and what was expected."""

import pickle
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scrubber.profiles.errors import ProfileError
from scrubber.profiles.loader import load_profiles

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "fixtures/profiles/faults.toml").read_text()
)["case"]
ROOT = 'schema="1" id="acme" name="Acme" type="commercial" version="1" based-on="default"'


def refusal_of(directory: Path, text: str | bytes) -> ProfileError:
    content = text if isinstance(text, bytes) else text.encode()
    (directory / "acme.xml").write_bytes(content)
    with pytest.raises(ProfileError) as refusal:
        load_profiles(directory)
    return refusal.value


def said_of(directory: Path, text: str | bytes) -> list[str]:
    file = f"{directory / 'acme.xml'}:"
    return [line.removeprefix(file) for line in str(refusal_of(directory, text)).splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_mistake_is_named(case: dict[str, Any], tmp_path: Path) -> None:
    body = case["body"].replace(" S", ' source="Manual" confidence="high"')
    text = f"<payer-profile {ROOT}>\n{body}\n</payer-profile>"
    assert said_of(tmp_path, text) == case["said"]


@pytest.mark.parametrize(
    ("root", "said"),
    [
        (
            ROOT.replace('"acme"', '"Acme"'),
            '1: payer-profile has id="Acme"; '
            "expected: lowercase letters, digits and _, starting with a letter",
        ),
        (ROOT.replace('schema="1"', 'schema="2"'), '1: payer-profile has schema="2"; expected: 1'),
        (
            ROOT.replace(' version="1"', ""),
            "1: payer-profile has no attribute version; "
            "expected: a version such as 2026.1: letters, digits, dots and hyphens",
        ),
        (
            ROOT.replace("commercial", "insurer"),
            '1: payer-profile has type="insurer"; expected: '
            "medicare, medicare-advantage, medicaid, medicaid-managed, fep, tricare, champva, "
            "va, commercial, bcbs, wc, auto or default",
        ),
    ],
    ids=["id", "schema", "version", "type"],
)
def test_the_first_element_is_checked_too(root: str, said: str, tmp_path: Path) -> None:
    assert said_of(tmp_path, f"<payer-profile {root}/>") == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "1: is not well-formed XML: Document is empty"),
        (b"<payer-profile>\n<matches>\n", "3: is not well-formed XML: Premature end of data"),
        (b"<payer-profile\n", "2: is not well-formed XML"),
        (b"<rules/>", "1: the file begins with rules; expected: payer-profile"),
        (b"\xff\xfe\x00\x01binary", "1: is not well-formed XML"),
        (b"ISA*00*", "1: is not well-formed XML: Start tag expected"),
        (b" " * 1_000_001, "1: is too large; expected: at most 1000000 bytes"),
    ],
    ids=["empty", "cut off", "cut off in a tag", "other XML", "binary", "a claim file", "large"],
)
def test_what_is_no_profile_is_said_to_be_none(text: bytes, said: str, tmp_path: Path) -> None:
    assert said_of(tmp_path, text)[0].startswith(said)


def test_the_faults_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.xml").write_text("<payer-profile/>")
    (tmp_path / "two.xml").write_text("")
    with pytest.raises(ProfileError) as refusal:
        load_profiles(tmp_path)
    assert {fault.file for fault in refusal.value.faults} == {
        str(tmp_path / "one.xml"),
        str(tmp_path / "two.xml"),
    }


def test_an_id_belongs_to_one_file(tmp_path: Path) -> None:
    for name in ("one.xml", "two.xml"):
        (tmp_path / name).write_text(f"<payer-profile {ROOT}/>")
    with pytest.raises(ProfileError) as refusal:
        load_profiles(tmp_path)
    assert str(refusal.value) == (
        f"{tmp_path / 'two.xml'}:1: id acme is already used by {tmp_path / 'one.xml'}; "
        "expected: a different id"
    )


def test_a_second_default_is_refused(tmp_path: Path) -> None:
    said = said_of(tmp_path, f"<payer-profile {ROOT.replace('commercial', 'default')}/>")
    assert "the profiles of type default are: acme, default; expected: exactly one" in said[0]


def test_the_default_takes_what_is_left_and_matches_nothing(tmp_path: Path) -> None:
    text = (
        '<payer-profile schema="1" id="default" name="D" type="default" version="1">'
        '<matches><payer-id is="A1" source="x" confidence="high"/></matches></payer-profile>'
    )
    assert said_of(tmp_path, text) == [
        "1: the default profile has matches; expected: no matches: it takes what is left"
    ]


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as refusal:
        load_profiles(tmp_path / "gone")
    assert str(refusal.value) == (
        f"{tmp_path / 'gone'}: cannot be read: No such file or directory; "
        "expected: a directory with profiles (*.xml)"
    )


def test_a_directory_without_profiles_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme.xml.bak").write_text("<payer-profile/>")
    with pytest.raises(ProfileError, match="has no profiles in it; expected: a directory with"):
        load_profiles(tmp_path)


def test_a_profile_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme.xml").mkdir()
    with pytest.raises(ProfileError, match=r"acme\.xml: cannot be read: Is a directory"):
        load_profiles(tmp_path)


def test_a_refusal_reaches_another_process_whole(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, "<rules/>")
    assert pickle.loads(pickle.dumps(refusal)).faults == refusal.faults
