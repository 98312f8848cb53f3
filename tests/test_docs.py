"""The pages lead where they say, name commands that exist, and leave out nothing of the API."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import scrubber
from scrubber.cli import main

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), ROOT / "fixtures" / "README.md"])
CODE = re.compile(r"```.*?```|^    [^\n]*$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"^ {4}(?:[$#] )?(?:\S+/bin/)?(scrubber [a-z].*)$", re.MULTILINE)
USED = ("desk", "ledger", "postgresql", "xlsx", "watch", "cluster", "s3", "sftp", "testing")


def called(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and MyST make them."""
    headings = HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", one).strip().lower() for one in headings)
    return {re.sub(r"[^\w\- ]", "", one).replace(" ", "-") for one in plain}


def dead_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match("[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        is_outside = page.parent == DOCS and not target.is_relative_to(DOCS)
        if is_outside or not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_every_link_leads_somewhere_in_the_site_too(page: Path) -> None:
    assert list(dead_links(page)) == []


def test_a_dead_link_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    links = ("#one-two", "#three", "none.md", "https://e", "page.md", "page.md#four")
    page.write_text("# One, two\n" + " ".join(f"[a link]({one})" for one in links))
    assert list(dead_links(page)) == ["#three", "none.md", "page.md#four"]


def faults(words: list[str]) -> Iterator[str]:
    """What a command line on a page names that does not exist."""
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words:
        name = words.pop(0)
        found = command.get_command(context, name)
        if found is None:
            yield name
            return
        command = found
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    yield from (word for word in words if word.startswith("--") and word not in known | {"--help"})


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_every_command_exists(page: Path) -> None:
    wrong = []
    for line in COMMAND.findall(page.read_text(encoding="utf-8")):
        words = re.split(r"\s#|[|>&]", line)[0].split()[1:]
        wrong += [f"{line}: {one}" for one in faults([one.partition("=")[0] for one in words])]
    assert wrong == []


def test_the_reference_has_everything_of_the_api() -> None:
    page = (DOCS / "api-reference.md").read_text(encoding="utf-8")
    named = re.findall(r"^\.\. auto\w+:: scrubber\.(\w+)$", page, re.MULTILINE)
    assert sorted(named) == sorted(set(scrubber.__all__) - {"__version__"})


def test_every_page_is_in_the_contents() -> None:
    contents = (DOCS / "index.md").read_text(encoding="utf-8")
    named = re.findall(r"^[a-z-]+$", contents, re.MULTILINE)
    assert sorted(named) == sorted(one.stem for one in DOCS.glob("*.md") if one.stem != "index")


def test_every_package_that_is_installed_with_ours_has_a_notice() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(one for extra in USED for one in extras[extra])]
    names = {re.split(r"[\[><=]", one)[0] for one in wanted} - {"claim-scrubber"}
    notices = (ROOT / "THIRD-PARTY-NOTICES.md").read_text(encoding="utf-8")

    assert {one for one in names if f"\n| {one} | " not in notices} == set()
