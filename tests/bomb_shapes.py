"""Files of much of one thing, made from one clean claim: `SHAPES[name](number)` has `number` of
it. Each is small, and meant to cost little."""

from collections.abc import Callable

from cli_process import FIXTURES

ONE = (FIXTURES / "clean" / "one_claim.837").read_text(encoding="latin-1").replace("\n", "")
Shape = Callable[[int], str]

LINE = "SV1*HC:97110:GP*1*UN*1***1~DTP*472*D8*20260227~"
PAYER = "SBR*S*18*******CI~OI***Y***Y~NM1*IL*1*ABERNATHY*RUTH****MI*1~NM1*PR*2*PLAN*****PI*{0}~"
DECISION = "SVD*04412*1*HC:97110**1~"


def cut(start: str, end: str) -> str:
    at = ONE.index(start)
    return ONE[at : ONE.index(end, at)]


CLAIM, SET, SUBSCRIBER = cut("CLM*", "SE*33"), cut("ST*", "GE*"), cut("HL*2*", "CLM*")
HEAD = ONE[: ONE.index("ST*")]


def before(place: str, piece: str) -> Shape:
    """The piece so many times before a place; {0} in it is its number."""
    at = ONE.index(place)
    return lambda number: (
        ONE[:at] + "".join(piece.replace("{0}", f"{n}") for n in range(number)) + ONE[at:]
    )


def instead(old: str, head: str, piece: str, tail: str = "") -> Shape:
    """A head, the piece so many times and a tail in place of a text."""
    assert old in ONE
    return lambda number: ONE.replace(
        old, head + "".join(piece.replace("{0}", f"{n}") for n in range(number)) + tail, 1
    )


def under(level: str, fault: str) -> Shape:
    """So many faults of a level, and as many claims under it."""
    made = before(level, fault)
    return lambda number: made(number).replace(
        "SE*33", "".join(f"CLM*A{n}*1***11:B:1*Y*A*Y*Y~" for n in range(number)) + "SE*33"
    )


def claims(old: str, new: str) -> Shape:
    """So many claims more, each with a number of its own in place of {0}."""
    at = ONE.index("SE*33")
    return lambda number: (
        ONE[:at]
        + "".join(
            CLAIM.replace("ONE-1", f"A{n}").replace(old, new.format(n)) for n in range(number)
        )
        + ONE[at:]
    )


SHAPES: dict[str, Shape] = {
    "empty segments after the ISA": before("GS*", "~"),
    "empty segments in a claim": before("LX*1", "~"),
    "empty segments between sets": before("GE*1", "~"),
    "blanks between empty segments": before("LX*1", " ~"),
    "different diagnoses": instead("*ABF:R262", "", "*ABF:M{0}"),
    "diagnosis segments": before("HI*ABK", "HI*ABF:M25561~"),
    "lines": before("LX*1~", "LX*{0}~" + LINE),
    "lines with decisions": before("LX*1~", f"LX*{{0}}~{LINE}{DECISION}CAS*PR*1*1~"),
    "references of a claim": before("HI*ABK", "REF*G1*A{0}~"),
    "other payers and their decisions": lambda number: before("LX*1~", PAYER)(number).replace(
        "LX*2~", "".join(f"SVD*{n}*1*HC:97110**1~" for n in range(number)) + "LX*2~"
    ),
    "adjustments of a line": instead("LX*2~", DECISION, "CAS*CO*45*1~", "LX*2~"),
    "decisions on a line": before("LX*2~", "SVD*P{0}*1*HC:97110**1~"),
    "levels in levels": before("CLM*", "HL*{0}*{0}*23*1~"),
    "subscribers": before("CLM*", SUBSCRIBER.replace("HL*2", "HL*{0}")),
    "faults of a level over claims": under("NM1*IL", "ZZZ*1~"),
    "acknowledgments": before("GS*", "TA1*000000001*260302*0815*A*000~"),
    "names in a claim": before("LX*1~", "NM1*82*1*HALE*MORGAN****XX*1300001017~"),
    "components of a place of service": instead("11:B:1", "11:B:1", ":1"),
    "repetitions": before("LX*1", "REF*G1*A^A^A^A^A^A^A^A~"),
    "different modifiers": instead(":GP", "", ":{0}"),
    "notes": before("HI*ABK", "NTE*ADD*SOME NOTE~"),
    "dates of a line": before("LX*2", "DTP*472*D8*20260227~"),
    "unknown segments": before("LX*1", "Z{0}*A~"),
    "one long segment name": instead("LX*1", "", "Z", "*A~LX*1"),
    "names of an ISA and nothing else": lambda number: "ISA*" * number,
    "interchanges of an ISA": lambda number: ONE[:106] * number,
    "stray text between": lambda number: (ONE + "stray text\n") * number,
    "headers of sets": lambda number: HEAD + "ST*837*1*005010X222A1~" * number,
    "trailers of sets": lambda number: HEAD + "SE*2*1~" * number,
    "sets": lambda number: HEAD + SET * number + ONE[ONE.index("GE*") :],
    "one patient's day": claims("ONE-1", "{0}"),
    "claims of nothing": before("SE*33", "CLM*A*1***11:B:1*Y*A*Y*Y~"),
}
