"""Which findings did somebody accept? Ignore comments, and ignores per file.

``# promptlint: ignore[rule, other] reason`` covers its statement, on a line of its own the next
one; ``ignore-file`` before the first statement covers the file; ``disable`` … ``enable`` what lies
between them. Without names every rule is meant. A finding is silenced at its own place, where its
value is read, or at its call.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from promptlint.config import ALL, Config
from promptlint.diagnostic import Diagnostic, Role
from promptlint.errors import PromptlintError
from promptlint.gitignore import Patterns
from promptlint.ignore import Ignore, Position, Unused
from promptlint.source import Source, Span

__all__ = ["Applied", "FileIgnores", "apply_ignores", "find_ignores"]

_MARK = "promptlint:"
_DIRECTIVE = re.compile(
    r"#\s*promptlint:\s*(?P<verb>[A-Za-z][\w-]*)(?P<rest>.*?)(?=\s*#\s*promptlint:|$)", re.DOTALL
)
_NAMES = re.compile(r"\s*\[(?P<names>[^\]]*)\](?P<reason>.*)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][\w-]*")
_VERBS = ("ignore", "ignore-file", "disable", "enable")
_LAYOUT = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER})


def find_ignores(source: Source) -> tuple[Ignore, ...]:
    """The ignore comments of a file or notebook, in order. Only comments count, not strings."""
    if _MARK not in source.text:
        return ()
    ranges = _Ranges()
    found: list[Ignore] = []
    for comment in _comments(source.text):
        for directive in _directives(source, comment):
            found += _understood(source, comment, directive, ranges)
    return tuple(sorted((*found, *ranges.open_to_the_end()), key=lambda each: each.at.sort_key))


# -- comments and the statements around them ------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Comment:
    text: str
    line: int
    """Of the tree; `column` counts from 0."""
    column: int
    first: int
    last: int
    """The statement (logical line) it belongs to: around it, or the next one."""


def _comments(text: str) -> Iterator[_Comment]:
    """Comments that mention us, with the logical line of each."""
    start: int | None = None
    waiting: list[tokenize.TokenInfo] = []
    for token in _tokens(text):
        if token.type == tokenize.COMMENT:
            if _MARK in token.string:
                waiting.append(token)
        elif token.type == tokenize.NEWLINE:
            yield from _belonging(waiting, start or token.start[0], token.start[0])
            waiting, start = [], None
        elif token.type not in _LAYOUT and start is None:
            start = token.start[0]
    for token in waiting:  # nothing follows
        yield _Comment(token.string, *token.start, token.start[0], token.start[0])


def _belonging(comments: Iterable[tokenize.TokenInfo], first: int, last: int) -> Iterator[_Comment]:
    for token in comments:
        yield _Comment(token.string, *token.start, first, last)


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError):
        return  # the parser accepts a little more than the tokenizer: what came before counts


# -- what a comment says --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Directive:
    verb: str
    names: tuple[str, ...]
    reason: str
    at: Span
    malformed: str = ""

    @property
    def inert(self) -> bool:
        """Whether names were meant but none could be read."""
        return bool(self.malformed) and not self.names


def _directives(source: Source, comment: _Comment) -> Iterator[_Directive]:
    cell, line = source.place(comment.line)
    for match in _DIRECTIVE.finditer(comment.text):
        verb, rest = match["verb"], match["rest"].rstrip()
        start = comment.column + match.start() + 1
        end = comment.column + match.start("rest") + len(rest) + 1
        at = Span(source.path, cell, line, start, line, end)
        listed = _NAMES.match(rest)
        bracket = rest.lstrip().startswith("[")
        if verb not in _VERBS:
            if bracket or not rest:  # else a sentence about promptlint
                yield _Directive("ignore", (), "", at, verb)
        elif listed is not None:
            written = [name.strip() for name in listed["names"].split(",")]
            names = tuple(name for name in written if _NAME.fullmatch(name))
            bad = ", ".join(name for name in written if not _NAME.fullmatch(name))
            malformed = bad or ("" if names else verb + "[]")
            meant = () if ALL in names else names
            yield _Directive(verb, meant, _reason(listed["reason"]), at, malformed)
        elif bracket:
            yield _Directive(verb, (), "", at, rest.strip())
        else:
            yield _Directive(verb, (), _reason(rest), at)


def _reason(text: str) -> str:
    return text.strip().lstrip("-\u2013\u2014:").strip()


def _understood(
    source: Source, comment: _Comment, directive: _Directive, ranges: _Ranges
) -> Iterator[Ignore]:
    here = _position(source, comment.line)
    said = (directive.malformed, directive.inert, directive.verb)
    ignore = Ignore(directive.at, directive.names, directive.reason, here, here, *said)
    match directive.verb:
        case _ if directive.inert:
            yield ignore
        case "ignore":
            yield _over_statement(source, comment, ignore)
        case "ignore-file" if comment.line < _first_statement(source.tree):
            yield replace(ignore, first=(0, 0), last=None)
        case "disable":
            ranges.open(ignore)
        case "enable" if closed := ranges.close(directive.names, here):
            yield from closed
        case misplaced:
            yield replace(ignore, malformed=misplaced, inert=True)


def _over_statement(source: Source, comment: _Comment, ignore: Ignore) -> Ignore:
    """Covers the comment and its statement; never a statement of another cell."""
    first, last = _position(source, comment.first), _position(source, comment.last)
    if first[0] != ignore.first[0]:
        return ignore
    return replace(ignore, first=min(ignore.first, first), last=last)


def _position(source: Source, line: int) -> Position:
    cell, number = source.place(line)
    return (cell or 0, number)


def _first_statement(tree: ast.Module) -> float:
    """Line of the first statement that is not the docstring; without one, beyond every line."""
    rest = tree.body[1:] if ast.get_docstring(tree, clean=False) is not None else tree.body
    return rest[0].lineno if rest else float("inf")


class _Ranges:
    """The ``disable`` comments that no ``enable`` has ended yet."""

    def __init__(self) -> None:
        self._open: list[Ignore] = []

    def open(self, ignore: Ignore) -> None:
        """Begin a range."""
        self._open.append(replace(ignore, last=None))

    def close(self, names: tuple[str, ...], here: Position) -> tuple[Ignore, ...]:
        """End the ranges of these rules (none: all ranges); a range of several rules goes on for the rest."""
        ended: list[Ignore] = []
        still: list[Ignore] = []
        for ignore in self._open:
            over = ignore.names if not names else tuple(name for name in ignore.names if name in names)
            if not names or over:
                ended.append(replace(ignore, names=over, last=here))
            left = tuple(name for name in ignore.names if name not in over)
            if left or (names and not over):
                still.append(replace(ignore, names=left or ignore.names))
        self._open = still
        return tuple(ended)

    def open_to_the_end(self) -> tuple[Ignore, ...]:
        """Those that go on to the end of the file."""
        return tuple(self._open)


# -- what is silenced -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Applied:
    """Findings after the ignore comments had their say."""

    kept: tuple[Diagnostic, ...]
    silenced: tuple[Diagnostic, ...]
    unused: tuple[Unused, ...]
    """Comments that silenced nothing, wholly or in part."""


def apply_ignores(
    diagnostics: Iterable[Diagnostic],
    ignores: Sequence[Ignore],
    *,
    names: Collection[str],
    ran: Collection[str],
    resolve: Callable[[str], str],
) -> Applied:
    """Part the findings into kept and silenced.

    Give it every finding, also those that will not be shown: a comment that silences one of them
    is used. `names` are all rules that may yield such findings, `ran` those that did run: a comment
    for another rule is not called unused. `resolve` turns a name or alias into a name or raises
    `PromptlintError`.
    """
    ignores = tuple(_named(ignore, names) for ignore in ignores)
    rules = {name: _resolved(name, resolve) for ignore in ignores for name in ignore.names}
    by_path: dict[str, list[int]] = defaultdict(list)
    for index, ignore in enumerate(ignores):
        by_path[ignore.at.path].append(index)
    used: set[tuple[int, str]] = set()
    kept: list[Diagnostic] = []
    silenced: list[Diagnostic] = []
    for diagnostic in diagnostics:
        hits = {
            (index, name)
            for place in _ends(diagnostic)
            for index in by_path[place.path]
            if ignores[index].covers(place)
            for name in (ignores[index].names or ("",))
            if not name or rules[name] == diagnostic.rule
        }
        used |= hits
        (silenced if hits else kept).append(diagnostic)
    unused = (
        _unused(ignore, {name for at, name in used if at == index}, rules, set(ran), set(names))
        for index, ignore in enumerate(ignores)
    )
    return Applied(tuple(kept), tuple(silenced), tuple(each for each in unused if each is not None))


def _ends(diagnostic: Diagnostic) -> tuple[Span, ...]:
    """The places at which a comment silences a finding."""
    sources = tuple(label.span for label in diagnostic.labels if label.role is Role.SOURCE)
    return (diagnostic.span, *sources, *(() if diagnostic.call is None else (diagnostic.call,)))


def _resolved(name: str, resolve: Callable[[str], str]) -> str | None:
    try:
        return resolve(name)
    except PromptlintError:
        return None


def _unused(
    ignore: Ignore, used: set[str], rules: dict[str, str | None], ran: set[str], names: set[str]
) -> Unused | None:
    idle = tuple(name for name in ignore.names if name not in used and rules[name] in ran)
    unknown = tuple(name for name in ignore.names if rules[name] is None)
    entire = not ignore.names and not ignore.inert and not used and ran >= names
    bracketed = f"{ignore.verb}[{ignore.names[0]}]" if ignore.bare else ""
    if not (idle or unknown or entire or bracketed or ignore.malformed):
        return None
    return Unused(ignore, idle, unknown, entire, bracketed)


def _named(ignore: Ignore, names: Collection[str]) -> Ignore:
    """The comment as it is meant, where its reason begins with the name of a rule."""
    first = _NAME.match(ignore.reason)
    if ignore.names or ignore.inert or first is None or first[0] not in names:
        return ignore
    return replace(ignore, names=(first[0],), bare=True)


@dataclass(frozen=True, slots=True)
class FileIgnores:
    """The rules that the configuration silences in some files (``per-file-ignores``)."""

    entries: tuple[tuple[Patterns, frozenset[str]], ...]

    @classmethod
    def of(cls, config: Config, names: Collection[str], resolve: Callable[[str], str]) -> FileIgnores:
        """Compile them.

        Raises:
            PromptlintError: a rule is named that `resolve` does not know.

        """
        return cls(
            tuple(
                (
                    Patterns.of(each.glob.base, [each.glob.pattern]),
                    frozenset().union(*(name.among(names, resolve) for name in each.names)),
                )
                for each in config.per_file_ignores
            )
        )

    def silenced(self, path: str) -> frozenset[str]:
        """The rules that say nothing about the file at this absolute path."""
        return frozenset().union(*(names for patterns, names in self.entries if patterns.hides(path)))
