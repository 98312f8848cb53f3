"""`python -m mutation`: does a test fail when a rule says the opposite, or a limit is off by one?

Each mutant of the rules and of the unit counting is tried against the cases of the rules and a few
quick test files. One that no test notices survives. Survivors that change nothing a claim could
show are listed in equivalent.toml with the reason; those for which a case is still to be written
stand in open.txt. The exit status is 1 where another one survives. One that is listed, but killed
or no longer there, is named, so that the lists only get shorter.
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
OPEN = Path(__file__).parent / "open.txt"
COUNTING = ("unit_count", "units", "add_ons", "ncci_limits", "table")
MUTATED = ("scrubber/rules/*.py", *(f"scrubber/therapy/{name}.py" for name in COUNTING))
FURTHER = {
    "scrubber/rules/cob_balancing.py": ("test_cob_balancing.py",),
    "scrubber/rules/documented_minutes.py": ("test_same_day_minutes.py",),
    "scrubber/rules/element_status.py": ("test_element_status.py",),
    "scrubber/rules/pages.py": ("test_rule_catalogue.py",),
    "scrubber/rules/examples.py": ("test_rule_catalogue.py",),
    "scrubber/rules/imported_tables.py": ("test_imported_tables.py", "test_user_lists.py"),
    "scrubber/rules/rule.py": ("test_rule_catalogue.py",),
    "scrubber/rules/visit_minutes.py": ("test_same_day_minutes.py",),
    "scrubber/therapy/add_ons.py": ("test_imported_tables.py", "test_therapy_importers.py"),
    "scrubber/therapy/ncci_limits.py": ("test_therapy_ncci.py", "test_therapy_importers.py"),
    "scrubber/therapy/table.py": ("test_therapy_code_table.py",),
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
    known = set(equivalent()) | still_open()
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
        print(f"listed, but killed or gone  {name}")
    same, waiting = survivors & equivalent().keys(), survivors & still_open()
    new = survivors - listed
    print(
        f"{tried:,} mutants: {tried - len(survivors):,} killed, {len(same)} equivalent, "
        f"{len(waiting)} open, {len(new)} survived"
    )
    return int(bool(new))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", default=MUTATED, help="patterns of modules")
    parser.add_argument("--jobs", type=int, default=1, help="mutants tried at a time")
    return parser.parse_args()


def equivalent() -> dict[str, str]:
    """The mutants that change nothing, by name, each with the reason. The file has for each reason
    and each module a list of changes."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return {
        f"{module}:{change}": group["reason"]
        for group in listed["group"]
        for module, changes in group.items()
        if module != "reason"
        for change in changes
    }


def still_open() -> set[str]:
    """The mutants that survive because a case is missing, by name."""
    lines = OPEN.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def _named(modules: Iterable[Path]) -> Iterator[Named]:
    rules = concerned_rules(ROOT / "scrubber" / "rules", ROOT / "scrubber" / "therapy")
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
