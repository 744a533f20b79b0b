"""What is computed from the counts of a response? Differences, ratios and costs over them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from promptlint.ancestry import Ancestry
from promptlint.evaluate.syntax import Syntax
from promptlint.facts import Part
from promptlint.source import Source, Span
from promptlint.surroundings import names_in

__all__ = ["Ledger", "Sight", "Sum", "SumKind", "sums"]


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A place at which a part of a response is seen."""

    node: ast.expr | ast.arg
    part: Part
    source: Source
    via: Sight | None = None
    """From where it came."""
    variable: ast.AST | None = None
    """The scope of the variable that is read here."""
    sure: bool = True
    """Whether the step from `via` is shown, not only suggested by a name."""

    @property
    def span(self) -> Span:
        """The place in its file."""
        return self.source.span(self.node)

    @property
    def origin(self) -> Sight:
        """Where the part is read from what it is a part of."""
        sight = self
        while sight.via is not None and sight.via.part is sight.part:
            sight = sight.via
        return sight


@dataclass(slots=True)
class Ledger:
    """Every place at which a part of one response is seen."""

    sights: dict[tuple[int, Part], Sight] = field(default_factory=dict)
    bound: dict[int, Part] = field(default_factory=dict)
    """Ids of names that are assigned a part."""

    def add(self, sight: Sight) -> bool:
        """Keep a sight; False where it was known."""
        key = (id(sight.node), sight.part)
        if key in self.sights:
            return False
        self.sights[key] = sight
        return True


class SumKind(StrEnum):
    """What is computed."""

    DIFFERENCE = "difference"
    """Cached tokens taken from `input_tokens`, which does not hold them."""
    RATIO = "ratio"
    """Cached tokens as a share of `input_tokens`, which does not hold them."""
    COST = "cost"
    """A price times `input_tokens`, and none for cached tokens in the same expression."""
    TOTAL = "total"
    """`input_tokens` and `output_tokens` added, and no cached tokens."""


@dataclass(frozen=True, slots=True)
class Sum:
    """An expression over the counts of one response."""

    kind: SumKind
    span: Span
    read: Span
    """Where `input_tokens` is read."""


_ROUNDS = frozenset({"abs", "float", "int", "max", "min", "round"})


def sums(ledger: Ledger, syntax: Syntax) -> Iterator[Sum]:
    """What is computed from counts that are certain to be those of the response."""
    desk = _Desk(ledger, syntax)
    seen: set[int] = set()
    for sight in tuple(ledger.sights.values()):
        if sight.part is not Part.INPUT or not desk.is_exact(sight):
            continue
        root = _root(sight.node, sight.source.ancestry)
        if id(root) in seen:
            continue
        seen.add(id(root))
        kind = desk.kind(root)
        if kind is not None:
            yield Sum(kind, sight.source.span(root), sight.origin.span)


def _root(node: ast.expr | ast.arg, ancestry: Ancestry) -> ast.expr | ast.arg:
    """The largest arithmetic expression around a node."""
    while True:
        parent = ancestry.above(node)
        match parent:
            case ast.BinOp() | ast.UnaryOp() | ast.BoolOp():
                node = parent
            case ast.Call(ast.Name(name)) if name in _ROUNDS:
                node = parent
            case _:
                return node


@dataclass(frozen=True, slots=True)
class _Desk:
    """Reads expressions over the counts of one response."""

    ledger: Ledger
    syntax: Syntax

    def kind(self, root: ast.AST) -> SumKind | None:
        """What an expression computes; None where it may be right."""
        nodes = [node for node in ast.walk(root) if isinstance(node, ast.BinOp)]
        for node in nodes:
            if isinstance(node.op, ast.Sub) and self._wrong(node.left, node.right):
                return SumKind.DIFFERENCE
            if isinstance(node.op, ast.Div) and self._wrong(node.right, node.left):
                return SumKind.RATIO
        parts = self.parts(root)
        if Part.CACHED in parts:
            return None
        if any(isinstance(node.op, ast.Mult) and self._priced(node) for node in nodes):
            return SumKind.COST
        if {Part.INPUT, Part.OUTPUT} == parts and all(isinstance(node.op, ast.Add) for node in nodes):
            return SumKind.TOTAL
        return None

    def _wrong(self, fresh: ast.expr, cached: ast.expr) -> bool:
        """Whether one side is the fresh input alone and the other cached tokens alone."""
        return self.parts(fresh) == {Part.INPUT} and self.parts(cached) == {Part.CACHED}

    def _priced(self, product: ast.BinOp) -> bool:
        """Whether one factor holds the input and the other is no count."""
        left, right = self.parts(product.left), self.parts(product.right)
        return (Part.INPUT in left and not right - {None}) or (Part.INPUT in right and not left - {None})

    def parts(self, node: ast.AST) -> set[Part | None]:
        """The counts that an expression is made of; None stands for values that are no counts."""
        for part in (Part.INPUT, Part.OUTPUT, Part.CACHED):
            sight = self.ledger.sights.get((id(node), part))
            if sight is not None:
                return {part} if self.is_exact(sight) else {None}
        match node:
            case ast.BinOp(left, _, right):
                return self.parts(left) | self.parts(right)
            case ast.UnaryOp(_, operand):
                return self.parts(operand)
            case ast.BoolOp(_, values):
                return set[Part | None]().union(*map(self.parts, values))
            case ast.Call(ast.Name(name), arguments) if name in _ROUNDS:
                return set[Part | None]().union(*map(self.parts, arguments))
            case ast.Constant():
                return set()
            case _:
                return {None}

    def is_exact(self, sight: Sight) -> bool:
        """Whether the node is this part of the response, whatever way the program takes."""
        step: Sight | None = sight
        while step is not None:
            if not step.sure or not self._is_only_value(step):
                return False
            step = step.via
        return True

    def _is_only_value(self, sight: Sight) -> bool:
        """Whether the variable that is read holds nothing else at any time."""
        if sight.variable is None or not isinstance(sight.node, ast.Name):
            return True
        names = self.syntax.ask(names_in, sight.variable)  # type: ignore[arg-type]
        ancestry = sight.source.ancestry
        return all(
            self.ledger.bound.get(id(target)) is sight.part or _is_empty(ancestry.above(target))
            for target in names.bound.get(sight.node.id, ())
        )


def _is_empty(statement: ast.AST | None) -> bool:
    """Whether a statement assigns nothing but a constant: ``cached = 0``."""
    return isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Constant)
