"""Is what is marked long enough for the model to cache it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.facts import Model
from promptlint.interval import Interval
from promptlint.prefix import Prefix, size
from promptlint.request import Request
from promptlint.rule import Context, Finding, Place, tokens_word
from promptlint.world import decided


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """The largest prefix against the minimum of every model it may be sent to."""
    models = [context.facts.models.find(name) for name in request.models]
    if not models or None in models or request.model_confidence < Confidence.MEDIUM:
        return
    prefixes = [Prefix.of(world, context.facts.limits) for world in decided(request)]
    marked = [prefix for prefix in prefixes if prefix.breakpoints]
    if not marked:
        return
    known = [model for model in models if model is not None]
    sizes = [(_size(marked, model, context), model) for model in known]
    tokens, model = max(sizes, key=lambda pair: (pair[0].low - pair[1].minimum, pair[1].id))
    if tokens.high is None or tokens.low >= model.minimum:
        return
    below = all(tokens.high is not None and tokens.high < model.minimum for tokens, model in sizes)
    last = max(marked, key=lambda prefix: len(prefix.cached)).breakpoints[-1]
    yield Finding(
        last.marker.span,
        Severity.WARNING if below else Severity.NOTE,
        min(request.model_confidence, Confidence.MEDIUM),
        request,
        {
            "model": model.id,
            "minimum": f"{model.minimum:,}",
            "tokens": tokens_word(tokens),
            "verdict": "below" if below else "near",
            "missing": _missing(tokens, model),
        },
        (Place(Role.BREAKPOINT, last.marker.span),),
    )


def _size(prefixes: Sequence[Prefix], model: Model, context: Context) -> Interval:
    """Tokens of any of the prefixes, one of which is sent."""
    limits = context.facts.limits
    return reduce(or_, (size(prefix.cached, context.tokenizer, model, limits) for prefix in prefixes))


def _missing(tokens: Interval, model: Model) -> str:
    fewest = max(model.minimum - (tokens.high or 0), 0)
    return tokens_word(Interval(fewest, model.minimum - tokens.low))
