"""From requests to findings: every stage of a run, in order.

Nothing here knows how a value varies or what a rule is about; nothing here prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from promptlint.card import Phrases, load_phrases
from promptlint.config import Config
from promptlint.diagnostic import INTERNAL, Diagnostic, Trouble
from promptlint.facts import Facts, load_facts
from promptlint.fingerprint import Text, fingerprints
from promptlint.ignore import Unused
from promptlint.judgement import Judgement
from promptlint.lock import Lock
from promptlint.loss import loss
from promptlint.merge import MOST_LISTED, Merged, merge
from promptlint.program import Program
from promptlint.reading import Reading, read_program
from promptlint.registry import Registry
from promptlint.request import Request
from promptlint.result import Result
from promptlint.rule import Context, Finding, Subject, UnfilledError, dress
from promptlint.ruleset import ActiveRule, Ruleset
from promptlint.shipped import rules_directory
from promptlint.suppress import Applied, apply_ignores
from promptlint.tokens import Tokenizer

__all__ = ["judge", "judged", "lint"]


def judged(
    program: Program, config: Config, registry: Registry, *, isolated: bool = False
) -> tuple[Reading, Judgement]:
    """Read a program and judge it as the configuration says; if `isolated`, by nothing of its own.

    Raises:
        PromptlintError: the user's mistake, in the configuration, the facts, the lock or a card.

    """
    ruleset = Ruleset.of(config, registry)
    facts = load_facts(config.facts)
    reading = read_program(program, facts)
    lock = None if isolated else reading.lock()
    return reading, judge(reading, ruleset, config, facts, lock)


def lint(
    reading: Reading, ruleset: Ruleset, config: Config, facts: Facts, lock: Lock | None = None
) -> Result:
    """Everything that the rules find out about what is selected of a program.

    Raises:
        PromptlintError: a card is not right, or its check cannot be imported.

    """
    return judge(reading, ruleset, config, facts, lock).result(reading.program, config)


def judge(
    reading: Reading, ruleset: Ruleset, config: Config, facts: Facts, lock: Lock | None = None
) -> Judgement:
    """Everything that the rules find out about a program that was read, and about what it has frozen.

    Raises:
        PromptlintError: a card is not right, or its check cannot be imported.

    """
    run = _Run(reading, ruleset, config, facts, lock)
    rules = ruleset.load() if reading.is_relevant or lock is not None else ()
    found = run.dressed(rules, run.findings(rules))
    applied = run.without_ignored(rules, found)
    unused = run.dressed(rules, run.unused_findings(rules, applied.unused))
    kept = run.without_ignored(rules, unused, by_name=True).kept
    return Judgement(
        tuple(run.unsilenced(applied.kept)),
        tuple(run.unsilenced(kept)),
        tuple(reading.sites()),
        run.troubles(),
        reading.scan.candidates,
    )


_Found = dict[str, list[Finding]]
"""Findings by the name of their rule."""


@dataclass(slots=True)
class _Run:
    """One run of the rules; keeps the bugs of checks and cards that it comes across."""

    reading: Reading
    ruleset: Ruleset
    config: Config
    facts: Facts
    lock: Lock | None
    bugs: list[Trouble] = field(default_factory=list)
    reach: dict[Diagnostic, frozenset[str]] = field(default_factory=dict)
    """Files of the requests that a finding is about."""

    # -- what the checks say ------------------------------------------------------------------

    def findings(self, rules: Sequence[ActiveRule]) -> _Found:
        """What each rule finds in the requests."""
        tokenizer = Tokenizer.shipped(self.facts.tokens)
        found: _Found = {}
        for rule in rules:
            context = Context(rule.options, self.facts, tokenizer, self.config.traffic, self.lock)
            found[rule.card.name] = [
                finding
                for subject in self._subjects(rule)
                for finding in self._checked(rule, subject, context)
            ]
        return found

    def _subjects(self, rule: ActiveRule) -> Sequence[object]:
        match rule.rule.subject:
            case Subject.REQUEST:
                return self.reading.survey.requests
            case Subject.PROJECT:
                return (self.reading.survey,)
            case Subject.IGNORES:
                return ()

    def unused_findings(self, rules: Iterable[ActiveRule], unused: Sequence[Unused]) -> _Found:
        """What is wrong with the ignore comments; nothing where a finding may have been missed."""
        if self.troubles():
            return {}
        judges = (rule for rule in rules if rule.rule.subject is Subject.IGNORES)
        return {rule.card.name: self._checked(rule, unused, rule.options) for rule in judges}

    def _checked(self, rule: ActiveRule, subject: object, context: object) -> list[Finding]:
        """One call of a check. It may be somebody's own; a bug in it must not cost the other findings."""
        try:
            return list(rule.rule.check(subject, context))
        except Exception as error:  # noqa: BLE001  the one place where a bug becomes a message
            path, line = rule.card.file, None
            if isinstance(subject, Request):
                path, line = subject.site.span.path, subject.site.span.line
            self._bug(rule, path, line, f"{type(error).__name__}: {error}")
            return []

    def _bug(self, rule: ActiveRule, path: str, line: int | None, said: str) -> None:
        message = f"rule `{rule.card.name}` failed: {said}; please report this"
        self.bugs.append(Trouble(path, line, INTERNAL, message, fatal=True))

    def troubles(self) -> tuple[Trouble, ...]:
        """What could not be read or judged."""
        return (*self.reading.found_troubles(), *dict.fromkeys(self.bugs))

    # -- what the reader is told --------------------------------------------------------------

    def dressed(self, rules: Iterable[ActiveRule], found: _Found) -> list[Diagnostic]:
        """One diagnostic for each bug, in the words of its card."""
        if not any(found.values()):
            return []
        phrases = load_phrases(rules_directory())
        diagnostics: dict[Diagnostic, frozenset[str]] = {}
        for rule in rules:
            for merged in merge(map(rule.weighed, found.get(rule.card.name, ()))):
                try:
                    diagnostic = _diagnostic(rule, merged, phrases, self.facts)
                except UnfilledError as error:
                    self._bug(rule, merged.finding.at.path, merged.finding.at.line, str(error))
                    continue
                diagnostics[diagnostic] = diagnostics.get(diagnostic, frozenset()) | merged.reach
        names = fingerprints(diagnostics, Text(self.reading.lines, self.reading.source))
        named = {replace(one, fingerprint=names[one]): reach for one, reach in diagnostics.items()}
        self.reach |= named
        return list(named)

    def without_ignored(
        self, rules: Iterable[ActiveRule], diagnostics: Sequence[Diagnostic], *, by_name: bool = False
    ) -> Applied:
        """The findings that nobody accepted in a comment, and the comments that accept nothing.

        `by_name`: only comments that name a rule count. One for every rule does not silence what is
        said of itself.
        """
        ignores = tuple(one for one in self.reading.ignores() if one.names or not by_name)
        registry = self.ruleset.registry
        judging = {rule.card.name for rule in rules if rule.rule.subject is Subject.IGNORES}
        return apply_ignores(
            diagnostics,
            ignores,
            names=set(registry.names) - judging,
            ran=set(self.ruleset.names) - judging,
            resolve=registry.resolve,
        )

    def unsilenced(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Those whose rule is not silenced in their file, each with the files that it is about."""
        program = self.reading.program
        for one in diagnostics:
            if one.rule not in self.ruleset.file_ignores.silenced(program.absolute(one.span.path)):
                yield replace(one, reach=tuple(sorted(self.reach[one])))


def _diagnostic(rule: ActiveRule, merged: Merged, phrases: Phrases, facts: Facts) -> Diagnostic:
    finding, site = merged.finding, merged.site
    words = dress(rule.card, finding, phrases)
    return Diagnostic(
        rule=rule.card.name,
        severity=finding.severity,
        confidence=finding.confidence,
        span=finding.at,
        message=words.message,
        labels=words.labels,
        instead=rule.card.instead.split("\n\n", 1)[0],
        call=None if site is None else site.span,
        function="" if site is None else site.function,
        callers=merged.callers[:MOST_LISTED],
        caller_count=len(merged.callers),
        reason=finding.reason,
        tokens_lost=finding.tokens_lost,
        fix=None,
        fingerprint="",
        diff=finding.diff,
        dollars_lost=loss(finding.tokens_lost, merged.losing, facts),
        lost_at=words.lost_at,
    )
