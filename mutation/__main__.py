"""`python -m mutation`: does a test fail when a rule says the opposite, or a limit is off by one?

Each mutant of the rules and of the unit counting is tried against the cases of the rules and a few
quick test files. One that no test notices survives. Survivors that change nothing a claim could
show are listed in equivalent.toml with the reason. The exit status is 1 where another one survives,
or where the list names one that is killed or that no longer exists.
"""

import argparse
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mutation.concerned_rules import concerned_rules
from mutation.mutants import mutants_of
from mutation.trial import ROOT, Trial, finished, preload, start

EQUIVALENT = Path(__file__).parent / "equivalent.toml"
MUTATED = ("scrubber/rules/*.py", "scrubber/therapy/unit*.py")
FURTHER = {
    "scrubber/rules/cob_balancing.py": ("test_cob_balancing.py",),
    "scrubber/rules/pages.py": ("test_rule_catalogue.py",),
    "scrubber/rules/examples.py": ("test_rule_catalogue.py",),
    "scrubber/therapy/unit_count.py": ("test_therapy_units.py",),
    "scrubber/therapy/units.py": ("test_therapy_units.py",),
}


class Named(NamedTuple):
    """A mutant by the name it has in reports and in the list."""

    name: str
    trial: Trial


def main() -> int:
    """Try the mutants and print who survived."""
    given = _arguments()
    modules = [path for pattern in given.modules for path in sorted(ROOT.glob(pattern))]
    known = equivalent()
    preload()
    tried, survivors = 0, set()
    for name, survived in _outcomes(_named(modules), given.jobs):
        tried += 1
        if survived:
            survivors.add(name)
            if name not in known:
                print(f"survived  {name}", flush=True)
    ours = {str(path.relative_to(ROOT)) for path in modules}
    listed = {name for name in known if name.split(":")[0] in ours}
    for name in sorted(listed - survivors):
        print(f"listed as equivalent, but killed or gone  {name}")
    print(
        f"{tried:,} mutants: {tried - len(survivors):,} killed, {len(survivors & listed)} known "
        f"to be equivalent, {len(survivors - listed)} survived"
    )
    return int(survivors != listed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", default=MUTATED, help="patterns of modules")
    parser.add_argument("--jobs", type=int, default=1, help="mutants tried at a time")
    return parser.parse_args()


def equivalent() -> dict[str, str]:
    """The mutants that change nothing, by name, each with the reason."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return {
        f"{module}:{change}": reason
        for module, changes in listed.items()
        for reason, names in changes.items()
        for change in names
    }


def _named(modules: Iterable[Path]) -> Iterator[Named]:
    rules = concerned_rules(ROOT / "scrubber" / "rules")
    for path in modules:
        source = path.read_text(encoding="utf-8")
        file = str(path.relative_to(ROOT))
        name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        codes = rules.get(name, frozenset())
        for mutant in mutants_of(source):
            trial = Trial(name, mutant.compiled(str(path)), codes, FURTHER.get(file, ()))
            yield Named(mutant.name(file), trial)


def _outcomes(mutants: Iterable[Named], jobs: int) -> Iterator[tuple[str, bool]]:
    """The name of each mutant and whether it survived, as trials end."""
    running: dict[int, str] = {}
    for name, trial in mutants:
        if len(running) >= jobs:
            yield _ended(running)
        running[start(trial)] = name
    while running:
        yield _ended(running)


def _ended(running: dict[int, str]) -> tuple[str, bool]:
    process, status = os.wait()
    return running.pop(process), finished(status)


if __name__ == "__main__":
    sys.exit(main())
