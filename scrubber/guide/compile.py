"""Compiles pyx12's transcription of the 837P guide into data/837p.json.

Run by `python -m scrubber.guide.compile` when pyx12 is updated; needs pyx12 installed. What is
derived from its data carries its BSD notice (NOTICE). Only ids, usages, counts, types, lengths
and code values are taken, no texts.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree

HERE = Path(__file__).parent / "data"
# 2000B and 2000C hold the same 2300 in the guide; one definition serves both.
CLAIM_PARENT = "2000B"
EXTERNAL = {"country", "states", "remark_code", "pos", "currency"}


def main() -> None:
    """Write data/837p.json from the installed pyx12."""
    source = files("pyx12") / "map"
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    guide = etree.fromstring((source / "837.5010.X222.A1.xml").read_bytes(), parser)
    types = etree.fromstring((source / "dataele.xml").read_bytes(), parser)
    elements = {
        e.get("ele_num"): [e.get("data_type"), int(e.get("min_len", 0)), int(e.get("max_len", 0))]
        for e in types.iter("data_ele")
    }
    transaction = guide.find(".//loop[@xid='ST_LOOP']")
    assert transaction is not None
    loops = _loops(transaction)
    used: dict[str, list[Any]] = {}
    for loop in loops:
        for segment in loop["segments"]:
            for element in segment["elements"]:
                for part in element.get("components", [element]):
                    used[part["type"]] = elements[part["type"]]
    record = {"source": "pyx12 4.0.0, 837.5010.X222.A1.xml and dataele.xml", "data_elements": used}
    lines = [json.dumps(loop, separators=(",", ":")) for loop in loops]
    head = json.dumps(record, separators=(",", ":"))[:-1]
    (HERE / "837p.json").write_text(head + ',"loops":[\n' + ",\n".join(lines) + "\n]}\n")


def _loops(transaction: Any) -> list[dict[str, Any]]:
    """Every loop once, with its parent; ST, BHT and SE belong to the loop ST."""
    found: list[dict[str, Any]] = []

    def visit(node: Any, parent: str, name: str) -> None:
        loop = {
            "id": name,
            "parent": parent,
            "usage": node.findtext("usage"),
            "position": int(node.findtext("pos")),
            "repeat": _count(node.findtext("repeat")),
            "segments": [],
        }
        found.append(loop)
        children(node, loop)

    def children(node: Any, loop: dict[str, Any]) -> None:
        for child in node:
            if child.tag == "segment":
                loop["segments"].append(_segment(child))
            elif child.tag == "loop" and child.get("type") == "wrapper":
                children(child, loop)
            elif child.tag == "loop":
                if child.get("xid") == "2300" and loop["id"] != CLAIM_PARENT:
                    continue
                visit(child, loop["id"], child.get("xid"))

    visit(transaction, "", "ST")
    return found


def _segment(node: Any) -> dict[str, Any]:
    return {
        "id": node.get("xid"),
        "usage": node.findtext("usage"),
        "position": int(node.findtext("pos")),
        "repeat": _count(node.findtext("max_use")),
        "notes": [note.text for note in node.findall("syntax")],
        "elements": [_element(e) for e in node if e.tag in ("element", "composite")],
    }


def _element(node: Any) -> dict[str, Any]:
    record: dict[str, Any] = {"usage": node.findtext("usage"), "number": int(node.findtext("seq"))}
    if node.tag == "composite":
        record["components"] = [_element(part) for part in node.findall("element")]
        return record
    record["type"] = node.findtext("data_ele")
    codes = node.find("valid_codes")
    if codes is not None:
        if codes.get("external"):
            record["table"] = codes.get("external")
        listed = [code.text for code in codes.findall("code")]
        if listed:
            record["codes"] = listed
    return record


def _count(text: str | None) -> int:
    """A repeat count; 0 means any number."""
    return 0 if text is None or text.startswith(">") else int(text)


if __name__ == "__main__":
    main()
