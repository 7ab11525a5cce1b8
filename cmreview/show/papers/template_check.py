"""What a template may say: print fields, choose, list; held against the paper's shape before it is filled.

A template's marks are read as a syntax tree and never run here. Only a few kinds of node pass, so a
template can neither call, compute nor loop longer than the paper's own lists; the sandbox at filling is
the second wall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cmreview.errors import FileError
from cmreview.show.papers.fields import Many, Record, Shape, Value

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

FILTERS = frozenset({"join", "length"})
_SAME = frozenset({"eq", "ne"})  # other comparisons can fail on what is missing
_LOOP = Record({name: Value(int) for name in ("index", "first", "last", "length")})
_TAG = re.compile(r"<[^>]*>")
_CHOICES = frozenset({"And", "Or", "Not", "Compare", "Operand", "CondExpr", "Test", "Const"})
# A field printed outside of any text, as docxtpl's {{p field }} and {{r field }} do with ready-made XML.
_BARE = re.compile(r"<(?!w:t[ >]|w:instrText[ >])[^<>]*>[^<>]*(\{\{[^{}]*\}\})")
_BRACES = re.compile(r"\{[{%#]|[}%#]\}")
_DOCXTPL = re.compile(r"\{%\s*(?:vm|hm|colspan|cellbg)\b")
MOST_MARKS, MOST_LOOSE = 5_000, 20  # of one part; the longest template has a few hundred marks
_NEAR = 20  # characters shown around a fault


def refuse_loose_marks(source: str, file: str) -> None:
    """Refuse more loose braces, or more marks, than any paper has, before marks are joined.

    docxtpl joins marks by patterns that take hours over thousands of open braces, and by some for merged
    cells that take longer still. A few loose ones are told with their place by ``check``. ``source`` is
    well-formed XML. Raises FileError.
    """
    text = _TAG.sub("", source)
    is_open, loose = False, 0
    for count, found in enumerate(_BRACES.finditer(text), start=1):
        is_opening = found[0].startswith("{")
        loose += is_opening == is_open
        if loose > MOST_LOOSE or count > 2 * MOST_MARKS:
            near = text[max(found.start() - _NEAR, 0) : found.end() + _NEAR].strip()
            raise FileError("papers.stray_brace", file=file, near=near, example="{{ name }}")
        is_open = is_opening
    own = _DOCXTPL.search(text)
    if own:
        raise FileError("papers.not_allowed", file=file, construct=own[0])


def check(source: str, paper: Record, environment: Environment, file: str) -> None:
    """Hold one part of a template against the shape of its paper.

    ``source`` is the part's XML with the marks joined (docxtpl's ``patch_xml``). Raises FileError.
    """
    from jinja2 import TemplateSyntaxError

    bare = _BARE.search(source)
    if bare:
        raise FileError("papers.not_allowed", file=file, construct=f"{bare[1]} (p, tr, tc, r)")
    lines = re.sub(r"(<w:p[ >])", r"\n\1", source)  # a line each, so that a fault is told with its paragraph
    try:
        tree = environment.parse(lines)
    except TemplateSyntaxError as error:
        near = _near(lines, error.lineno)
        raise FileError("papers.syntax", file=file, problem=error.message, near=near) from error
    except RecursionError as error:
        raise FileError("papers.not_allowed", file=file, construct="((((") from error
    _Checker(file).statements(tree.body, paper.fields, frozenset())


def _near(source: str, line: int) -> str:
    """The marks of the line that the fault was found in, without XML."""
    text = _TAG.sub("", source.splitlines()[line - 1])
    found = re.search(r"\{[{%#].*", text)
    return (found[0] if found else text)[: 3 * _NEAR]


class _Checker:
    def __init__(self, file: str) -> None:
        self.file = file

    def statements(self, body: list[nodes.Node], scope: dict[str, Shape], items: frozenset[str]) -> None:
        """``items`` are the names that loops around these statements gave to their rows."""
        for node in body:
            kind = type(node).__name__
            if kind == "Output":
                for part in node.iter_child_nodes():
                    self._print(part, scope)
            elif kind == "For":
                self._loop(node, scope, items)
            elif kind == "If":
                self._expression(node.test, scope)  # type: ignore[attr-defined]
                for branch in (node.body, node.elif_, node.else_):  # type: ignore[attr-defined]
                    self.statements(branch, scope, items)
            else:
                self._refuse(kind)

    def _print(self, node: nodes.Node, scope: dict[str, Shape]) -> None:
        if type(node).__name__ == "TemplateData":
            self._braces(node.data)  # type: ignore[attr-defined]
            return
        found = self._expression(node, scope)
        if not isinstance(found, Value):
            example = next(iter(found.fields)) if isinstance(found, Record) else "…"
            name = _path(node)
            shown = f"{name}.{example}" if isinstance(found, Record) else f"{{% for one in {name} %}}"
            raise FileError("papers.not_a_value", file=self.file, field=name, example=shown)

    def _braces(self, data: str) -> None:
        text = _TAG.sub("", data)
        found = re.search(r"[{}]", text)
        if found:
            near = text[max(found.start() - _NEAR, 0) : found.end() + _NEAR].strip()
            raise FileError("papers.stray_brace", file=self.file, near=near, example="{{ name }}")

    def _loop(self, node: nodes.Node, scope: dict[str, Shape], items: frozenset[str]) -> None:
        target, source = node.target, node.iter  # type: ignore[attr-defined]
        if type(target).__name__ != "Name" or node.recursive:  # type: ignore[attr-defined]
            self._refuse("for")
        found = self._expression(source, scope)
        if not isinstance(found, Many):
            known = tuple(sorted(name for name, one in scope.items() if isinstance(one, Many)))
            raise FileError("papers.not_a_list", file=self.file, field=_path(source), known=known)
        # a list within a list only where it belongs to the row: otherwise rows times rows are printed
        if items and _path(source).split(".")[0] not in items:
            self._refuse(f"for {target.name} in {_path(source)}")
        inner = scope | {target.name: found.of, "loop": _LOOP}
        if node.test is not None:  # type: ignore[attr-defined]
            self._expression(node.test, inner)  # type: ignore[attr-defined]
        self.statements(node.body, inner, items | {target.name})  # type: ignore[attr-defined]
        self.statements(node.else_, scope, items)  # type: ignore[attr-defined]

    def _expression(self, node: nodes.Node, scope: dict[str, Shape]) -> Shape:
        """The shape of an expression; FileError where it names what is not there."""
        kind = type(node).__name__
        if kind == "Name":
            return self._field(node.name, node.name, scope)  # type: ignore[attr-defined]
        if kind == "Getattr":
            base = self._expression(node.node, scope)  # type: ignore[attr-defined]
            known = base.fields if isinstance(base, Record) else {}
            return self._field(node.attr, _path(node), known)  # type: ignore[attr-defined]
        if kind == "Filter":
            return self._filter(node, scope)
        if kind not in _CHOICES:
            self._refuse(kind)
        if kind == "Operand" and node.op not in _SAME:  # type: ignore[attr-defined]
            self._refuse(node.op)  # type: ignore[attr-defined]
        if kind == "Test" and node.name != "none":  # type: ignore[attr-defined]
            self._refuse(node.name)  # type: ignore[attr-defined]
        found = [self._expression(child, scope) for child in node.iter_child_nodes()]
        # what and, or and if-else give is one of their parts
        parts = found if kind in ("And", "Or") else found[1:] if kind == "CondExpr" else []
        return next((part for part in parts if not isinstance(part, Value)), Value(str))

    def _filter(self, node: nodes.Node, scope: dict[str, Shape]) -> Shape:
        name, given = node.name, node.args  # type: ignore[attr-defined]
        if name not in FILTERS or node.node is None:  # type: ignore[attr-defined]
            self._refuse(name)
        found = self._expression(node.node, scope)  # type: ignore[attr-defined]
        # a second argument of join would name a field that nobody has checked
        is_plain = [type(one).__name__ for one in given] in ([], ["Const"])
        is_listing = isinstance(found, Many) and (name == "length" or isinstance(found.of, Value))
        if not is_plain or not is_listing or node.kwargs or node.dyn_args or node.dyn_kwargs:  # type: ignore[attr-defined]
            self._refuse(f"{_path(node.node)}|{name}")  # type: ignore[attr-defined]
        return Value(int if name == "length" else str)

    def _field(self, name: str, path: str, known: dict[str, Shape]) -> Shape:
        if name not in known:
            listed = tuple(sorted(set(known) - {"loop"})) or ("—",)
            raise FileError("papers.unknown_field", file=self.file, field=path, known=listed)
        return known[name]

    def _refuse(self, construct: str) -> None:
        raise FileError("papers.not_allowed", file=self.file, construct=construct)


def _path(node: nodes.Node) -> str:
    """An expression as its writer wrote it: ``person.name``."""
    return ".".join(_names(node)) or type(node).__name__


def _names(node: nodes.Node) -> Iterator[str]:
    if type(node).__name__ == "Getattr":
        yield from _names(node.node)  # type: ignore[attr-defined]
        yield node.attr  # type: ignore[attr-defined]
    elif type(node).__name__ == "Name":
        yield node.name  # type: ignore[attr-defined]
