"""Files in which one claim may be marked for a trap to catch, and what becomes of whole files."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

from written_files import contents

from scrubber.cli.scrub_inputs import scrub_inputs
from scrubber.engine.run_memory import RunMemory
from scrubber.run.inputs import Input, find_inputs
from scrubber.run.pool import Pool
from scrubber.run.scrub_file import Outcome, Request
from scrubber.run.scrub_input import scrub_input
from scrubber.run.spread_inputs import spread_inputs
from scrubber.run.spread_scrubber import SpreadScrubber
from scrubber.run.workplace import Workplace
from scrubber.synthetic import Layout, generate
from scrubber.testing.plain_reading import read_file
from scrubber.testing.records import AS_OF
from scrubber.testing.runs import CONTEXT


def claims_with(mark: str = "", claims: int = 40, seed: int = 7) -> bytes:
    """A file of claims, a fifth of them with faults; the 21st claim has the mark as its id."""
    layout = Layout(claims_per_set=8)
    text = "".join(generate(claims, seed, as_of=AS_OF, faults=Decimal("0.2"), layout=layout))
    ids = [claim.claim_id for claim in read_file(text).claims]
    return text.replace(f"CLM*{ids[20]}*", f"CLM*{mark or ids[20]}*").encode()


def claim_texts(file: bytes) -> Counter[tuple[str, ...]]:
    """How often each claim is in a file: its id, who it belongs to, and its segments."""
    claims = read_file(file.decode()).claims if file else []
    return Counter((claim.claim_id, *claim.owner, *claim.segments) for claim in claims)


def folder_of_files(folder: Path, files: int, marked: int, mark: str) -> list[Input]:
    """Small files of their own patients, one of them with the mark."""
    folder.mkdir()
    for number in range(files):
        content = claims_with(mark if number == marked else "", 25, seed=50 + number)
        (folder / f"file{number}.837").write_bytes(content)
    return find_inputs([str(folder)])


def spread_whole(inputs: list[Input], request: Request, pool: Pool[Workplace]) -> list[Outcome]:
    """The outcomes of a run in which no file is cut into parts."""
    run = RunMemory()
    scrubber = SpreadScrubber(CONTEXT, pool, run=run)

    def here(one: Input) -> Outcome:
        run.name_file(one.path.name)
        return scrub_input(one, CONTEXT, scrubber, request)

    return list(spread_inputs(inputs, CONTEXT, request, pool, here, run=run))


def written_by_one(inputs: list[Input], request: Request) -> dict[str, bytes]:
    """What one process writes for these inputs."""
    request.out.mkdir()
    for _ in scrub_inputs(inputs, CONTEXT, request):
        pass
    return contents(request.out)


def is_named_and_alone(
    outcomes: list[Outcome], marked: int, out: Path, others: dict[str, bytes]
) -> bool:
    """Whether one file is said not to be scrubbed, in its report too, and nothing else differs
    from what is written for the `others`."""
    for number, outcome in enumerate(outcomes):
        assert outcome.problem.startswith("not scrubbed: ") is (number == marked)
    assert outcomes[marked].status == 2
    written = contents(out)
    reports = [f"file{marked}.report.{kind}" for kind in ("csv", "json")]
    (finding,) = json.loads(written[f"file{marked}.report.json"])["findings"]
    assert finding["message"].startswith("not scrubbed: ")
    return written == others | {name: written[name] for name in reports}
