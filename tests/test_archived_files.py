"""Files in archives are inputs of their own, and what an archive may unpack to is bounded."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from cli_process import DAY, FIXTURES, scrubber

import scrubber as api
from scrubber.run import archived_files
from scrubber.run.archived_files import ArchivedFile
from scrubber.run.inputs import find_inputs
from scrubber.run.source_file import SourceFile, UnreadableInputError

CLINIC_DAY = FIXTURES / "clinic_day.837"
ONE_CLAIM = FIXTURES / "clean" / "one_claim.837"
CONTENT = CLINIC_DAY.read_bytes()


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def packed(path: Path, content: bytes = CONTENT) -> Path:
    path.write_bytes(gzip.compress(content))
    return path


def read(one: ArchivedFile) -> bytes:
    with SourceFile(one) as file:
        return b"".join(file.chunks())


def outputs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".html"}


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_packed_file_is_scrubbed_as_it_is_unpacked(tmp_path: Path, kind: str) -> None:
    if kind == "gz":
        archive = packed(tmp_path / "clinic_day.837.gz")
    else:
        archive = zipped(tmp_path / "day.zip", {"sent/clinic_day.837": CONTENT})
    for source, out in ((CLINIC_DAY, "plain"), (archive, "packed")):
        done = scrubber("scrub", source, "--out", tmp_path / out, "--quiet", *DAY)
        assert (done.returncode, done.stderr) == (1, "")
    assert outputs(tmp_path / "packed") == outputs(tmp_path / "plain")


@pytest.mark.parametrize("jobs", [1, 2])
def test_several_files_of_an_archive_have_outputs_of_their_own(tmp_path: Path, jobs: int) -> None:
    one = ONE_CLAIM.read_bytes()
    members = {"a/day.837": CONTENT, "b/day.837": one, "readme.pdf": b"%PDF", ".hidden": b"x"}
    archive = zipped(tmp_path / "week.zip", members)
    out = tmp_path / "out"
    done = scrubber("scrub", archive, "--out", out, "--jobs", jobs, "--format", "json", *DAY)
    assert done.returncode == 1
    reports = [json.loads(path.read_text()) for path in sorted(out.glob("*.report.json"))]
    assert {report["input"]["bytes"] for report in reports} == {len(CONTENT), len(one)}
    assert sum(report["totals"]["claims"] for report in reports) == 15


def test_archives_in_a_folder_are_opened_where_they_hold_claims(tmp_path: Path) -> None:
    packed(tmp_path / "one.837.gz")
    packed(tmp_path / "table.csv.gz", b"a,b")
    zipped(tmp_path / "pictures.zip", {"a.png": b"png"})
    zipped(tmp_path / "week.zip", {"two.837": CONTENT, "three.txt": CONTENT})
    own = {"day.837": CONTENT, "day.accepted.837": CONTENT, "day.report.json": b"{}"}
    zipped(tmp_path / "ours.zip", own)
    for inputs in (find_inputs([str(tmp_path)]), find_inputs([f"{tmp_path}/[ow]*"])):
        assert all(not one.problem for one in inputs)
        assert [one.name for one in inputs] == ["one", "day", "two", "three"]


def test_answers_are_read_out_of_archives(tmp_path: Path) -> None:
    answer = next((FIXTURES / "answers").rglob("*.835")).read_bytes()
    zipped(tmp_path / "era.zip", {"one.835": answer, "claims.837": CONTENT})
    done = scrubber("answers", "read", tmp_path, "--out", tmp_path / "out")
    assert done.returncode in (0, 1), done.stderr
    assert "payments" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("damaged.zip", b"PK\x03\x04 and no more", "damaged or encrypted archive"),
        ("empty.zip", b"", "damaged or encrypted archive"),
        ("no.gz", CONTENT, "damaged or encrypted archive"),
        ("cut.gz", gzip.compress(CONTENT)[:-200], "damaged or encrypted archive"),
        ("spoiled.gz", gzip.compress(CONTENT)[:40] + bytes(400), "damaged or encrypted archive"),
    ],
)
def test_a_damaged_archive_is_named_and_stops_no_other(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    out = tmp_path / "out"
    done = scrubber("scrub", tmp_path / name, ONE_CLAIM, "--out", out, *DAY)
    assert done.returncode == 2
    assert said in done.stderr
    assert (out / "one_claim.accepted.837").read_bytes() == ONE_CLAIM.read_bytes()


def test_an_encrypted_archive_is_named(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "secret.zip", {"day.837": CONTENT})
    whole = bytearray(archive.read_bytes())
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(start) + at] |= 1
    archive.write_bytes(whole)
    (one,) = find_inputs([str(archive)])
    assert isinstance(one.path, ArchivedFile)
    with pytest.raises(UnreadableInputError, match="encrypted"):
        read(one.path)


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_what_unpacks_to_more_than_it_may_is_refused(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = b"ISA" + b" " * (3 << 20)
    if kind == "gz":
        archive = packed(tmp_path / "bomb.837.gz", bomb)
    else:
        archive = zipped(tmp_path / "bomb.zip", {"bomb.837": bomb})
    (one,) = find_inputs([str(archive)])
    assert isinstance(one.path, ArchivedFile)
    assert read(one.path) == bomb
    monkeypatch.setattr(archived_files, "ALWAYS_ALLOWED", 1 << 20)
    with pytest.raises(UnreadableInputError, match="unpacks to more than is allowed"):
        read(one.path)


def test_an_archive_without_claims_is_named(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "pictures.zip", {"a.png": b"png", "b.png": b"png"})
    done = scrubber("check", archive)
    assert done.returncode == 2
    assert "pictures.zip: the archive holds no claim files (" in done.stderr


def test_two_files_of_one_name_are_both_read(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        for content in (CONTENT, ONE_CLAIM.read_bytes()):
            archive.writestr("day.837", content)
    files = [one.path for one in find_inputs([str(tmp_path / "twice.zip")])]
    assert [read(one) for one in files if isinstance(one, ArchivedFile)] == [
        CONTENT, ONE_CLAIM.read_bytes(),
    ]  # fmt: skip


def test_a_program_reads_an_archive_of_one_file(tmp_path: Path) -> None:
    assert len(api.check(packed(tmp_path / "day.837.gz")).claims) == 14
    several = zipped(tmp_path / "week.zip", {"a.837": CONTENT, "b.837": CONTENT})
    with pytest.raises(api.UnreadableInputError, match="2 files of claims are in it"):
        api.check(several)


def test_a_ledger_knows_a_file_out_of_an_archive(tmp_path: Path) -> None:
    ledger = ("--ledger", tmp_path / "claims.sqlite3", "--out", tmp_path / "out", *DAY)
    scrubber("scrub", CLINIC_DAY, *ledger)
    again = scrubber("scrub", packed(tmp_path / "again.837.gz"), *ledger)
    assert "the same file was scrubbed before" in again.stderr
