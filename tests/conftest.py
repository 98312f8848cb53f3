"""Settings that hold for all tests."""

from hypothesis import settings

# Tests share machines with other work: a slow example is no fault. Speed is measured in bench/.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
