"""Small wrongs put into a module one at a time, as a hurried hand might put them in.

What is changed:

- the condition of an `if`, a `while`, a conditional expression or a comprehension is negated, and
  so is each comparison and each operand of `and` and `or`;
- `<` becomes `<=` and `>` becomes `>=`, and the other way round;
- `and` becomes `or`, `any` becomes `all`, `min` becomes `max`, and the other way round, but not
  where an operand asks only whether something is there (`is None`): a type checker wants it asked;
- a whole number, also one in `Decimal("...")`, becomes one more and one less; the index of a first
  element only one more;
- `return True` becomes `return False`, and the other way round.

What is left alone: annotations; the wording of messages (f-strings); the size of memories
(`lru_cache`); and `and`/`or` within `concerns=`, which may be wider than its rule.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from types import CodeType
from typing import NamedTuple

INVERSE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE,
    ast.LtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
NEIGHBOUR: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min"}
NOT_BEHAVIOUR = frozenset({"annotation", "returns", "type_params"})


class Mutant(NamedTuple):
    """A change in the function `function` (empty for the module itself): `before` became `after`.

    `number` tells equal changes of one function apart; `tree` is the changed module.
    """

    function: str
    before: str
    after: str
    number: int
    tree: ast.Module

    def name(self, module: str) -> str:
        """What the mutant is called wherever its line may move to."""
        again = f" #{self.number}" if self.number else ""
        return f"{module}:{self.function}: {self.before} -> {self.after}{again}"

    def compiled(self, path: str) -> CodeType:
        """The changed module as code."""
        return compile(self.tree, path, "exec")


class Place(NamedTuple):
    """Where an expression stands: in which field of which node, at which index of a list."""

    parent: ast.AST
    field: str
    position: int | None
    function: str
    in_concern: bool

    def put(self, node: ast.AST) -> None:
        if self.position is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.position] = node


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its text."""
    tree = ast.parse(source)
    seen: dict[tuple[str, str, str], int] = {}
    for place, node in list(_places(tree, "", False)):
        for changed in _changes(place, node):
            key = (place.function, ast.unparse(node), ast.unparse(changed))
            number = seen[key] = seen.get(key, -1) + 1
            place.put(ast.fix_missing_locations(ast.copy_location(changed, node)))
            yield Mutant(*key, number, deepcopy(tree))
            place.put(node)


def _places(parent: ast.AST, function: str, in_concern: bool) -> Iterator[tuple[Place, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if field in NOT_BEHAVIOUR:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(node, ast.AST) or _is_no_behaviour(node):
                continue
            inner = f"{function}.{node.name}".lstrip(".") if isinstance(node, _SCOPES) else function
            concern = in_concern or (isinstance(node, ast.keyword) and node.arg == "concerns")
            yield Place(parent, field, index, inner, concern), node
            yield from _places(node, inner, concern)


def _is_no_behaviour(node: ast.AST) -> bool:
    is_memory = isinstance(node, ast.Call) and ast.unparse(node.func) in {"lru_cache", "cache"}
    is_type = isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"
    return is_memory or is_type or isinstance(node, ast.JoinedStr)


_SCOPES = (ast.FunctionDef, ast.ClassDef)


def _changes(place: Place, node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        yield from _compared_otherwise(node)
    elif isinstance(node, ast.BoolOp):
        if not place.in_concern and not any(map(_asks_for_presence, node.values)):
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield ast.BoolOp(other, node.values)
        if _is_condition(place):
            yield _negated(node)
    elif _is_condition(place) or (_is_operand(place) and not isinstance(node, ast.Constant)):
        yield _negated(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        if not _is_condition(place) and not _is_operand(place):
            yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _neighbours(place, node)
    elif isinstance(node, ast.Name) and node.id in SWAPPED and isinstance(place.parent, ast.Call):
        yield ast.Name(SWAPPED[node.id], ast.Load())


def _is_condition(place: Place) -> bool:
    tested = isinstance(place.parent, ast.If | ast.While | ast.IfExp) and place.field == "test"
    return tested or (isinstance(place.parent, ast.comprehension) and place.field == "ifs")


def _is_operand(place: Place) -> bool:
    return isinstance(place.parent, ast.BoolOp) and place.field == "values"


def _asks_for_presence(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.IsNot)


def _negated(node: ast.AST) -> ast.expr:
    assert isinstance(node, ast.expr)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    return ast.UnaryOp(ast.Not(), node)


def _compared_otherwise(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        for others in (INVERSE, NEIGHBOUR):
            other = others.get(type(operator))
            if other is not None:
                operators = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                yield ast.Compare(node.left, operators, node.comparators)


def _neighbours(place: Place, node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        if isinstance(place.parent, ast.Return):
            yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        if value or not isinstance(place.parent, ast.Subscript):
            yield ast.Constant(value - 1)
    elif isinstance(value, str) and _is_decimal(place.parent):
        try:
            number = Decimal(value)
        except InvalidOperation:
            return
        yield ast.Constant(str(number + 1))
        yield ast.Constant(str(number - 1))


def _is_decimal(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "Decimal"
