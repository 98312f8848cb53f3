"""Files that appear whole or not at all, however the process ends."""

import subprocess
import sys
from pathlib import Path


def test_a_process_that_ends_before_its_with_leaves_no_file(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from scrubber.reports.output_files import OutputFile"
        "; kept = OutputFile(Path(sys.argv[1])); sys.exit(int(not kept.path.exists()))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []
