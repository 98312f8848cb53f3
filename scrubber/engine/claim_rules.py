"""The claim rules, and which of them can concern a claim at all.

Rules are the bits of a number: what the contents of a claim leave of them, and what its setting
leaves, is told apart and remembered, for contents and settings come again and again, but seldom
together.
"""

from collections.abc import Sequence

from scrubber.claim.claim import Claim
from scrubber.engine.hits import Crash, Hit, apply, is_open, line_of
from scrubber.engine.memory import remember
from scrubber.engine.rule_bits import bits_of, rules_of
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.rule import ClaimRule, Gate, Setting

GatedRules = tuple[Gate | None, list[ClaimRule]]


class ClaimRules:
    """The claim rules in force. The memories are bounded."""

    def __init__(self, rules: Sequence[ClaimRule]) -> None:
        self._rules = rules
        self._concerns = [
            (1 << at, rule.concerns) for at, rule in enumerate(rules) if rule.concerns is not None
        ]
        self._always = bits_of(rules, lambda rule: not rule.when)
        self._when: dict[str, int] = {}
        self._unless: dict[str, int] = {}
        for at, rule in enumerate(rules):
            for one in rule.when:
                self._when[one] = self._when.get(one, 0) | 1 << at
            for one in rule.unless:
                self._unless[one] = self._unless.get(one, 0) | 1 << at
        self._of_contents: dict[frozenset[str], int] = {}
        self._of_payer: dict[DatedProfile, int] = {}
        self._of_setting: dict[Setting, int] = {}
        self._chosen: dict[int, list[GatedRules]] = {}

    def judge(
        self, claim: Claim, setting: Setting, contents: frozenset[str], crashes: list[Crash]
    ) -> list[Hit]:
        """What the rules say, of those that can concern such a claim."""
        of_contents = self._of_contents.get(contents)
        if of_contents is None:
            of_contents = self._left_by(contents)
            remember(self._of_contents, contents, of_contents)
        of_setting = self._of_setting.get(setting)
        if of_setting is None:
            of_setting = self._asked_by(setting.payer) & ~self._unconcerned(setting)
            # A documented setting belongs to one claim.
            if setting.documented is None:
                remember(self._of_setting, setting, of_setting)
        bits = of_contents & of_setting
        chosen = self._chosen.get(bits)
        if chosen is None:
            chosen = self._by_gate(bits)
            remember(self._chosen, bits, chosen)
        try:
            asked = [rules for gate, rules in chosen if gate is None or gate(claim, setting)]
        except Exception:
            asked = [r for gate, r in chosen if gate is None or is_open(gate, claim, setting)]
        return [
            Hit(rule, problem, line_of(claim.lines, problem))
            for rules in asked
            for rule, problem in apply(rules, claim, setting, crashes)
        ]

    def _left_by(self, contents: frozenset[str]) -> int:
        bits, without = self._always, 0
        for one in contents:
            bits |= self._when.get(one, 0)
            without |= self._unless.get(one, 0)
        return bits & ~without

    def _asked_by(self, payer: DatedProfile) -> int:
        bits = self._of_payer.get(payer)
        if bits is None:
            bits = bits_of(self._rules, lambda rule: rule.asked_by is None or rule.asked_by(payer))
            remember(self._of_payer, payer, bits)
        return bits

    def _unconcerned(self, setting: Setting) -> int:
        return sum([bit for bit, concerns in self._concerns if not concerns(setting)])

    def _by_gate(self, bits: int) -> list[GatedRules]:
        by_gate: dict[Gate | None, list[ClaimRule]] = {}
        for rule in rules_of(self._rules, bits):
            by_gate.setdefault(rule.gate, []).append(rule)
        return list(by_gate.items())
