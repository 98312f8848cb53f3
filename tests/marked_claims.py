"""A claim file with a mark in every element that tells who the patient is.

Every mark holds MARK, some four digits and nothing else of it stands anywhere else; birth dates
and ZIP codes are digits of their own, listed in TRACES with all ways of writing them.
"""

import re
from collections.abc import Callable, Iterator

from scrubber.testing.damage import Segments

MARK = "QZXW"
BIRTHS = ("19370413", "19620717")
ZIPS = ("606990077", "606990078")
NUMBERS = ("219099937", "3095557731")
"""A social security number and a telephone number."""

TRACES = (
    MARK, *BIRTHS, *ZIPS, *NUMBERS, "1937-04-13", "1962-07-17", "04/13/1937", "07/17/1962",
    "60699-0077", "60699-0078",
)  # fmt: skip

TEMPLATE = """
ISA*00*{b:10}*00*{b:10}*ZZ*SENDER{b:9}*ZZ*RECEIVER{b:7}*260302*1200*^*00501*000000101*0*P*:
GS*HC*SENDER*RECEIVER*20260302*1200*7*X*005010X222A1
ST*837*0001*005010X222A1
BHT*0019*00*BATCH1*20260302*1200*CH
NM1*41*2*SUBMITTER*****46*SUBMIT
PER*IC*DESK*TE*8005550100
NM1*40*2*RECEIVER*****46*RECEIVE
HL*1**20*1
PRV*BI*PXC*225100000X
NM1*85*2*HARBOR PHYSICAL THERAPY*****XX*1234567893
N3*1 HARBOR ST
N4*PEORIA*IL*616021234
REF*EI*371234567
HL*2*1*22*0
SBR*P*18*{x}*{x}*****CI
NM1*IL*1*{x}*{x}*{x}**{x}*MI*{x}
N3*{x}*{x}
N4*{x}*IL*606990077
DMG*D8*19370413*F
REF*SY*219099937
REF*Y4*{x}
PER*IC*{x}*TE*3095557731*EX*{x}
NM1*PR*2*SOME PLAN*****PI*SP1
CLM*A1*100***11:B:1*Y*A*Y*Y
NTE*ADD*{x}
HI*ABK:M5450
NM1*DN*1*ROE*ANN****XX*1245319599
NM1*82*1*POE*SAM****XX*1003000126
PRV*PE*PXC*225100000X
NM1*77*2*HARBOR HOME VISITS*****XX*1679576722
N3*{x}
N4*{x}*IL*606990077
SBR*S*19*{x}*{x}*****CI
OI***Y***Y
NM1*IL*1*{x}*{x}*{x}**{x}*MI*{x}
N3*{x}*{x}
N4*{x}*IL*606990078
REF*SY*219099937
NM1*PR*2*SOME PLAN*****PI*SP1
LX*1
SV1*HC:97110:GP::::{x}*100*UN*1***1
DTP*472*D8*20260226
REF*6R*A11
NTE*ADD*{x}
HL*3*1*22*1
SBR*P********CI
NM1*IL*1*{x}*{x}****MI*{x}
NM1*PR*2*SOME PLAN*****PI*SP1
HL*4*3*23*0
PAT*19
NM1*QC*1*{x}*{x}*{x}**{x}
N3*{x}*{x}
N4*{x}*IL*606990078
DMG*D8*19620717*M
REF*Y4*{x}
REF*SY*219099937
PER*IC*{x}*TE*3095557731
CLM*B1*100***11:B:1*Y*A*Y*Y
NTE*ADD*{x}
HI*ABK:M5450
NM1*DN*1*ROE*ANN****XX*1245319599
LX*1
SV1*HC:97110:GP*100*UN*1***1
DTP*472*D8*20260226
SE*62*0001
GE*1*7
IEA*1*000000101
"""

Spoiling = Callable[[str], str]

SPOILINGS: dict[str, Spoiling] = {
    "as it is": lambda mark: mark,
    "lower case": str.lower,
    "blanks around it": lambda mark: f"  {mark} ",
    "a control character": lambda mark: f"{mark[:2]}\x07{mark[2:]}{mark}",
    "too long": lambda mark: mark + "A" * 140,
    "a repetition separator": lambda mark: f"{mark}^{mark}",
    "a component separator": lambda mark: f"{mark}:{mark}",
    "signs": lambda mark: f"({mark})-{mark}#",
    "an element separator": lambda mark: f"{mark}*{mark}",
    "separators behind it": lambda mark: f"{mark}**",
    "blanks and an element separator": lambda mark: f" {mark} * {mark} ",
    "component separators behind it": lambda mark: f"{mark}::",
    "a terminator": lambda mark: f"{mark}~{mark}*{mark}~",
    "accents": lambda mark: f"\xc9{mark}\xe9",
}


def marked_segments(spoil: Spoiling) -> Segments:
    """The file with every mark spoiled, birth dates and ZIP codes too."""
    text = re.sub(r"\{b:(\d+)\}", lambda found: " " * int(found[1]), TEMPLATE.strip())
    number = 1000
    while "{x}" in text:
        text = text.replace("{x}", spoil(f"{MARK}{number}"), 1)
        number += 1
    for one in (*BIRTHS, *ZIPS, *NUMBERS):
        text = text.replace(one, spoil(one))
    return text.split("\n")


def marked_interchanges() -> Iterator[bytes]:
    """Interchanges spoiled in every way: all marks at once, each segment lost or with separators
    behind it, each element of a segment that holds marks replaced by one."""
    for spoil in SPOILINGS.values():
        yield written(marked_segments(spoil))
    plain = marked_segments(str)
    for at in range(1, len(plain)):
        before, after = plain[:at], plain[at + 1 :]
        yield written([*before, *after])
        if any(trace in plain[at] for trace in TRACES):
            yield written([*before, f"{plain[at]}**", *after])
            for element in range(1, plain[at].count("*") + 2):
                values = [*plain[at].split("*"), ""]
                values[element] = f"{MARK}999"
                yield written([*before, "*".join(values).rstrip("*"), *after])


def damaged_files() -> Iterator[bytes]:
    """Files that are cut off, that begin in the middle, and that hold rubbish."""
    whole = written(marked_segments(str))
    for end in range(100, len(whole), len(whole) // 12):
        yield whole[:end]
        yield whole[end:]
        yield whole[:end] + bytes(range(256)) + whole[end:]


def written(segments: Segments) -> bytes:
    """The bytes of a file in plain delimiters, one segment a line."""
    return "".join(f"{one}~\n" for one in segments).encode("latin-1")
