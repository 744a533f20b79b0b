"""What do the rules about an unstable prefix have in common? One finding for one spoiling value."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from promptlint.diagnostic import Role
from promptlint.evaluate.value import HopKind
from promptlint.prefix import Prefix, Spoiler, size, spoilers
from promptlint.request import Request
from promptlint.rule import Context, Finding, Place, loss_word, variation_word
from promptlint.variation import Topic

__all__ = ["in_prefix", "marked", "spoiling"]


def in_prefix(request: Request, context: Context, topics: Collection[Topic]) -> Iterator[Finding]:
    """Values of some topics that spoil a breakpoint they do not stand under themselves."""
    for _, finding in spoiling(request, context, topics):
        yield finding


def spoiling(
    request: Request, context: Context, topics: Collection[Topic]
) -> Iterator[tuple[Spoiler, Finding]]:
    """The same, each with the value that it is about."""
    for spoiler, finding in _findings(request, context):
        if not spoiler.marked and spoiler.cause.topic in topics:
            yield spoiler, finding


def marked(request: Request, context: Context) -> Iterator[Finding]:
    """Values that spoil the breakpoint of their own block, in messages built for one call."""
    for spoiler, finding in _findings(request, context):
        if spoiler.marked:
            yield finding


def _findings(request: Request, context: Context) -> Iterator[tuple[Spoiler, Finding]]:
    model = context.facts.models.find(request.models[0]) if request.models else None
    limits = context.facts.limits
    prefix = Prefix.of(request, limits)
    for spoiler in spoilers(prefix, context.tokenizer, model):
        hole = spoiler.hole
        yield (
            spoiler,
            Finding(
                hole.at,
                spoiler.severity,
                spoiler.confidence,
                request,
                {
                    "name": hole.name,
                    "varies": variation_word(spoiler.cause),
                    "level": spoiler.block.level.word,
                },
                tuple(_places(spoiler)),
                hole.origin.source.span if hole.origin is not None else hole.at,
                spoiler.block.level.miss_reason,
                size(spoiler.lost, context.tokenizer, model, limits),
                loss_word(spoiler.cause),
            ),
        )


def _places(spoiler: Spoiler) -> Iterator[Place]:
    """The path of the value, its block, and the breakpoints it spoils."""
    hops = spoiler.hole.origin.path() if spoiler.hole.origin is not None else ()
    for hop in hops:
        if hop.kind is HopKind.READ:
            yield Place(Role.SOURCE, hop.span)
        else:
            yield Place(Role.HOP, hop.span, hop.kind.value)
    if not hops:
        yield Place(Role.SOURCE, spoiler.hole.at)
    for point in spoiler.spoiled:
        yield Place(Role.BREAKPOINT, point.marker.span)
