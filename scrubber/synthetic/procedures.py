"""What therapists do in a visit: procedures, their usual charge, and visits made of them.

Units stay within the Medicare practitioner MUE (2024Q3, unchanged in the 2026 values seen). Codes
that form an active NCCI pair with indicator 1 (practitioner table v30.2, 2024Q3) are joined only
where the column 2 line is marked distinct; pairs with indicator 0 never meet. CPT codes are the
AMA's; only the bare codes are used here.
"""

from decimal import Decimal
from typing import NamedTuple


class Procedure(NamedTuple):
    """A procedure code, a usual charge per unit in dollars, and the most units a day."""

    code: str
    usual_charge: Decimal
    most_units: int
    timed: bool
    assistant: bool
    description: str = ""


def _procedure(row: str) -> Procedure:
    code, charge, most, timed, assistant, *words = row.split()
    return Procedure(
        code, Decimal(charge), int(most), timed == "timed", assistant == "yes", " ".join(words)
    )


_ROWS = """
97110 58 6 timed yes|97112 62 4 timed yes|97113 68 6 timed yes|97116 55 4 timed yes
97124 48 4 timed yes|97129 52 1 timed yes|97130 50 7 timed yes|97140 56 6 timed yes
97530 66 6 timed yes|97533 64 4 timed yes|97535 60 8 timed yes|97537 61 6 timed yes
97542 59 8 timed yes|97760 74 6 timed no|97763 72 6 timed no|97032 34 4 timed yes
97033 45 4 timed yes|97034 32 2 timed yes|97035 30 2 timed yes|97750 78 8 timed no
97755 82 8 timed no|97161 155 1 untimed no|97162 175 1 untimed no|97163 198 1 untimed no
97164 105 1 untimed no|97165 158 1 untimed no|97166 179 1 untimed no|97167 202 1 untimed no
97168 108 1 untimed no|97150 42 1 untimed yes|97012 36 1 untimed yes|97016 38 1 untimed yes
97018 24 1 untimed yes|97022 44 1 untimed yes|G0283 28 1 untimed yes|95992 92 1 untimed no
97597 188 1 untimed no|97550 84 1 timed no|97551 42 2 timed no|98975 39 1 untimed no
98977 98 1 untimed no|98980 104 1 timed no|98981 81 3 timed no|92507 148 1 untimed no
92508 58 1 untimed no|92526 162 1 untimed no|92521 260 1 untimed no|92522 215 1 untimed no
92523 425 1 untimed no|92524 210 1 untimed no|92610 165 1 untimed no|92607 235 1 timed no
92608 118 4 timed no|92609 195 1 untimed no|96105 190 3 timed no|96125 198 2 timed no
97799 65 1 untimed no REHABILITATION SERVICE NOT LISTED, REPORT IN CHART
"""

PROCEDURES: dict[str, Procedure] = {
    procedure.code: procedure
    for row in _ROWS.replace("\n", "|").split("|")
    if row
    for procedure in (_procedure(row),)
}


class PlannedLine(NamedTuple):
    """A procedure in a visit: fewest and most units, and whether it carries modifier 59."""

    procedure: Procedure
    fewest: int
    most: int
    distinct: bool


Visit = tuple[PlannedLine, ...]


def _planned(words: str) -> PlannedLine:
    code, _, rest = words.partition("*")
    distinct = rest.endswith("!")
    fewest, _, most = (rest.rstrip("!") or "1").partition("-")
    return PlannedLine(PROCEDURES[code], int(fewest), int(most or fewest), distinct)


def _visits(text: str) -> tuple[Visit, ...]:
    return tuple(
        tuple(_planned(words) for words in line.split()) for line in text.strip().splitlines()
    )


# One visit a line: CODE*FEWEST-MOST, "!" where the line is the distinct half of an NCCI pair.
_PT_TREATMENTS = _visits("""
97110*1-2 97140*1-2
97110*1-3 97140*1-2
97110*1-2 97112*1-2 97140
97110*1-3 97530*1-2
97110*1-2 97112 97530
97110 97112*1-2 97530 97140
97110*1-2 97116 97112
97110*1-2 97116 97530
97110 97140*1-2 G0283
97110*1-2 97140 97035
97110*2-4
97113*2-4
97113*1-3 97140
97530*1-2 97112*1-2 97116
97012 97110*1-2
97012 97110 97140*1!
97150 97110*1-2!
97150 97530*1!
97140 97018*1! 97110
95992 97112*1!
97032 97110*1-2
97033 97110*1-2
97016 97110*1-2 97140
97124 97110*1-2
97535 97110*1-2
97530*1-2 97542*1!
97760*1-2 97535
97750*2-4
97112*2-3 97116
97530*2-3 97140
97550 97551*1-2
98975 98977
98980 98981*1-2
97799 97110*1-2
""")

_PT_EVALUATIONS = _visits("""
97161
97161 97110*1-2
97161 97140
97162 97110
97162 97530
97162 97112
97162 97535
97163 97110
97163 97530*1-2
97161 97116
97161 97035
97162 97110 97140
""")

_PT_REEVALUATIONS = _visits("""
97164 97110*1-2
97164 97530*1-2
97164 97112
97164 97140 97110
97164
""")

_OT_TREATMENTS = _visits("""
97530*1-3 97110
97530*1-2 97535*1-2
97535*2-4
97112*1-2 97530*1-2
97140 97110 97530
97533*1-2 97530*1-2
97533*2-3
97018*1! 97140 97110
97034 97140 97530
97035 97140 97110
97760*1-2
97763*1-2
97129 97130*1-3
97129 97130*1-2 97535
97129 97130 97530
97535*1-2 97542*1-2
97537*1-2 97535
97535 97110*1-2
97550 97551
97022 97140 97530
""")

_OT_EVALUATIONS = _visits("""
97165
97165 97535
97165 97760
97165 97110
97166 97530*1-2
97166 97535
97166 97112
97167 97530
97167 97110
97167
""")

_OT_REEVALUATIONS = _visits("""
97168
97168 97530*1-2
97168 97110*1-2
""")

_SLP_TREATMENTS = _visits("""
92507
92507
92526
92507 92526
92508
92507 97129*1!
92609 92507*1!
92609
97129 97130*1-3
""")

_SLP_EVALUATIONS = _visits("""
92521
92522
92523
92523 92507
92523 92610
92524
92524 92507
92610
92610 92526
92607 92608*1-2
96105*1-2
96125*1-2
""")


class Repertoire(NamedTuple):
    """The visits of one discipline."""

    treatments: tuple[Visit, ...]
    evaluations: tuple[Visit, ...]
    reevaluations: tuple[Visit, ...]


REPERTOIRES: dict[str, Repertoire] = {
    "GP": Repertoire(_PT_TREATMENTS, _PT_EVALUATIONS, _PT_REEVALUATIONS),
    "GO": Repertoire(_OT_TREATMENTS, _OT_EVALUATIONS, _OT_REEVALUATIONS),
    "GN": Repertoire(_SLP_TREATMENTS, _SLP_EVALUATIONS, _SLP_EVALUATIONS),
}
"""By discipline modifier: GP physical, GO occupational, GN speech-language therapy."""

SHARED_DAY: tuple[Visit, Visit] = (
    (
        PlannedLine(PROCEDURES["97110"], 1, 2, False),
        PlannedLine(PROCEDURES["97116"], 1, 1, False),
    ),
    (
        PlannedLine(PROCEDURES["97535"], 1, 2, False),
        PlannedLine(PROCEDURES["97530"], 1, 1, False),
    ),
)
"""A day on which a patient sees a physical and an occupational therapist: no code in common."""
