"""Checking a profile before it goes into use."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from scrubber.profiles.errors import Fault, ProfileError
from scrubber.profiles.loader import load_with
from scrubber.profiles.profile import PayerProfile
from scrubber.profiles.rule_statements import FixConsent, RuleSeverity
from scrubber.profiles.statement import Stated


def check_profiles(files: Iterable[Path], known_rules: Collection[str] | None = None) -> str:
    """Load profiles of the user's beside the shipped ones; say what each of them states.

    Everything is checked that a run would check: the form, what it is based on, and whether
    another profile is for the same payer. With `known_rules` also the rule codes. Raises
    ProfileError.
    """
    paths = tuple(files)
    names = {str(path) for path in paths}
    own = [profile for profile in load_with(paths) if profile.files[0].file in names]
    faults = [fault for profile in own for fault in _unknown_rules(profile, known_rules)]
    if faults:
        raise ProfileError(faults)
    return "".join(_summary(profile) for profile in own)


def _unknown_rules(profile: PayerProfile, known: Collection[str] | None) -> Iterator[Fault]:
    for statement in profile.statements:
        match statement:
            case RuleSeverity(stated, rule) | FixConsent(stated, rule) if (
                known is not None and rule not in known
            ):
                yield _unknown_rule(stated, rule)


def _unknown_rule(stated: Stated, rule: str) -> Fault:
    place = stated.origin
    return Fault(place.file, place.line, f"there is no rule {rule}", "a code from the rule list")


def _summary(profile: PayerProfile) -> str:
    own = [one for one in profile.statements if one.stated.origin.file == profile.files[0].file]
    inherited = len(profile.statements) - len(own)
    weak = sum(not one.stated.may_reject for one in profile.statements)
    chosen = "" if profile.matches else "; it is chosen for no claim, as it has no matches"
    words = "statement" if len(own) == 1 else "statements"
    return (
        f"{profile.files[0].file}: {profile.id} is valid: {len(own)} {words} of its own, "
        f"{inherited} inherited; {weak} of them can only warn{chosen}\n"
    )
