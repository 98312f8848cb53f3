"""The inputs kept for fuzzing, and those that once broke a parser, go through every target.

`make fuzz` looks for more of them; a new one goes into tests/fuzz_corpus/TARGET with its fix.
"""

from pathlib import Path

import pytest

from fuzzing.targets import TARGETS

CORPUS = Path(__file__).parent / "fuzz_corpus"
INPUTS = [path for name in TARGETS for path in sorted((CORPUS / name).iterdir())]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_input(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def test_every_target_has_inputs() -> None:
    assert {path.parent.name for path in INPUTS} == set(TARGETS)


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff\xfe", b"ISA", b"PK\x05\x06"])
@pytest.mark.parametrize("target", TARGETS)
def test_next_to_nothing(target: str, content: bytes) -> None:
    TARGETS[target](content)
