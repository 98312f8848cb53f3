"""The kinds of fault there are, planting them, and the record of what was spoiled where."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from scrubber.synthetic import claim_spoilings as of_claim
from scrubber.synthetic import line_spoilings as of_line
from scrubber.synthetic.dice import Dice
from scrubber.synthetic.line_spoilings import Spoiling
from scrubber.synthetic.records import Claim


class FaultKind(NamedTuple):
    """A way of spoiling a claim: its name, the SNIP type it belongs to, the spoiled element.

    `subscriber` says that it spoils loop 2000B, which all claims of a subscriber share.
    """

    name: str
    snip: int
    path: str
    spoil: Spoiling
    subscriber: bool = False


class PlantedFault(NamedTuple):
    """The truth about one spoiled claim.

    `kind`, `snip` and `path` are those of its `FaultKind`: a rule of that SNIP type must speak
    about that element. `line` is LX01 where a service line was spoiled.
    """

    claim_id: str
    kind: str
    snip: int
    path: str
    line: int | None


_MODIFIERS, _CODE, _UNITS = "2400/SV101-3", "2400/SV101-2", "2400/SV104"
_SERVICE_DATE = "2400/DTP[472]03"

FAULT_KINDS: tuple[FaultKind, ...] = (
    FaultKind("service-date-unreal", 1, _SERVICE_DATE, of_line.service_date_unreal),
    FaultKind("service-date-missing", 2, "2400/DTP[472]", of_line.service_date_missing),
    FaultKind("benefits-code-unknown", 2, "2300/CLM08", of_claim.benefits_code),
    FaultKind("line-number-repeated", 2, "2400/REF[6R]02", of_claim.line_number_repeated),
    FaultKind("total-off", 3, "2300/CLM02", of_claim.total_off),
    FaultKind("adjudication-off", 3, "2430/SVD02", of_claim.adjudication_off),
    FaultKind("claim-number-missing", 4, "2300/REF[F8]", of_claim.claim_number_missing),
    FaultKind("pointer-beyond", 4, "2400/SV107", of_claim.pointer_beyond),
    FaultKind("service-in-future", 4, _SERVICE_DATE, of_line.service_in_future),
    FaultKind("accident-date-missing", 4, "2300/DTP[439]", of_claim.accident_date_missing),
    FaultKind("description-missing", 4, "2400/SV101-7", of_line.description_missing),
    FaultKind("rendering-npi", 5, "2310B/NM109", of_claim.rendering_npi),
    FaultKind("referring-npi", 5, "2310A/NM109", of_claim.referring_npi),
    FaultKind("medicare-id-shape", 5, "2010BA/NM109", of_claim.medicare_id, subscriber=True),
    FaultKind("diagnosis-not-billable", 5, "2300/HI01-2", of_claim.diagnosis_not_billable),
    FaultKind("diagnosis-repeated", 5, "2300/HI", of_claim.diagnosis_repeated),
    FaultKind("procedure-deleted", 5, _CODE, of_line.procedure_deleted),
    FaultKind("modifier-repeated", 5, _MODIFIERS, of_line.modifier_repeated),
    FaultKind("discipline-modifier-missing", 6, _MODIFIERS, of_line.discipline_missing),
    FaultKind("discipline-modifiers-several", 6, _MODIFIERS, of_line.disciplines_several),
    FaultKind("discipline-modifier-wrong", 6, _MODIFIERS, of_line.discipline_wrong),
    FaultKind("assistant-modifier-unpaired", 6, _MODIFIERS, of_line.assistant_unpaired),
    FaultKind("pair-without-modifier", 6, _MODIFIERS, of_line.pair_without_modifier),
    FaultKind("pair-never-allowed", 6, _CODE, of_line.pair_never_allowed),
    FaultKind("evaluation-twice", 6, _CODE, of_line.evaluation_twice),
    FaultKind("add-on-alone", 6, _CODE, of_line.add_on_alone),
    FaultKind("units-of-untimed-code", 6, _UNITS, of_line.untimed_units),
    FaultKind("units-over-limit", 6, _UNITS, of_line.units_over_limit),
    FaultKind("units-over-limit-across-lines", 6, _UNITS, of_line.over_limit_across_lines),
    FaultKind("units-not-whole", 6, _UNITS, of_line.units_not_whole),
    FaultKind("procedure-not-taken", 7, _CODE, of_line.procedure_not_taken),
    FaultKind("referring-missing", 7, "2310A", of_claim.referring_missing),
)
"""Every kind of fault there is, by SNIP type."""


class Planter:
    """Spoils a share of the claims it is shown, one fault to a claim, all kinds about equally.

    It rolls dice of its own, so the claims it leaves alone are those of the file without faults.
    """

    __slots__ = ("_as_of", "_dice", "_planted", "_record", "_share")

    def __init__(
        self,
        seed: int,
        as_of: date,
        share: Decimal,
        kinds: Sequence[FaultKind],
        record: Callable[[PlantedFault], None],
    ) -> None:
        self._dice = Dice(seed)
        self._as_of = as_of
        self._share = float(share)
        self._planted = dict.fromkeys(kinds, 0)
        self._record = record

    def plant(self, household: tuple[Claim, ...]) -> tuple[Claim, ...]:
        """The claims of one subscriber, some of them spoiled."""
        alone = len(household) == 1
        return tuple(
            self._spoiled(claim, alone=alone) if self._dice.chance(self._share) else claim
            for claim in household
        )

    def _spoiled(self, claim: Claim, *, alone: bool) -> Claim:
        """The claim with a fault of the kind that fits and has been planted least often."""
        for kind in sorted(self._planted, key=self._planted.__getitem__):
            if kind.subscriber and not alone:
                continue
            spoiled = kind.spoil(claim, self._dice, self._as_of)
            if spoiled is not None:
                self._planted[kind] += 1
                self._record(
                    PlantedFault(claim.claim_id, kind.name, kind.snip, kind.path, spoiled.line)
                )
                return spoiled.claim
        return claim
