"""Strategies for whole transaction sets, interchanges and files of valid claims."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from scrubber.profiles.selection import ProfileSet
from scrubber.testing.accounts import draw_account
from scrubber.testing.claims import PAYERS, draw_claim
from scrubber.testing.identities import pick
from scrubber.testing.payer_terms import terms_of
from scrubber.testing.records import AS_OF, Claim, ClaimFile, Interchange, TransactionSet
from scrubber.testing.wire import wires

_more = st.booleans()


@st.composite
def transaction_sets(
    draw: st.DrawFn,
    payers: Sequence[str] = PAYERS,
    *,
    most: int = 4,
    as_of: date = AS_OF,
    profiles: ProfileSet | None = None,
) -> TransactionSet:
    """Sets of one to `most` valid claims of one or several providers, subscribers and patients.

    `payers` are ids of profiles. Claim numbers are unique in a set. Shrinks to one claim.
    """
    drawn: list[Claim] = []
    account = None
    while not drawn or (len(drawn) < most and draw(_more)):
        if account is None or draw(_more):
            terms = terms_of(pick(draw, tuple(payers)), as_of, profiles)
            same = account.provider if account is not None and draw(_more) else None
            account = draw_account(draw, terms, as_of, same)
        drawn.append(draw_claim(draw, account, as_of))
    return TransactionSet(tuple(_numbered(drawn)))


@st.composite
def interchanges(
    draw: st.DrawFn,
    payers: Sequence[str] = PAYERS,
    *,
    most: int = 4,
    as_of: date = AS_OF,
    profiles: ProfileSet | None = None,
) -> Interchange:
    """Interchanges of one or two groups of one or two transaction sets with up to `most` claims.

    Shrinks to one claim. Claim numbers are unique in an interchange.
    """
    sets = transaction_sets(payers, most=most, as_of=as_of, profiles=profiles)
    groups = draw(st.lists(st.lists(sets, min_size=1, max_size=2), min_size=1, max_size=2))
    return Interchange(
        tuple(
            tuple(_marked(one, f"{at}{position}") for position, one in enumerate(group))
            for at, group in enumerate(groups)
        ),
        as_of,
    )


@st.composite
def claim_files(
    draw: st.DrawFn,
    payers: Sequence[str] = PAYERS,
    *,
    most: int = 4,
    as_of: date = AS_OF,
    profiles: ProfileSet | None = None,
    may_wrap: bool = True,
) -> ClaimFile:
    """Files of one or two interchanges, with any legal delimiters and line ends."""
    whole = interchanges(payers, most=most, as_of=as_of, profiles=profiles)
    drawn = draw(st.lists(whole, min_size=1, max_size=2))
    numbered = tuple(replace(one, number=at) for at, one in enumerate(drawn, 1))
    return ClaimFile(numbered, draw(wires(may_wrap=may_wrap)))


def _numbered(drawn: list[Claim]) -> list[Claim]:
    if len(drawn) == 1:
        return drawn
    return [replace(one, number=f"{one.number}-{at}") for at, one in enumerate(drawn, 1)]


def _marked(one: TransactionSet, mark: str) -> TransactionSet:
    """The set with numbers no other set of the interchange has."""
    if mark == "00":
        return one
    return TransactionSet(tuple(replace(c, number=f"{c.number}.{mark}") for c in one.claims))
