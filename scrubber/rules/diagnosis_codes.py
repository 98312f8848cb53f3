"""Rules on diagnoses as ICD-10-CM codes, most of them rows of one table over the same faults."""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from scrubber.claim.claim import MOST_DIAGNOSES, Claim
from scrubber.claim.values import completed_years
from scrubber.codes.table_file import number, read_table
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.diagnosis_faults import FULL_LENGTH, diagnosis_faults_of, tidy
from scrubber.rules.procedure_codes import OWN_CODE_SETS
from scrubber.rules.rule import ClaimRule, Rule, Setting, claim_rule

WARN, REJECT = Severity.WARN, Severity.REJECT
PATIENTS = Path(__file__).parent / "data" / "diagnosis_patients.csv"
NCHS = "CDC/NCHS ICD-10-CM, releases named in the table"
SEX = {"M": "male", "F": "female"}
MOST_UNLIMITED = 8192


def _diagnosis_rule(code: str, severity: Severity, status: str, source: str, doc: str) -> ClaimRule:
    def check(claim: Claim, setting: Setting) -> Iterator[Problem]:
        faults = diagnosis_faults_of(claim, setting.tables)
        if not faults:
            return
        segment = claim.diagnosis_segment
        for fault in faults:
            if fault.rule != code or segment is None:
                continue
            at = segment[fault.number, 2]
            fix = None
            if fault.tidy:
                fix = Fix(
                    "write the code in the format of claims", (at.put(fault.tidy),), Safety.SAFE
                )
            lenient = code == "S240" and setting.payer.payer_type in OWN_CODE_SETS
            yield Problem(at, fault.message, fix, WARN if lenient else fault.severity)

    check.__doc__ = doc
    decorate = claim_rule(
        code, severity=severity, status=status, source=source, when=("HI",), gate=_has_faults
    )
    return decorate(check)


def _has_faults(claim: Claim, setting: Setting) -> bool:
    return bool(diagnosis_faults_of(claim, setting.tables))


TABLE_RULES = (
    _diagnosis_rule(
        "S240", REJECT, "A7:254",
        "HIPAA code sets, 45 CFR 162.1002: ICD-10-CM from 2015-10-01",
        """The diagnoses are from the wrong code set for the date of service.

        Why: ICD-10 (ABK, ABF) applies to services from 2015-10-01 on, ICD-9 (BK, BF) to earlier
        ones; one claim uses one code set.
        Fix: code the diagnoses again, and split a claim that spans the change.
        """,
    ),
    _diagnosis_rule(
        "S505", REJECT, "A7:254", NCHS,
        """The first diagnosis is not a billable code on the date of service.

        Why: payers reject a claim whose principal diagnosis they do not recognize.
        Fix: look up the code for the date of service. A code that our table does not cover for that
        date was not checked.
        """,
    ),
    _diagnosis_rule(
        "S540", REJECT, "A7:255", NCHS,
        """A further diagnosis is not a billable code on the date of service.

        Why: payers reject a claim with a diagnosis they do not recognize.
        Fix: look up the code for the date of service. A code that our table does not cover for that
        date was not checked.
        """,
    ),
    _diagnosis_rule(
        "S541", REJECT, "A7:772+255", NCHS,
        """A diagnosis is a category that needs more characters.

        Why: only the most specific code is billable; the category above it is rejected.
        Fix: choose the code that specifies side, site or kind of encounter.
        """,
    ),
    _diagnosis_rule(
        "S542", REJECT, "A7:255", "X12 005010X222A1, HI: codes without decimal point",
        """A diagnosis is written with a dot or in lowercase.

        Why: claims carry the code without the dot and in uppercase.
        Fix: the dot is removed and the letters are capitalized.
        """,
    ),
    _diagnosis_rule(
        "S543", REJECT, "A7:254",
        "ICD-10-CM guidelines I.C.20; Stedi claim edit: external cause code as principal",
        """The first diagnosis is an external cause (V, W, X or Y).

        Why: an external cause says how an injury happened, not what the patient has.
        Fix: put the injury first and the external cause after it.
        """,
    ),
    _diagnosis_rule(
        "S544", REJECT, "A7:255", "Stedi claim edit: duplicate diagnosis codes",
        """A diagnosis is on the claim twice.

        Why: the second adds nothing; clearinghouses reject it.
        Fix: remove it and correct the pointers of the lines.
        """,
    ),
    _diagnosis_rule(
        "S545", WARN, "A7:254",
        "ICD-10-CM guidelines I.B.10; Stedi claim edit: sequela code as primary diagnosis",
        """The first diagnosis is a sequela code (seventh character S).

        Why: the condition being treated comes first, the condition it resulted from second.
        Fix: put the present condition first.
        """,
    ),
    _diagnosis_rule(
        "S557", WARN, "A7:255", "CDC/NCHS ICD-10-CM tabular list of April 2026, Excludes1 notes",
        """Two diagnoses exclude each other.

        Why: an Excludes1 note says that the two are not coded together, unless they are unrelated.
        Fix: keep the one that the record supports.
        """,
    ),
)  # fmt: skip


