"""What the strategies say is valid: we accept it, pyx12 accepts it, and it is of all kinds."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from pyx12_verdict import pyx12_accepts

from scrubber.profiles.loader import load_with
from scrubber.testing import (
    AS_OF,
    PAYERS,
    Claim,
    ClaimFile,
    Interchange,
    ServiceLine,
    TransactionSet,
    Wire,
    claim_files,
    claims,
    interchanges,
    service_lines,
    transaction_sets,
)
from scrubber.testing.payer_terms import shipped
from scrubber.testing.scrubbers import ScrubberUnderTest, scrubber_with

SCRUBBER = scrubber_with()
SEARCH = settings(database=None, phases=[Phase.generate], max_examples=3000, derandomize=True)

ASKING = """
<payer-profile schema="1" id="asking" name="Asking health" type="commercial" version="1"
    based-on="default">
  <matches><payer-id is="ASK01" source="made up" confidence="high"/></matches>
  <required-modifier id="own" any-of="U5" codes="97110 97530" source="made up" confidence="high"/>
  <daily-limit id="day" most="2" codes="therapy" source="made up" confidence="high"/>
  <referring-provider required="yes" qualifier="DN" source="made up" confidence="high"/>
  <authorization id="any" codes="therapy" qualifiers="G1" pattern="Q[0-9]{4}"
      looks-like="Q and four digits" source="made up" confidence="high"/>
  <member-id id="card" pattern="[A-Z]{3}[0-9]{6}" looks-like="three letters and six digits"
      source="made up" confidence="high"/>
  <zero-charge allowed="yes" source="made up" confidence="high"/>
