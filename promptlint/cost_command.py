"""What does ``promptlint cost`` do? Reads the project, perhaps at two revisions, and prints what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from promptlint.config import Config
from promptlint.cost import Costs, costs
from promptlint.cost_change import CostReport, changes
from promptlint.discovery import Discovery
from promptlint.errors import FAILED
from promptlint.facts import Facts, load_facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.report import cost_json, cost_markdown, cost_table
from promptlint.report.color import Paint
from promptlint.report.cost_words import unused_words
from promptlint.revision import program_at
from promptlint.terminal import notice, terminal_width, wants_paint, write
from promptlint.traffic import TrafficPlan, checked_calls, checked_share
from promptlint.whereabouts import Setup, start_of

__all__ = ["CostOrder", "cost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOrder:
    """What the user asks of ``promptlint cost``."""

    paths: tuple[str, ...]
    setup: Setup
    form: str
    color: str
    since: str | None = None
    calls_per_hour: float | None = None
    hit_rate: float | None = None
    """In percent."""
    payload_tokens: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> CostOrder:
        """The order in the options of the command line, by their names."""
        setup = Setup(given["config"], given["project"], given["isolated"])
        own = ("paths", "form", "color", "since", "calls_per_hour", "hit_rate", "payload_tokens")
        return cls(setup=setup, **{name: given[name] for name in own})

    def over(self, plan: TrafficPlan) -> TrafficPlan:
        """The traffic of the configuration, with what the command line says in its place."""
        found = plan.everywhere
        if self.calls_per_hour is not None:
            found = replace(found, calls_per_hour=checked_calls(self.calls_per_hour, "--calls-per-hour"))
        if self.hit_rate is not None:
            found = replace(found, hit_rate=checked_share(self.hit_rate, "--hit-rate"))
        if self.payload_tokens is not None:
            found = replace(found, payload=self.payload_tokens)
        return replace(plan, everywhere=found)


def cost(order: CostOrder) -> int:
    """Print what the calls cost; the exit code is 0, or 2 if a file given by name could not be read.

    Raises:
        PromptlintError: the user's mistake.

    """
    working = Path.cwd()
    paths = order.paths or (".",)
    config = order.setup.load(start_of(paths, working))
    plan = order.over(config.traffic)
    discovery = order.setup.discovery(paths, config, working)
    facts = load_facts(config.facts)
    reading = read_program(Program.on_disk(discovery, working), facts)
    now = costs(reading, facts, plan)
    dates = [model.as_of for model in facts.models.all if model.price is not None]
    report = CostReport(now, plan, max(dates, default="no date"), reading.troubles())
    if order.since is not None:
        before = _before(order.since, discovery, config, facts, plan)
        report = replace(report, since=order.since, changes=changes(before, now))
    for unused in now.unused:
        notice(unused_words(unused))
    match order.form:
        case "json":
            write(cost_json.render(report))
        case "markdown":
            write(cost_markdown.render(report))
        case _:
            write(cost_table.render(report, Paint(wants_paint(order.color)), terminal_width()))
    return FAILED if any(trouble.fatal for trouble in report.troubles) else 0


def _before(since: str, discovery: Discovery, config: Config, facts: Facts, plan: TrafficPlan) -> Costs:
    """What the calls cost at a revision, by the prices and at the traffic of now."""
    with program_at(since, discovery, config, Path.cwd()) as program:
        return costs(read_program(program, facts), facts, plan)
