"""Takes an address such as 2400/SV101-3 or 2300/REF[G1]02 apart."""

import re
from functools import lru_cache
from typing import NamedTuple

_ADDRESS = re.compile(
    r"(?:(?P<loop>[^/]*)/)?"
    r"(?P<segment>[A-Z][A-Z0-9]{1,2}?)"
    r"(?:\[(?P<qualifier>[^\]]*)\])?"
    r"(?P<element>\d\d)?"
    r"(?:-(?P<component>\d+))?"
)


class Address(NamedTuple):
    """Where a finding points; a part that the path does not name is empty or 0."""

    loop: str = ""
    segment: str = ""
    qualifier: str = ""
    element: int = 0
    component: int = 0


def is_above_claims(path: str) -> bool:
    """Whether a place lies in an envelope, a header or a level, not in a claim."""
    return not path.startswith(("23", "24"))


@lru_cache(maxsize=4096)
def address(path: str) -> Address:
    """The parts of `path`; a text that is no address gives an empty one."""
    match = _ADDRESS.fullmatch(path)
    if match is None:
        return Address()
    return Address(
        match["loop"] or "",
        match["segment"],
        match["qualifier"] or "",
        int(match["element"] or 0),
        int(match["component"] or 0),
    )
