"""What is known of an amount that nobody can tell exactly? Its bounds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DollarInterval", "Interval", "dollars"]

_TO = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Interval:
    """A whole number known to lie in `low`…`high`; `high` is None where nothing bounds it."""

    low: int
    high: int | None

    def __add__(self, other: Interval) -> Interval:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(self.low + other.low, high)

    def __or__(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Interval(min(self.low, other.low), high)


@dataclass(frozen=True, slots=True)
class DollarInterval:
    """An amount of US dollars known to lie in `low`…`high`; `high` is None where nothing bounds it."""

    low: float
    high: float | None

    def __add__(self, other: DollarInterval) -> DollarInterval:
        high = None if self.high is None or other.high is None else self.high + other.high
        return DollarInterval(self.low + other.low, high)

    def __or__(self, other: DollarInterval) -> DollarInterval:
        """The smallest interval that holds both."""
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return DollarInterval(min(self.low, other.low), high)

    def times(self, calls: float) -> DollarInterval:
        """The amount for that many calls, from the amount for one."""
        return DollarInterval(self.low * calls, None if self.high is None else self.high * calls)


def dollars(amount: DollarInterval) -> str:
    """The amount as it is printed: ``$1.20``, ``at least $0.0043``; empty: not known.

    Both ends have the precision of the larger one: whole dollars from a hundred on, cents from one
    on, two digits below.
    """
    digits = _digits(amount.low if amount.high is None else amount.high)
    low = f"{amount.low:,.{digits}f}"
    nothing = not float(low.replace(",", ""))
    if amount.high is None:
        return "" if nothing else f"at least ${low}"
    high = f"{amount.high:,.{digits}f}"
    if low == high:
        return "$0" if nothing else f"${low}"
    return f"up to ${high}" if nothing else f"${low}{_TO}{high}"


_FINEST = 6
"""Digits behind the point: a hundred tokens that the cheapest model reads are a millionth of a dollar."""
_WHOLE, _CENTS = 100, 1


def _digits(amount: float) -> int:
    if amount >= _WHOLE:
        return 0
    if amount >= _CENTS or amount == 0:
        return 2
    return next((digits for digits in range(2, _FINEST) if amount >= 10 ** (1 - digits)), _FINEST)
