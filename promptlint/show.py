"""What will a call send? Its prefix map: blocks in wire order, what varies in them, where they are cached."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import groupby
from operator import or_
from typing import assert_never

from promptlint.card import Phrases
from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import Choice as TextChoice
from promptlint.evaluate.value import Hole, Literal, Param, Piece, Text, Unknown, identity
from promptlint.evaluate.value import Repeat as TextRepeat
from promptlint.facts import Facts, Model
from promptlint.interval import Interval
from promptlint.notation import print_text
from promptlint.prefix import Prefix
from promptlint.report.color import Ink, Paint
from promptlint.report.place import counted, flat, place, printable, sized
from promptlint.request import Block, Choice, Item, Level, Marker, Repeat, Request, Rest
from promptlint.resolution import Resolution
from promptlint.rule import variation_word
from promptlint.tokens import Tokenizer
from promptlint.variation import Cause

__all__ = ["Atlas"]

_HEAD, _TAIL = 110, 40
"""Characters of a long constant text that are shown; what is between them is only counted."""
_STEP = "  "
_BODY = " " * 6
"""From the margin to the words of a block; its number stands in it."""
_NESTED = "   |"
_NARROWEST = 40
_NONE, _ANY = Interval(0, 0), Interval(0, None)
_KNOWN = {
    Resolution.FULL: "in full",
    Resolution.PARTIAL: "in part",
    Resolution.OPAQUE: "not at all",
    Resolution.FORWARDING: "only by callers, and the project has none",
}


@dataclass(frozen=True, slots=True)
class Atlas:
    """Draws prefix maps. `phrases` hold the words for variation and for what is not known."""

    facts: Facts
    tokenizer: Tokenizer
    phrases: Phrases
    paint: Paint
    width: int

    def draw(self, requests: Sequence[Request]) -> str:
        """The maps of some requests in their order, those of one call together; ends with a newline."""
        pages = []
        for span, group in groupby(requests, key=lambda request: request.site.span):
            same = list(group)
            site = same[0].site
            head = self.paint(f"{place(span)}: {site.method} in `{site.function}`", Ink.STRONG)
            rows = [head]
            for number, request in enumerate(same, start=1):
                if len(same) > 1:
                    rows += ["", self.paint(f"request {number} of {len(same)}", Ink.STRONG)]
                rows += _Map(self, request).rows()
            pages.append("\n".join(row.rstrip() for row in rows))
        return "\n\n".join(pages) + "\n"


@dataclass(slots=True)
class _Map:
    """One request being drawn from its head to its end."""

    atlas: Atlas
    request: Request
    number: int = 0
    """Blocks drawn so far."""
    total: Interval = _NONE
    """Tokens of the blocks drawn so far."""
    before: list[Block] = field(default_factory=list)
    """The blocks that are sent before what is drawn next."""
    named: set[str] = field(default_factory=set)
    """Values of which something has been said."""

    def rows(self) -> Iterator[str]:
        yield from self._facts()
        request = self.request
        for level, items in zip(Level, (request.tools, request.system, request.messages), strict=True):
            if items:
                yield ""
                yield _STEP + self._strong(self._heading(level))
                yield from self._items(items, _STEP)
        missing = [gap for gap in request.gaps if gap.unknown.name not in self.named]
        if missing:
            yield from ("", _STEP + self._strong("not known"))
            yield from (_STEP * 2 + self._unknown(gap.unknown) for gap in missing)

    def _facts(self) -> Iterator[str]:
        """What holds for the whole request."""
        request, site = self.request, self.request.site
        yield from self._fact("models", self._models())
        if site.platform:
            yield from self._fact("platform", site.platform)
        yield from self._fact("known", self._known())
        if site.callers:
            yield from self._fact("through", ", ".join(map(place, site.callers)))
        if request.headers:
            yield from self._fact("betas", ", ".join(printable(header.text) for header in request.headers))

    def _fact(self, word: str, said: str) -> Iterator[str]:
        indent = " " * 13
        rows = textwrap.wrap(said, max(self.atlas.width - len(indent), _NARROWEST), break_on_hyphens=False)
        yield f"{_STEP}{word:<11}{rows[0]}"
        yield from (indent + row for row in rows[1:])

    def _known(self) -> str:
        """How far the request is known: what the program is given from outside is no gap in it."""
        outside = {identity(gap.unknown) for gap in self.request.gaps if not gap.is_gap}
        known = _KNOWN[self.request.resolution]
        if self.request.resolution is Resolution.FULL and outside:
            known += f", but for {counted(len(outside), 'value')} from outside the program"
        return f"{known}; markers may stand where nothing is seen" if self.request.touched else known

    def _models(self) -> str:
        known = []
        for name in self.request.models:
            model = self.atlas.facts.models.find(name)
            known.append(
                f"{printable(name)} (caches from {model.minimum:,} tokens on)" if model else printable(name)
            )
        return ", ".join(known) or "not known"

    def _heading(self, level: Level) -> str:
        if level is not Level.MESSAGES:
            return level.word
        kept = "made for this call" if self.request.one_shot else "a conversation that goes on"
        return f"{level.word}, {kept}"

    # -- items --------------------------------------------------------------------------------

    def _items(self, items: Sequence[Item], indent: str) -> Iterator[str]:
        for item in items:
            match item:
                case Block():
                    yield from self._block(item, indent)
                case Choice():
                    yield from self._choice(item, indent)
                case Repeat(inner, count):
                    yield f"{indent}   {self._place_word(_times(count))}"
                    before = self.total
                    yield from self._items(inner, indent + _NESTED)
                    self.total = before + _scaled(self.total, before, count)
                case Rest(_, unknown):
                    self.total += _ANY
                    yield f"{indent}{'…':>4}  {self._unknown(unknown)}"
                case _:
                    assert_never(item)

    def _choice(self, choice: Choice, indent: str) -> Iterator[str]:
        before, totals = self.total, []
        common, runs = self.before, []
        condition = flat(choice.condition.text) or "a condition"
        for number, run in enumerate(choice.alternatives):
            word = f"if `{condition}`" if number == 0 else "otherwise"
            if len(choice.alternatives) > 2:  # noqa: PLR2004  two are an if and its else
                word = f"`{condition}`, case {number + 1} of {len(choice.alternatives)}"
            yield f"{indent}   {self._place_word(word)}{'' if run else ' nothing'}"
            self.total, self.before = before, [*common]
            yield from self._items(run, indent + _NESTED)
            totals.append(self.total)
            runs.append(self.before)
        self.total = reduce(or_, totals, totals[0]) if totals else before
        self.before = max(runs, key=len, default=common)

    def _block(self, block: Block, indent: str) -> Iterator[str]:
        tokens = self.atlas.tokenizer.estimate(block.text, self._generation())
        self.total += tokens
        self.before.append(block)
        kind = f"{block.role} {block.kind}".strip() + (", newest turn" if block.tail else "")
        size = sized(tokens, "token") or "any number of tokens"
        yield f"{indent}{self.number:>4}  {self._strong(kind)}: {size}, {self._variation(block.text)}"
        self.number += 1
        room = max(self.atlas.width - len(indent) - len(_BODY), _NARROWEST)
        for row in _wrapped(print_text(_shortened(block.text)), room):
            yield f"{indent}{_BODY}{row}"
        for line in dict.fromkeys(self._holes(block.text)):
            yield f"{indent}{_BODY}- {line}"
        if block.marker is not None:
            yield indent + self._breakpoint(block.marker, "")
        for point in Prefix.of(self.request, self.atlas.facts.limits).breakpoints:
            if point.automatic and point.at.item is block:
                yield indent + self._breakpoint(point.marker, "automatic ")

    def _breakpoint(self, marker: Marker, kind: str) -> str:
        model = self._only_model()
        tools = sum(1 for block in self.before if block.level is Level.TOOLS)
        messages = len({block.message for block in self.before if block.level is Level.MESSAGES})
        total = self.total + self.atlas.tokenizer.framing(messages, tools, model)
        said = f"{sized(total, 'token') or 'any number of tokens'} up to here"
        if model is not None:
            said += f", {_against(total, model.minimum)}{model.minimum:,} needed"
        sometimes = ", under a condition" if marker.conditions else ""
        lifetime = f"{kind}{marker.ttl or ''} breakpoint".strip()
        return self._place_word(f"====  {lifetime} at {place(marker.span)}{sometimes}: {said}")

    # -- values -------------------------------------------------------------------------------

    def _variation(self, text: Text) -> str:
        """How often the text is another one, in words; what is not known is said beside it."""
        found = list(pieces(text))
        causes = {cause for piece in found if isinstance(piece, Hole) for cause in piece.causes}
        words = self._words(causes)
        said = [f"changes {' and '.join(words)}"] if words else []
        if any(isinstance(piece, Unknown | Param) for piece in found):
            said.append("not known in full")
        return ", ".join(said) or "constant"

    def _words(self, causes: set[Cause] | frozenset[Cause]) -> list[str]:
        known = self.atlas.phrases.words.get("varies", {})
        return list(dict.fromkeys(known.get(word, word) for word in map(variation_word, sorted(causes))))

    def _holes(self, text: Text) -> Iterator[str]:
        for piece in pieces(text):
            match piece:
                case Hole(causes, name, at):
                    read = piece.origin.source.span if piece.origin is not None else at
                    words = " and ".join(self._words(causes))
                    self.named.add(name)
                    yield f"{flat(name)}: {f'changes {words}' if words else 'constant'}, {place(read)}"
                case Unknown():
                    yield self._unknown(piece)
                case _:
                    pass

    def _unknown(self, unknown: Unknown) -> str:
        self.named.add(unknown.name)
        reasons = self.atlas.phrases.words.get("reason", {})
        reason = reasons.get(unknown.reason.value, unknown.reason.value)
        return f"{flat(unknown.name)}: not known: {reason} ({place(unknown.at)})"

    # -- models and ink -----------------------------------------------------------------------

    def _only_model(self) -> Model | None:
        models = {name: self.atlas.facts.models.find(name) for name in self.request.models}
        found = {model.id: model for model in models.values() if model is not None}
        return next(iter(found.values())) if len(found) == 1 and None not in models.values() else None

    def _generation(self) -> str | None:
        model = self._only_model()
        return None if model is None else model.generation

    def _strong(self, text: str) -> str:
        return self.atlas.paint(text, Ink.STRONG)

    def _place_word(self, text: str) -> str:
        return self.atlas.paint(text, Ink.PLACE)


def _times(count: Interval) -> str:
    match count:
        case Interval(0, None):
            return "any number of times"
        case Interval(low, None):
            return f"{counted(low, 'time')} or more"
        case Interval(low, high):
            return counted(low, "time") if low == high else f"{low:,} to {counted(high or 0, 'time')}"


def _scaled(total: Interval, before: Interval, count: Interval) -> Interval:
    """What is added by a part that comes `count` times; `total` is the sum after it came once."""
    low = (total.low - before.low) * count.low
    if total.high is None or before.high is None or count.high is None:
        return Interval(low, None)
    return Interval(low, (total.high - before.high) * count.high)


def _against(tokens: Interval, minimum: int) -> str:
    if tokens.low >= minimum:
        return ""
    return "too few: " if tokens.high is not None and tokens.high < minimum else "perhaps too few: "


def _shortened(text: Text) -> Text:
    """The text with the middle of long constants left out."""
    return Text(tuple(_short(piece) for piece in text.pieces))


def _short(piece: Piece) -> Piece:
    match piece:
        case Literal(said) if len(said) > _HEAD + _TAIL:
            left = len(said) - _HEAD - _TAIL
            return replace(piece, text=f"{said[:_HEAD]} […{left:,} characters…] {said[-_TAIL:]}")
        case TextChoice(condition, alternatives):
            short = (_shortened(one) if isinstance(one, Text) else one for one in alternatives)
            return TextChoice(condition, tuple(short))
        case TextRepeat(body, count, separator):
            return TextRepeat(_shortened(body), count, separator)
        case _:
            return piece


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(printable(text), width, break_on_hyphens=False)
