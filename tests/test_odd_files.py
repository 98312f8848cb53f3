"""Claim files in forms that mail, editors and transfers give them, and files that are none."""

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cli_process import DAY, scrubber

from scrubber.engine import Context, ScrubResult, scrub
from scrubber.findings import Finding
from scrubber.profiles.loader import load_profiles

CLAIM_FILE = (Path(__file__).parent.parent / "fixtures/clean/line_ends_none.837").read_bytes()
CONTEXT = Context(date(2026, 3, 2), load_profiles(None))


def said(result: ScrubResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.severity.value != "info"]


def corrected(result: ScrubResult) -> bytes:
    return "".join(part.corrected for part in result.parts).encode("latin-1")


def in_columns(file: bytes, end: bytes, pad: int = 0, width: int = 80) -> bytes:
    return end.join(file[at : at + width].ljust(pad) for at in range(0, len(file), width))


GOOD_FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "an empty line after each segment": lambda file: file.replace(b"~", b"~\n\n"),
    "old line ends of the Mac": lambda file: file.replace(b"~", b"~\r"),
    "twice the same delimiter elsewhere": lambda file: file.replace(b"~", b"'"),
    "empty lines at the end": lambda file: file + b"\r\n\r\n",
    "a line feed as terminator": lambda file: file.replace(b"~", b"\n"),
    "carriage return and line feed as terminator": lambda file: file.replace(b"~", b"\r\n"),
}


@pytest.mark.parametrize("form", GOOD_FORMS)
def test_a_good_claim_is_good_in_every_form(form: str) -> None:
    file = GOOD_FORMS[form](CLAIM_FILE)
    result = scrub(file, CONTEXT)
    assert [claim.disposition.value for claim in result.claims] == ["accepted"]
    assert not said(result)
    assert corrected(result) == file


def segments(file: bytes) -> list[str]:
    return file.decode("ascii").removesuffix("~").split("~")


def lines(file: bytes, end: bytes) -> bytes:
    return file.replace(b"~", b"~" + end)


REPAIRED_FORMS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "an end-of-file sign of DOS": (lambda file: file + b"\x1a", bytes),
    "filled up with zero bytes": (lambda file: file + bytes(50), bytes),
    "wrapped at 80 columns": (lambda file: in_columns(file, b"\n"), bytes),
    "wrapped at 72 columns": (lambda file: in_columns(file, b"\n", width=72), bytes),
    "wrapped at 80 columns by Windows": (lambda file: in_columns(file, b"\r\n"), bytes),
    "card images": (lambda file: in_columns(file, b"\n", 80), bytes),
    "indented": (
        lambda file: lines(file, b"\n    ").rstrip(),
        lambda file: lines(file, b"\n").rstrip(),
    ),
    "a tab before each segment": (lambda file: lines(file, b"\t"), bytes),
    "a no-break blank before each segment": (lambda file: lines(file, b"\xc2\xa0"), bytes),
    "pages of a printer": (lambda file: lines(file, b"\x0c"), bytes),
    "line ends of three characters": (
        lambda file: lines(file, b"\r\r\n"),
        lambda file: lines(file, b"\r\n"),
    ),
    "line feeds as terminators, some of Windows": (
        lambda file: file.replace(b"~", b"\n").replace(b"\nCLM", b"\r\nCLM"),
        lambda file: file.replace(b"~", b"\n"),
    ),
    "terminators of Windows, some without carriage return": (
        lambda file: file.replace(b"~", b"\r\n").replace(b"\r\nHL", b"\nHL"),
        lambda file: file.replace(b"~", b"\n"),
    ),
    "blank lines between line feeds that are terminators": (
        lambda file: file.replace(b"~", b"\n").replace(b"\nCLM", b"\n\nCLM"),
        lambda file: file.replace(b"~", b"\n"),
    ),
    "a blank before each terminator": (lambda file: file.replace(b"~", b" ~"), bytes),
    "a tab before each terminator": (lambda file: file.replace(b"~", b"\t~"), bytes),
    "each segment in a line filled up with blanks": (
        lambda file: b"".join(f"{one}~".ljust(80).encode() + b"\n" for one in segments(file)),
        lambda file: lines(file, b"\n"),
    ),
    "a blank behind the name of each segment": (
        lambda file: re.sub(rb"(?<=~)([A-Z0-9]+)\*", rb"\1 *", file),
        bytes,
    ),
    "a blank behind the name of the ISA": (lambda file: file.replace(b"ISA*", b"ISA *"), bytes),
    "empty lines in front": (lambda file: b"\r\n\n" + file, bytes),
    "no terminator at the end": (lambda file: file.rstrip().removesuffix(b"~"), bytes),
    "no ISA16": (lambda file: file.replace(b"*:~GS", b"~GS"), bytes),
    "no ISA16, and line feeds as terminators": (
        lambda file: file.replace(b"*:~GS", b"~GS").replace(b"~", b"\n"),
        lambda file: file.replace(b"~", b"\n"),
    ),
    "an empty ISA16": (lambda file: file.replace(b"*:~GS", b"*~GS"), bytes),
    "an empty ISA16 before line ends": (
        lambda file: lines(file.replace(b"*:~GS", b"*~GS"), b"\n"),
        lambda file: lines(file, b"\n"),
    ),
    "an ISA without its terminator": (lambda file: file.replace(b"*:~GS", b"*:GS"), bytes),
    "an ISA that ends with its line": (
        lambda file: lines(file, b"\n").replace(b"*:~\nGS", b"*:\nGS"),
        lambda file: lines(file, b"\n"),
    ),
    "the U of older versions in ISA11": (lambda file: file.replace(b"*^*", b"*U*"), bytes),
    "no ISA11": (lambda file: file.replace(b"*^*", b"**"), bytes),
}


