"""Are cached tokens counted as the API counts them?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.accounting import SumKind
from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.facts import Part
from promptlint.prefix import Prefix
from promptlint.request import Request
from promptlint.response import Response
from promptlint.rule import Context, Finding, Place
from promptlint.survey import Survey


def check_project(survey: Survey, context: Context) -> Iterator[Finding]:
    """Sums over the counts of a response that are right only where `input_tokens` is the whole input."""
    requests = {request.site.span: request for request in survey.requests}
    caching = {request.site.span: request for request in survey.requests if _caches(request, context)}
    for response in survey.responses:
        site = response.site
        request = None if site is None else caching.get(site, requests[site])
        for one in response.sums:
            leaves_out = one.kind in (SumKind.COST, SumKind.TOTAL)
            if leaves_out and (site not in caching or _counted_elsewhere(response)):
                continue
            yield Finding(
                one.span,
                Severity.NOTE if one.kind is SumKind.TOTAL else Severity.WARNING,
                min(Confidence.MEDIUM if leaves_out else Confidence.HIGH, _confidence(request)),
                request,
                {"verdict": one.kind.value},
                (Place(Role.SOURCE, one.read), *(() if site is None else (Place(Role.CALL, site),))),
            )


def _caches(request: Request, context: Context) -> bool:
    return bool(Prefix.of(request, context.facts.limits).breakpoints)


def _confidence(request: Request | None) -> Confidence:
    return Confidence.HIGH if request is None else request.site.confidence


def _counted_elsewhere(response: Response) -> bool:
    """Whether cached tokens may be added where this sum is not looked at."""
    return bool(response.leaves) or any(
        count.part is Part.CACHED and not count.shown for count in response.counts
    )
