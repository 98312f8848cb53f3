"""Strategies for claims: valid by construction for the guide and for a payer's profile."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from scrubber.profiles.selection import ProfileSet
from scrubber.synthetic.diagnoses import ADULT, CHILD, COMORBID, INJURY, Condition
from scrubber.testing.accounts import Account, draw_account
from scrubber.testing.coordination import claim_level, with_decisions
from scrubber.testing.identities import address, npi, person, pick, seeds, some_of, whole, word
from scrubber.testing.line_strategies import NEWEST_DAYS, draw_day, draw_visit, has_evaluation
from scrubber.testing.payer_terms import TAXONOMIES, PayerTerms, terms_of
from scrubber.testing.records import AS_OF, Claim, Segments, ServiceLine, amount, compact

_EXTRAS = (
    "onset", "initial treatment", "last seen", "attachment", "paid", "authorization", "referral",
    "trace", "record", "note", "referring", "primary care", "facility", "supervising", "comorbid",
    "corrected", "accident", "remote", "home", "nursing facility", "disability", "received",
    "contract", "screening", "provider number",
)  # fmt: skip
_NOTES = (
    "NTE*ADD*PLAN OF CARE ON FILE", "NTE*CER*PLAN OF CARE CERTIFIED", "NTE*DGN*SEE REPORT",
    "NTE*TPO*SEE CONTRACT",
)  # fmt: skip
_numbers = whole(1, 99_999)
_days_before = whole(0, 60)
_AUTHORIZATION = st.characters(codec="ascii", categories=("Lu", "Nd"), include_characters="-")
_OFFICE, _HOME, _REMOTE, _NURSING = "11", "12", "10", "32"


@st.composite
def claims(
    draw: st.DrawFn,
    payer: str | None = None,
    discipline: str | None = None,
    *,
    as_of: date = AS_OF,
    profiles: ProfileSet | None = None,
) -> Claim:
    """Valid claims for a payer, with all they hang on; `Claim.file` makes a file of one.

    `payer` is the id of a profile in `profiles` (those shipped unless given; any of `PAYERS` if
    None), `discipline` GP, GO or GN. Services lie in the weeks before `as_of`. Shrinks to one line
    of one unit of 97110 for a dollar.

    Raises:
        KeyError: there is no such profile.
        ValueError: no claim can be meant for the profile, or it takes no visit of the discipline.
    """
    terms = terms_of(payer or pick(draw, PAYERS), as_of, profiles)
    if discipline is not None and discipline not in terms.visits:
        raise ValueError(f"the profile {terms.profile.id} takes no visit under {discipline}")
    wanted = (discipline,) if discipline else ()
    account = draw_account(draw, terms, as_of, disciplines=wanted)
    return draw_claim(draw, account, as_of, discipline)


PAYERS = (
    "default", "medicare_b", "aetna", "anthem", "auto_generic", "bcbsnd", "ca_medi_cal", "ca_wc",
    "champva", "cigna", "fep", "fl_medicaid", "horizon_nj", "humana", "medicaid_generic",
    "medicaid_managed", "medicare_advantage", "medicare_dme", "ny_medicaid", "ny_nofault",
    "ny_wc", "oh_medicaid", "tricare", "tricare_east", "tricare_for_life", "tricare_west",
    "tx_medicaid", "uhc", "va_ccn_optum", "va_ccn_triwest", "va_community_care", "wc_generic",
)  # fmt: skip
"""The shipped profiles, the simplest first."""


def draw_claim(
    draw: st.DrawFn,
    account: Account,
    as_of: date,
    discipline: str | None = None,
    newest_days: int = NEWEST_DAYS,
) -> Claim:
    """A claim of the account for visits of one discipline, the first of them `newest_days` or more
    before the day `as_of`."""
    terms = account.terms
    alone = account.provider.discipline
    chosen = discipline or alone or pick(draw, tuple(terms.visits))
    extras = some_of(draw, _EXTRAS)
    number = draw(_numbers)
    remote = "remote" in extras and bool(terms.remote_visits[chosen])
    first = draw_day(draw, terms, as_of, newest_days)
    lines = _lines(draw, account, chosen, first, as_of, remote=remote)
    diagnoses = _diagnoses(draw, account, chosen, extras)
    pointers = tuple(range(1, min(len(diagnoses), 4) + 1))
    lines = tuple(replace(line, pointers=pointers) for line in lines)
    lines, others = _coordinated(account, lines)
    place, facility = _place(draw, account, extras, remote=remote)
    corrections = terms.corrections
    frequency = pick(draw, corrections) if "corrected" in extras and corrections else "1"
    cause, accident = _cause(account, extras, first)
    references = _references(draw, account, frequency, extras, number)
    header: Segments = (
        *accident,
        *_dates(draw, first, extras, nursing=place == _NURSING),
        *(["PWK*OZ*EL***AC*ATT1"] if "attachment" in extras else []),
        *(["CN1*09*12.5"] if "contract" in extras else []),
        *_paid(account, lines, extras),
        *references,
        *([pick(draw, _NOTES)] if "note" in extras else []),
        *(["CRC*ZZ*Y*AV"] if "screening" in extras else []),
        _hi(diagnoses),
        *_providers(draw, account, chosen, extras),
        *facility,
        *_supervising(draw, extras),
        *others,
    )
    return Claim(
        profile=terms.profile.id,
        provider=account.provider.segments,
        subscriber=account.subscriber,
        patient=account.patient,
        number=f"A{number}",
        place=place,
        frequency=frequency,
        indicators=f"Y*A*Y*Y{cause}",
        header=header,
        lines=lines,
    )


def _lines(
    draw: st.DrawFn, account: Account, discipline: str, first: date, as_of: date, *, remote: bool
) -> tuple[ServiceLine, ...]:
    """One to three visits on different days, an evaluation only on the first."""
    terms = account.terms
    options = terms.remote_visits[discipline] if remote else ()
    lines: list[ServiceLine] = []
    day = first
    while not lines or draw(st.booleans()):
        age = (day - account.birth).days // 366
        visit = draw_visit(draw, terms, discipline, day, patient_age=age, options=options)
        if lines and not _may_follow(visit):
            break
        lines += visit
        day += timedelta(days=draw(whole(1, 4)))
        if len({line.first_day for line in lines}) >= terms.most_visits or day >= as_of:
            break
    return tuple(lines)


def _may_follow(visit: tuple[ServiceLine, ...]) -> bool:
    return not has_evaluation(visit) and not any(line.code.startswith("989") for line in visit)


def _diagnoses(
    draw: st.DrawFn, account: Account, discipline: str, extras: frozenset[str]
) -> list[str]:
    pool = INJURY if account.terms.is_accident else CHILD if account.is_child else ADULT
    options = pool[discipline]
    condition: Condition = options[draw(whole(0, len(options) - 1))]
    codes = [condition.principal, *condition.secondary[: draw(whole(0, 3))]]
    if "comorbid" in extras and pool is ADULT:
        first = draw(whole(0, len(COMORBID) - 1))
        codes += [one for one in COMORBID[first : first + 8] if one not in codes]
    return codes


def _hi(codes: list[str]) -> str:
    return f"HI*ABK:{codes[0]}" + "".join(f"*ABF:{code}" for code in codes[1:])


def _coordinated(
    account: Account, lines: tuple[ServiceLine, ...]
) -> tuple[tuple[ServiceLine, ...], Segments]:
    if account.earlier:
        decided = max(line.first_day for line in lines) + timedelta(days=1)
        return with_decisions(lines, account.earlier, decided)
    return lines, tuple(claim_level(account.later, "S", [])) if account.later else ()


def _place(
    draw: st.DrawFn, account: Account, extras: frozenset[str], *, remote: bool
) -> tuple[str, Segments]:
    """The place of service, and loop 2310C where it is not the billing provider's."""
    if remote:
        return _REMOTE, ()
    if "home" in extras:
        return _HOME, ()
    if "facility" not in extras and "nursing facility" not in extras:
        return _OFFICE, ()
    place = _NURSING if "nursing facility" in extras else _OFFICE
    seed = draw(seeds)
    name = f"NM1*77*2*{word(seed)} CENTER*****XX*{npi(5, seed)}"
    _, city = address(account.provider.state, seed, full_zip=True)
    return place, (name, "N3*77 FACILITY WAY", city)


