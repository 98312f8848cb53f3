"""URLs as inputs and outputs: the same bytes as with paths, and nothing unsafe on the way."""

import gzip
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from cli_process import COMMAND, DAY, FIXTURES
from store_servers import STORES, Store, environment_with, sftp_store
from written_files import contents

from scrubber.cli.scrub_inputs import scrub_inputs
from scrubber.outputs.guidance import guidance
from scrubber.run.engines import Engine
from scrubber.run.inputs import find_inputs
from scrubber.run.remote_files import RemoteError, file_system
from scrubber.run.remote_folder import opened_folder
from scrubber.run.scrub_file import Request
from scrubber.run.source_file import SourceFile
from scrubber.testing.runs import CONTEXT

FILES = {
    "clinic_day.837": FIXTURES / "clinic_day.837",
    "notes.pdf": FIXTURES / "README.md",
    "clinic_day.accepted.837": FIXTURES / "clinic_day.837",
    "old.rejected.837": FIXTURES / "clinic_day.837",
    "sub/empty.837": FIXTURES / "hostile" / "empty.837",
    "sub/clinic_day.837": FIXTURES / "hostile" / "truncated_in_segment.837",
    "sub/.hidden/other.837": FIXTURES / "clinic_day.837",
}
KINDS = ("json", "csv", "html", "999", "277ca")
FORMATS = ("--format", ",".join(KINDS))


@pytest.fixture(scope="module", params=sorted(STORES))
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp(request.param)
    with STORES[request.param](folder) as one:
        run(one, f"for name, path in {as_texts(FILES)}.items(): write(f'in/{{name}}', path)")
        yield one


def as_texts(files: dict[str, Path]) -> dict[str, str]:
    return {name: str(path) for name, path in files.items()}


ACCESS = """
import json, sys
from pathlib import Path
from scrubber.run.remote_files import file_system
system, top = file_system(sys.argv[1])
def write(name, path):
    if "s3" not in system.protocol:
        system.makedirs(f"{top}/{name}".rpartition("/")[0], exist_ok=True)
    system.pipe_file(f"{top}/{name}", Path(path).read_bytes())
"""
LISTED = """
files = system.find(top + {folder!r})
print(json.dumps({{f.rpartition("/")[2]: system.cat_file(f).decode("latin-1") for f in files}}))
"""


