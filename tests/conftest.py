"""Settings that hold for all tests."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The settings of whoever runs the tests are not those of the tests.
for variable in [one for one in os.environ if one.startswith("SCRUBBER_")]:
    del os.environ[variable]
os.environ["SCRUBBER_CONFIG"] = os.devnull

# Its assertions are those of the tests that call it.
pytest.register_assert_rewrite("rule_cases")

# Tests share machines with other work: a slow example is no fault. Speed is measured in bench/.
settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A file drop whose inbound folder is empty."""
    folder = tmp_path / "drop"
    (folder / "inbound").mkdir(parents=True)
    folder.chmod(0o700)
    return folder
