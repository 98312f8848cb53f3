"""A second, deliberately plain reading of a whole 837P file, for tests that check what we write.

It shares no code with the program. It takes the delimiters from their places in the ISA, so it
reads only files whose ISA has its fixed width, and it drops line breaks that are no terminators.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

TRAILER_OF = {"ISA": "IEA", "GS": "GE", "ST": "SE"}
NUMBER_AT = {"ISA": 13, "GS": 6, "ST": 2}
OWNERS = {"85": "20", "IL": "22", "QC": "23"}
LEVEL_ABOVE = {"20": "", "22": "20", "23": "22"}


@dataclass
class ReadClaim:
    """A claim's segments in plain delimiters, and its owner: the identifiers of the billing
    provider, the subscriber and the patient (name) of the levels above it, as far as there are."""

    claim_id: str
    charge: str
    owner: tuple[str, ...]
    segments: list[str] = field(default_factory=list)


@dataclass
class ReadFile:
    """Segments as lists of elements; delimiters are brought to `*` and `:`."""

    segments: list[list[str]]

    @property
    def claims(self) -> list[ReadClaim]:
        """The claims of the file wherever they stand."""
        found: list[ReadClaim] = []
        inside = False
        owner: dict[str, tuple[str, ...]] = {}
        for values in self.segments:
            if values[0] in ("HL", "SE", "GE", "IEA", "ISA", "GS", "ST"):
                inside = False
            if values[0] in ("HL", "ST"):
                level = values[3] if values[0] == "HL" else ""
                owner = {one: above for one, above in owner.items() if one < level}
            elif values[0] == "CLM":
                inside = True
                found.append(ReadClaim(values[1], values[2], sum(owner.values(), ())))
            elif values[0] == "NM1" and not inside and values[1] in OWNERS:
                owner[OWNERS[values[1]]] = ("|".join(values[1:]),)
            if inside:
                found[-1].segments.append("*".join(values))
        return found

    def numbers(self, header: str) -> list[str]:
        """The control numbers of its ISA, GS or ST segments."""
        return [v[NUMBER_AT[header]] for v in self.segments if v[0] == header]


def read_file(text: str) -> ReadFile:
    """Read a file of one or more interchanges, each with delimiters of its own."""
    segments: list[list[str]] = []
    rest = text.lstrip("\r\n")
    while rest:
        compact = rest[:200].replace("\r", "").replace("\n", "")
        assert compact.startswith("ISA"), f"no ISA at {len(text) - len(rest)}"
        element, component, terminator = compact[3], compact[104], compact[105]
        if compact[105:107] in ("GS", "IE", "TA"):
            terminator = rest[105]
        segment = ""
        while not segment.startswith("IEA" + element):
            segment, rest = next_segment(rest, terminator)
            if not segment.startswith("ISA"):
                segment = segment.replace(component, ":")
            segments.append(segment.split(element))
    return ReadFile(segments)


def next_segment(text: str, terminator: str) -> tuple[str, str]:
    """The first segment without line breaks, and what follows it."""
    segment, found, rest = text.partition(terminator)
    assert found, "the last segment lacks its terminator"
    return segment.replace("\r", "").replace("\n", ""), rest.lstrip("\r\n")


def envelope_problems(file: ReadFile, *, hierarchy: bool = True) -> Iterator[str]:
    """What is wrong with nesting, counts, control numbers and, unless left out, HL segments."""
    stack: list[tuple[str, str, int]] = []
    inner = {"ISA": 0, "GS": 0, "ST": 0}
    levels: list[list[str]] = []
    for index, values in enumerate(file.segments):
        name = values[0]
        if name in TRAILER_OF:
            if name != ("ISA", "GS", "ST")[min(len(stack), 2)] or len(stack) > 2:
                yield f"{name} at depth {len(stack)}"
            stack.append((name, values[NUMBER_AT[name]], index))
            inner[name] = 0
            levels = []
        elif name in TRAILER_OF.values():
            header, number, start = stack.pop() if stack else ("", "", 0)
            if TRAILER_OF.get(header) != name:
                yield f"{name} closes {header or 'nothing'}"
                continue
            count = index - start + 1 if name == "SE" else inner[header]
            if not values[1].isdigit() or int(values[1]) != count:
                yield f"{name}01 is {values[1]}, counted {count}"
            if values[2] != number:
                yield f"{name}02 is not the number of its {header}"
            if name == "SE" and hierarchy:
                yield from hierarchy_problems(levels)
            if stack:
                inner[stack[-1][0]] += 1
        elif name == "HL":
            levels.append(values)
    if stack:
        yield f"{stack[-1][0]} is not closed"


def hierarchy_problems(levels: list[list[str]]) -> Iterator[str]:
    """HL01 counts from 1, HL02 names the level above, HL04 tells whether a level is below."""
    current: dict[str, str] = {}
    for position, values in enumerate(levels):
        _, number, parent, level, has_child = values
        if number != str(position + 1):
            yield f"HL01 is {number}, counted {position + 1}"
        if parent != current.get(LEVEL_ABOVE[level], ""):
            yield f"HL02 of level {number} is {parent!r}"
        current[level] = number
        following = levels[position + 1][3] if position + 1 < len(levels) else ""
        if has_child != str(int(following > level)):
            yield f"HL04 of level {number} is {has_child}"
