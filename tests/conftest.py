"""Settings that hold for all tests."""

import pytest
from hypothesis import settings

# Its assertions are those of the tests that call it.
pytest.register_assert_rewrite("rule_cases")

# Tests share machines with other work: a slow example is no fault. Speed is measured in bench/.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
