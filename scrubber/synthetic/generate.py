"""Whole files of synthetic claims, segment by segment, in memory that does not grow with them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from scrubber.synthetic.claims import draw_household
from scrubber.synthetic.clinics import Clinic, clinic
from scrubber.synthetic.dice import Dice
from scrubber.synthetic.envelopes import Household, interchanges
from scrubber.synthetic.faults import FAULT_KINDS, FaultKind, PlantedFault, Planter
from scrubber.synthetic.layout import Layout
from scrubber.synthetic.payers import PROFILES

_MOST_CLINICS = 300
_PLAIN_LAYOUT = Layout()
_PLANTER_SEEDS = 1 << 40
"""Added to the seed for the dice that plant faults, so that they are other dice."""


def _ignore(_fault: PlantedFault) -> None:
    return None


class _Batch:
    """Draws households: some of one clinic, then of another."""

    __slots__ = ("_as_of", "_clinic", "_clinics", "_dice", "_number", "_planter", "_run")

    def __init__(
        self, claims: int, dice: Dice, as_of: date, planter: Planter | None, profile: str
    ) -> None:
        self._dice = dice
        self._as_of = as_of
        self._planter = planter
        clinics = min(_MOST_CLINICS, 2 + claims // 50)
        self._clinics = tuple(clinic(dice, profile) for _ in range(clinics))
        self._clinic = self._clinics[0]
        self._run = 0
        self._number = 1

    def __call__(self, most: int) -> tuple[Clinic, Household]:
        if not self._run:
            self._run = self._dice.between(4, 28)
            self._clinic = self._dice.pick(self._clinics)
        self._run -= 1
        household = draw_household(self._dice, self._clinic, self._as_of, self._number, most)
        self._number += len(household)
        if self._planter is not None:
            household = self._planter.plant(household)
        return self._clinic, household


def generate(
    claims: int,
    seed: int,
    *,
    as_of: date,
    faults: Decimal = Decimal(0),
    kinds: Sequence[FaultKind] = FAULT_KINDS,
    layout: Layout = _PLAIN_LAYOUT,
    record: Callable[[PlantedFault], None] = _ignore,
    profile: str = "",
) -> Iterator[str]:
    """The segments of a file of therapy claims (005010X222A1), terminators and line ends included.

    The same arguments give the same file. Services lie in the months before `as_of`. `faults` is
    the share of claims, 0 to 1, that get one fault of `kinds`; `record` is told of each one.
    Claims go to payers of all kinds, or to those of one of PROFILES.

    Raises:
        ValueError: a negative number of claims, a share of faults outside 0 to 1, or a profile
            without payers.
    """
    if profile and profile not in PROFILES:
        raise ValueError(f"no payers for {profile}")
    if claims < 0 or not 0 <= faults <= 1:
        raise ValueError("claims may not be negative, and faults must be a share from 0 to 1")
    dice = Dice(seed)
    clock = f"{dice.between(0, 23):02d}{dice.between(0, 59):02d}"
    planter = Planter(seed + _PLANTER_SEEDS, as_of, faults, kinds, record) if faults else None
    batch = _Batch(claims, dice, as_of, planter, profile)
    end = "~" + layout.line_end
    translation = layout.translation
    for segment in interchanges(claims, batch, as_of, clock, layout):
        text = segment + end
        yield text if translation is None else text.translate(translation)


def write_claims(
    path: Path,
    claims: int,
    seed: int,
    *,
    as_of: date,
    faults: Decimal = Decimal(0),
    layout: Layout = _PLAIN_LAYOUT,
) -> int:
    """Write such a file to `path` and return its size in bytes.

    Raises:
        ValueError: as `generate`.
        OSError: `path` cannot be written.
    """
    segments = generate(claims, seed, as_of=as_of, faults=faults, layout=layout)
    with path.open("w", encoding="ascii", newline="") as out:
        out.writelines(segments)
    return path.stat().st_size
