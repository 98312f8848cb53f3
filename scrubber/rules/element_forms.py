"""Rules that an element has the form of what it stands for, each a row of one table.

A row names the loops, the segment with its qualifier, and the element; `wrong` gives the reason
why a text cannot be right, `tidy` the same text written as the guide wants it. A text that is
right once tidied is repaired.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from scrubber.claim.loop import Party
from scrubber.codes import ein, ssn, taxonomy
from scrubber.codes.verdict import Verdict
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import LoopRule, Rule, loop_rule

INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT
PROVIDERS = (
    "2010AA", "2310A", "2310B", "2310C", "2310D",
    "2420A", "2420B", "2420C", "2420D", "2420E", "2420F",
)  # fmt: skip
OTHER_PAYER_PROVIDERS = ("2330C", "2330D", "2330E", "2330F", "2330G")
UPIN = re.compile(r"[A-Z][0-9]{5}|[A-Z]{3}[0-9]{3}")
LICENCE = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{0,29}", re.IGNORECASE)
NO_MEMBER_ID = frozenset(
    ["NA", "N/A", "NONE", "PENDING", "SAME", "SELF", "TBA", "TBD", "UNK", "UNKNOWN"]
)
GROUP_NUMBER = re.compile(r"[A-Z0-9 ./_-]+", re.IGNORECASE)
PAYER_ID = re.compile(r"(?=.*[A-Z1-9])[A-Z0-9][A-Z0-9 _-]*", re.IGNORECASE)


class ElementForm(NamedTuple):
    """One row. `wrong` returns the reason, empty when the text can be right."""

    code: str
    loops: tuple[str, ...]
    segment: str
    qualifiers: tuple[str, ...]
    element: int
    wrong: Callable[[str], str]
    severity: Severity
    status: str
    source: str
    doc: str
    tidy: Callable[[str], str] = str


def _without_separators(text: str) -> str:
    return text.replace("-", "").replace(" ", "")


def _tax_number(text: str) -> str:
    return "" if ein.is_well_formed(text) else "the tax number (EIN) does not have nine digits"


def _ssn_length(text: str) -> str:
    return (
        "" if ein.is_well_formed(text) else "the Social Security number does not have nine digits"
    )


def _ein_prefix(text: str) -> str:
    return (
        "the IRS assigns no EIN with these first two digits"
        if ein.check(text) is Verdict.UNKNOWN
        else ""
    )


def _never_issued(text: str) -> str:
    if not ein.is_well_formed(text) or ssn.is_valid(text):
        return ""
    return "this Social Security number was never issued"


def _taxonomy_form(text: str) -> str:
    return (
        "" if taxonomy.is_well_formed(text) else "a taxonomy code has ten characters and ends in X"
    )


def _taxonomy_unknown(text: str) -> str:
    if taxonomy.check(text) is not Verdict.UNKNOWN:
        return ""
    return f"not checked: {text} is not in our table of taxonomy codes"


def _upin(text: str) -> str:
    return (
        ""
        if UPIN.fullmatch(text)
        else "not in the format of a UPIN: a letter and five digits, or three and three"
    )


def _licence(text: str) -> str:
    return "" if LICENCE.fullmatch(text) else "a license number has letters and digits only"


def _payer_id(text: str) -> str:
    return "" if PAYER_ID.fullmatch(text) else "a placeholder, or not in the format of a payer ID"


def _group_number(text: str) -> str:
    if GROUP_NUMBER.fullmatch(text):
        return ""
    return "the group or policy number contains characters other than letters and digits"


def _member_filler(text: str) -> str:
    alike = len(text) > 4 and len(set(text)) == 1
    empty = not any(map(str.isalnum, text))
    return (
        "a placeholder, not a member ID" if alike or empty or text.upper() in NO_MEMBER_ID else ""
    )


def _currency(text: str) -> str:
    if len(text) != 3:  # S119 says so
        return ""
    if not (text.isascii() and text.isalpha() and text.isupper()):
        return "a currency is three uppercase letters"
    return "" if text == "USD" else f"amounts in {text}; payers in the United States pay in USD"


ELEMENT_FORMS = (
    ElementForm(
        "S503", ("2010AA", "2010AC"), "REF", ("EI",), 2, _tax_number, REJECT, "A7:128:*",
        "IRS: employer identification numbers; Stedi claim edit: tax identification number",
        """The employer's tax number (EIN) does not have nine digits.

        Why: payers pay to the tax number and match it digit by digit.
        Fix: copy it from the W-9. Hyphens are removed.
        """,
        _without_separators,
    ),
    ElementForm(
        "S534", ("2010AA", "2010AC"), "REF", ("EI",), 2, _ein_prefix, WARN, "A7:128:*",
        "KNOWLEDGE: prefixes the IRS is not known to assign",
        """The tax number (EIN) begins with digits that the IRS does not assign.

        Why: the number is probably mistyped.
        Fix: compare it with the W-9.
        """,
    ),
    ElementForm(
        "S535", ("2010AA",), "REF", ("SY",), 2, _ssn_length, REJECT, "A7:148:*",
        "Stedi claim edit: invalid Social Security Number",
        """The billing provider's Social Security number does not have nine digits.

        Why: payers pay to the tax number and match it digit by digit.
        Fix: copy it from the W-9. Hyphens are removed.
        """,
        _without_separators,
    ),
    ElementForm(
        "S536", ("2010BA", "2010CA", "2330A"), "REF", ("SY",), 2, _ssn_length, REJECT, "A7:148:*",
        "Stedi claim edit: invalid Social Security Number",
        """A person's Social Security number does not have nine digits.

        Why: a number of another length is not valid; receivers reject it.
        Fix: correct it or leave it out. Hyphens are removed.
        """,
        _without_separators,
    ),
    ElementForm(
        "S537", ("2010AA",), "REF", ("SY",), 2, _never_issued, REJECT, "A7:148:*",
        "Social Security Administration; Stedi claim edit: unassigned area number",
        """The billing provider's Social Security number was never issued.

        Why: numbers in area 000, 666 and 900 to 999 do not exist, so no payer has it on file.
        Fix: copy it from the W-9.
        """,
    ),
    ElementForm(
        "S538", ("2010BA", "2010CA", "2330A"), "REF", ("SY",), 2, _never_issued, WARN, "A7:148:*",
        "Social Security Administration; Stedi claim edit: unassigned area number",
        """A person's Social Security number was never issued.

        Why: it is a placeholder or mistyped; no payer has it on file.
        Fix: correct it or leave it out.
        """,
    ),
    ElementForm(
        "S504", ("2000A", "2310B", "2420A"), "PRV", (), 3, _taxonomy_form, REJECT, "A7:145:*",
        "NUCC health care provider taxonomy; Stedi claim edit: invalid taxonomy code",
        """A taxonomy code does not have ten characters that end in X.

        Why: payers that adjudicate by taxonomy reject the claim.
        Fix: look up the code in the NPPES registry. Lowercase letters are corrected.
        """,
        str.upper,
    ),
    ElementForm(
        "S539", ("2000A", "2310B", "2420A"), "PRV", (), 3, _taxonomy_unknown, INFO, "A7:145:*",
        "NUCC health care provider taxonomy, therapy only unless the full set is imported",
        """A taxonomy code is not in our table.

        Why: the table covers therapy and related specialties; whether the code exists was not
        checked.
        Fix: nothing, if the code is right. Import the NUCC file to have all codes checked.
        """,
    ),
    ElementForm(
        "S515", (*PROVIDERS, *OTHER_PAYER_PROVIDERS), "REF", ("1G",), 2, _upin, WARN, "A7:560:*",
        "Stedi claim edit: invalid provider UPIN format",
        """A UPIN is not one letter and five digits, or three letters and three digits.

        Why: UPINs were replaced by the NPI in 2007; a wrong one is of no use.
        Fix: leave it out, unless the payer requires it.
        """,
    ),
    ElementForm(
        "S555", (*PROVIDERS, *OTHER_PAYER_PROVIDERS), "REF", ("0B",), 2, _licence, WARN, "A7:142:*",
        "KNOWLEDGE: license numbers are letters and digits",
        """A state license number holds characters that no state uses.

        Why: the payer compares it with its provider file.
        Fix: copy it from the license.
        """,
    ),
    ElementForm(
        "S513", ("2010BB", "2330B"), "NM1", (), 9, _payer_id, WARN, "A7:153:*",
        "KNOWLEDGE: payer ids are letters and digits",
        """A payer ID has characters that no payer ID has, or is a placeholder.

        Why: the clearinghouse cannot route the claim.
        Fix: look up the ID in the clearinghouse's payer list.
        """,
    ),
    ElementForm(
        "S558", ("2010BA", "2330A"), "NM1", (), 9, _member_filler, WARN, "A7:164:*",
        "KNOWLEDGE: words and repeated digits that stand in for a member id",
        """A member ID is a placeholder.

        Why: the payer finds the member by the ID and rejects a claim it cannot assign.
        Fix: copy the ID from the member's card.
        """,
    ),
    ElementForm(
        "S520", ("2000B", "2320"), "SBR", (), 3, _group_number, WARN, "A7:163:IL",
        "KNOWLEDGE: group numbers are letters and digits; agrees with rejections that "
        "clearinghouses publish",
        """A group or policy number contains symbols such as # or &.

        Why: payers and clearinghouses match it by letters and digits; some reject other characters.
        Fix: copy the number from the member's card, without # and without names.
        """,
    ),
    ElementForm(
        "S517", ("2000A",), "CUR", (), 2, _currency, WARN, "A7:681",
        "X12 005010X222A1, CUR02; ISO 4217",
        """The amounts are not in US dollars.

        Why: payers in the United States accept other currencies by agreement only.
        Fix: leave out the currency for dollars.
        """,
        str.upper,
    ),
)  # fmt: skip


def _form_rule(row: ElementForm) -> LoopRule:
    def check(loop: Party, _as_of: date) -> Iterator[Problem]:
        block = loop.block
        for index in loop.layout.segments.get(row.segment, ()):
            values = block.values(index)
            text = values[row.element] if row.element < len(values) else ""
            if not text or (row.qualifiers and values[1] not in row.qualifiers):
                continue
            reason = row.wrong(text)
            if not reason:
                continue
            at, tidy = block.segment(index, loop.id)[row.element], row.tidy(text)
            fix = None
            if tidy != text and not row.wrong(tidy):
                fix = Fix("write it in the format of the guide", (at.put(tidy),), Safety.SAFE)
            yield Problem(at, reason, fix)

    check.__doc__ = row.doc
    return loop_rule(
        row.code,
        *row.loops,
        severity=row.severity,
        status=row.status,
        source=row.source,
        holds=(row.segment,),
    )(check)


RULES: tuple[Rule, ...] = tuple(_form_rule(row) for row in ELEMENT_FORMS)
