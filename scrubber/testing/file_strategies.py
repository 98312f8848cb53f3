"""Strategies for whole transaction sets, interchanges and files of valid claims."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from scrubber.profiles.selection import ProfileSet
from scrubber.testing.accounts import Account, draw_account
from scrubber.testing.claim_strategies import PAYERS, draw_claim
from scrubber.testing.identities import pick
from scrubber.testing.line_strategies import NEWEST_DAYS
from scrubber.testing.payer_terms import terms_of
from scrubber.testing.records import AS_OF, Claim, ClaimFile, Interchange, TransactionSet
from scrubber.testing.wire import wires

_more = st.booleans()
_CLAIM_DAYS = 14
"""The visits of one claim lie within so many days."""


class _Roster:
    """Draws the claims of a file: numbers, members and days of no two of them are the same."""

    def __init__(
        self,
        draw: st.DrawFn,
        payers: Sequence[str],
        as_of: date,
        profiles: ProfileSet | None,
    ) -> None:
        self._draw = draw
        self._payers = tuple(payers)
        self._as_of = as_of
        self._profiles = profiles
        self._claims = 0
        self._account: Account | None = None
        self._newest_days = NEWEST_DAYS

    def some(self, most: int) -> TransactionSet:
        """A set of one to `most` claims."""
        drawn = [self._claim()]
        while len(drawn) < most and self._draw(_more):
            drawn.append(self._claim())
        return TransactionSet(tuple(drawn))

    def group(self, most: int) -> tuple[TransactionSet, ...]:
        """One or two sets."""
        sets = [self.some(most)]
        if self._draw(_more):
            sets.append(self.some(most))
        return tuple(sets)

    def interchange(self, most: int, number: int = 1) -> Interchange:
        """One or two groups."""
        groups = [self.group(most)]
        if self._draw(_more):
            groups.append(self.group(most))
        return Interchange(tuple(groups), self._as_of, number)

    def _claim(self) -> Claim:
        account = self._next_account()
        self._account = account
        drawn = draw_claim(self._draw, account, self._as_of, newest_days=self._newest_days)
        first = min(line.first_day for line in drawn.lines)
        self._newest_days = (self._as_of - first).days + _CLAIM_DAYS
        self._claims += 1
        return replace(drawn, number=f"{drawn.number}-{self._claims}")

    def _next_account(self) -> Account:
        account = self._account
        if (
            account is not None
            and self._newest_days < account.terms.oldest_days
            and self._draw(_more)
        ):
            return account
        self._newest_days = NEWEST_DAYS
        terms = terms_of(pick(self._draw, self._payers), self._as_of, self._profiles)
        same = account.provider if account is not None and self._draw(_more) else None
        return draw_account(self._draw, terms, self._as_of, same, position=self._claims)


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

    `payers` are ids of profiles in `profiles` (those shipped unless given). Claim numbers are
    unique, and no two claims are for the same patient and day. Shrinks to one claim.

    Raises:
        KeyError: there is no such profile.
        ValueError: no claim can be meant for a profile.
    """
    return _Roster(draw, payers, as_of, profiles).some(most)


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

    The rest as `transaction_sets`.
    """
    return _Roster(draw, payers, as_of, profiles).interchange(most)


@st.composite
def claim_files(
    draw: st.DrawFn,
    payers: Sequence[str] = PAYERS,
    *,
    most: int = 4,
    as_of: date = AS_OF,
    profiles: ProfileSet | None = None,
) -> ClaimFile:
    """Files of one or two interchanges, with any legal delimiters and line ends.

    The rest as `transaction_sets`.
    """
    roster = _Roster(draw, payers, as_of, profiles)
    whole = [roster.interchange(most)]
    if draw(_more):
        whole.append(roster.interchange(most, 2))
    return ClaimFile(tuple(whole), draw(wires()))
