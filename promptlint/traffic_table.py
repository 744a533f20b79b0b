"""What does the configuration say about traffic? The table ``[cost]``."""

from __future__ import annotations

import json
from collections.abc import Iterator

from promptlint.errors import PromptlintError
from promptlint.toml_table import Table
from promptlint.traffic import SiteTraffic, Traffic, TrafficPlan, checked_calls, checked_share

__all__ = ["describe_traffic", "read_traffic"]

_CALLS, _HITS, _PAYLOAD, _SITES = "calls-per-hour", "hit-rate", "payload-tokens", "sites"
_OF_A_SITE = (_CALLS, _HITS, _PAYLOAD)


def read_traffic(table: Table, base: TrafficPlan) -> TrafficPlan:
    """The traffic that a table describes, over what an extended file says.

    Raises:
        PromptlintError: an unknown key, or a value that cannot be.

    """
    table.only((*_OF_A_SITE, _SITES))
    calls, hits, payload = _values(table)
    below = base.everywhere
    everywhere = Traffic(
        below.calls_per_hour if calls is None else calls,
        below.hit_rate if hits is None else hits,
        below.payload if payload is None else payload,
    )
    return TrafficPlan(everywhere, (*base.sites, *_sites(table.table(_SITES))))


def _sites(table: Table) -> Iterator[SiteTraffic]:
    for key in table.values:
        inner = table.table(key)
        inner.only(_OF_A_SITE)
        path, _, function = key.partition(":")
        yield SiteTraffic(path.removeprefix("./"), function, table.where(key), *_values(inner))


def _values(table: Table) -> tuple[float | None, float | None, int | None]:
    calls, hits, payload = table.number(_CALLS), table.number(_HITS), table.number(_PAYLOAD)
    if payload is not None and (payload < 0 or payload != int(payload)):
        raise PromptlintError(
            f"{table.where(_PAYLOAD)}: `{_PAYLOAD}` must be a whole number of tokens, not {payload:g}"
        )
    return (
        None if calls is None else checked_calls(calls, table.where(_CALLS)),
        None if hits is None else checked_share(hits, table.where(_HITS)),
        None if payload is None else int(payload),
    )


def describe_traffic(plan: TrafficPlan) -> Iterator[str]:
    """The lines of a configuration file that say the same; none for the defaults."""
    if plan.everywhere != Traffic():
        yield from ("", "[cost]", *_described(plan.everywhere))
    for site in plan.sites:
        yield from ("", f"[cost.sites.{json.dumps(site.name, ensure_ascii=False)}]", *_described(site))


def _described(traffic: Traffic | SiteTraffic) -> Iterator[str]:
    if traffic.calls_per_hour is not None:
        yield f"{_CALLS} = {traffic.calls_per_hour:g}"
    if traffic.hit_rate is not None:
        yield f"{_HITS} = {traffic.hit_rate * 100:g}"
    if traffic.payload is not None:
        yield f"{_PAYLOAD} = {traffic.payload}"
