"""Who bills whom for whom: a billing provider, a subscriber, a patient, and the payers in order."""

from dataclasses import dataclass, replace
from datetime import date

from hypothesis import strategies as st

from scrubber.testing.coordination import RANKS, OtherPayer, draw_earlier, draw_other
from scrubber.testing.identities import (
    ABROAD,
    address,
    birth_date,
    medicare_number,
    member_id,
    npi,
    person,
    pick,
    seeds,
    some_of,
    tax_id,
    whole,
    word,
)
from scrubber.testing.payer_terms import TAXONOMIES, Identity, PayerTerms
from scrubber.testing.records import Segments, compact

ADULT_AGES, CHILD_AGES, MEDICARE_AGES = (19, 64), (3, 17), (65, 95)
_PROVIDER_EXTRAS = ("person", "telephone", "pay to", "license")
_MEMBER_EXTRAS = (
    "dependent", "earlier payer", "later payer", "abroad", "group", "child", "payer details",
    "security number", "telephone",
)  # fmt: skip
_EMPLOYEE, _CHILD_OF = "20", "19"
_ADULT_RELATIONSHIPS = ("01", "20", "21", "39", "53", "G8")
_NO_COORDINATION = frozenset({"wc", "auto", "va"})


@dataclass(frozen=True)
class Provider:
    """A billing provider: its segments below HL, its state, and the discipline modifier of a
    therapist who bills alone (empty for a group)."""

    segments: Segments
    state: str
    discipline: str = ""


@dataclass(frozen=True)
class Account:
    """All that claims of one patient with one payer share.

    `patient` is empty where the subscriber is the patient. `earlier` have paid before, `later`
    come after this payer.
    """

    terms: PayerTerms
    provider: Provider
    subscriber: Segments
    patient: Segments
    birth: date
    is_child: bool
    earlier: tuple[OtherPayer, ...]
    later: OtherPayer | None


@dataclass(frozen=True)
class _Member:
    """A patient: name (NM103 and NM104), birth date, address, sex."""

    name: str
    birth: date
    address: Segments
    sex: str

    def demographics(self) -> Segments:
        return (*self.address, f"DMG*D8*{compact(self.birth)}*{self.sex}")


