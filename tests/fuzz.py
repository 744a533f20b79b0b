"""Which programs have every piece of Python's syntax, in senseless arrangements?

Nothing here is meant to run. Names are few, so that functions call themselves and each other, classes
inherit in circles, modules import each other, and containers end up inside themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from random import Random

__all__ = ["MODULES", "sending", "write_program"]

MODULES = ("one", "two", "three")
_NAMES = ("a", "b", "c", "d", "xs", "text", "self", "block")
_FUNCTIONS = ("f", "g", "h")
_CLASSES = ("A", "B", "C")
_ATTRIBUTES = ("a", "b", "text", "items", "append", "run", "f", "__dict__", "__class__")
_METHODS = (
    *("append", "extend", "insert", "pop", "update", "setdefault", "get", "items"),
    *("format", "join", "replace", "split", "strip", "sort", "remove", "copy"),
    *("run", "f"),
)
_BUILTINS = (
    *("len", "str", "list", "dict", "set", "sorted", "zip", "enumerate"),
    *("map", "filter", "range", "super", "getattr", "isinstance", "iter", "next"),
    *("open", "print"),
)
_OPERATORS = ("+", "-", "*", "%", "|", "@", "//", "**", "<<", "&")
_COMPARISONS = ("==", "!=", "<", "in", "not in", "is", "is not")
_TEXTS = (
    "''",
    "'Read.'",
    "'{} {a} {0}'",
    "'%s %(a)s'",
    "b'x'",
    "'a\\nb'",
    "'cache_control'",
    "'text'",
    "'type'",
)
_MARK = "{'type': 'ephemeral'}"
_DEEPEST = 4
_DECORATORS = (
    "functools.cache",
    "functools.wraps(f)",
    "property",
    "staticmethod",
    "classmethod",
    "f",
    "A",
    "dataclass",
)

_HEAD = """\
import anthropic, asyncio, copy, functools, json, os, random, re, sys, time, uuid
from dataclasses import dataclass, field
from datetime import datetime
client = anthropic.Anthropic()
"""


class _Writer:
    """Writes one module.

    Args:
        random: what decides.

    """

    def __init__(self, random: Random) -> None:
        self.random = random

    def pick(self, words: Sequence[str]) -> str:
        return self.random.choice(words)

    def times(self, most: int) -> range:
        return range(self.random.randint(0, most))

    # -- expressions ------------------------------------------------------------------------

    def name(self) -> str:
        return self.pick((*_NAMES, *_NAMES, *_FUNCTIONS, *_CLASSES, *MODULES))

    def expression(self, depth: int = 0) -> str:
        if depth >= _DEEPEST or self.random.random() < 0.2:
            return self.pick((self.name(), self.pick(_TEXTS), "0", "-1", "None", "True", "...", "1.5"))
        often = (self._call, self._method, self._f_string, self._container)
        forms: tuple[Callable[[int], str], ...] = (
            *(*often, *often, self._operation, self._comprehension),
            *(self._item, self._choice, self._odd, self._source),
        )
        return self.random.choice(forms)(depth + 1)

    def _arguments(self, depth: int) -> str:
        given = [self.expression(depth) for _ in self.times(3)]
        given += [f"*{self.expression(depth)}"] if self.random.random() < 0.15 else []
        given += [f"{self.pick(_NAMES)}{n}={self.expression(depth)}" for n in self.times(1)]
        given += [f"**{self.expression(depth)}"] if self.random.random() < 0.15 else []
        return ", ".join(given)

    def _call(self, depth: int) -> str:
        callee = self.pick((*_FUNCTIONS, *_FUNCTIONS, *_CLASSES, *_BUILTINS, self.pick(_NAMES)))
        return f"{callee}({self._arguments(depth)})"

    def _method(self, depth: int) -> str:
        return f"({self.expression(depth)}).{self.pick(_METHODS)}({self._arguments(depth)})"

    def _f_string(self, depth: int) -> str:
        if depth > 2:
            return f"'Read. %s' % ({self.expression(depth)},)"
        hole = self.expression(_DEEPEST - 1).replace("'", '"')
        spec = self.pick(("", "", "!r", ":>10", ":%H:%M", ":{a}"))
        if "\\" in hole or hole.startswith("{") or "lambda" in hole or ":=" in hole:
            hole = self.pick(_NAMES)
        return f"f'Read {{{hole}{spec}}} on.'"

    def _operation(self, depth: int) -> str:
        left, right = self.expression(depth), self.expression(depth)
        return self.pick(
            (
                f"({left} {self.pick(_OPERATORS)} {right})",
                f"({left} {self.pick(_COMPARISONS)} {right})",
                f"({left} {self.pick(('and', 'or'))} {right})",
                f"(not {left})",
                f"(-{right})",
            )
        )

    def _container(self, depth: int) -> str:
        parts = [self.expression(depth) for _ in self.times(3)]
        pairs = ", ".join(f"{self.pick((*_TEXTS, *_NAMES))}: {part}" for part in parts)
        return self.pick(
            (
                f"[{', '.join(parts)}]",
                f"({''.join(part + ', ' for part in parts)})",
                f"{{{', '.join(parts) or '*()'}}}",
                f"{{{pairs}}}",
                f"{{**{self.name()}, {pairs}}}",
                f"[*{self.name()}, {', '.join(parts)}]",
                f"{{'type': 'text', 'text': {self.expression(depth)}, 'cache_control': {_MARK}}}",
                f"{{'role': 'user', 'content': {self.expression(depth)}}}",
            )
        )

    def _comprehension(self, depth: int) -> str:
        loops = " ".join(
            f"for {self.pick(_NAMES)} in {self.expression(depth)}{self._filter(depth)}"
            for _ in range(self.random.randint(1, 3))
        )
        inner = self.expression(depth)
        return self.pick(
            (
                f"[{inner} {loops}]",
                f"{{{inner} {loops}}}",
                f"list({inner} {loops})",
                f"{{{self.name()}: {inner} {loops}}}",
            )
        )

    def _filter(self, depth: int) -> str:
        return f" if {self.expression(depth)}" if self.random.random() < 0.3 else ""

    def _item(self, depth: int) -> str:
        owner = f"({self.expression(depth)})"
        return self.pick(
            (
                f"{owner}[{self.expression(depth)}]",
                f"{owner}[-1]",
                f"{owner}[{self.pick(('1:', ':-1', '::2', '-2:', ':'))}]",
                f"{owner}.{self.pick(_ATTRIBUTES)}",
                f"{owner}[{self.pick(_TEXTS)}]",
            )
        )

    def _choice(self, depth: int) -> str:
        return f"({self.expression(depth)} if {self.expression(depth)} else {self.expression(depth)})"

    def _odd(self, depth: int) -> str:
        name = self.pick(_NAMES)
        return self.pick(
            (
                f"(lambda {name}, *b0, **c0: {self.expression(depth)})",
                f"({name} := {self.expression(depth)})",
                f"(await {self.expression(depth)})",
                f"(yield {self.expression(depth)})",
                f"copy.deepcopy({self.expression(depth)})",
                f"functools.partial({self.expression(depth)}, {self.expression(depth)})",
                f"super().{self.pick(_METHODS)}({self._arguments(depth)})",
            )
        )

    def _source(self, depth: int) -> str:
        del depth
        return self.pick(
            (
                "datetime.now()",
                "uuid.uuid4()",
                "time.time()",
                "random.random()",
                "os.environ['A']",
                "sys.argv[1]",
                "input()",
            )
        )

    # -- statements -------------------------------------------------------------------------

    def target(self) -> str:
        name = self.pick(_NAMES)
        return self.pick(
            (
                *(name, name, name, f"{name}.{self.pick(_ATTRIBUTES)}", f"{name}[{self.expression(2)}]"),
                *(f"{name}[:]", f"{name}, {self.pick(_NAMES)}", f"[{name}, *{self.pick(_NAMES)}]"),
            )
        )

    def body(self, depth: int) -> list[str]:
        lines = [line for _ in range(self.random.randint(1, 4)) for line in self.statement(depth + 1)]
        return [f"    {line}" for line in lines]

    def statement(self, depth: int = 0) -> list[str]:
        if depth >= _DEEPEST or self.random.random() < 0.55:
            return [self._simple()]
        forms: tuple[Callable[[int], list[str]], ...] = (
            self._if, self._loop, self._loop, self._try, self._with, self._match, self._function, self._class,
        )  # fmt: skip
        return self.random.choice(forms)(depth)

    def _simple(self) -> str:
        value = self.expression(1)
        return self.pick(
            (
                f"{self.target()} = {value}",
                f"{self.target()} = {value}",
                f"{self.pick(_NAMES)} = {self.pick(_NAMES)} = {value}",
                f"{self.pick(_NAMES)} {self.pick(('+', '*', '|', '-'))}= {value}",
                f"{self.pick(_NAMES)}: {self.pick(_CLASSES)} = {value}",
                f"{self.pick(_NAMES)}['cache_control'] = {_MARK}",
                f"{self.pick(_NAMES)}[-1]['content'][-1]['cache_control'] = {_MARK}",
                value,
                f"return {value}",
                f"raise {value}",
                f"del {self.target()}",
                f"assert {value}",
                f"global {self.pick(_NAMES)}",
                f"from {self.pick(MODULES)} import {self.pick((*_FUNCTIONS, *_CLASSES, '*'))}",
                f"import {self.pick(MODULES)}",
                self.pick(("pass", "break", "continue")),
                self.send(),
            )
        )

    def send(self) -> str:
        extra = self.pick(("", "", f", tools={self.expression(2)}", f", **{self.name()}"))
        return (
            f"client.messages.create(model={self.expression(3)}, max_tokens=1, "
            f"system={self.expression(1)}, messages={self.expression(1)}{extra})"
        )

    def _if(self, depth: int) -> list[str]:
        lines = [f"if {self.expression(2)}:", *self.body(depth)]
        for _ in self.times(2):
            lines += [f"elif {self.expression(2)}:", *self.body(depth)]
        return [*lines, "else:", *self.body(depth)] if self.random.random() < 0.4 else lines

    def _loop(self, depth: int) -> list[str]:
        head = self.pick(
            (
                f"for {self.target()} in {self.expression(2)}:",
                f"for {self.pick(_NAMES)} in {self.pick(_NAMES)}:",
                f"while {self.expression(2)}:",
                f"async for {self.pick(_NAMES)} in {self.expression(2)}:",
            )
        )
        lines = [head, *self.body(depth)]
        return [*lines, "else:", *self.body(depth)] if self.random.random() < 0.2 else lines

    def _try(self, depth: int) -> list[str]:
        lines = ["try:", *self.body(depth)]
        if self.random.random() < 0.7:
            lines += [self.pick(("except:", f"except {self.pick(_CLASSES)} as c:")), *self.body(depth)]
            if self.random.random() < 0.3:
                lines += ["else:", *self.body(depth)]
        else:
            lines += ["finally:", *self.body(depth)]
        return lines

    def _with(self, depth: int) -> list[str]:
        return [
            f"{self.pick(('', 'async '))}with {self.expression(2)} as {self.pick(_NAMES)}:",
            *self.body(depth),
        ]

    def _match(self, depth: int) -> list[str]:
        patterns = (
            "0",
            "'Read.'",
            "[a, *b]",
            "{'type': a, **b}",
            "A(a, b=c)",
            "None | True",
            "a",
            "{'text': [b, _]} as c",
        )
        lines = [f"match {self.expression(2)}:"]
        for number in range(self.random.randint(1, 3)):
            guard = f" if {self.expression(3)}" if self.random.random() < 0.3 or number < 2 else ""
            lines += [
                f"    case {self.pick(patterns)}{guard or ' if a'}:",
                *(f"    {line}" for line in self.body(depth)),
            ]
        return lines

    def _function(self, depth: int) -> list[str]:
        decorators = [f"@{self.pick(_DECORATORS)}" for _ in self.times(1)]
        parameters = self.pick(
            (
                "",
                "self",
                "a",
                "a, b",
                "self, a=None, *b, **c",
                f"a, /, b={self.expression(3)}, *, c: A = None",
                "*a, **b",
            )
        )
        head = f"{self.pick(('', '', 'async '))}def {self.pick(_FUNCTIONS)}({parameters}):"
        return [*decorators, head, *self.body(depth)]

    def _class(self, depth: int) -> list[str]:
        bases = ", ".join(
            self.pick((*_CLASSES, *_CLASSES, "dict", "Exception", self.pick(_NAMES))) for _ in self.times(2)
        )
        lines = [
            f"{self.pick(('', '@dataclass'))}",
            f"class {self.pick(_CLASSES)}({bases}):",
            *self.body(depth),
        ]
        method = self.pick(
            ("__init__", "__getattr__", "__getitem__", "__iter__", "__call__", "__str__", "run", "append")
        )
        return [
            *filter(None, lines),
            f"    def {method}(self, *a):",
            *(f"    {line}" for line in self.body(depth + 1)),
        ]

    def module(self, size: int) -> str:
        lines = [line for _ in range(size) for line in self.statement()]
        for name in _FUNCTIONS[: self.random.randint(1, 3)]:
            lines += [
                f"def {name}(a, b=None, *c, **d):",
                *self.body(1),
                f"    {self.send()}",
                f"    return {self.expression()}",
            ]
        return "\n".join([_HEAD, *lines, self.send(), ""])


def write_program(random: Random, size: int) -> dict[str, str]:
    """Modules by file name, each of so many statements and some functions; Python's parser accepts them."""
    files: dict[str, str] = {}
    for name in MODULES[: random.randint(1, 3)]:
        text = _Writer(random).module(size)
        while not _parses(text):
            text = _Writer(random).module(size)
        files[f"{name}.py"] = text
    return files


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def sending(text: str, most: int) -> str:
    """The same module, in which some functions, from all over it, send what their variables hold.

    Args:
        text: a module.
        most: how many functions send.

    Raises:
        SyntaxError: it is no Python that this interpreter can read.
        RecursionError: it is nested too deeply for the standard library's own writer.

    """
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in functions[:: -(-len(functions) // most)] if functions else ():
        _send_at_end(node)
    place = sum(1 for node in tree.body[:2] if isinstance(node, ast.Expr) or _is_future(node))
    tree.body[place:place] = ast.parse("import anthropic").body
    return ast.unparse(ast.fix_missing_locations(tree))


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _send_at_end(node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Send what its variables hold and what it returns, before the last statement if that returns."""
    stored = (
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )
    parameters = (each.arg for each in (*node.args.posonlyargs, *node.args.args))
    blocks = list(dict.fromkeys((*stored, *parameters)))[-8:]
    last = node.body.pop() if isinstance(node.body[-1], ast.Return) else None
    if isinstance(last, ast.Return) and last.value is not None:
        node.body.append(ast.Assign([ast.Name("returned", ast.Store())], last.value, lineno=1))
        blocks.append("returned")
    system = f"[{', '.join(blocks)}]"
    call = f"anthropic.Anthropic().messages.create(model='m', max_tokens=1, messages=[], system={system})"
    node.body += ast.parse(call).body
    node.body += [last] if last is not None else []
