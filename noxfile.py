"""The tests on every Python that is supported: `nox`, or `nox -s tests-3.13`."""

import nox

nox.options.default_venv_backend = "venv"


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """Install what `make test` installs, and run the tests; arguments go to pytest."""
    session.install("-e", ".[dev]")
    session.run("pytest", *session.posargs)
