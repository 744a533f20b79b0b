"""Does a cached prefix tell one user or session from another?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.diagnostic import Role
from promptlint.evaluate.value import Literal
from promptlint.prefix import SMALLEST_MINIMUM, Spoiler, literals
from promptlint.request import Request
from promptlint.rule import Context, Finding, Place
from promptlint.spoiling import spoiling
from promptlint.variation import Topic


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Text about one user among text for all, and where to part them if one block holds both."""
    for spoiler, finding in spoiling(request, context, {Topic.IDENTITY}):
        shared = _shared(spoiler, context)
        parted = (shared,) if shared is not None else ()
        yield replace(finding, places=(*finding.places, *parted))


def _shared(spoiler: Spoiler, context: Context) -> Place | None:
    """The longest constant text of the value's own block, if it may be worth an entry of its own."""
    parts = max(literals(spoiler.block.text), key=lambda part: len(part.text), default=None)
    if parts is None or parts.span is None:
        return None
    tokens = context.tokenizer.estimate(parts.text, None)
    if (tokens.high or 0) < SMALLEST_MINIMUM:
        return None
    return Place(Role.BLOCK, parts.span, "ahead" if _stands_ahead(parts, spoiler) else "behind")


def _stands_ahead(part: Literal, spoiler: Spoiler) -> bool:
    """Whether a text comes before the value, so that a block can end between them."""
    pieces = spoiler.block.text.pieces
    holes = [i for i, piece in enumerate(pieces) if piece == spoiler.hole]
    return part in pieces and bool(holes) and pieces.index(part) < holes[0]
