"""Tries one mutant against the tests, in a process of its own that begins without our package."""

import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import resource
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
CPU_SECONDS = 60
"""What a trial may take; the tests of a sound module take a tenth of it."""

OURS = frozenset({"scrubber", "rule_cases"})
KILLED, SURVIVED = 0, 1


class Trial(NamedTuple):
    """A module by name with the code to run in its place, the rules whose cases are to notice it
    (of every rule if none is named), and test files beyond the cases."""

    module: str
    code: CodeType
    rule_codes: frozenset[str]
    further: tuple[str, ...]


def preload() -> None:
    """Import what trials need and what no mutant can touch, once for all of them."""
    for name in ("pytest", "hypothesis", "click", "lxml.etree", "stdnum.luhn", "tomllib"):
        importlib.import_module(name)


def start(trial: Trial) -> int:
    """Begin a trial; the number of its process, which ends with KILLED or SURVIVED."""
    process = os.fork()
    if process:
        return process
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        survived = _passes_all(trial)
    except BaseException:  # A mutant may break the import itself, or end the process.
        survived = False
    os._exit(SURVIVED if survived else KILLED)


def finished(status: int) -> bool:
    """Whether the mutant survived, by the status its process ended with."""
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == SURVIVED


def _passes_all(trial: Trial) -> bool:
    for name in list(sys.modules):
        if name.split(".")[0] in OURS:
            del sys.modules[name]
    sys.meta_path.insert(0, _InPlace(trial.module, trial.code))
    sys.path[:0] = [str(ROOT), str(TESTS)]
    # Before pytest puts a finder of its own first, which finds the module as it is.
    importlib.import_module(trial.module)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return _passes_cases(trial.rule_codes) and _passes_files(trial.further)


def _passes_cases(codes: frozenset[str]) -> bool:
    cases = importlib.import_module("rule_cases")
    for code, case in cases.cases():
        if codes and code not in codes:
            continue
        try:
            cases.check(code, case)
        except Exception:
            return False
    return True


def _passes_files(files: Sequence[str]) -> bool:
    if not files:
        return True
    import pytest  # noqa: PLC0415

    paths = [str(TESTS / name) for name in files]
    quiet = ["-x", "-q", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return pytest.main([*quiet, "--hypothesis-seed=0", *paths]) == 0


class _InPlace(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, and runs the mutant's code for it."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name = name
        self._code = code

    def find_spec(
        self, fullname: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=self._code.co_filename)

    def create_module(self, _spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self._code.co_filename
        exec(self._code, module.__dict__)
