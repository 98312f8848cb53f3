"""Each test that docs/testing.md shows is run as it stands there."""

import re
from pathlib import Path

import pytest
from test_testing_claims import ASKING

from scrubber.testing import laws

pytest_plugins = ("pytester",)

PAGE = Path(__file__).parent.parent / "docs" / "testing.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
LAWS = (
    "nothing_lost", "partition", "untouched_bytes", "idempotent", "delimiters",
    "order_and_split", "monotonic_limits", "jobs_agree",
)  # fmt: skip
FEW_EXAMPLES = """
from hypothesis import settings
settings.register_profile("few", max_examples=15, deadline=None)
settings.load_profile("few")
"""


def test_examples_pass(pytester: pytest.Pytester) -> None:
    profile = ASKING.strip().replace('id="asking"', 'id="my_payer"')
    pytester.path.joinpath("my_payer.xml").write_text(profile, encoding="utf-8")
    for number, example in enumerate(EXAMPLES):
        pytester.path.joinpath(f"test_example_{number}.py").write_text(example, encoding="utf-8")
    pytester.makeconftest(FEW_EXAMPLES)
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=sum(example.count("def test_") for example in EXAMPLES))


@pytest.mark.parametrize("law", LAWS)
def test_each_law_is_explained_and_shown(law: str) -> None:
    assert callable(getattr(laws, law))
    assert re.search(rf"^\| `{law}\(", TEXT, re.MULTILINE)
    assert re.search(rf"^\*\*{law}\*\* ", TEXT, re.MULTILINE)
    assert any(f"laws.{law}(" in example for example in EXAMPLES)


def test_examples_of_laws_have_five_lines_at_most() -> None:
    for example in EXAMPLES:
        if "laws." in example:
            body = example.strip().split("\n\n\n")[-1]
            assert len(body.splitlines()) <= 5, example
