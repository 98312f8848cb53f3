"""Relational notes: which elements of a segment go together, need or exclude each other."""

from scrubber.guide.definitions import Note, SegmentDefinition


def open_notes(definition: SegmentDefinition) -> list[Note]:
    """The notes of a segment that the usage of its elements does not settle."""
    if not definition.notes:
        return []
    usage = {element.number: element.usage for element in definition.elements}

    def is_open(note: Note) -> bool:
        usages = [usage.get(number, "N") for number in note.elements]
        match note.kind:
            case "P":
                return len(set(usages)) > 1 or usages[0] == "S"
            case "R":
                return "R" not in usages
            case "E":
                return sum(one != "N" for one in usages) > 1
            case "C":
                return usages[0] != "N" and any(one != "R" for one in usages[1:])
            case _:
                return usages[0] != "N" and "R" not in usages[1:]

    return [note for note in definition.notes if is_open(note)]


def broken_note(note: Note, values: list[str]) -> bool:
    """Whether a segment, split into its id and elements, breaks the note."""
    present = [number < len(values) and values[number] != "" for number in note.elements]
    match note.kind:
        case "P":
            return any(present) and not all(present)
        case "R":
            return not any(present)
        case "E":
            return sum(present) > 1
        case "C":
            return present[0] and not all(present[1:])
        case _:
            return present[0] and not any(present[1:])
