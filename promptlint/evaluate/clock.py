"""How fine is a clock after it was formatted, rounded or cut?"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.value import ANY_SIZE, Const, Hole, HopKind, Origin, Reason, Text, Unknown, Value
from promptlint.interval import Interval
from promptlint.variation import DAY, HOUR, MINUTE, Cause, Kind, coarsened

__all__ = ["CLOCK_TYPES", "arithmetic", "attribute", "format_period", "formatted", "method", "rounded"]

CLOCK_TYPES = frozenset({"datetime", "date", "time", "struct_time"})

WEEK, MONTH, YEAR = 7 * DAY, 28 * DAY, 365 * DAY

DIRECTIVES: Mapping[str, float] = {
    **dict.fromkeys("fN", 1e-6),
    **dict.fromkeys("SsTXcrE+", 1.0),
    **dict.fromkeys("MR", MINUTE),
    **dict.fromkeys("HIkl", HOUR),
    "p": DAY / 2,
    "P": DAY / 2,
    **dict.fromkeys("djeDxFvaAwu", DAY),
    **dict.fromkeys("UWV", WEEK),
    **dict.fromkeys("mbBh", MONTH),
    **dict.fromkeys("yYGC", YEAR),
}
"""Seconds between two values of a ``strftime`` directive (C and glibc)."""

FIELDS: Mapping[str, float] = {
    "microsecond": 1e-6,
    "second": 1.0,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "month": MONTH,
    "year": YEAR,
    "tm_sec": 1.0,
    "tm_min": MINUTE,
    "tm_hour": HOUR,
    "tm_mday": DAY,
    "tm_yday": DAY,
    "tm_wday": DAY,
    "tm_mon": MONTH,
    "tm_year": YEAR,
}
TIMESPECS: Mapping[str, float] = {
    "hours": HOUR,
    "minutes": MINUTE,
    "seconds": 1.0,
    "milliseconds": 1e-3,
    "microseconds": 1e-6,
}


def format_period(pattern: str) -> float | None:
    """Seconds between two results of ``strftime(pattern)``; None: it never changes.

    >>> format_period("%Y-%m-%d")
    86400.0
    """
    finest: float | None = None
    position = 0
    while (position := pattern.find("%", position)) != -1:
        position += 1
        while position < len(pattern) and pattern[position] in "-_0^#:E O":
            position += 1
        letter = pattern[position : position + 1]
        position += 1
        if letter in DIRECTIVES:
            finest = min(finest or YEAR, DIRECTIVES[letter])
    return finest


def rounded(
    hole: Hole, period: float | None, place: Place, type_: str = "str", size: Interval = ANY_SIZE
) -> Hole:
    """The clock as read at a coarser grain; None: the part of it that never changes."""
    causes = frozenset(
        coarsened(cause, period) if period is not None else cause
        for cause in hole.causes
        if period is not None or cause.kind is not Kind.CLOCK
    )
    origin = Origin(HopKind.CONVERTED, place.span, "", hole.origin)
    return replace(hole, causes=causes, type=type_, size=size, origin=origin)


def formatted(hole: Hole, pattern: Text, place: Place) -> Value:
    """``hole.strftime(pattern)`` and ``f"{hole:pattern}"``."""
    constant = pattern.constant
    if constant is None:
        return rounded(hole, 0.0, place)
    made = rounded(hole, format_period(constant), place, "str", Interval(0, 4 * len(constant) + 40))
    fixed = all(found in WIDTHS for found in re.findall("%(.)", constant))
    return replace(made, layout=constant if fixed else "")


WIDTHS: Mapping[str, int] = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "f": 6}
"""Characters of the directives that ISO 8601 is made of."""
LAYOUTS: Mapping[str, str] = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M:%S.%f"}
"""What ``str()`` writes."""


def cut(value: Text, start: int | None, stop: int | None, place: Place) -> Hole | None:
    """``str(now)[start:stop]``: the part of the time that is left; None if it is no such text."""
    match value.pieces:
        case (Hole() as hole,) if _layout(hole):
            kept = _cut(_layout(hole), start, stop)
        case _:
            return None
    return replace(rounded(hole, format_period(kept), place), layout=kept)


def _layout(hole: Hole) -> str:
    return hole.layout or LAYOUTS.get(hole.type, "")


def _cut(layout: str, start: int | None, stop: int | None) -> str:
    """The directives and characters of which anything is left."""
    parts = re.findall(r"%.|.", layout)
    places: list[str] = []
    for part in parts:
        places += [part] * (WIDTHS.get(part[1:], 1) if len(part) > 1 else 1)
    left = places[start:stop]
    return "".join(part for part in dict.fromkeys(left) if len(part) > 1) if left else ""


def split(value: Text, separator: str, place: Place) -> tuple[Hole, ...] | None:
    """``now.isoformat().split("T")``; None if it is no such text."""
    match value.pieces:
        case (Hole() as hole,) if separator and separator in _layout(hole):
            parts = _layout(hole).split(separator)
        case _:
            return None
    return tuple(replace(rounded(hole, format_period(part), place), layout=part) for part in parts)


def attribute(hole: Hole, name: str, place: Place) -> Value | None:
    """A field of a date or time; None if it is no such field."""
    if hole.type not in CLOCK_TYPES or name not in FIELDS:
        return None
    return rounded(hole, FIELDS[name], place, "int", Interval(1, 6))


def method(hole: Hole, name: str, arguments: Arguments, place: Place) -> Value | None:
    """A method of a date or time; None if it is not known."""
    if hole.type not in CLOCK_TYPES:
        return None
    simple = _SIMPLE.get(name)
    if simple is not None:
        period, type_ = simple
        return rounded(hole, period, place, type_ or hole.type)
    match name:
        case "strftime" | "__format__":
            pattern = arguments.get("format", 0)
            return formatted(hole, pattern if isinstance(pattern, Text) else Text((_opaque(place),)), place)
        case "isoformat":
            spec = arguments.get("timespec", 1)
            period = TIMESPECS.get((spec.constant or "") if isinstance(spec, Text) else "", 0.0)
            layout = LAYOUTS.get(hole.type, "").replace(" ", "T")
            return replace(rounded(hole, period, place, "str", Interval(8, 40)), layout=layout)
        case "replace":
            return rounded(hole, _replaced(hole, arguments), place, hole.type)
        case _:
            return None


def _opaque(place: Place) -> Unknown:
    return place.unknown(Reason.DYNAMIC)


_SIMPLE: Mapping[str, tuple[float, str]] = {
    "date": (DAY, "date"),
    "time": (0.0, "time"),
    "timetz": (0.0, "time"),
    "timestamp": (0.0, "float"),
    "astimezone": (0.0, ""),
    "ctime": (1.0, "str"),
    "weekday": (DAY, "int"),
    "isoweekday": (DAY, "int"),
    "isocalendar": (DAY, ""),
    "toordinal": (DAY, "int"),
    "timetuple": (1.0, "struct_time"),
    "utctimetuple": (1.0, "struct_time"),
}

FINEST_FIRST = ("microsecond", "second", "minute", "hour", "day", "month")


def _replaced(hole: Hole, arguments: Arguments) -> float:
    """The grain of ``now.replace(minute=0, second=0, microsecond=0)``."""
    fixed = {name for name, value in arguments.keywords if isinstance(value, Const)}
    period = 0.0
    finer = FINEST_FIRST if hole.type != "date" else FINEST_FIRST[4:]
    for name, coarser in zip(finer, (*finer[1:], "year"), strict=True):
        if name not in fixed:
            break
        period = FIELDS[coarser]
    return period


def arithmetic(op: ast.operator, left: Hole, right: Value, place: Place) -> Value:
    """``time.time() // 3600`` and ``now - timedelta(…)``."""
    origin = Origin(HopKind.CONVERTED, place.span, "", left.origin)
    if isinstance(op, ast.FloorDiv) and isinstance(right, Const) and isinstance(right.value, int | float):
        seconds = left.type == "float" or (left.type == "int" and _whole_seconds(left))
        return rounded(left, float(right.value) if seconds else 0.0, place, left.type)
    if isinstance(right, Hole):
        causes: frozenset[Cause] = left.causes | right.causes
        return replace(left, causes=causes, type="", origin=origin)
    if isinstance(right, Unknown):
        return replace(left, origin=origin)
    return replace(left, origin=origin)


def _whole_seconds(hole: Hole) -> bool:
    return all(cause.period >= 1 for cause in hole.causes if cause.kind is Kind.CLOCK)


def truncated(hole: Hole, place: Place) -> Hole:
    """``int(hole)``, ``round(hole)``: whole seconds of a clock in seconds."""
    return rounded(hole, 1.0 if hole.type == "float" else 0.0, place, "int", Interval(1, 20))
