"""Is caching asked for in a way that is out of date?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.facts import Action
from promptlint.rule import Context, Finding, Place
from promptlint.survey import Survey


def check_project(survey: Survey, context: Context) -> Iterator[Finding]:
    """Beta headers that turn nothing on, and methods that are gone."""
    for use in survey.headers:
        # A test that looks whether headers are passed on needs one, whichever it is.
        level = Severity.PEDANTIC if use.span.path in survey.tests else Severity.WARNING
        yield Finding(use.span, level, Confidence.HIGH, None, {"header": use.name, "verdict": "unneeded"})
    for request in survey.requests:
        method = context.facts.calls.method(tuple(request.site.method.split(".")))
        if method is not None and method.action is Action.GONE:
            yield Finding(
                request.site.span,
                Severity.ERROR,
                request.site.confidence,
                request,
                {"header": f"client.{request.site.method}", "verdict": "gone"},
                (Place(Role.CALL, request.site.span),),
            )
