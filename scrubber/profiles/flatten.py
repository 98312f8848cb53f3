"""Joining a profile with the profiles it is based on."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scrubber.near_names import perhaps
from scrubber.profiles.applicability import in_doubt
from scrubber.profiles.claim_statements import Participation
from scrubber.profiles.declared import Declared
from scrubber.profiles.errors import Fault, ProfileError
from scrubber.profiles.line_of_business import line_of_type
from scrubber.profiles.profile import PayerProfile
from scrubber.profiles.reading import ProfileSource, Removal
from scrubber.profiles.statement import Origin, Stated, Statement


class Library(NamedTuple):
    """The profiles that came with the program and those of the user, by id.

    A profile of the user takes the place of a shipped one with the same id, everywhere, except
    that it may itself be based on the shipped one.
    """

    shipped: Mapping[str, ProfileSource]
    own: Mapping[str, ProfileSource]

    def ids(self) -> list[str]:
        """All ids, in order."""
        return sorted({*self.shipped, *self.own})

    def find(self, wanted: str) -> ProfileSource | None:
        """The profile with that id, or None."""
        return self.own.get(wanted) or self.shipped.get(wanted)

    def base_of(self, source: ProfileSource) -> ProfileSource | None:
        """The profile that another is based on, or None where there is none with that id."""
        if source.based_on == source.id and self.own.get(source.id) is source:
            return self.shipped.get(source.id, source)
        return self.find(source.based_on)


def with_participation(library: Library, participation: Mapping[str, Declared]) -> Library:
    """The library in which the profiles with these ids say whether the office participates.
    Raises ProfileError for an id of no profile."""
    own = dict(library.own)
    for profile_id, (participates, where) in participation.items():
        source = library.find(profile_id)
        if source is None:
            wrong = f"there is no profile {profile_id}"
            known = perhaps(profile_id, library.ids()) + "see scrubber profile list"
            raise ProfileError([Fault(where, 0, wrong, known)])
        origin = Origin(profile_id, where, 0)
        stated = Stated("participation", "", where, "high", origin)
        others = [one for one in source.statements if not isinstance(one, Participation)]
        own[profile_id] = source._replace(statements=(*others, Participation(stated, participates)))
    return library._replace(own=own)


def flatten(source: ProfileSource, library: Library) -> PayerProfile:
    """The whole profile: inherited statements first, then its own.

    A statement replaces every inherited one of the same kind and key, whatever their dates.
    Matches and priority are inherited only from a shipped profile with the same id. Raises
    ProfileError for an unknown profile, a circle, and a removal that removes nothing.
    """
    chain = _chain(source, library)
    same = [one for one in chain if one.id == source.id]
    return PayerProfile(
        id=source.id,
        name=source.name,
        payer_type=source.payer_type,
        version=source.file.version,
        files=tuple(one.file for one in chain),
        priority=next((one.priority for one in same if one.matches), 0),
        matches=tuple(match for one in same for match in one.matches),
        statements=_joined_statements(chain),
        note=source.note,
    )


def _chain(source: ProfileSource, library: Library) -> list[ProfileSource]:
    """The profile itself, the one it is based on, and so on."""
    chain = [source]
    while wanted := chain[-1].based_on:
        (_, file, line), base = chain[-1].origin, library.base_of(chain[-1])
        if base is None:
            known = "one of " + ", ".join(library.ids())
            raise ProfileError([Fault(file, line, f"based-on names no profile: {wanted}", known)])
        if any(base is one for one in chain):
            circle = " -> ".join([*(one.id for one in chain), wanted])
            raise ProfileError(
                [Fault(file, line, f"based-on runs in a circle: {circle}", "another profile")]
            )
        chain.append(base)
    return chain


def _joined_statements(chain: list[ProfileSource]) -> tuple[Statement, ...]:
    statements: list[Statement] = []
    for source in reversed(chain):
        _refuse_idle(source.removals, statements)
        replaced = {(one.stated.kind, one.stated.key) for one in source.statements}
        statements = [
            one
            for one in statements
            if (one.stated.kind, one.stated.key) not in replaced
            and not any(_removes(removal, one) for removal in source.removals)
        ]
        statements += source.statements
    return tuple(_taken_over(statements, chain))


def _taken_over(statements: list[Statement], chain: list[ProfileSource]) -> Iterator[Statement]:
    """The statements, those of another line of business in doubt: what one line's payer states
    never rejects another line's claim, unless the statement names that line."""
    lines = {source.id: line_of_type(source.payer_type) for source in reversed(chain)}
    line = lines[chain[0].id]
    for one in statements:
        written_for = lines[one.stated.origin.profile]
        if one.stated.lines or written_for in (None, line):
            yield one
        else:
            yield from in_doubt(one)


def _removes(removal: Removal, statement: Statement) -> bool:
    stated = statement.stated
    return removal.kind == stated.kind and removal.key in ("", stated.key)


def _refuse_idle(removals: tuple[Removal, ...], inherited: list[Statement]) -> None:
    faults = [
        Fault(
            removal.origin.file,
            removal.origin.line,
            f"without {removal.kind} {removal.key}".rstrip() + " removes nothing",
            "a statement of the profile in based-on",
        )
        for removal in removals
        if not any(_removes(removal, one) for one in inherited)
    ]
    if faults:
        raise ProfileError(faults)