</payer-profile>
"""


def text_of(claim: Claim) -> str:
    return "\n".join((*claim.provider, *claim.subscriber, *claim.patient, *claim.segments()))


@pytest.mark.parametrize("payer", PAYERS)
def test_claims_are_clean_for_their_payer(payer: str) -> None:
    @settings(max_examples=20)
    @given(claims(payer))
    def holds(claim: Claim) -> None:
        verdict = SCRUBBER(claim)
        verdict.assert_clean()
        assert [one.profile for one in verdict.claims] == [payer]
        assert not verdict.run.not_checked
        assert verdict.run.accepted == claim.file()

    holds()


def test_every_shipped_profile_has_claims() -> None:
    assert set(PAYERS) == {profile.id for profile in shipped()}


@settings(max_examples=30)
@given(claim_files())
def test_whole_files_are_clean_in_any_wire_form(file: ClaimFile) -> None:
    verdict = SCRUBBER(file)
    verdict.assert_clean()
    assert [one.claim_id for one in verdict.claims] == [one.number for one in file.claims]


@settings(max_examples=10)
@given(transaction_sets(most=12))
def test_pyx12_accepts_them(one: TransactionSet) -> None:
    whole = Interchange(((one,),))
    assert pyx12_accepts(whole.file(Wire(line_end="\n")).decode("ascii"))


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("profiles") / "asking.xml"
    file.write_text(ASKING.strip(), encoding="utf-8")
    return file


def test_claims_follow_a_profile_of_the_users(asking: Path) -> None:
    scrubber: ScrubberUnderTest = scrubber_with([asking])
    free: list[ServiceLine] = []

    @settings(max_examples=40)
    @given(claims("asking", profiles=load_with([asking])))
    def holds(claim: Claim) -> None:
        scrubber(claim).assert_clean()
        assert "NM1*DN*" in text_of(claim)
        assert re.search(r"^REF\*G1\*Q\d{4}$", text_of(claim), re.MULTILINE)
        free.extend(line for line in claim.lines if not line.charge)

    holds()
    assert free


def has(pattern: str) -> Callable[[Claim], bool]:
    return lambda claim: re.search(pattern, text_of(claim), re.MULTILINE) is not None


KINDS: dict[str, Callable[[Claim], bool]] = {
    "a dependent": lambda claim: bool(claim.patient),
    "an employer as subscriber": has(r"^NM1\*IL\*2"),
    "a therapist who bills alone": has(r"^NM1\*85\*1"),
    "a pay-to address": has(r"^NM1\*87"),
    "an address abroad": has(r"^N4\*.*\*\*\*GB$"),
    "a payer before": has(r"^SBR\*S[\s\S]*^SVD"),
    "two payers before": has(r"^SBR\*T[\s\S]*^SVD[\s\S]*^CAS\*OA\*23"),
    "Medicare before": has(r"^SBR\*[ST][\s\S]*^SBR\*P\*18\*+MB$"),
    "a payer after": has(r"^SBR\*P[\s\S]*^CLM[\s\S]*^SBR\*S"),
    "a replacement": has(r"^CLM\*.*:B:7\*[\s\S]*^REF\*F8"),
    "a void": has(r"^CLM\*.*:B:8\*"),
    "an attachment to the claim": has(r"^CLM\*[\s\S]*^PWK[\s\S]*^HI"),
    "an attachment to a line": has(r"^SV1.*\nPWK"),
    "notes on claim and line": has(r"^NTE[\s\S]*^HI[\s\S]*^NTE"),
    "a range of dates": has(r"^DTP\*472\*RD8"),
    "a therapist of the line": has(r"^LX[\s\S]*^NM1\*82"),
    "a service facility": has(r"^NM1\*77"),
    "a supervising provider": has(r"^NM1\*DQ"),
    "telehealth": has(r"^CLM\*.*\*10:B:"),
    "a nursing facility": has(r"^CLM\*.*\*32:B:[\s\S]*^DTP\*435"),
    "an accident": has(r"^CLM\*.*\*OA$"),
    "an assistant": has(r"^SV1\*HC:\w+:G[PO]:C[QO]"),
    "modifier 59": has(r"^SV1\*HC:.*:59"),
    "several visits": lambda claim: len({line.first_day for line in claim.lines}) > 1,
    "a license number": has(r"^REF\*EI.*\nREF\*0B"),
    "an address of the payer": has(r"^NM1\*PR.*\nN3[\s\S]*^CLM"),
    "a disability": has(r"^DTP\*314\*RD8"),
    "a contract": has(r"^CN1[\s\S]*^LX[\s\S]*^CN1"),
    "a screening referral": has(r"^CRC\*ZZ"),
    "a place of the line": has(r"^LX[\s\S]*^NM1\*77"),
    "a purchased service": has(r"^PS1"),
    "an authorization of the line": has(r"^LX[\s\S]*^REF\*G1"),
    "remarks of a payer before": has(r"^MOA[\s\S]*^REF\*2U"),
    "twelve diagnoses or nearly": has(r"^HI(\*ABK:\w+)(\*ABF:\w+){8}"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_claims_with(kind: str) -> None:
    assert find(claims(), KINDS[kind], settings=SEARCH)


FILES: dict[str, Callable[[ClaimFile], bool]] = {
    "two interchanges": lambda file: len(file.interchanges) > 1,
    "two groups": lambda file: len(file.interchanges[0].groups) > 1,
    "two sets": lambda file: len(file.interchanges[0].groups[0]) > 1,
    "two claims of a patient": lambda file: (
        len({(one.subscriber, one.patient) for one in file.claims}) < len(file.claims)
    ),
    "two patients of a provider": lambda file: any(
        one.provider == other.provider and one.subscriber != other.subscriber
        for one in file.claims
        for other in file.claims
    ),
    "two providers": lambda file: len({one.provider for one in file.claims}) > 1,
    "a control character as delimiter": lambda file: "\x1d" in file.wire.delimiters,
}


@pytest.mark.parametrize("kind", FILES)
def test_there_are_files_with(kind: str) -> None:
    assert find(claim_files(), FILES[kind], settings=SEARCH)


@given(st.data(), st.sampled_from(("GP", "GO", "GN")))
def test_lines_are_of_the_discipline_and_day_asked_for(
    data: st.DataObject, discipline: str
) -> None:
    day = date(2026, 1, 20)
    lines = data.draw(service_lines("medicare_b", discipline, day=day))
    assert {line.first_day for line in lines} == {day}
    assert all(discipline in line.modifiers for line in lines)


@given(interchanges(("medicare_b", "uhc")))
def test_interchanges_are_of_the_payers_asked_for(whole: Interchange) -> None:
    assert {claim.profile for claim in whole.claims} <= {"medicare_b", "uhc"}
    numbers = [claim.number for claim in whole.claims]
    assert len(set(numbers)) == len(numbers)


def test_a_profile_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        find(claims("no_such_payer"), lambda _: True, settings=SEARCH)


def test_a_discipline_that_the_payer_does_not_take_is_refused() -> None:
    with pytest.raises(ValueError, match="takes no visit under GX"):
        find(claims("default", "GX"), lambda _: True, settings=SEARCH)


PLAIN = settings(database=None, phases=[Phase.generate, Phase.shrink])


def test_the_simplest_claim_is_a_unit_for_a_dollar() -> None:
    claim = find(claims(), lambda _: True, settings=PLAIN)
    assert claim.profile == "default"
    (line,) = claim.lines
    assert (line.code, int(line.units), int(line.charge)) == ("97110", 1, 1)
    assert line.first_day < AS_OF


def test_no_health_check_is_silenced() -> None:
    root = Path(__file__).parent.parent
    word = "suppress" + "_health_check"
    for folder in ("tests", "scrubber", "bench", "docs"):
        for file in (root / folder).rglob("*.*"):
            if file.suffix in (".py", ".md"):
                assert word not in file.read_text(encoding="utf-8"), file
