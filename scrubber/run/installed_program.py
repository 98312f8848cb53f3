"""Which program is installed here: what all machines of a cluster must agree on."""

import hashlib
from functools import cache
from pathlib import Path

import scrubber
from scrubber import __version__

PACKAGE = Path(scrubber.__file__).parent
# Profiles travel with the work, and a checkout keeps them beside the package.
ELSEWHERE = frozenset({"__pycache__", "payer_profiles"})


@cache
def installed_program() -> str:
    """The version, and a hash over all modules, tables and schemas of the package."""
    told = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and not ELSEWHERE.intersection(path.parts):
            told.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
            told.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{__version__} ({told.hexdigest()[:12]})"
