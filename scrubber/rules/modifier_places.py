"""The four places for modifiers: repeats, too many, and the order the payer wants."""

from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from scrubber.claim.service_line import ServiceLine
from scrubber.codes.modifiers import modifier as known_modifier
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules import assistant_modifiers, contradicting_modifiers, discipline_modifiers
from scrubber.rules.modifier_text import FIRST_PLACE, PLACES, with_modifiers
from scrubber.rules.rule import LineRule, Rule, ServiceSetting, Setting, line_rule
from scrubber.rules.therapy_lines import disciplines_on, therapy_row

CEDI = "CEDI edit X222.351.2400.SV101-3.040"


@line_rule(
    "S645",
    severity=Severity.REJECT,
    status="A7:453",
    source=CEDI,
    service_only=True,
    sees_setting=False,
    concerns=lambda shape: len(set(shape.modifiers)) < len(shape.modifiers),
)
def modifier_repeated(line: ServiceLine, _setting: ServiceSetting) -> Iterator[Problem]:
    """A modifier is on a line twice.

    Why: the second adds nothing, and front-end edits reject the line for it.
    Fix: the repeat is removed.
    """
    modifiers = line.modifiers
    once = tuple(dict.fromkeys(modifiers))
    if once == modifiers:
        return
    elements = list(line.modifier_elements())
    second = next(e for i, e in enumerate(elements) if e.value in modifiers[:i])
    fix = Fix(f"remove the second {second.value}", (with_modifiers(line, once),), Safety.SAFE)
    yield Problem(second, f"{second.value} is on the line twice", fix)


@line_rule(
    "S646", severity=Severity.WARN, status="A8:453",
    source="X12 005010X222A1, SV101-3 to SV101-6: four places; KNOWLEDGE: modifier 99",
    service_only=True, concerns=lambda shape: len(shape.modifiers) >= PLACES,
)  # fmt: skip
def more_than_four_modifiers(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The line needs another modifier, but all four positions are taken.

    Why: a line has room for four modifiers; the one the payer requires is not among them.
    Fix: put the modifiers that affect payment first, drop one that is for information only, or bill
    99 and name all of them in a line note, if the payer accepts that.
    """
    modifiers = line.modifiers
    if len(modifiers) < PLACES or len(set(modifiers)) < len(modifiers):
        return
    missing = tuple(_missing(line, setting))
    if missing:
        message = f"the line has four modifiers, and {' and '.join(missing)} is still missing"
        yield Problem(line.sv1[1], message)


def _missing(line: ServiceLine, setting: ServiceSetting) -> Iterator[str]:
    """What payer and record ask for beyond the modifiers that stand there."""
    row = therapy_row(line)
    if row is None:
        return
    wanted = setting.payer.discipline_modifier
    always = wanted is not None and wanted.on_always_codes and row.status == "always"
    excepted = wanted is not None and wanted.excepted_codes.covers(row.code, row)
    if always and not excepted and not disciplines_on(line):
        yield " or ".join(row.disciplines)
    assistants = setting.payer.assistant_modifiers
    record = setting.documentation_of(line)
    if assistants is None or not assistants.used or record is None:
        return
    wholly = record.assistant_minutes and record.assistant_minutes == record.minutes
    if wholly and {"CQ", "CO"}.isdisjoint(line.modifiers):
        yield "CQ or CO"


@line_rule(
    "S662",
    severity=Severity.WARN,
    status="A8:453",
    source="X12 005010X222A1, SV101-3 to SV101-6 modifiers, SV101-7 description",
    service_only=True,
    sees_setting=False,
    concerns=lambda shape: len(shape.modifiers) == PLACES and shape.worded,
)
def modifier_in_place_of_description(
    line: ServiceLine, _setting: ServiceSetting
) -> Iterator[Problem]:
    """A modifier is in the place of the description.

    Why: a line has room for four modifiers (SV101-3 to SV101-6); a fifth one is read as the
    description of the service and does not count.
    Fix: drop one that is for information only, or bill 99 and name all of them in a line note, if
    the payer accepts that.
    """
    fifth = line.service.description
    if len(line.modifiers) == PLACES and known_modifier(fifth) is not None:
        message = f"{fifth} is in the place of the description; a line has only four modifiers"
        yield Problem(line.sv1[1, 7], message)


@line_rule(
    "S663",
    severity=Severity.WARN,
    status="A7:453",
    source="KNOWLEDGE: modifiers fill SV101-3 to SV101-6 from the left",
    service_only=True,
    sees_setting=False,
    concerns=lambda shape: 0 < len(shape.modifiers) < PLACES,
)
def modifier_after_empty_place(line: ServiceLine, _setting: ServiceSetting) -> Iterator[Problem]:
    """A modifier follows an empty position.

    Why: some payers read the modifiers only up to the first empty position.
    Fix: the modifiers are moved together.
    """
    found = line.modifiers
    parts = line.values[1].split(line.block.delimiters.component)[FIRST_PLACE - 1 :][: len(found)]
    if "" in parts:
        at = list(line.modifier_elements())[parts.index("")]
        fix = Fix("move the modifiers together", (with_modifiers(line, found),), Safety.SAFE)
        yield Problem(at, f"{at.value} follows an empty modifier position", fix)


@line_rule(
    "S647",
    severity=Severity.INFO,
    status="A8:453",
    source="payer profile: modifier-order",
    service_only=True,
    concerns=lambda shape: len(shape.modifiers) > 1,
)
def modifiers_out_of_order(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The modifiers are not in the order the payer requires.

    Why: some payers read only the first ones; modifiers that affect payment go first.
    Fix: the modifiers are put in order if the payer is known to require it, otherwise with consent;
    modifiers that the order does not mention stay where they are. If they contradict each other or
    the code, correct that first.
    """
    modifiers = line.modifiers
    order = setting.payer.modifier_order
    if order is None:
        return
    wanted = in_order(modifiers, order.classes)
    if wanted == modifiers or therapy_row(line) is None or any(_otherwise_wrong(line, setting)):
        return
    safety = Safety.SAFE if order.stated.may_reject else Safety.REVIEW
    fix = Fix("put the modifiers in order", (with_modifiers(line, wanted),), safety)
    message = f"{' '.join(modifiers)}: {setting.payer.name} requires {' '.join(wanted)}"
    yield Problem(line.sv1[1], message, fix)


def _otherwise_wrong(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    for rule in (
        *discipline_modifiers.RULES,
        *contradicting_modifiers.RULES,
        *assistant_modifiers.RULES,
    ):
        if isinstance(rule, LineRule):
            yield from rule.check(line, cast(Setting, setting))


@lru_cache(maxsize=4096)
def in_order(modifiers: tuple[str, ...], classes: tuple[str, ...]) -> tuple[str, ...]:
    """The modifiers with those of the classes sorted among the places they hold."""
    rank = {kind: number for number, kind in enumerate(classes)}
    ranks = [rank.get(_kind(modifier)) for modifier in modifiers]
    ordered = iter(
        sorted((r, i) for i, r in enumerate(ranks) if r is not None)  # ties keep their order
    )
    return tuple(
        modifier if ranks[i] is None else modifiers[next(ordered)[1]]
        for i, modifier in enumerate(modifiers)
    )


def _kind(modifier: str) -> str:
    found = known_modifier(modifier)
    return found.kind if found is not None else ""


RULES: tuple[Rule, ...] = (
    modifier_repeated,
    more_than_four_modifiers,
    modifier_in_place_of_description,
    modifier_after_empty_place,
    modifiers_out_of_order,
)