@pytest.mark.parametrize("form", REPAIRED_FORMS)
def test_a_form_that_others_refuse_is_repaired(form: str) -> None:
    change, right = REPAIRED_FORMS[form]
    file = change(CLAIM_FILE)
    result = scrub(file, CONTEXT)
    assert "".join(part.received for part in result.parts).encode("latin-1") == file
    (claim,) = result.claims
    assert claim.disposition.value in ("accepted", "corrected")
    found = [*said(result), *claim.findings]
    assert found and all(finding.fixed for finding in found)
    assert corrected(result) == right(CLAIM_FILE)


def test_a_byte_order_mark_is_named_and_taken_off() -> None:
    result = scrub(b"\xef\xbb\xbf" + CLAIM_FILE, CONTEXT)
    assert [claim.disposition.value for claim in result.claims] == ["corrected"]
    (mark,) = said(result)
    assert (mark.code, mark.severity.value, mark.span.start) == ("S131", "warn", 0)
    assert "byte order mark" in mark.message
    assert corrected(result) == CLAIM_FILE


def in_a_zip(file: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("claims.837", file)
    return archive.getvalue()


NO_CLAIM_FILES: dict[str, tuple[bytes, str]] = {
    "zip": (in_a_zip(CLAIM_FILE), "a zip archive to unpack first"),
    "gzip": (gzip.compress(CLAIM_FILE), "a gzip archive to unpack first"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\n", "a PDF document"),
    "PGP": (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", "encrypted; decrypt it first"),
    "UTF-16": (CLAIM_FILE.decode("ascii").encode("utf-16"), "UTF-16 or binary"),
    "a web page": (b"<html><body>404 not found</body></html>", "a web page, not X12"),
    "blanks": (b"  \r\n\n ", "the file contains only spaces"),
    "nothing": (b"", "the file is empty"),
}


@pytest.mark.parametrize("kind", NO_CLAIM_FILES)
def test_a_file_that_is_no_claim_file_is_called_what_it_is(kind: str) -> None:
    file, words = NO_CLAIM_FILES[kind]
    result = scrub(file, CONTEXT)
    assert not result.claims
    assert [finding.code for finding in said(result)] == ["S101"]
    assert words in result.findings[0].message


def test_a_workbook_is_no_archive_to_be_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    (finding,) = scrub(packed.getvalue(), CONTEXT).findings
    assert "the file is an Office document (such as xlsx or docx)" in finding.message


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Office document"),
        (b"<?xml version='1.0'?><claims/>", "an XML document"),
        (b"<!doctype html><p>Claims", "a web page"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
    ],
)
def test_other_kinds_of_files_are_called_by_their_name(beginning: bytes, kind: str) -> None:
    (finding,) = scrub(beginning, CONTEXT).findings
    assert f"the file is {kind}, not X12 text" in finding.message


@pytest.mark.parametrize("glue", [b"", b"\n", b" "])
@pytest.mark.parametrize("count", [b"1", b"7"])
def test_a_terminator_lost_between_interchanges_is_put_in(glue: bytes, count: bytes) -> None:
    first = CLAIM_FILE.rstrip().removesuffix(b"~")
    wrong = (
        first[: first.rindex(b"IEA*1*")] + b"IEA*" + count + first[first.rindex(b"IEA*1*") + 5 :]
    )
    second = CLAIM_FILE.replace(b"*000000", b"*000009").replace(b"CLM*", b"CLM*2")
    result = scrub(wrong + glue + second, CONTEXT)
    assert [one.disposition.value for one in result.claims] == ["corrected", "accepted"]
    torn = [finding for finding in result.findings if finding.code == "S132"]
    assert [(one.fixed, f"(byte {len(first)})" in one.message) for one in torn] == [(True, True)]
    assert corrected(result) == first + b"~" + glue.strip(b" ") + second
    again = scrub(corrected(result), CONTEXT)
    assert not [one for one in again.findings if one.code != "S130"]


@pytest.mark.parametrize("at", [4, 30, 60, 77, 98, 102])
@pytest.mark.parametrize(
    "wishes", [(), ("--one-payer-per-file",), ("--isolate", "transaction"), ("--ledger", "ledger")]
)
def test_an_isa_that_its_own_terminator_cuts_off_costs_no_claim(
    tmp_path: Path, at: int, wishes: tuple[str, ...]
) -> None:
    """The claims behind it are rejected, in a file of their own, by every way of writing them."""
    file = tmp_path / "cut.837"
    text = CLAIM_FILE[:at] + b"~" + CLAIM_FILE[at + 1 :]
    file.write_bytes(text)
    done = scrubber("scrub", file, "--out", tmp_path / "out", *DAY, *wishes, folder=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "internal error" not in done.stderr
    written = b"".join(one.read_bytes() for one in (tmp_path / "out").glob("*.837"))
    assert written.count(b"~CLM*") == text.count(b"~CLM*")
