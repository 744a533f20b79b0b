"""Does a request carry more markers than the API takes?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.prefix import Breakpoint, Prefix, worlds
from promptlint.request import Request
from promptlint.rule import Context, Finding, Place


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """The fullest request that the conditions allow."""
    maximum = context.facts.limits.breakpoints
    points = [p for p in Prefix.of(request, context.facts.limits).breakpoints if not _is_picked(p)]
    fullest = max(worlds(points), key=_count, default=())
    count = _count(fullest)
    if count <= maximum:
        return
    unbounded = [p for p in fullest if p.count.high is None]
    excess = unbounded[0] if unbounded else _excess(fullest, maximum)
    fewest = sum(p.count.low for p in fullest)
    sure = fewest > maximum and not any(p.decisions for p in fullest)
    yield Finding(
        excess.marker.span,
        _severity(fullest, sure=sure),
        Confidence.HIGH if sure else Confidence.MEDIUM,
        request,
        {"count": "many" if unbounded else _range(fewest, int(count)), "maximum": str(maximum)},
        tuple(_places(fullest)),
    )


def _severity(points: Sequence[Breakpoint], *, sure: bool) -> Severity:
    """Certain, or as long as what a loop goes over is, or under conditions that may never hold together."""
    if sure:
        return Severity.ERROR
    return Severity.WARNING if any(p.count.low != p.count.high for p in points) else Severity.NOTE


def _range(fewest: int, most: int) -> str:
    return str(most) if fewest == most else f"{fewest}\N{EN DASH}{most}"


def _is_picked(point: Breakpoint) -> bool:
    """Whether a loop marks some of its items only: how many, its own tests decide."""
    return bool(point.decisions) and point.count.high != 1


def _count(points: Sequence[Breakpoint]) -> float:
    """Markers at most; a loop without a bound may add any number."""
    return sum(float("inf") if p.count.high is None else p.count.high for p in points)


def _excess(points: Sequence[Breakpoint], maximum: int) -> Breakpoint:
    """The first marker that is one too many."""
    so_far = 0
    for point in points:
        so_far += point.count.high or 0
        if so_far > maximum:
            return point
    return points[-1]


def _places(points: Sequence[Breakpoint]) -> Iterator[Place]:
    for point in points:
        yield Place(Role.BREAKPOINT, point.marker.span, "automatic" if point.automatic else "")
        if point.at.over is not None and not point.automatic:
            yield Place(Role.SOURCE, point.at.over, "loop")
