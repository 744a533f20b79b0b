"""What happens when a cached call fails?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.guard import Guard
from promptlint.prefix import Prefix
from promptlint.rule import Context, Finding, Place
from promptlint.survey import Survey


def check_project(survey: Survey, context: Context) -> Iterator[Finding]:
    """Calls that cache, and whose failure nothing handles from there to the top of the program."""
    for request in survey.requests:
        points = Prefix.of(request, context.facts.limits).breakpoints
        bare = survey.guards.get(request.site.span) is Guard.BARE
        if points and bare and "fallbacks" not in request.parameters:
            yield Finding(
                request.site.span,
                Severity.PEDANTIC,
                min(Confidence.MEDIUM, request.site.confidence),
                request,
                {},
                (Place(Role.BREAKPOINT, points[-1].marker.span),),
            )
