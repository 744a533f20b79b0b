"""How many tokens is a text, between which bounds?

No tokenizer for Claude 3 and later is public. Anthropic's published vocabulary (Claude 2) gives a
raw count; the facts say between which factors of it the true count lies, so every answer is an
interval. tiktoken, the byte-pair engine, and the vocabulary are loaded when the first text is counted.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from binascii import a2b_base64
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from promptlint.evaluate.value import Choice, Hole, Literal, Param, Piece, Repeat, Text, Unknown
from promptlint.facts import Model, TokenFacts
from promptlint.interval import Interval
from promptlint.shipped import rules_directory

if TYPE_CHECKING:
    import tiktoken

__all__ = ["Tokenizer"]

_LONG_RUN = re.compile(r"(\S{1024}|\s{1024})")
"""Byte-pair merging is quadratic in the length of a run, so longer ones are cut."""
_ANY = Interval(0, None)
_NONE = Interval(0, 0)
_BORDER = 1
"""Tokens by which a count may change where two pieces meet: tokens are merged across, or split."""


class Tokenizer:
    """Counts texts by the published vocabulary and remembers the counts.

    `facts` hold the factors; `vocabulary` is the JSON file, as Anthropic publishes it.
    """

    def __init__(self, facts: TokenFacts, vocabulary: Path) -> None:
        self._facts = facts
        self._vocabulary = vocabulary
        self._counts: dict[str, int] = {}

    @classmethod
    def shipped(cls, facts: TokenFacts) -> Tokenizer:
        """One that counts by the vocabulary that comes with promptlint."""
        return cls(facts, rules_directory() / "facts" / "vocabulary" / "claude.json")

    def count(self, text: str) -> int:
        """Raw tokens of a text; the names of special tokens are plain text."""
        known = self._counts.get(text)
        if known is None:
            runs = _LONG_RUN.split(unicodedata.normalize("NFKC", text))
            known = sum(len(self._encoding.encode_ordinary(run)) for run in runs if run)
            self._counts[text] = known
        return known

    def estimate(self, text: Text | str, generation: str | None) -> Interval:
        """True tokens of a text for a tokenizer generation; None: for whichever it may be.

        Framing is not in it.
        """
        raw = self._pieces((Literal(text),) if isinstance(text, str) else text.pieces)
        factors = self._facts.factors
        known = factors.get(generation or "")
        chosen = list(factors.values()) if known is None else [known]
        low = math.floor(raw.low * min(factor for factor, _ in chosen))
        high = None if raw.high is None else math.ceil(raw.high * max(factor for _, factor in chosen))
        return Interval(low, high)

    def framing(self, messages: int, tools: int, model: Model | None, *, opening: bool = True) -> Interval:
        """Tokens of a request beyond its texts, for its number of messages and of tools.

        Hidden tool tokens may or may not count towards a minimum, so they are only in the bound above.
        Without `opening` it is that of a later part of the request, which holds none of them.
        """
        framing = self._facts.framing
        once = framing.tools if model is None or model.tool_prompt is None else model.tool_prompt
        hidden = Interval(0, once.high) if tools and opening else _NONE
        request = framing.request if opening else _NONE
        return request + _times(framing.message, messages) + hidden + _times(framing.tool, tools)

    # -- bounds of the raw count --------------------------------------------------------------

    def _pieces(self, pieces: tuple[Piece, ...]) -> Interval:
        total = _NONE
        for piece in pieces:
            total += self._piece(piece)
        return _widened(total, _BORDER * max(0, len(pieces) - 1))

    def _piece(self, piece: Piece) -> Interval:
        match piece:
            case Literal(text):
                count = self.count(text)
                return Interval(count, count)
            case Hole():
                return self._hole(piece)
            case Choice(_, alternatives):
                bounds = [self._pieces(a.pieces) if isinstance(a, Text) else _ANY for a in alternatives]
                return reduce(or_, bounds)
            case Repeat(body, count, separator):
                once = _widened(self._pieces(body.pieces), _BORDER if body.pieces else 0)
                between = self.count(separator)
                return _product(once + Interval(between, between), count)
            case Param() | Unknown():
                return _ANY
            case _:
                assert_never(piece)

    def _hole(self, hole: Hole) -> Interval:
        per_character = 1 if hole.type in self._facts.ascii_types else self._facts.bytes_per_character
        low = math.ceil(hole.size.low / self._facts.longest_token)
        return Interval(low, None if hole.size.high is None else hole.size.high * per_character)

    @cached_property
    def _encoding(self) -> tiktoken.Encoding:
        import tiktoken  # noqa: PLC0415  takes time to load, and most runs ask for no size

        vocabulary = json.loads(self._vocabulary.read_bytes())
        ranks: dict[bytes, int] = {}
        for line in vocabulary["bpe_ranks"].splitlines():
            _, first, *tokens = line.split(" ")
            for rank, token in enumerate(tokens, int(first)):
                ranks[a2b_base64(token)] = rank
        return tiktoken.Encoding(
            "claude", pat_str=vocabulary["pat_str"], mergeable_ranks=ranks, special_tokens={}
        )


def _times(interval: Interval, count: int) -> Interval:
    return Interval(interval.low * count, None if interval.high is None else interval.high * count)


def _product(once: Interval, count: Interval) -> Interval:
    if once.high == 0 or count.high == 0:
        return _NONE
    low = once.low * count.low
    if once.high is None or count.high is None:
        return Interval(low, None)
    return Interval(low, once.high * count.high)


def _widened(interval: Interval, by: int) -> Interval:
    return Interval(max(0, interval.low - by), None if interval.high is None else interval.high + by)