class PatientLimit(NamedTuple):
    """Who can have a diagnosis: sex F or M (empty for both), ages in years, inclusive."""

    sex: str
    youngest: int | None
    oldest: int | None


@cache
def _limits() -> dict[str, PatientLimit]:
    return {
        row["prefix"]: PatientLimit(row["sex"], number(row["youngest"]), number(row["oldest"]))
        for row in read_table(PATIENTS).rows
    }


def _limited(claim: Claim) -> list[tuple[int, PatientLimit]]:
    """The diagnoses that not every patient can have, by place."""
    block = claim.block
    component = block.delimiters.component
    for index in claim.layout.segments.get("HI", ()):
        composites = block.values(index)[1 : MOST_DIAGNOSES + 1]
        if composites and composites[0].partition(component)[0] in ("ABK", "BK"):
            if _unlimited(component).issuperset(composites):
                return []
            limits = [_limit(one, component) for one in composites]
            return [(at, limit) for at, limit in enumerate(limits, start=1) if limit is not None]
    return []


@lru_cache(maxsize=16)
def _unlimited(_component: str) -> set[str]:
    """Composites of codes that any patient can have, as far as they were met."""
    return set()


def _has_limited(claim: Claim, _setting: Setting) -> bool:
    return bool(_limited(claim))


def _limit(composite: str, component: str) -> PatientLimit | None:
    """The limit of the longest beginning of a code that the table has."""
    code = tidy(composite.partition(component)[2].split(component)[0])
    table = _limits()
    prefixes = (code[:length] for length in range(min(len(code), FULL_LENGTH), 0, -1))
    limit = next((table[prefix] for prefix in prefixes if prefix in table), None)
    unlimited = _unlimited(component)
    if limit is None and len(unlimited) < MOST_UNLIMITED:
        unlimited.add(composite)
    return limit


@claim_rule(
    "S506",
    severity=WARN,
    status="A7:255",
    source="KNOWLEDGE: chapters of ICD-10-CM and the Medicare code editor",
    when=("HI",),
    gate=_has_limited,
)
def diagnosis_unlike_patient(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A diagnosis does not fit the patient's sex or age.

    Why: payers compare them; either the code or the patient's record is wrong.
    Fix: check the code and the patient's sex and birth date.
    """
    segment = claim.diagnosis_segment
    if segment is None:
        return
    patient = claim.patient
    if patient is None:
        return
    sex = patient.value("DMG", 3)
    years = completed_years(patient.birth_date, claim.service_dates[0])
    for place, limit in _limited(claim):
        at = segment[place, 2]
        if limit.sex and sex in SEX and sex != limit.sex:
            yield Problem(at, f"{at.value} is for {SEX[limit.sex]} patients")
        elif years is not None and not _of_age(years, limit):
            yield Problem(at, f"{at.value} does not fit the patient's age")


def _of_age(years: int, limit: PatientLimit) -> bool:
    old_enough = limit.youngest is None or years >= limit.youngest
    return old_enough and (limit.oldest is None or years <= limit.oldest)


RULES: tuple[Rule, ...] = (*TABLE_RULES, diagnosis_unlike_patient)
