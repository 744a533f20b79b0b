"""Does a conversation grow that no breakpoint moves along with?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile

from promptlint.conversation import grown
from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.evaluate.value import Reason
from promptlint.prefix import Prefix
from promptlint.request import Block, Growth, Recurrence, Request, Rest
from promptlint.rule import Context, Finding, Place
from promptlint.stability import steady_head


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Conversations that a loop or an object keeps, sent again and again without a marker in what is new."""
    elsewhere = request.automatic is not None or request.open or request.touched or request.site.proxied
    if request.growth is Growth.NONE or elsewhere:
        return
    again = request.site.recurrence
    looped = request.growth is Growth.LOOP
    prefix = Prefix.of(request, context.facts.limits)
    new = grown(request, prefix.blocks)
    if looped:  # where a loop begins, the last breakpoint is behind it, seen or not
        new = tuple(dropwhile(lambda placed: placed.count.high == 1, new))
    # Of a history that is edited no entry could be read: that is to be mended first, by its own rule.
    if not new or request.edits or any(_may_be_marked(placed.item, looped=looped) for placed in new):
        return
    yield Finding(
        request.site.span,
        _severity(prefix, context),
        min(Confidence.MEDIUM, request.site.confidence),
        request,
        {"growth": request.growth.value, "cached": "part" if prefix.breakpoints else "none"},
        tuple(_places(prefix, again if looped else None)),
    )


def _may_be_marked(item: Block | Rest, *, looped: bool) -> bool:
    """Whether it carries a marker, or holds what is not seen; what an object keeps is never seen.

    An answer of the API carries none.
    """
    if isinstance(item, Rest):
        return looped and item.unknown.reason is not Reason.NETWORK
    return item.marker is not None or bool(item.misplaced)


def _severity(prefix: Prefix, context: Context) -> Severity:
    """Bad where caching is wanted; else where the request is long, or tools soon make it long."""
    request = prefix.request
    if prefix.breakpoints:
        return Severity.WARNING
    if request.growth is Growth.KEPT:
        return Severity.PEDANTIC
    head = steady_head(prefix, context.tokenizer, context.facts.models, context.facts.limits)
    long = request.tools or (head is not None and head.is_cacheable)
    return Severity.WARNING if long else Severity.NOTE


def _places(prefix: Prefix, again: Recurrence | None) -> Iterator[Place]:
    for point in prefix.breakpoints[-1:]:
        yield Place(Role.BREAKPOINT, point.marker.span)
    if again is not None:
        yield Place(Role.CALLER, again.span, again.kind.value)
