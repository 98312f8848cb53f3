"""NCCI pairs: two codes of one day of which only one is paid, unless a modifier opens the pair."""

from collections.abc import Iterator

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.modifier_text import place_for_one_more
from scrubber.rules.pair_conflicts import NCCI_MODIFIERS, Conflict, conflicts, edits_of
from scrubber.rules.rule import Rule, ServiceSetting, Visit, visit_rule
from scrubber.rules.service_shapes import any_of, modified, several_codes
from scrubber.rules.sources import PROCEDURE_PAIRS
from scrubber.rules.therapy_lines import therapy_row

TESTS_BESIDE_EVALUATION = frozenset({"97750", "97755", "97763"})


@visit_rule(
    "S630",
    severity=Severity.REJECT,
    status="A8:735+454",
    source=PROCEDURE_PAIRS,
    service_only=True,
    concerns=several_codes,
)
def pair_never_paid_together(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """Two codes of the day are an NCCI pair that no modifier can unbundle.

    Why: one of the codes (column 2) counts as part of the other; with indicator 0 it is denied with
    any modifier.
    Fix: remove the column 2 code, or correct the code that was chosen wrongly. Do not add 59.
    """
    for conflict in conflicts(visit, setting):
        pair = conflict.pair
        if pair.modifier_may_open:
            continue
        tried = next((m for m in conflict.opened_by if m in NCCI_MODIFIERS), None)
        message = f"{pair.column2} is not paid with {pair.column1} on one day, and "
        message += (
            f"{tried or 'no modifier'} {'does not bypass' if tried else 'bypasses'} the edit "
        )
        message += f"({conflict.facts})"
        if pair.column2 in TESTS_BESIDE_EVALUATION and _is_evaluation(conflict.first):
            message += "; the policy manual, XI.P.8, would allow it for another specialty"
        at = conflict.second.procedure_element
        yield Problem(at, message, severity=conflict.severity)


def _is_evaluation(line: ServiceLine) -> bool:
    row = therapy_row(line)
    return row is not None and row.is_evaluation


@visit_rule(
    "S631",
    severity=Severity.REJECT,
    status="A8:453+735",
    source=PROCEDURE_PAIRS,
    service_only=True,
    concerns=several_codes,
)
def pair_needs_modifier(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """Two codes of the day are an NCCI pair, and no modifier says that they were separate.

    Why: one of the codes (column 2) is denied with the other unless 59 or one of XE, XS, XP, XU
    says that the services were separate; for timed therapy that means different minutes (XU or 59).
    Fix: add the modifier if the record shows separate services, otherwise remove the column 2 code.
    The scrubber offers it only if the documented times do not overlap.
    """
    for conflict in conflicts(visit, setting):
        pair = conflict.pair
        if not pair.modifier_may_open or conflict.opened_by:
            continue
        message = f"{pair.column2} is denied with {pair.column1} on one day; 59 or XE, XS, XP, XU "
        message += f"bypasses the edit if they were separate ({conflict.facts})"
        yield Problem(
            place_for_one_more(conflict.second), message, _separate(conflict, setting),
            conflict.severity,
        )  # fmt: skip


def _separate(conflict: Conflict, setting: ServiceSetting) -> Fix | None:
    """XU (else 59) on column 2, where the documentation shows different times."""
    edits = conflict.edits
    first = setting.documentation_of(conflict.first)
    second = setting.documentation_of(conflict.second)
    place = conflict.second.next_modifier_element
    if first is None or second is None or place is None or therapy_row(conflict.second) is None:
        return None
    if first.overlaps(second) is not False or edits.stated is None:
        return None
    modifier = "XU" if "XU" in edits.stated.opened_by else "59"
    title = f"append {modifier}: the documented times do not overlap"
    return Fix(title, (place.put(modifier),), Safety.REVIEW)


@visit_rule(
    "S632",
    severity=Severity.INFO,
    status="A8:453",
    source=PROCEDURE_PAIRS,
    service_only=True,
    concerns=any_of(modified(*NCCI_MODIFIERS)),
)
def distinct_service_needlessly_said(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """59 or an X modifier is on a code that forms no pair with another code of the day.

    Why: the modifier claims an exception where no edit requires one; payers look at such claims
    more closely. 97530 with 97116 or 97140, and evaluations with 97140, have not been a pair since
    2020.
    Fix: remove the modifier, unless another claim of the same day is the reason.
    """
    marked = [line for line in visit.lines if not NCCI_MODIFIERS.isdisjoint(line.modifiers)]
    if not marked:
        return
    edits = edits_of(setting)
    if edits is None or edits.stated is None or edits.stated.own_pairs or not edits.own_table:
        return
    codes = [line.code for line in visit.lines]
    paired = {
        line.code for found in conflicts(visit, setting) for line in (found.first, found.second)
    }
    for line in marked:
        if line.code in paired or codes.count(line.code) > 1 or therapy_row(line) is None:
            continue
        found = next(m for m in line.modifiers if m in NCCI_MODIFIERS)
        at = next(element for element in line.modifier_elements() if element.value == found)
        message = f"{found} is on {line.code}, but no NCCI pair of the day needs it"
        yield Problem(at, f"{message} ({edits.table.release.release})")


@visit_rule(
    "S720",
    severity=Severity.INFO,
    status="A8:735+454",
    source="payer profile: pair-edits",
    service_only=True,
    concerns=lambda shapes: several_codes(shapes) and any(one.modifiers for one in shapes),
)
def pair_often_denied_anyway(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """The payer often denies the second code of a pair despite the modifier.

    Why: some commercial payers are known to deny column 2 even with 59 or an X modifier.
    Fix: expect the denial, and have the record ready for an appeal.
    """
    stated = setting.payer.pair_edits
    if stated is None or stated.modifier_is_reliable:
        return
    for conflict in conflicts(visit, setting):
        if conflict.pair.modifier_may_open and conflict.opened_by:
            message = f"{setting.payer.name} often denies {conflict.pair.column2} with "
            message += f"{conflict.pair.column1} despite {conflict.opened_by[0]}"
            yield Problem(conflict.second.procedure_element, message)


@visit_rule(
    "S721",
    severity=Severity.REJECT,
    status="A8:735+454",
    source="payer profile: own-pair",
    service_only=True,
    concerns=several_codes,
)
def pair_of_the_payers_own(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """The payer has its own code pair that leaves one of the codes unpaid.

    Why: private payers have pairs in addition to those of CMS, for example 97530 with 97110.
    Fix: add the modifier the payer accepts if the record supports it, or remove the code.
    """
    pairs = setting.payer.own_pairs
    if not pairs:
        return
    for first in visit.lines:
        for second in visit.lines:
            pair = pairs.get((first.code, second.code))
            if pair is None or pair.opened_by.intersection((*first.modifiers, *second.modifiers)):
                continue
            opens = ", ".join(sorted(pair.opened_by))
            message = f"{setting.payer.name} does not pay {second.code} with {first.code}"
            message += f" without {opens}" if opens else ", regardless of modifier"
            yield Problem(second.procedure_element, message, severity=pair.stated.ceiling)


RULES: tuple[Rule, ...] = (
    pair_never_paid_together,
    pair_needs_modifier,
    distinct_service_needlessly_said,
    pair_often_denied_anyway,
    pair_of_the_payers_own,
)
