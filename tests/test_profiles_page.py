"""The page for authors of profiles shows every element and attribute, and its examples load."""

import re
from pathlib import Path

import pytest
from lxml import etree

from scrubber.profiles import SCHEMA_FILE
from scrubber.profiles.check import check_profiles

PAGE = (Path(__file__).parents[1] / "docs/payer-profiles.md").read_text()
EXAMPLES: list[str] = re.findall(r"```xml\n(.*?)```", PAGE, re.S)
XSD = "{http://www.w3.org/2001/XMLSchema}"


def whole(example: str) -> str:
    """An example that is a part of a profile, with what belongs around it."""
    if example.startswith("<payer-profile"):
        return example
    return (
        '<payer-profile schema="1" id="example" name="Example" type="commercial" version="1">\n'
        f"{example}</payer-profile>"
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split(maxsplit=1)[0][1:])
def test_an_example_loads(example: str, tmp_path: Path) -> None:
    path = tmp_path / "example.xml"
    path.write_text(whole(example))
    assert "is valid" in check_profiles([path])


def declared_in(schema: etree._Element) -> set[str]:
    """Every element and element/attribute of the schema; those of all statements as statement."""
    declared: set[str] = set()
    for attribute in schema.iter(XSD + "attribute"):
        holders = list(attribute.iterancestors(XSD + "element", XSD + "attributeGroup"))
        declared.add(f"{holders[0].get('name')}/{attribute.get('name')}")
    return declared | {one.get("name", "") for one in schema.iter(XSD + "element")}


def shown_in(examples: list[str]) -> set[str]:
    shown: set[str] = set()
    for example in examples:
        for element in etree.fromstring(whole(example)).iter():
            shown.add(str(element.tag))
            names = [str(name) for name in element.attrib]
            shown |= {f"{holder}/{name}" for name in names for holder in (element.tag, "statement")}
    return shown


def test_every_element_and_attribute_is_shown() -> None:
    declared = declared_in(etree.parse(SCHEMA_FILE).getroot())
    assert len(declared) > 100
    assert declared - shown_in(EXAMPLES) == set()


def test_every_element_is_explained_in_words() -> None:
    schema = etree.parse(SCHEMA_FILE).getroot()
    names = {one.get("name", "") for one in schema.iter(XSD + "element")} - {"payer-profile"}
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.S)
    assert {name for name in names if f"`{name}`" not in prose} == set()