def run(store: Store, program: str) -> str:
    """What a program prints that has access to the store."""
    done = subprocess.run(
        [sys.executable, "-c", f"{ACCESS}\n{program}", store.url],
        env=environment_with(store),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def held(store: Store, folder: str) -> dict[str, bytes]:
    """The files in a folder of the store."""
    told = json.loads(run(store, LISTED.format(folder=f"/{folder}")))
    return {name: text.encode("latin-1") for name, text in told.items()}


def scrub(store: Store, *arguments: object) -> "subprocess.CompletedProcess[bytes]":
    done = subprocess.run(
        [*COMMAND, "scrub", *DAY, *FORMATS, *map(str, arguments)],
        env=environment_with(store),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same files, scrubbed from path to path."""
    folder = tmp_path_factory.mktemp("local")
    for name, path in FILES.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(path.read_bytes())
    done = scrub(Store("", {}), folder / "in", "--out", folder / "out")
    assert done.returncode == 2
    return folder


def test_from_url_to_url_as_from_path_to_path(store: Store, local: Path) -> None:
    done = scrub(store, f"{store.url}/in", "--out", f"{store.url}/out")
    assert done.returncode == 2, done.stderr.decode()
    assert held(store, "out") == contents(local / "out")


def test_from_url_to_path(store: Store, local: Path, tmp_path: Path) -> None:
    scrub(store, f"{store.url}/in/", "--out", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(local / "out")


def test_what_an_earlier_run_left_is_replaced_and_taken_away(store: Store, tmp_path: Path) -> None:
    """As it is in a folder: only rejected claims the second time, no acknowledgments, no page."""
    good, bad = FIXTURES / "clinic_day.837", tmp_path / "clinic_day.837"
    bad.write_bytes(good.read_bytes().replace(b"*97110*", b"*00000*")[:2000])
    here = tmp_path / "out"
    for out in (f"{store.url}/again", here):
        scrub(store, good, "--out", out)
        scrub(store, bad, "--out", out, "--format", "csv")
    names = {path.name for path in here.iterdir()}
    assert "clinic_day.report.csv" in names
    assert "clinic_day.999" not in names
    assert held(store, "again") == contents(here)


def test_a_missing_file_is_named(store: Store, tmp_path: Path) -> None:
    done = scrub(store, f"{store.url}/in/none.837", "--out", tmp_path)
    assert done.returncode == 2
    assert b"none.837: there is no such file or folder" in done.stderr


def test_a_pattern_names_files(store: Store, tmp_path: Path) -> None:
    scrub(store, f"{store.url}/in/sub/*.837", "--out", tmp_path, "--quiet")
    assert {path.name for path in tmp_path.glob("*.json")} == {
        "clinic_day.report.json",
        "empty.report.json",
    }


def test_a_host_whose_key_is_not_known_gets_nothing(tmp_path: Path) -> None:
    with sftp_store(tmp_path) as store:
        (tmp_path / ".ssh" / "known_hosts").write_text("")
        done = scrub(store, FIXTURES / "clinic_day.837", "--out", f"{store.url}/out")
        assert store.folder is not None
        assert not list(store.folder.iterdir())
    assert done.returncode == 2
    assert b"the store cannot be used (HostKeyNotVerifiable)" in done.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://host/in", "ftp://: choose from file://, memory://, s3://, sftp://"),
        ("sftp://biller:secret@host/in", "a password in a URL is seen by others; use a key"),
        ("sftp://[host/in", "this is not a URL"),
        ("memory://nothing/here", "there is no such file or folder"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, said: str) -> None:
    (one,) = find_inputs([url])
    assert one.problem.startswith(said)
    if not url.startswith("memory"):
        with pytest.raises(RemoteError, match=re.escape(said)), opened_folder(url):
            pass


def test_a_protocol_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    (one,) = find_inputs(["s3://claims/in"])
    assert one.problem == "s3:// needs s3fs: pip install s3fs"


@pytest.fixture
def memory() -> Iterator[str]:
    """A folder with files that only this process sees."""
    url = "memory://trial"
    system, top = file_system(url)
    for name, path in FILES.items():
        system.pipe_file(f"{top}/in/{name}", path.read_bytes())
    yield url
    system.rm(top, recursive=True)


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_an_archive_at_a_url_is_opened(memory: str, kind: str) -> None:
    content = (FIXTURES / "clinic_day.837").read_bytes()
    packed = BytesIO()
    if kind == "gz":
        packed.write(gzip.compress(content))
    else:
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("sent/day.837", content)
    url = f"{memory}/packed/day.837.gz" if kind == "gz" else f"{memory}/packed/day.zip"
    system, path = file_system(url)
    system.pipe_file(path, packed.getvalue())
    for named in (url, f"{memory}/packed"):
        (one,) = find_inputs([named])
        assert (one.name, one.problem) == ("day", "")
        with SourceFile(one.path) as file:
            assert b"".join(file.chunks()) == content


class UnreadableFrom(BytesIO):
    """A stream that breaks off."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionResetError("secret")
        return super().read(100 if size else size)


def test_what_cannot_be_read_on_is_said(
    memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, _ = file_system(memory)
    content = FILES["clinic_day.837"].read_bytes()
    monkeypatch.setattr(type(system), "open", lambda *_, **__: UnreadableFrom(content))
    inputs = find_inputs([f"{memory}/in/clinic_day.837"])
    (outcome,) = scrub_inputs(inputs, CONTEXT, Request(tmp_path))
    assert outcome.status == 2
    assert outcome.problem == (
        "the file cannot be read: the store cannot be used (ConnectionResetError)"
    )


def test_memory_as_files(memory: str, local: Path) -> None:
    inputs = find_inputs([f"{memory}/in"])
    with opened_folder(f"{memory}/out") as folder:
        request = Request(Path(), KINDS, guidance=guidance(), delivery=folder)
        assert len(list(scrub_inputs(inputs, CONTEXT, request))) == 4
    system, top = file_system(f"{memory}/out")
    made = {path.rpartition("/")[2]: system.cat_file(path) for path in system.find(top)}
    assert made == contents(local / "out")


def test_workers_write_to_urls(
    local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an input is written again in the light of those before it."""
    monkeypatch.setattr("scrubber.run.spread_inputs.SMALLEST_RUN", 0)
    inputs = find_inputs([f"file://{local}/in"])
    with opened_folder(f"file://{tmp_path}/out") as folder:
        request = Request(Path(), KINDS, guidance=guidance(), delivery=folder)
        assert len(list(scrub_inputs(inputs, CONTEXT, request, engine=Engine(2)))) == 4
    assert contents(tmp_path / "out") == contents(local / "out")
