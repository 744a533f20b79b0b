"""Does text that never changes stand where no cache entry holds it?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.facts import Action
from promptlint.prefix import Prefix
from promptlint.request import Request, Rest
from promptlint.rule import Context, Finding, Place, tokens_word
from promptlint.stability import outside


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Long constant texts behind the last breakpoint."""
    method = context.facts.calls.method(tuple(request.site.method.split(".")))
    if method is None or method.action is Action.DESCRIBES or request.open:
        return
    model = context.facts.models.find(request.models[0]) if request.models else None
    prefix = Prefix.of(request, context.facts.limits)
    hidden = request.touched or any(
        isinstance(placed.item, Rest) for placed in prefix.blocks[prefix.end + 1 :]
    )
    for text in outside(prefix, context.tokenizer, model.generation if model is not None else None):
        if text.tokens.low < int(str(context.options["tokens"])):
            continue
        yield Finding(
            text.block.span,
            Severity.NOTE if hidden else Severity.WARNING,
            min(Confidence.MEDIUM, request.site.confidence),
            request,
            {
                "tokens": tokens_word(text.tokens),
                "level": text.block.level.word,
                "where": "value" if text.behind else "breakpoint",
            },
            (Place(Role.BREAKPOINT, prefix.breakpoints[-1].marker.span), Place(Role.CALL, request.site.span)),
            tokens_lost=text.tokens,
        )
