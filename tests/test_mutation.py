"""Mutants are what they are said to be, and the cases of the rules notice one."""

import os

from mutation.__main__ import equivalent, still_open
from mutation.concerned_rules import concerned_rules
from mutation.mutants import Mutant, mutants_of
from mutation.trial import ROOT, Trial, finished, start

RULES = ROOT / "scrubber" / "rules"


def changes(source: str) -> set[str]:
    return {f"{one.before} -> {one.after}" for one in mutants_of(source)}


def test_conditions_are_negated_and_limits_are_off_by_one() -> None:
    assert changes("if a < 8: pass") == {"a < 8 -> a >= 8", "a < 8 -> a <= 8", "8 -> 9", "8 -> 7"}
    assert changes("x = [y for y in z if f(y)]") == {"f(y) -> not f(y)"}
    assert changes("x = 0 <= a") == {"0 <= a -> 0 > a", "0 <= a -> 0 < a", "0 -> 1", "0 -> -1"}
    assert changes("x = a and not b") == {
        "a and (not b) -> a or not b",
        "a -> not a",
        "not b -> b",
    }
    assert changes("x = Decimal('2.5')") == {"'2.5' -> '3.5'", "'2.5' -> '1.5'"}
    assert changes("def f():\n    return True") == {"True -> False"}
    assert changes("x = any(y)") == {"any -> all"}


def test_wording_types_and_texts_are_left_alone() -> None:
    assert changes('x = f"{2 if a else 3}"') == set()
    assert changes("x: Literal[1]") == set()
    assert changes("x = cast(Literal[1, 2] | None, y)") == set()
    assert changes('"""Fewer than 8."""') == set()
    assert changes("@rule(concerns=a and b)\ndef f(): pass") == {"a -> not a", "b -> not b"}


def test_mutants_are_named_without_lines() -> None:
    source = "def f(a):\n    if a > 1: return 1\n    return a > 1\n"
    names = [one.name("m.py") for one in mutants_of(source)]
    assert len(names) == len(set(names))
    assert names == [one.name("m.py") for one in mutants_of("\n\n" + source)]
    assert "m.py:f: a > 1 -> a >= 1 #1" in names


def test_a_helper_concerns_the_rules_that_use_it() -> None:
    rules = concerned_rules(RULES, ROOT / "scrubber" / "therapy")
    assert "S301" in rules["scrubber.rules.charges"]
    assert "S501" not in rules["scrubber.rules.charges"]
    assert rules["scrubber.rules.modifier_text"] >= rules["scrubber.rules.annual_threshold"]
    assert rules["scrubber.therapy.ncci_limits"] >= rules["scrubber.rules.daily_units"]
    assert "S301" not in rules["scrubber.therapy.ncci_limits"]


def outcome(mutant: Mutant | None) -> bool:
    """Whether a mutant of the rules on charges survives; without one, whether the module does."""
    path = RULES / "charges.py"
    code = mutant.compiled(str(path)) if mutant else compile(path.read_text("utf-8"), path, "exec")
    process = start(Trial("scrubber.rules.charges", code, frozenset({"S301"}), ()))
    return finished(os.waitpid(process, 0)[1])


def test_the_cases_notice_a_mutant_and_only_a_mutant() -> None:
    found = list(mutants_of((RULES / "charges.py").read_text(encoding="utf-8")))
    wrong = next(one for one in found if one.after == "charged == charge")
    assert not outcome(wrong)
    assert outcome(None)


def test_no_mutant_is_listed_twice_or_without_a_reason() -> None:
    listed = equivalent()
    assert all(reason.endswith(".") for reason in listed.values())
    assert not set(listed) & still_open()
    for name in {*listed, *still_open()}:
        module, _, change = name.partition(":")
        assert (ROOT / module).exists()
        assert " -> " in change
