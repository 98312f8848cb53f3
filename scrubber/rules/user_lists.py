"""Rules that need a list of the user's: the clearinghouse's payers, the registry of providers, who
may order and refer.

Without the list nothing is checked and nothing said; `imported_tables` gives loop rules theirs.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.codes import npi, npi_registry, order_referring, payer_list
from scrubber.codes.claim_filing import MEDICARE_PART_B
from scrubber.findings import Problem, Severity
from scrubber.rules.element_forms import PROVIDERS
from scrubber.rules.rule import LoopCheck, Rule, Setting, claim_rule, loop_rule

WARN = Severity.WARN
PERSON, ORGANIZATION = "1", "2"
MEDICARE = "medicare"
ROLES = {"DN": "referring", "DK": "ordering"}
KINDS = {PERSON: "a person", ORGANIZATION: "an organization"}


@loop_rule(
    "S518", "2010BB", severity=WARN, status="A7:26:PR",
    source="the user's own list of payers (scrubber table import --kind payers)",
)  # fmt: skip
def payer_not_listed(_loop: Party, _as_of: date) -> Iterator[Problem]:
    """The payer is not on the clearinghouse's list.

    Why: a claim to a payer ID that the clearinghouse does not know is not delivered. Checked only
    if the user imported the list; without it no payer ID is looked up.
    Fix: look up the payer ID on the list; import a newer list if it is out of date.
    """
    yield from ()


@loop_rule(
    "S519", *PROVIDERS, severity=WARN, status="A7:562:*",
    source="national registry of providers (NPPES), as the user imported it",
)  # fmt: skip
def provider_not_in_registry(_loop: Party, _as_of: date) -> Iterator[Problem]:
    """The NPI is not in the registry, is deactivated, or is of the other kind.

    Why: payers look up the NPI in the national registry. Checked only if the user imported a file
    of the registry; without it only the check digit of an NPI is checked.
    Fix: look up the provider in the NPPES registry; import a newer file if it is out of date.
    """
    yield from ()


def payer_check(tables: Path) -> LoopCheck:
    """The check of S518 with the user's list; one that is not there says nothing."""

    def check(loop: Party, _as_of: date) -> Iterator[Problem]:
        payer_id = loop.name_segment.value(9)
        if payer_id and payer_list.is_listed(payer_id, tables) is False:
            yield Problem(loop.name_segment[9], f"payer {payer_id} is not on the list of payers")

    return check


def registry_check(tables: Path) -> LoopCheck:
    """The check of S519 with the user's file; one that is not there says nothing."""

    def check(loop: Party, as_of: date) -> Iterator[Problem]:
        number = loop.npi
        if not npi.is_valid(number) or not npi_registry.is_imported(tables):
            return
        found = npi_registry.registered(number, tables)
        at = loop.name_segment[9]
        if found is None:
            yield Problem(at, "the NPI is not in the imported file of the registry")
        elif not found.is_active(as_of):
            yield Problem(at, f"the NPI was deactivated on {found.deactivated}")
        elif found.entity and found.entity != loop.name_segment.value(2):
            words = f"the registry has the NPI for {KINDS[found.entity]}"
            yield Problem(loop.name_segment[2], words)

    return check


def _has_order_referring(setting: Setting) -> bool:
    is_part_b = setting.claim_filing_indicator == MEDICARE_PART_B
    return is_part_b and order_referring.is_imported(setting.tables)


@claim_rule(
    "S525", severity=WARN, status="A7:91:DN",
    source="CMS order and referring file, as the user imported it; Noridian JE Part B, outpatient "
    "therapy: the physician who certifies the plan of care is the referring provider",
    when=("2310A", "2420E", "2420F"),
    asked_by=lambda payer: payer.payer_type == MEDICARE,
    concerns=_has_order_referring,
)  # fmt: skip
def provider_may_not_refer(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The referring or ordering provider is not one that Medicare accepts referrals from.

    Why: Medicare denies services ordered or referred by someone who is not enrolled or not of an
    eligible specialty (CO-183 with N574). Checked only if the user imported the CMS Order and
    Referring file. The file is from one day, so this is a warning: an enrollment may have begun or
    ended since.
    Fix: check the NPI, and look up the provider in a newer file. If it is right, name another
    physician or practitioner who certified the plan of care.
    """
    if setting.payer.payer_type != MEDICARE or not _has_order_referring(setting):
        return
    parties = [*claim.children("2310A")]
    for line in claim.lines:
        parties += line.children("2420E", "2420F")
    day = order_referring.as_of(setting.tables)
    file = f"the CMS Order and Referring file{f' of {day}' if day is not None else ''}"
    for party in parties:
        segment = party.segments("NM1")[0]
        role = ROLES.get(segment.value(1))
        number = segment.value(9) if segment.value(8) == "XX" else ""
        if role is None or not npi.is_valid(number):
            continue
        known = order_referring.may_refer(number, setting.tables)
        if known is None:
            yield Problem(segment[9], f"the {role} provider's NPI is not in {file}")
        elif not known:
            yield Problem(
                segment[9], f"the {role} provider may not refer for Part B, according to {file}"
            )


RULES: tuple[Rule, ...] = (payer_not_listed, provider_not_in_registry, provider_may_not_refer)
