"""Is what is marked long enough for the model to cache it?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Interval, Role, Severity
from promptlint.facts import Model
from promptlint.prefix import Prefix, size
from promptlint.request import Request
from promptlint.rule import Context, Finding, Place, tokens_word


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """The largest prefix against the minimum of every model it may be sent to."""
    models = [context.facts.models.find(name) for name in request.models]
    if not models or None in models or request.model_confidence < Confidence.MEDIUM:
        return
    prefix = Prefix.of(request, context.facts.limits)
    if not prefix.breakpoints:
        return
    known = [model for model in models if model is not None]
    sizes = [(size(prefix.cached, context.tokenizer, model, context.facts.limits), model) for model in known]
    tokens, model = max(sizes, key=lambda pair: (pair[0].low - pair[1].minimum, pair[1].id))
    if tokens.high is None or tokens.low >= model.minimum:
        return
    below = all(tokens.high is not None and tokens.high < model.minimum for tokens, model in sizes)
    last = prefix.breakpoints[-1]
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


def _missing(tokens: Interval, model: Model) -> str:
    fewest = max(model.minimum - (tokens.high or 0), 0)
    return tokens_word(Interval(fewest, model.minimum - tokens.low))
