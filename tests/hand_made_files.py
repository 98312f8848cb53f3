"""Claim files written by hand in a few words, for tests that need one certain shape.

A file is a list of segments in plain delimiters. `claim("A")` is a sound claim of CLM01 A;
`claim("A", bad=True)` the same with a claim total that does not add up, so that it is rejected.
"""

from collections.abc import Iterable

from scrubber.testing.plain_reading import ReadFile

Segments = list[str]

ISA = (
    f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260302*1200*^*00501*{{}}*0*P*:"
)
GS = "GS*HC*SENDER*RECEIVER*20260302*1200*{}*X*005010X222A1"
REMITTANCE = ["ST*835*9001", "BPR*I*0*C*NON", "TRN*1*1*1", "SE*4*9001"]


def interchange(*groups: Segments, number: str = "000000101") -> Segments:
    """ISA to IEA around whole groups."""
    body = [segment for one in groups for segment in one]
    return [ISA.format(number), *body, f"IEA*{len(groups)}*{number}"]


def group(*sets: Segments, number: str = "7") -> Segments:
    """GS to GE around whole transaction sets."""
    body = [segment for one in sets for segment in one]
    return [GS.format(number), *body, f"GE*{len(sets)}*{number}"]


def claim_set(*levels: Segments, number: str = "0001", first: int = 1) -> Segments:
    """ST to SE around levels, which are numbered from `first`; HL04 is told by what follows."""
    header = [
        f"ST*837*{number}*005010X222A1",
        f"BHT*0019*00*BATCH{number}*20260302*1200*CH",
        "NM1*41*2*SUBMITTER*****46*SUBMIT",
        "PER*IC*DESK*TE*8005550100",
        "NM1*40*2*RECEIVER*****46*RECEIVE",
    ]
    body = numbered([segment for one in levels for segment in one], first)
    return [*header, *body, f"SE*{len(header) + len(body) + 1}*{number}"]


def numbered(segments: Segments, first: int) -> Segments:
    """The segments with `HL*code` written out as HL01 to HL04."""
    codes = [segment.split("*")[1] for segment in segments if segment.startswith("HL*")]
    above = {"20": "", "22": "20", "23": "22"}
    current: dict[str, str] = {}
    levels = []
    for at, code in enumerate(codes):
        current[code] = number = str(first + at)
        has_child = int(at + 1 < len(codes) and codes[at + 1] > code)
        levels.append(f"HL*{number}*{current.get(above[code], '')}*{code}*{has_child}")
    written = iter(levels)
    return [next(written) if one.startswith("HL*") else one for one in segments]


def provider() -> Segments:
    """A 2000A."""
    return [
        "HL*20",
        "PRV*BI*PXC*225100000X",
        "NM1*85*2*HARBOR PHYSICAL THERAPY*****XX*1234567893",
        "N3*1 HARBOR ST",
        "N4*PEORIA*IL*616021234",
        "REF*EI*371234567",
    ]


def subscriber(*claims: Segments, is_patient: bool = True) -> Segments:
    """A 2000B and the claims directly under it."""
    person = ["N3*2 ELM ST", "N4*PEORIA*IL*616021234", "DMG*D8*19500101*F"]
    return [
        "HL*22",
        f"SBR*P*{'18' if is_patient else ''}*******CI",
        "NM1*IL*1*DOE*JANE****MI*W100200300",
        *(person if is_patient else []),
        "NM1*PR*2*SOME PLAN*****PI*SP1",
        *flat(claims),
    ]


def dependent(*claims: Segments, name: str = "TOM") -> Segments:
    """A 2000C and its claims."""
    return [
        "HL*23",
        "PAT*19",
        f"NM1*QC*1*DOE*{name}",
        "N3*2 ELM ST",
        "N4*PEORIA*IL*616021234",
        "DMG*D8*20150101*M",
        *flat(claims),
    ]


def claim(claim_id: str, *, bad: bool = False) -> Segments:
    """A 2300 with one line of $100."""
    return [
        f"CLM*{claim_id}*{'101' if bad else '100'}***11:B:1*Y*A*Y*Y",
        "HI*ABK:M5450",
        "NM1*DN*1*ROE*ANN****XX*1245319599",
        "NM1*82*1*POE*SAM****XX*1003000126",
        "PRV*PE*PXC*225100000X",
        "LX*1",
        "SV1*HC:97110:GP*100*UN*1***1",
        "DTP*472*D8*20260226",
        f"REF*6R*{claim_id}1",
    ]


def flat(parts: Iterable[Segments]) -> Segments:
    """Segments of several parts as one list."""
    return [segment for one in parts for segment in one]


def outline(file: ReadFile) -> str:
    """What a file holds, in a few words: `ISA GS ST 20.1 22.1<1 A B SE.30 GE.1 IEA.1`.

    An HL is its level, its number, its parent after `<` and `+` where HL04 says a child follows;
    a claim is its CLM01; a trailer has its count.
    """
    words = []
    for values in file.segments:
        if values[0] in ("ISA", "GS"):
            words.append(values[0])
        elif values[0] == "ST":
            words.append("ST" if values[1] == "837" else f"ST{values[1]}")
        elif values[0] == "HL":
            parent = f"<{values[2]}" if values[2] else ""
            words.append(f"{values[3]}.{values[1]}{parent}{'+' * int(values[4])}")
        elif values[0] == "CLM":
            words.append(values[1])
        elif values[0] in ("GE", "IEA"):
            words.append(f"{values[0]}.{values[1]}")
        elif values[0] == "SE":
            words.append("SE")
    return " ".join(words)