def draw_provider(
    draw: st.DrawFn, states: tuple[str, ...], disciplines: tuple[str, ...]
) -> Provider:
    """A billing provider in one of the states: a group, or a therapist of one discipline."""
    state = pick(draw, states)
    extras = some_of(draw, _PROVIDER_EXTRAS)
    seed = draw(seeds)
    number = npi(1, seed)
    discipline = ""
    if "person" in extras:
        discipline = pick(draw, disciplines)
        name = f"NM1*85*1*{person(seed)}****XX*{number}"
    else:
        name = f"NM1*85*2*{word(seed)} THERAPY*****XX*{number}"
    taxonomy = TAXONOMIES.get(discipline, "261QP2000X")
    segments: Segments = (f"PRV*BI*PXC*{taxonomy}", name, *address(state, seed, full_zip=True))
    segments += (f"REF*EI*{tax_id(seed)}",)
    if "license" in extras:
        segments += ("REF*0B*070001234",)
    if "telephone" in extras:
        segments += ("PER*IC*FRONT DESK*TE*3125550123*EX*12",)
    if "pay to" in extras:
        _, place = address(state, seed // 2, full_zip=True)
        kind = "1" if discipline else "2"
        segments += (f"NM1*87*{kind}", "N3*PO BOX 12", place)
    return Provider(segments, state, discipline)


def draw_account(
    draw: st.DrawFn,
    terms: PayerTerms,
    as_of: date,
    provider: Provider | None = None,
    disciplines: tuple[str, ...] = (),
    position: int = 0,
) -> Account:
    """An account with the payer of `terms`; under `provider` if the payer is known in its state
    by the same name and takes its services, else under a provider of its own. `disciplines` are
    those that it is for; any that the payer takes if empty. Accounts with different `position` (0
    to 99) have different members."""
    identity = terms.identities[draw(whole(0, len(terms.identities) - 1))]
    wanted = disciplines or tuple(terms.visits)
    if (
        provider is None
        or provider.state not in identity.states
        or provider.discipline not in ("", *wanted)
    ):
        provider = draw_provider(draw, identity.states, wanted)
    extras = some_of(draw, _MEMBER_EXTRAS)
    is_child = _is_child(terms, extras)
    patient = _draw_patient(draw, terms, as_of, provider, is_child, extras)
    coordinated = terms.profile.payer_type not in _NO_COORDINATION
    earlier: tuple[OtherPayer, ...] = ()
    later = None
    if coordinated and "earlier payer" in extras:
        pays_first = not terms.is_medicare and not is_child
        earlier = draw_earlier(draw, medicare=pays_first, patient=patient.name)
    elif coordinated and "later payer" in extras and terms.profile.payer_type != "medicaid":
        later = draw_other(draw, patient.name, 0)
    account = Account(terms, provider, (), (), patient.birth, is_child, earlier, later)
    if terms.takes_dependents and "dependent" in extras:
        return _with_dependent(draw, account, identity, patient, extras, position)
    head = _sbr(account, identity, "18", _group(draw, extras))
    name = f"NM1*IL*1*{patient.name}****MI*{_draw_member_id(draw, terms, position)}"
    return replace(
        account,
        subscriber=(
            *(head, name, *patient.demographics()),
            *_SECURITY_NUMBER[: "security number" in extras],
            *_claim_number(terms),
            *_TELEPHONE[: "telephone" in extras],
            *_payer(identity, extras),
        ),
    )


_SECURITY_NUMBER, _TELEPHONE = ("REF*SY*219099937",), ("PER*IC*HOME*TE*3125550188",)


def _is_child(terms: PayerTerms, extras: frozenset[str]) -> bool:
    if terms.under_years:
        return True
    return "child" in extras and not terms.is_medicare and not terms.is_accident


def _draw_patient(
    draw: st.DrawFn,
    terms: PayerTerms,
    as_of: date,
    provider: Provider,
    is_child: bool,
    extras: frozenset[str],
) -> _Member:
    ages = MEDICARE_AGES if terms.is_medicare else CHILD_AGES if is_child else ADULT_AGES
    birth = birth_date(draw, as_of, *ages)
    seed = draw(seeds)
    home = ABROAD[seed % 3] if "abroad" in extras else address(provider.state, seed)
    return _Member(person(seed), birth, home, "FMU"[seed % 3])


def _with_dependent(
    draw: st.DrawFn,
    account: Account,
    identity: Identity,
    patient: _Member,
    extras: frozenset[str],
    position: int,
) -> Account:
    """The account of a patient who is insured through somebody else, or through an employer."""
    terms = account.terms
    number = _draw_member_id(draw, terms, position)
    if terms.profile.payer_type == "wc":
        relationship, name = _EMPLOYEE, f"2*{word(draw(seeds))} FOUNDRY*"
    else:
        adult = pick(draw, _ADULT_RELATIONSHIPS)
        relationship = _CHILD_OF if account.is_child else adult
        name = f"1*{person(draw(seeds))}"
    return replace(
        account,
        subscriber=(
            _sbr(account, identity, "", _group(draw, extras)),
            f"NM1*IL*{name}****MI*{number}",
            *_payer(identity, extras),
        ),
        patient=(
            f"PAT*{relationship}",
            f"NM1*QC*1*{patient.name}",
            *patient.demographics(),
            *_claim_number(terms),
        ),
    )


def _sbr(account: Account, identity: Identity, relationship: str, group: str) -> str:
    rank = RANKS[len(account.earlier)]
    why = "12" if account.terms.is_medicare and account.earlier else ""
    return f"SBR*{rank}*{relationship}*{group}**{why}****{identity.filing}"


def _group(draw: st.DrawFn, extras: frozenset[str]) -> str:
    return f"G{draw(whole(1, 99_999))}" if "group" in extras else ""


def _payer(identity: Identity, extras: frozenset[str]) -> Segments:
    name = f"NM1*PR*2*{identity.name}*****PI*{identity.payer_id}"
    if "payer details" not in extras:
        return (name,)
    address = ("N3*PO BOX 99", "N4*CHICAGO*IL*606010001")
    return (name, *address, "REF*2U*BRANCH1", "REF*G2*PROVIDER1")


def _claim_number(terms: PayerTerms) -> Segments:
    return ("REF*Y4*CASE12345",) if terms.is_accident else ()


def _draw_member_id(draw: st.DrawFn, terms: PayerTerms, position: int) -> str:
    wanted = terms.on.member_ids
    if wanted:
        # What a pattern allows cannot be counted off, so it is drawn; the day keeps two apart.
        return draw(st.from_regex(wanted[0].pattern.text, fullmatch=True, alphabet=_IDENTIFIER))
    return (medicare_number if terms.is_medicare else member_id)(draw(seeds), position)


_IDENTIFIER = st.characters(codec="ascii", categories=("Lu", "Nd"), include_characters="-")