def _cause(account: Account, extras: frozenset[str], first: date) -> tuple[str, Segments]:
    """CLM11 with the separators before it, and the date of the accident."""
    terms = account.terms
    day = f"DTP*439*D8*{compact(first - timedelta(days=20))}"
    if terms.profile.payer_type == "wc":
        return "**EM", (day,)
    if terms.profile.payer_type == "auto":
        return f"**AA:::{account.provider.state}", (day,)
    return ("**OA", (day,)) if "accident" in extras else ("", ())


def _dates(draw: st.DrawFn, first: date, extras: frozenset[str], *, nursing: bool) -> Segments:
    dates = []
    for extra, qualifier in (("onset", "431"), ("initial treatment", "454"), ("last seen", "304")):
        if extra in extras:
            dates.append(f"DTP*{qualifier}*D8*{compact(first - timedelta(draw(_days_before)))}")
    if nursing:
        dates.append(f"DTP*435*D8*{compact(first - timedelta(draw(_days_before)))}")
    if "disability" in extras:
        begun = compact(first - timedelta(days=30))
        dates += [f"DTP*314*RD8*{begun}-{compact(first)}", f"DTP*297*D8*{begun}"]
    if "received" in extras:
        dates.append(f"DTP*050*D8*{compact(first + timedelta(days=6))}")
    return tuple(dates)


