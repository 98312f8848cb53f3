"""What the schema finds wrong, in the words of someone who writes a profile.

The schema library names the facet of a type that failed; authors want to know what belongs
there. That is the documentation of the type in profile.xsd, looked up when an error happens.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from lxml import etree

from scrubber.profiles import SCHEMA_FILE
from scrubber.profiles.errors import Fault
from scrubber.profiles.tag_lines import TagLines

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_PLACE = re.compile(r"Element '(?P<element>[^']+)'(?:, attribute '(?P<attribute>[^']+)')?: ")
_MISSING = re.compile(r"The attribute '(?P<name>[^']+)' is required")


def faults_of(
    log: Iterable[etree._LogEntry], root: etree._Element, file: str, lines: TagLines
) -> tuple[Fault, ...]:
    """One fault for every element or attribute in the schema's error log, by line.

    The log may name one attribute several times (its pattern, then its list); the first counts.
    """
    faults: dict[tuple[int, str], Fault] = {}
    for entry in log:
        if entry.type_name == "SCHEMAV_CVC_IDC" and "Duplicate" not in entry.message:
            continue  # a key that cannot be read, which is an error of its own
        place = _PLACE.match(entry.message)
        element = place["element"] if place else ""
        attribute = (place["attribute"] if place else "") or ""
        wrong, expected = _explain(entry, root, element, attribute)
        about = (entry.line, f"{element} {attribute or wrong}")
        if about not in faults:
            line = lines.attribute(attribute, element, entry.line)
            faults[about] = Fault(file, line, wrong, expected)
    return tuple(sorted(faults.values(), key=lambda fault: fault.line))


def _explain(
    entry: etree._LogEntry, root: etree._Element, element: str, attribute: str
) -> tuple[str, str]:
    """What is wrong, and what was expected."""
    kind = entry.type_name
    if attribute and kind == "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1":
        return f"{element} has an unknown attribute {attribute}", _one_of(
            attribute, _attributes_of(element)
        )
    if attribute:
        return f"{element} has {attribute}={_value(root, entry, attribute)}", _wanted(
            element, attribute
        )
    missing = _MISSING.search(entry.message)
    if missing:
        return f"{element} has no attribute {missing['name']}", _wanted(element, missing["name"])
    if kind == "SCHEMAV_CVC_IDC":
        code = entry.message.partition("['")[2].partition("']")[0]
        return f"rule {code} is named twice", "one rule element for each rule"
    if kind in ("SCHEMAV_CVC_COMPLEX_TYPE_2_1", "SCHEMAV_CVC_COMPLEX_TYPE_2_3"):
        return f"{element} has text in it", 'elements only (words belong in an attribute note="")'
    if kind == "SCHEMAV_CVC_ELT_1":
        return f"the file begins with {element}", "payer-profile"
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        return _misplaced(entry, element)
    return _PLACE.sub("", entry.message), f"what profile.xsd says of {element}"


def _misplaced(entry: etree._LogEntry, element: str) -> tuple[str, str]:
    parent = (entry.path or "").split("/")[-2]
    parent = re.sub(r"\[\d+\]", "", parent)
    if "Missing child" in entry.message:
        return f"{element} is empty", _one_of("", _children_of(element))
    if element == "matches" and parent == "payer-profile":
        return "matches stands behind other elements", "matches first, and once"
    known = _children_of(parent)
    if element in known:
        return f"{element} is not allowed here", _one_of("", known)
    return f"{parent} has an unknown element {element}", _one_of(element, known)


def _value(root: etree._Element, entry: etree._LogEntry, attribute: str) -> str:
    found = root.getroottree().xpath(entry.path or "/*")
    value = found[0].get(attribute, "") if isinstance(found, list) and found else ""  # type: ignore[union-attr]
    shown = value if len(value) <= 60 else value[:57] + "..."
    return f'"{shown}"'


def _one_of(written: str, known: list[str]) -> str:
    close = get_close_matches(written, known, n=1)
    return f"{close[0]} (did you mean that?)" if close else "one of " + ", ".join(known)


def _declaration(element: str) -> etree._Element | None:
    tree = etree.parse(SCHEMA_FILE)
    return next((one for one in tree.iter(_XSD + "element") if one.get("name") == element), None)


def _children_of(element: str) -> list[str]:
    declared = _declaration(element)
    if declared is None:
        return []
    within = declared.iterdescendants(_XSD + "element")
    return [one.get("name", "") for one in within if _holder(one) is declared]


def _holder(declared: etree._Element) -> etree._Element | None:
    return next(iter(declared.iterancestors(_XSD + "element")), None)


def _attributes_of(element: str) -> list[str]:
    return [one.get("name", "") for one in _attribute_declarations(element)]


def _attribute_declarations(element: str) -> list[etree._Element]:
    declared = _declaration(element)
    if declared is None:
        return []
    own = [one for one in declared.iter(_XSD + "attribute") if _holder(one) is declared]
    if not any(_holder(one) is declared for one in declared.iter(_XSD + "attributeGroup")):
        return own
    group = declared.getroottree().find(f"{_XSD}attributeGroup")
    return own + (list(group.iterchildren(_XSD + "attribute")) if group is not None else [])


def _wanted(element: str, attribute: str) -> str:
    """The documentation of the attribute's type."""
    for declared in _attribute_declarations(element):
        if declared.get("name") != attribute:
            continue
        tree = declared.getroottree()
        named = tree.find(f"{_XSD}simpleType[@name='{declared.get('type')}']")
        words = (declared if named is None else named).find(f".//{_XSD}documentation")
        if words is not None and words.text:
            return words.text
    return f"what profile.xsd says of {element}"
