"""Is one prompt cached in two editions that only look the same?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.drift import HOLE, drift, drifted
from promptlint.evaluate.value import Literal
from promptlint.facts import Model
from promptlint.prefix import SMALLEST_MINIMUM, Prefix
from promptlint.request import Block, Request
from promptlint.rule import Context, Finding, Place
from promptlint.source import Span
from promptlint.survey import Survey

MIN_PROMPT = 120
"""Characters; texts that are shorter are joints of a prompt, and alike by chance."""


@dataclass(frozen=True, slots=True)
class _Use:
    """One request that caches a text."""

    request: Request
    at: Span


def check_project(survey: Survey, context: Context) -> Iterator[Finding]:
    """Each pair of cached texts that differ only in spaces, case or the order of lines, once."""
    uses: dict[str, list[_Use]] = defaultdict(list)
    for request in survey.requests:
        if request.site.span.path not in survey.tests:
            for text, at in _cached(request, context):
                uses[text].append(_Use(request, at))
    for one, other in drifted(uses):
        for first, second in _parted(uses[one], uses[other]):
            found = drift(one, other)
            yield Finding(
                second.at,
                Severity.WARNING if _is_cached(one, second.request, context) else Severity.NOTE,
                min(Confidence.MEDIUM, second.request.site.confidence),
                second.request,
                {"slip": found.slip.value, "first": found.first, "second": found.second},
                (Place(Role.BLOCK, first.at), Place(Role.CALL, first.request.site.span)),
            )
            break


def _cached(request: Request, context: Context) -> Iterator[tuple[str, Span]]:
    """The text of each cached block, and where it begins; what is put in at run time is only a mark."""
    for placed in Prefix.of(request, context.facts.limits).cached:
        if isinstance(placed.item, Block):
            pieces = placed.item.text.pieces
            text = "".join(piece.text if isinstance(piece, Literal) else HOLE for piece in pieces)
            if len(text.strip()) >= MIN_PROMPT:
                spans = [piece.span for piece in pieces if isinstance(piece, Literal) and piece.span]
                yield text, spans[0] if spans else placed.item.span


def _parted(ones: Sequence[_Use], others: Sequence[_Use]) -> Iterator[tuple[_Use, _Use]]:
    """Requests that could share an entry: no request sends both, and one model may get them."""
    senders = {id(use.request) for use in ones} & {id(use.request) for use in others}
    if senders:
        return
    for one in ones:
        for other in others:
            models = set(one.request.models), set(other.request.models)
            if not all(models) or models[0] & models[1]:
                yield one, other


def _is_cached(text: str, request: Request, context: Context) -> bool:
    """Whether the text alone may reach what the model caches."""
    models = [context.facts.models.find(name) for name in request.models]
    known: list[Model] = [model for model in models if model is not None]
    minimum = min((model.minimum for model in known), default=SMALLEST_MINIMUM)
    return (context.tokenizer.estimate(text, None).high or 0) >= minimum
