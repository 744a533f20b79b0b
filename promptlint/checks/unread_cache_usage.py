"""Would anybody notice that the cache is not read?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.prefix import Prefix
from promptlint.rule import Context, Finding, Place
from promptlint.survey import Survey


def check_project(survey: Survey, context: Context) -> Iterator[Finding]:
    """Once per project: calls that cache, while nothing looks at what was cached."""
    if survey.usage_readers:
        return
    seen = {response.site for response in survey.responses if response.in_sight}
    blind = [request for request in survey.requests if request.site.span in seen]
    cached = [request for request in blind if Prefix.of(request, context.facts.limits).breakpoints]
    if not cached:
        return
    first, calls = cached[0], dict.fromkeys(request.site.span for request in cached)
    marker = Prefix.of(first, context.facts.limits).breakpoints[-1].marker
    yield Finding(
        first.site.span,
        Severity.NOTE,
        min(Confidence.MEDIUM, first.site.confidence),
        first,
        {"calls": "many" if len(calls) > 1 else "one"},
        (Place(Role.BREAKPOINT, marker.span), *(Place(Role.CALL, span) for span in list(calls)[1:])),
    )
