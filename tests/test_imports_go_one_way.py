"""The shape of the code: which room may import which, what a module may be called, how long it is.

The rooms stand in the order of ARCHITECTURE.md; each imports only rooms before it.
"""

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import scrubber

PACKAGE = Path(scrubber.__file__).parent
ROOMS = (
    "errors", "near_names", "plugins", "files", "patches", "x12", "guide", "lane", "claim", "codes",
    "therapy",
    "consents", "findings", "profiles", "rules", "engine", "answers", "history", "outputs", "run",
    "configuration", "api", "regression", "watch_folder", "desk", "cli", "__main__", "testing",
)  # fmt: skip
ALONE = ("synthetic",)
"""Rooms that import nothing of ours; only the command line and the test kit may import them."""

FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "core",
    "misc",
}
LONG_MODULE, LONGEST_MODULE = 300, 400
LONGEST_FUNCTION = 60
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """The line and room of each import of ours, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import in line {node.lineno}"
            module = node.module or ""
            names = [f"{module}.{one.name}" for one in node.names]
        else:
            continue
        for parts in (name.split(".") for name in names):
            if parts[0] == "scrubber" and parts[1:] not in ([], ["__version__"]):
                yield node.lineno, parts[1]


def upward_imports(path: Path) -> list[str]:
    room = room_of(path)
    found = []
    for line, other in imports_of(path):
        if room in ALONE:
            allowed = other == room
        elif other in ALONE:
            allowed = room in ("cli", "testing")
        else:
            allowed = ROOMS.index(other) <= ROOMS.index(room)
        if not allowed:
            found.append(f"line {line}: {room} imports {other}")
    return found


def called(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


@pytest.mark.parametrize("path", MODULES, ids=called)
def test_imports_go_one_way(path: Path) -> None:
    if path != PACKAGE / "__init__.py":
        assert upward_imports(path) == []


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in MODULES} <= {*ROOMS, *ALONE, "__init__"}


def test_an_upward_import_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    for room, text, upward in (
        ("x12", "from scrubber.claim.loop import Loop", True),
        ("rules", "def f():\n    import scrubber.engine.stream", True),
        ("rules", "from scrubber import cli", True),
        ("synthetic", "from scrubber.codes import npi", True),
        ("run", "from scrubber.synthetic import generate", True),
        ("cli", "from scrubber.synthetic import generate", False),
        ("engine", "from scrubber.rules import RULES", False),
        ("engine", "from scrubber import __version__", False),
    ):
        module = tmp_path / room / "made.py"
        module.parent.mkdir(exist_ok=True)
        module.write_text(text, encoding="utf-8")
        assert bool(upward_imports(module)) is upward, text


@pytest.mark.parametrize("path", MODULES, ids=called)
def test_a_module_is_named_for_what_it_makes(path: Path) -> None:
    assert not FORBIDDEN_NAMES & set(path.relative_to(PACKAGE).with_suffix("").parts)


def test_modules_and_functions_are_short() -> None:
    too_long = []
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > LONG_MODULE:
            warnings.warn(f"{called(path)} has {lines} lines", stacklevel=1)
        if lines > LONGEST_MODULE and not is_table(text):
            too_long.append(f"{called(path)}: {lines} lines")
        too_long += [f"{called(path)}: {one}" for one in long_functions(text)]
    assert too_long == []


def is_table(text: str) -> bool:
    """Whether a module holds data and no function of more than a few lines."""
    nodes = list(ast.walk(ast.parse(text)))
    functions = [one for one in nodes if isinstance(one, ast.FunctionDef)]
    return all((one.end_lineno or one.lineno) - one.lineno < 5 for one in functions)


def long_functions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{node.name} has {length} lines"
