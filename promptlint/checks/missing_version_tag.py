"""Can one tell from a cached prompt which version of it was sent?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.evaluate.value import Literal
from promptlint.prefix import SMALLEST_MINIMUM, Placed, Prefix, literals, most_written
from promptlint.request import Block, Level, Request
from promptlint.rule import Context, Finding, Place
from promptlint.survey import Survey
from promptlint.tag import TagStyle
from promptlint.wording import MIN_PROMPT

MAX_NAME = 40
"""Characters of a prompt that stand for its name where it has none."""


def check_project(survey: Survey, context: Context) -> Iterator[Finding]:
    """Each cached system text of the project once, however many calls send it."""
    style = TagStyle.of(context.options)
    seen: set[object] = set()
    for request in survey.requests:
        prefix = Prefix.of(request, context.facts.limits)
        system = [placed for placed in prefix.cached if placed.level is Level.SYSTEM]
        main = _longest(system)
        if main is None or seen & {main.text, main.names} or _tagged(system, style):
            continue
        if _is_small(system, request, context):
            continue
        seen |= {main.text, main.names} if main.names else {main.text}
        if main.span is None:
            continue
        yield Finding(
            main.span,
            Severity.NOTE,
            min(Confidence.MEDIUM, request.site.confidence),
            request,
            {"name": " ".join(name for name, _ in main.names) or _opening(main.text)},
            (Place(Role.BREAKPOINT, prefix.breakpoints[-1].marker.span),),
        )


def _is_small(blocks: Sequence[Placed], request: Request, context: Context) -> bool:
    """Whether the project's own text is too short to be cached: then it is not worth a version."""
    known = [context.facts.models.find(name) for name in request.models]
    minimum = min((model.minimum for model in known if model is not None), default=SMALLEST_MINIMUM)
    return most_written(blocks, context.tokenizer, None) < minimum


def _longest(blocks: Sequence[Placed]) -> Literal | None:
    """The literal that is most of the prompt."""
    parts = [part for p in blocks if isinstance(p.item, Block) for part in literals(p.item.text)]
    long = (part for part in parts if len(part.text.strip()) >= MIN_PROMPT)
    return max(long, key=lambda part: len(part.text), default=None)


def _opening(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MAX_NAME else f"{words[: MAX_NAME - 1]}…"


def _tagged(blocks: Sequence[Placed], style: TagStyle) -> bool:
    """Whether a tag stands in the text, comes from a version constant, or may be where we cannot see."""
    texts = [p.item.text for p in blocks if isinstance(p.item, Block)]
    return len(texts) < len(blocks) or any(True for text in texts for _ in style.tags(text))
