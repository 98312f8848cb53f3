"""Lists of procedure codes in a payer profile."""

from typing import NamedTuple

from scrubber.therapy.table import TherapyCode


class CodeList(NamedTuple):
    """Codes named one by one or by how they begin, or every 15-minute code or every code of the
    therapy table; but none of those that `excepted` covers."""

    codes: frozenset[str] = frozenset()
    every_timed_code: bool = False
    every_therapy_code: bool = False
    beginnings: tuple[str, ...] = ()
    excepted: "CodeList | None" = None

    def covers(self, code: str, row: TherapyCode | None) -> bool:
        """Whether `code` is in the list; `row` is what the therapy table has of it, if anything."""
        if self.excepted is not None and self.excepted.covers(code, row):
            return False
        if code in self.codes or code.startswith(self.beginnings):
            return True
        if row is None:
            return False
        return self.every_therapy_code or (self.every_timed_code and row.pooled)


def read_code_list(words: tuple[str, ...]) -> CodeList:
    """Make a list from the words of an attribute: codes, ranges such as 97032-97036, beginnings
    such as S*, and the words `timed` and `therapy`. Raises ValueError for a range that runs
    backwards or mixes letters."""
    codes: set[str] = set()
    beginnings = tuple(sorted(word[:-1] for word in words if word.endswith("*")))
    for word in words:
        if "-" in word:
            codes.update(_codes_of_range(*word.split("-")))
        elif word not in ("timed", "therapy") and not word.endswith("*"):
            codes.add(word)
    return CodeList(frozenset(codes), "timed" in words, "therapy" in words, beginnings)


def code_words(codes: CodeList) -> list[str]:
    """The words of a list again, in order, with runs of three and more codes as ranges."""
    words = ["therapy"] * codes.every_therapy_code + ["timed"] * codes.every_timed_code
    words += [f"{beginning}*" for beginning in codes.beginnings]
    run: list[str] = []
    for code in [*sorted(codes.codes), ""]:
        if run and code != _next_code(run[-1]):
            words += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else run
            run = []
        run.append(code)
    if codes.excepted is not None:
        words += ["except", *code_words(codes.excepted)]
    return words


def _next_code(code: str) -> str | None:
    """The code with the next number, or None where a code does not end in a number."""
    letter, digits = ("", code) if code.isdigit() else (code[:1], code[1:])
    if len(code) != 5 or not digits.isdigit():
        return None
    following = f"{int(digits) + 1:0{len(digits)}}"
    return letter + following if len(following) == len(digits) else None


def _codes_of_range(first: str, last: str) -> list[str]:
    """Codes of a range whose ends differ in their digits only (97032-97036, G0541-G0543)."""
    letter, digits = (first[0], 4) if first[0].isalpha() else ("", 5)
    start, stop = first.removeprefix(letter), last.removeprefix(letter)
    if not (last.startswith(letter) and start.isdigit() and stop.isdigit() and start <= stop):
        raise ValueError(f"{first}-{last}")
    return [f"{letter}{number:0{digits}}" for number in range(int(start), int(stop) + 1)]