def _paid(account: Account, lines: tuple[ServiceLine, ...], extras: frozenset[str]) -> Segments:
    if "paid" not in extras or account.earlier:
        return ()
    return (f"AMT*F5*{amount(lines[0].charge)}",)


def _references(
    draw: st.DrawFn, account: Account, frequency: str, extras: frozenset[str], number: int
) -> Segments:
    terms = account.terms
    found: list[str] = []
    if terms.is_authorized or "authorization" in extras:
        found.append(f"REF*G1*{_authorization(draw, terms, number)}")
    if "referral" in extras:
        found.append(f"REF*9F*R{number}")
    if frequency != "1":
        found.append(f"REF*F8*ICN{number}")
    if "trace" in extras:
        found.append(f"REF*D9*T{number}")
    if "record" in extras:
        found.append(f"REF*EA*M{number}")
    return tuple(found)


def _authorization(draw: st.DrawFn, terms: PayerTerms, number: int) -> str:
    for wanted in terms.on.authorizations:
        if wanted.pattern is not None:
            shape = st.from_regex(wanted.pattern.text, fullmatch=True, alphabet=_AUTHORIZATION)
            return draw(shape.filter(lambda number: len(number) <= 50))
    return f"A{number}"


def _providers(
    draw: st.DrawFn, account: Account, discipline: str, extras: frozenset[str]
) -> Segments:
    """Loops 2310A and 2310B."""
    segments: Segments = ()
    wanted = account.terms.on.referring_provider
    if {"referring", "referral"} & extras or (wanted is not None and wanted.required):
        qualifier = wanted.qualifier if wanted is not None else "DN"
        segments += (_person(draw, qualifier, 3),)
        if "primary care" in extras and qualifier == "DN":
            segments += (_person(draw, "P3", 4),)
    # Drawn for a therapist alone too, so that the claim of a group is the simpler one.
    rendering = _person(draw, "82", 0)
    if not account.provider.discipline:
        segments += (rendering, f"PRV*PE*PXC*{TAXONOMIES[discipline]}")
        if "provider number" in extras:
            segments += ("REF*G2*PROVIDER1",)
    return segments


def _supervising(draw: st.DrawFn, extras: frozenset[str]) -> Segments:
    return (_person(draw, "DQ", 6),) if "supervising" in extras else ()


def _person(draw: st.DrawFn, role: str, kind: int) -> str:
    seed = draw(seeds)
    return f"NM1*{role}*1*{person(seed)}****XX*{npi(kind, seed)}"
