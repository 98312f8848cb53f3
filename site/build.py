"""Builds the documentation site into site-out, or the folder that is named: the pages of docs, with
a page for each type of rule in place of one long catalogue."""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import main as sphinx

SITE = Path(__file__).parent
DOCS = SITE.parent / "docs"
TYPE = re.compile(r"^## (Type (\d): .+)$", re.MULTILINE)
CONTENTS = """
```{toctree}
:hidden:
:glob:

rules/*
```
"""


def split_rules(docs: Path) -> None:
    """Leave the tables in rules.md, and give the rules of each type a page of their own."""
    catalogue = docs / "rules.md"
    head, *parts = TYPE.split(catalogue.read_text(encoding="utf-8"))
    (docs / "rules").mkdir()
    for title, number, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        page = f"rules/type-{number}.md"
        table, _, sections = text.partition("\n### ")
        head += f"## [{title}]({page})\n{table.replace('](#', f']({page}#')}\n"
        sections = sections.replace("\n### ", "\n## ")
        (docs / page).write_text(f"# {title}\n{table}\n## {sections}", encoding="utf-8")
    catalogue.write_text(head + CONTENTS, encoding="utf-8")


def build(out: Path) -> int:
    """Build the site; the exit status, which is not 0 where anything is to be complained of."""
    with tempfile.TemporaryDirectory() as folder:
        docs = Path(folder) / "docs"
        shutil.copytree(DOCS, docs)
        split_rules(docs)
        doctrees = f"{folder}/doctrees"
        return sphinx(
            ["-q", "-W", "--keep-going", "-c", str(SITE), "-d", doctrees, str(docs), str(out)]
        )


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1] if len(sys.argv) > 1 else "site-out")))
