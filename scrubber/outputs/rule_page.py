"""Everything there is to say of a rule, gathered for its page."""

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.codes import claim_status
from scrubber.outputs.address import address
from scrubber.outputs.explain import RETURNED, UNPROCESSABLE, adjustment_for
from scrubber.rules.element_status import names_part
from scrubber.rules.examples import Example, Examples, examples_of
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.rules.installed_rules import PACKAGE_OF
from scrubber.rules.pages import catalogue, page_of
from scrubber.rules.rule import Rule

SNIP_TYPES = {
    1: "syntax",
    2: "implementation guide",
    3: "balancing",
    4: "situations",
    5: "code sets",
    6: "therapy",
    7: "payer",
}
_REPAIRS = {
    "safe": "repaired",
    "review": "repaired with consent",
    "advice": "advised",
}


class RulePage(NamedTuple):
    """The page of a rule. `status` is the 277CA status as codes, `status_words` the same in words;
    `repairs` what its cases show of its fixes, `adjustment` what a payer would likely answer; both
    are empty where that is not known. `package` is the installed one that adds the rule."""

    code: str
    title: str
    kind: str
    severity: str
    repairs: str
    status: str
    status_words: str
    adjustment: str
    source: str
    why: str
    fix: str
    examples: tuple[Example, ...]
    package: str = ""

    def record(self) -> dict[str, str]:
        """What a program may want of it: all but the examples and what is made of the status."""
        left_out = ("examples", "status_words", "adjustment")
        return {key: value for key, value in self._asdict().items() if key not in left_out}


def rule_page(code: str) -> RulePage:
    """The page of a rule. Raises KeyError for a code that no rule has."""
    rule = catalogue()[code]
    page, examples = page_of(code), examples_of(code)
    return RulePage(
        code,
        page.title,
        f"{rule.snip} {SNIP_TYPES[rule.snip]}",
        rule.severity.value,
        _repairs(examples),
        rule.status,
        "; ".join(_status_words(rule)),
        _adjustment(rule, examples),
        rule.source,
        page.why,
        page.fix,
        examples.examples,
        PACKAGE_OF.get(code, ""),
    )


def _repairs(examples: Examples) -> str:
    if not examples.examples:
        return ""
    return ", ".join(_REPAIRS[safety] for safety in examples.fixes) or "none"


def rule_pages() -> Iterator[RulePage]:
    """The pages of all rules, in the order of codes."""
    return map(rule_page, catalogue())


def _parts(status: str) -> tuple[str, str, str, str]:
    """Category, code, entity and second code of a rule's status."""
    first, _, second = status.partition("+")
    category, code, entity = [*first.split(":"), "", ""][:3]
    return category, code, entity, second


def _status_words(rule: Rule) -> Iterator[str]:
    category, code, entity, second = _parts(rule.status)
    found = claim_status.category(category)
    if found is not None:
        yield found.meaning
    for one in filter(None, (code, second)):
        meaning = claim_status.status(one)
        if meaning is not None:
            yield meaning.meaning
    if entity:
        yield "of the provider or person at fault" if entity == "*" else f"entity {entity}"
    if rule.code in GUIDE_RULES and names_part(rule):
        yield f"instead of {second or code} the code of the part at fault, where one names it"


def _adjustment(rule: Rule, examples: Examples) -> str:
    category, code, entity, second = _parts(rule.status)
    paths = [said.path for example in examples.examples for said in example.says]
    at = address(paths[0]) if paths else address("")
    element = f"{at.segment}{at.element:02}" if at.element else at.segment
    found = adjustment_for(category, code, entity.strip("*"), second, element)
    if found is None:
        return RETURNED if (category, code) == UNPROCESSABLE else ""
    return str(found)
