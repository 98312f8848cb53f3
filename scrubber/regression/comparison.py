"""What became otherwise since a baseline: claims, findings of files, and under what conditions."""

from dataclasses import dataclass, field
from typing import NamedTuple

from scrubber.outputs.impact import NOTHING, Impact
from scrubber.outputs.tally import Share
from scrubber.outputs.verdict import Found, Kind, kinds
from scrubber.regression.baseline import Baseline, Conditions
from scrubber.regression.corpus import JudgedClaim


class FileChange(NamedTuple):
    """A file of which something else is found than before, apart from its claims."""

    file: str
    came: tuple[Kind, ...]
    went: tuple[Kind, ...]


class Difference(NamedTuple):
    """A condition that is not as it was; empty where it was not there, or is no more."""

    what: str
    before: str
    after: str


@dataclass(slots=True)
class Comparison:
    """Grows by one claim and one file at a time. `new` claims are in the corpus only, those `gone`
    in the baseline only."""

    before: Baseline
    after: Baseline
    impact: Impact
    new: Share = NOTHING
    files: list[FileChange] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def add_claim(self, file: str, claim: JudgedClaim) -> None:
        """Record a claim and hold it against the baseline."""
        key, claim_id, verdict = claim
        self.after.add_claim(key, verdict)
        recorded = self.before.verdict(key)
        if recorded is None:
            self.new = self.new.plus(verdict.charge)
            return
        self._seen.add(key)
        self.impact.add(file, claim_id, recorded, verdict)

    def add_file(self, file: str, key: str, found: Found) -> None:
        """Record what belongs to no claim of a file."""
        self.after.add_file(key, found)
        recorded = self.before.found(key)
        came, went = kinds(found - recorded), kinds(recorded - found)
        if came or went:
            self.files.append(FileChange(file, came, went))

    def gone(self) -> Share:
        """The claims of the baseline that did not come; asked when all files are through."""
        share = NOTHING
        for key in self.before.claims.keys() - self._seen:
            verdict = self.before.verdict(key)
            share = share if verdict is None else share.plus(verdict.charge)
        return share

    def is_same(self) -> bool:
        """Whether every claim and file is as it was, and no other came or went."""
        changed = self.impact.changed.claims or self.new.claims or self.files
        return not changed and len(self._seen) == len(self.before.claims)

    def differences(self) -> list[Difference]:
        """The conditions that are not as they were."""
        return differences(self.before.conditions, self.after.conditions)


def differences(before: Conditions, after: Conditions) -> list[Difference]:
    """The version, date, options and profiles that differ."""
    old, new = before.run, after.run
    found = [
        Difference("scrubber", old["version"], new["version"]),
        Difference("as of", old["as_of"], new["as_of"]),
        Difference("options", ", ".join(before.options), ", ".join(after.options)),
    ]
    profiles = (
        {one["id"]: one for one in old["profiles"]},
        {one["id"]: one for one in new["profiles"]},
    )
    for name in sorted(profiles[0].keys() | profiles[1].keys()):
        versions = [_version(one.get(name)) for one in profiles]
        found.append(Difference(f"profile {name}", versions[0], versions[1]))
    return [one for one in found if one.before != one.after]


def _version(profile: dict[str, str] | None) -> str:
    return "" if profile is None else f"{profile['version']} ({profile['sha256'][:8]})"
