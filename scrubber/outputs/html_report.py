"""Writes the report as one self-contained page for a person."""

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, TextIO, cast

from lxml import etree

from scrubber.outputs.guidance import GuidanceByCode
from scrubber.outputs.report_file import Record
from scrubber.outputs.report_xml import CatalogueEntry, catalogue_entry, report_element
from scrubber.outputs.tally import Tally
from scrubber.outputs.work_list import LISTED, WorkList

_CLAIMS = "@claims@"
_STYLES = ("page_base.css", "page_charts.css", "page_work.css", "page_media.css")
_SCRIPTS = ("page_data.js", "page_details.js", "page_list.js")
# The page may run its own style and script and nothing else, and fetch nothing.
_POLICY = (
    "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)


def write_html(
    claims: Iterable[Record],
    head: Record,
    out: TextIO,
    guidance: GuidanceByCode | None = None,
    listed: int = LISTED,
    entry: CatalogueEntry = catalogue_entry,
) -> int:
    """Write the page; memory depends on `listed`, the claims it lists at most, not on the file.
    Returns how many it lists.

    `head` is read when the claims are through. Open `out` with encoding "utf-8".
    """
    tally, work = Tally(), WorkList(listed)
    for claim in claims:
        tally.add(claim)
        work.add(claim)
    tally.add_file(head)
    pages = guidance or {}
    codes = work.codes | {finding["code"] for finding in head.get("findings", ())}
    report = report_element(tally.summary(), head, pages, codes, entry)
    before, _, after = _frame(report, work).rpartition(_CLAIMS)
    out.write(before)
    out.writelines(work.json_pieces())
    out.write(after)
    return work.listed


def _frame(report: etree._Element, work: WorkList) -> str:
    """The page with a mark where the claims go: they are too many to hold as one text."""
    page = _stylesheet()(
        report,
        policy=etree.XSLT.strparam(_policy()),
        listed=str(work.listed),
        found=str(work.found),
    ).getroot()
    for element in page.iter("style", "script"):
        element.text = f"@{element.attrib.pop('data-part')!s}@"
    text = etree.tostring(page, method="html", encoding="unicode", doctype="<!DOCTYPE html>")
    # Both are long and always the same. Elsewhere in the page a < is written &lt;.
    for name, content in (("style", _assets(_STYLES)), ("script", _assets(_SCRIPTS))):
        text = text.replace(f"<{name}>@{name}@<", f"<{name}>{content}<", 1)
    return text


@cache
def _policy() -> str:
    style, script = _digest(_assets(_STYLES)), _digest(_assets(_SCRIPTS))
    return _POLICY.format(style=style, script=script)


@cache
def _stylesheet() -> etree.XSLT:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    text = files("scrubber.outputs").joinpath("report.xslt").read_bytes()
    # The stubs of lxml leave the class empty.
    nothing = cast(Any, etree.XSLTAccessControl).DENY_ALL
    return etree.XSLT(etree.XML(text, parser), access_control=nothing)


@cache
def _assets(names: tuple[str, ...]) -> str:
    folder = files("scrubber.outputs")
    return "\n".join(folder.joinpath(name).read_text(encoding="ascii") for name in names)


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
