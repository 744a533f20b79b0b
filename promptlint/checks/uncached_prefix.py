"""Is a long prefix sent again and again with no caching switched on?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.facts import Action
from promptlint.prefix import Prefix
from promptlint.request import Block, Growth, RecurrenceKind, Request
from promptlint.rule import Context, Finding, Place, tokens_word
from promptlint.stability import steady_head


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """A stable head that every model would cache, and nothing that could be a breakpoint."""
    again = request.site.recurrence
    elsewhere = request.automatic is not None or request.open or request.touched or request.site.proxied
    if again is None or elsewhere:
        return
    if request.growth is Growth.LOOP:
        return  # the whole conversation is to be cached, as `uncached-history` says
    method = context.facts.calls.method(tuple(request.site.method.split(".")))
    if method is None or method.action is not Action.SENDS:
        return
    prefix = Prefix.of(request, context.facts.limits)
    if not all(isinstance(placed.item, Block) and _is_plain(placed.item) for placed in prefix.blocks):
        return
    head = steady_head(prefix, context.tokenizer, context.facts.models, context.facts.limits)
    if head is None or not head.is_cacheable:
        return
    yield Finding(
        head.last.span,
        Severity.NOTE if again.kind is RecurrenceKind.CALLERS else Severity.WARNING,
        min(Confidence.MEDIUM, request.site.confidence),
        request,
        {"tokens": tokens_word(head.tokens), "recurrence": again.kind.value},
        (Place(Role.CALL, request.site.span), Place(Role.CALLER, again.span, again.kind.value)),
        tokens_lost=head.tokens,
    )


def _is_plain(block: Block) -> bool:
    """Whether nobody tried to mark it."""
    return block.marker is None and not block.misplaced
