"""A profile file cannot make the program read other files, use the network or run out of memory."""

import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.profiles.errors import ProfileError
from scrubber.profiles.loader import load_profiles
from scrubber.profiles.pattern import Pattern
from scrubber.profiles.reading import read_source

ROOT = 'schema="1" id="acme" type="commercial" version="1"'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12))


def hostile(directory: Path) -> dict[str, str]:
    secret = directory / "secret.txt"
    secret.write_text("top secret")
    entity = f'<!DOCTYPE payer-profile [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    remote = '<!DOCTYPE payer-profile SYSTEM "http://127.0.0.1:9/profile.dtd">'
    parameter = f'<!DOCTYPE payer-profile [<!ENTITY % x SYSTEM "{secret.as_uri()}"> %x;]>'
    inner = '<!DOCTYPE payer-profile [<!ENTITY x "Acme">]>'
    return {
        "harmless doctype": f'<!DOCTYPE payer-profile><payer-profile {ROOT} name="A"/>',
        "internal entity": f'{inner}<payer-profile {ROOT} name="&x;"/>',
        "external entity": f'{entity}<payer-profile {ROOT} name="A">&x;</payer-profile>',
        "external entity in an attribute": f'{entity}<payer-profile {ROOT} name="&x;"/>',
        "parameter entity": f'{parameter}<payer-profile {ROOT} name="A"/>',
        "external DTD": f'{remote}<payer-profile {ROOT} name="A"/>',
        "laughs in text": f"<!DOCTYPE payer-profile [{LAUGHS}]>"
        f'<payer-profile {ROOT} name="A">&l11;</payer-profile>',
        "laughs in an attribute": f"<!DOCTYPE payer-profile [{LAUGHS}]>"
        f'<payer-profile {ROOT} name="&l11;"/>',
        "deep nesting": f"<payer-profile {ROOT} name='A'>" + "<rule>" * 50_000,
    }


NAMES = (
    "harmless doctype",
    "internal entity",
    "external entity",
    "external entity in an attribute",
    "parameter entity",
    "external DTD",
    "laughs in text",
    "laughs in an attribute",
    "deep nesting",
)


@pytest.mark.parametrize("name", NAMES)
def test_bombs_and_foreign_entities_are_refused_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / "acme.xml").write_text(hostile(tmp_path)[name])
    started = time.monotonic()
    with pytest.raises(ProfileError) as refusal:
        load_profiles(tmp_path)
    assert time.monotonic() - started < 5
    assert "secret" not in str(refusal.value).replace(str(tmp_path), "")


def test_a_doctype_is_named_with_its_line(tmp_path: Path) -> None:
    text = f'<?xml version="1.0"?>\n<!-- rules -->\n<!DOCTYPE a><payer-profile {ROOT} name="A"/>'
    (tmp_path / "acme.xml").write_text(text)
    with pytest.raises(ProfileError) as refusal:
        load_profiles(tmp_path)
    assert str(refusal.value) == (
        f"{tmp_path / 'acme.xml'}:3: has a DOCTYPE, which may pull in other files; "
        "expected: a profile without DOCTYPE and entities"
    )


def test_a_doctype_in_another_encoding_is_refused_too(tmp_path: Path) -> None:
    text = f'<!DOCTYPE a><payer-profile {ROOT} name="A"/>'
    (tmp_path / "acme.xml").write_bytes(text.encode("utf-16"))
    with pytest.raises(ProfileError, match="DOCTYPE"):
        load_profiles(tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="secret.txt"/>',
        '<unit-counting xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x"/>',
    ],
    ids=["inclusion", "another type"],
)
def test_what_the_schema_does_not_know_is_refused(body: str, tmp_path: Path) -> None:
    text = f'<payer-profile {ROOT} name="A">{body}</payer-profile>'
    (tmp_path / "acme.xml").write_text(text)
    with pytest.raises(ProfileError):
        load_profiles(tmp_path)


PROFILES = Path(__file__).parents[1] / "payer_profiles"
SHIPPED = [path.read_bytes() for path in sorted(PROFILES.glob("*.xml"))]
PIECES = [
    *(b'"', b"<", b">", b"&", b"/>", b"-", b"*", b"(", b"[", b"\\"),
    *(b"0", b"9", b" ", b"\n", b"\xff", b"S601", b"none"),
]


@given(st.sampled_from(SHIPPED), st.data())
def test_a_damaged_profile_is_read_or_refused(content: bytes, data: st.DataObject) -> None:
    """Bytes changed anywhere: a record or a ProfileError, and nothing else."""
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 4))
        content = content[:start] + data.draw(st.sampled_from(PIECES)) + content[end:]
    try:
        source = read_source(content, "damaged.xml")
    except ProfileError as refusal:
        assert all(fault.file == "damaged.xml" for fault in refusal.faults)
    else:
        assert source.file.sha256 == sha256(content).hexdigest()


@given(st.binary(max_size=200))
def test_rubbish_is_refused(content: bytes) -> None:
    with pytest.raises(ProfileError):
        read_source(content, "rubbish.xml")


def test_a_schema_named_in_the_file_is_not_fetched(tmp_path: Path) -> None:
    where = "http://127.0.0.1:9/profile.xsd"
    (tmp_path / "acme.xml").write_text(
        f'<payer-profile {ROOT} name="A" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="{where}"/>'
    )
    assert "acme" in load_profiles(tmp_path)


def test_xml_is_not_imported_before_profiles_are_loaded() -> None:
    program = (
        "import sys, scrubber.profiles.loader, scrubber.profiles.profile\n"
        "assert 'lxml' not in sys.modules\n"
        "scrubber.profiles.loader.load_profiles()\n"
        "assert 'lxml' in sys.modules\n"
    )
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


@pytest.mark.parametrize(
    "pattern",
    ["(?:A|AA)+B", "(?:A*)*B", "(?:A+)+B", "A*A*A*A*A*A*A*A*A*A*B", "(?:A?){200}B", ".*.*.*.*.*B"],
)
def test_no_pattern_of_a_profile_takes_longer_than_its_text_allows(pattern: str) -> None:
    """With an engine that goes back, each takes longer than a run may last."""
    compiled = Pattern.of(f"({pattern})")
    assert compiled.find("A" * 100_000) is None
    assert not compiled.fits("A" * 100_000)
    assert compiled.fits("A" * 150 + "B")
