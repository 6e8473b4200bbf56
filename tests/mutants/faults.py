"""The faults that are tried: one changed comparison, sign, number or step, or an element or step left out."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
RECKONED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult}
CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}
IN_WORDS = (ast.JoinedStr, ast.Raise, ast.arguments, ast.AnnAssign)
"""What is left as it is inside: words, what an error says, defaults and types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: in which file and function it lies, on which lines, and what it makes of what."""

    file: Path
    number: int
    function: str
    """The qualified name of the function, empty where the fault lies in a table of the module."""
    lines: range
    before: str
    after: str

    def says(self) -> str:
        """Return the fault as the table names it."""
        return f"`{self.before}` became `{self.after}`"


Change = Callable[[], tuple[str, str]]


def faults_of(file: Path) -> tuple[Fault, ...]:
    """Return every fault of a file, in its order."""
    return tuple(fault for fault, _ in _walk(file))


def faulty_tree(fault: Fault) -> ast.Module:
    """Return the tree of a file with one fault in it."""
    tree = ast.parse(fault.file.read_text(encoding="utf-8"))
    for number, (_, _, change) in enumerate(_places(tree)):
        if number == fault.number:
            change()
            return ast.fix_missing_locations(tree)
    raise ValueError(f"{fault.file} has no fault {fault.number}: it was changed meanwhile.")


def _walk(file: Path) -> Iterator[tuple[Fault, None]]:
    source = file.read_text(encoding="utf-8")
    count = sum(1 for _ in _places(ast.parse(source)))
    for number in range(count):
        tree = ast.parse(source)
        function, statement, change = next(each for at, each in enumerate(_places(tree)) if at == number)
        lines = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
        before, after = change()
        yield Fault(file=file, number=number, function=function, lines=lines, before=before, after=after), None


def _places(tree: ast.Module) -> Iterator[tuple[str, ast.stmt, Change]]:
    """Give every place where something can be changed: its function, its statement and the change."""
    yield from _inside(tree, "", None)


def _inside(node: ast.AST, function: str, statement: ast.stmt | None) -> Iterator[tuple[str, ast.stmt, Change]]:
    for field, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for place, child in enumerate(children):
            if not isinstance(child, ast.AST) or isinstance(child, IN_WORDS) or field in {"decorator_list", "returns"}:
                if isinstance(child, ast.Raise):
                    yield function, child, _left_out(children, place)
                elif (
                    isinstance(child, ast.AnnAssign) and child.value is not None and not isinstance(node, ast.ClassDef)
                ):
                    yield from _inside(child, function, child)
                continue
            if isinstance(child, ast.ClassDef | ast.FunctionDef):
                inner = f"{function}.<locals>.{child.name}" if isinstance(node, ast.FunctionDef) else child.name
                inner = f"{function}.{child.name}" if isinstance(node, ast.ClassDef) else inner
                yield from _inside(child, inner, None)
                continue
            within = child if isinstance(child, ast.stmt) else statement
            if isinstance(node, ast.ClassDef) or (isinstance(node, ast.AnnAssign) and field == "annotation"):
                continue
            if within is not None and not _says_nothing(within):
                yield from ((function, within, each) for each in _changes(child, children, place, bool(function)))
                yield from _inside(child, function, within)


def _says_nothing(statement: ast.stmt) -> bool:
    """Say whether a statement is for readers of the code alone: exports, imports for types, what never happens."""
    match statement:
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return True
    return False


def _changes(node: ast.AST, siblings: list[ast.AST], place: int, is_in_function: bool) -> Iterator[Change]:
    """Give what can be changed at one node."""
    match node:
        case ast.Compare(ops=ops):
            for number, each in enumerate(ops):
                if type(each) in COMPARED:
                    yield _replaced(node, ops, number, COMPARED[type(each)]())
        case ast.BoolOp():
            yield _set(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield _set(node, "op", ast.UAdd(), lambda: setattr(node, "operand", _truth(node.operand)))
        case ast.BinOp() if type(node.op) in RECKONED:
            yield _set(node, "op", RECKONED[type(node.op)]())
        case ast.AugAssign() if type(node.op) in RECKONED:
            yield _set(node, "op", RECKONED[type(node.op)]())
        case ast.Constant(value=bool()):
            yield _set(node, "value", not node.value)
        case ast.Constant(value=int() | float()):
            yield _set(node, "value", node.value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            yield _set(node.func, "id", CALLED[name], shown=node)
        case ast.Set(elts=elements) | ast.List(elts=elements) if len(elements) > 1:
            for number in range(len(elements)):
                yield _without(node, number)
        case ast.Dict(keys=keys) if len(keys) > 1:
            for number in range(len(keys)):
                yield _without(node, number)
        case ast.comprehension(ifs=tests):
            for number in range(len(tests)):
                yield _replaced(node, tests, number, ast.Constant(value=True))
        case ast.Expr(value=ast.Call()) if is_in_function:
            yield _left_out(siblings, place)
        case ast.Return(value=ast.AST() as value) if not _is_nothing(value):
            yield _set(node, "value", ast.Constant(value=None))
        case ast.Continue() | ast.Break():
            yield _left_out(siblings, place)


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not value.value


def _truth(operand: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Name(id="bool", ctx=ast.Load()), args=[operand], keywords=[])


def _set(
    node: ast.AST, field: str, value: object, also: Callable[[], None] = lambda: None, shown: ast.AST | None = None
) -> Change:
    def change() -> tuple[str, str]:
        before = _said(shown or node)
        setattr(node, field, value)
        also()
        return before, _said(shown or node)

    return change


def _replaced(node: ast.AST, elements: list[ast.AST], number: int, other: ast.AST) -> Change:
    def change() -> tuple[str, str]:
        before = _said(node)
        elements[number] = other
        return before, _said(node)

    return change


def _without(node: ast.Dict | ast.Set | ast.List, number: int) -> Change:
    def change() -> tuple[str, str]:
        elements = node.values if isinstance(node, ast.Dict) else node.elts
        left_out = copy.copy(
            (node.keys[number] or elements[number]) if isinstance(node, ast.Dict) else elements[number]
        )
        del elements[number]
        if isinstance(node, ast.Dict):
            del node.keys[number]
        return _said(left_out), "nothing: left out"

    return change


def _left_out(siblings: list[ast.AST], place: int) -> Change:
    def change() -> tuple[str, str]:
        before = _said(siblings[place])
        siblings[place] = ast.Pass(lineno=siblings[place].lineno, col_offset=siblings[place].col_offset)
        return before, "nothing: left out"

    return change


def _said(node: ast.AST) -> str:
    """Return a piece of code in one line, shortened."""
    if isinstance(node, ast.comprehension):
        text = f"for {ast.unparse(node.target)} in ... if {' if '.join(ast.unparse(each) for each in node.ifs)}"
    else:
        text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."
