"""Which rules a change of a module may concern."""

import re
from pathlib import Path

_CODE = re.compile(r'"(S\d{3})"')
_OURS = re.compile(r"^\s*from (scrubber\.(?:rules|therapy)\.\w+) import", re.MULTILINE)
SEEN_BY_ALL = frozenset({"scrubber.rules.rule", "scrubber.rules.service_shapes"})


def concerned_rules(*rooms: Path) -> dict[str, frozenset[str]]:
    """For each module in these folders of the program: the codes it names, and those of the
    modules that import it. Empty where any rule may be concerned."""
    texts = {
        f"scrubber.{room.name}.{path.stem}": path.read_text(encoding="utf-8")
        for room in rooms
        for path in room.glob("*.py")
    }
    imports = {name: frozenset(_OURS.findall(text)) for name, text in texts.items()}
    return {
        name: frozenset()
        if name in SEEN_BY_ALL
        else frozenset(
            code for user in _users(name, imports) for code in _CODE.findall(texts[user])
        )
        for name in texts
    }


def _users(name: str, imports: dict[str, frozenset[str]]) -> set[str]:
    users = {name}
    while more := {one for one, named in imports.items() if named & users} - users:
        users |= more
    return users - {"scrubber.rules.run_rules"}
