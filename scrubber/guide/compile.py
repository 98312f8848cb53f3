"""Compiles pyx12's transcription of the 837P guide and our corrections of it into data/837p.json.

Run by `python -m scrubber.guide.compile` when pyx12 or data/overlay.json changes; needs pyx12
installed. What is derived from its data carries its BSD notice (NOTICE). Only ids, usages,
counts, positions, types, lengths and code values are taken, no texts.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "data"
# 2000B and 2000C hold the same 2300 in the guide, up to its usage, which the hierarchy checks;
# one definition serves both.
CLAIM_PARENT = "2000B"
SOURCE = "pyx12 4.0.0, 837.5010.X222.A1.xml and dataele.xml, corrected by overlay.json"


def main() -> None:
    """Write data/837p.json."""
    (HERE / "837p.json").write_text(compiled(), encoding="ascii")


def compiled() -> str:
    """The text of data/837p.json: one line a list of elements, one line a loop."""
    guide, types = _sources()
    transaction = guide.find(".//loop[@xid='ST_LOOP']")
    loops = _loops(transaction)
    for row in json.loads((HERE / "overlay.json").read_text(encoding="ascii"))["rows"]:
        for address in row["at"]:
            _change(loops, address, row["set"])
    used = {
        element["type"]: types[element["type"]]
        for loop in loops
        for segment in loop["segments"]
        for element in _simple_elements(segment)
    }
    lists = _shared_lists(loops)
    head = json.dumps({"source": SOURCE, "data_elements": used}, separators=(",", ":"))[:-1]
    return f'{head},"lists":[\n{_lines(lists)}\n],"loops":[\n{_lines(loops)}\n]}}\n'


def _sources() -> tuple[Any, dict[str, list[Any]]]:
    """The guide of pyx12, and type, shortest and longest length by data element number."""
    from lxml import etree  # noqa: PLC0415

    source = files("pyx12") / "map"
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    guide = etree.fromstring((source / "837.5010.X222.A1.xml").read_bytes(), parser)
    elements = etree.fromstring((source / "dataele.xml").read_bytes(), parser)
    types = {
        str(e.get("ele_num")): [
            e.get("data_type"),
            int(e.get("min_len", "0")),
            int(e.get("max_len", "0")),
        ]
        for e in elements.iter("data_ele")
    }
    return guide, types


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
        listed = [code.text for code in codes.findall("code")]
        if listed:
            record["codes"] = listed
    return record


def _count(text: str | None) -> int:
    """A repeat count; 0 means any number."""
    return 0 if text is None or text.startswith(">") else int(text)


def _simple_elements(segment: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        part
        for element in segment["elements"]
        for part in element.get("components", [element])
        if "type" in part
    ]


def _change(loops: list[dict[str, Any]], address: str, change: dict[str, Any]) -> None:
    """Apply one row: a loop ("2330D"), an element ("2300/CLM05-3") or one everywhere ("N403")."""
    loop_id, _, place = address.rpartition("/")
    hits = 0
    for loop in loops:
        if address == loop["id"]:
            loop.update(change)
            hits += 1
            continue
        if loop_id not in ("", loop["id"]):
            continue
        for segment in loop["segments"]:
            for element, name in _named(segment):
                if name == place:
                    _change_element(element, change)
                    hits += 1
    if not hits:
        raise ValueError(f"overlay.json: no place {address} in the guide")


def _named(segment: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    named = []
    for element in segment["elements"]:
        name = f"{segment['id']}{element['number']:02d}"
        named.append((element, name))
        named += [(part, f"{name}-{part['number']}") for part in element.get("components", ())]
    return named


def _change_element(element: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        if key == "more_codes":
            element["codes"] = [*element["codes"], *value]
        else:
            element[key] = value


def _shared_lists(loops: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The lists of elements, each once; segments keep the number of theirs."""
    lists: list[list[dict[str, Any]]] = []
    numbers: dict[str, int] = {}
    for loop in loops:
        for segment in loop["segments"]:
            for element in _simple_elements(segment):
                if "codes" in element and not isinstance(element["codes"], str):
                    element["codes"] = " ".join(element["codes"])
            elements = segment["elements"]
            key = json.dumps(elements)
            if key not in numbers:
                numbers[key] = len(lists)
                lists.append(elements)
            segment["elements"] = numbers[key]
    return lists


def _lines(records: list[Any]) -> str:
    return ",\n".join(json.dumps(record, separators=(",", ":")) for record in records)


if __name__ == "__main__":
    main()
