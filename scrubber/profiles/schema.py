"""The XML side of a profile: parsing it safely and checking it against profile.xsd."""

from functools import cache
from typing import Any, cast

from lxml import etree

from scrubber.profiles import SCHEMA_FILE
from scrubber.profiles.errors import Fault, ProfileError
from scrubber.profiles.tag_lines import TagLines

_MOST_BYTES = 1_000_000


def parse_profile(content: bytes, file: str) -> etree._Element:
    """The root element of a profile that is valid by the schema.

    No DTD is read, no entity resolved, nothing fetched; a DOCTYPE is refused. Raises ProfileError
    with every fault, `file` being the name that the messages give.
    """
    if len(content) > _MOST_BYTES:
        raise ProfileError([Fault(file, 1, "is too large", f"at most {_MOST_BYTES} bytes")])
    try:
        root = etree.fromstring(content, _safe_parser())
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        wrong = f"is not well-formed XML: {error.msg}"
        raise ProfileError([Fault(file, line, wrong, "a payer-profile element")]) from None
    if cast(Any, root.getroottree().docinfo).doctype:
        line = content[: content.find(b"<!DOCTYPE")].count(b"\n") + 1
        wrong = "has a DOCTYPE, which may pull in other files"
        raise ProfileError([Fault(file, line, wrong, "a profile without DOCTYPE and entities")])
    schema = _schema()
    if not schema.validate(root):
        # Only needed once something is wrong, so a correct profile never pays for it.
        from scrubber.profiles.schema_faults import faults_of  # noqa: PLC0415

        raise ProfileError(faults_of(cast(Any, schema.error_log), root, file, TagLines(content)))
    return root


def _safe_parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA_FILE))
