"""Diagnostics as SARIF 2.1.0, for code scanning services and editors.

The path of a value is told twice: as related locations, which every viewer shows, and as a code
flow, which some walk through step by step.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from promptlint.diagnostic import Diagnostic, Edit, Fix, Label, Role, Trouble
from promptlint.report import manual
from promptlint.report.concise import ordered
from promptlint.report.coverage import sentence, troubles
from promptlint.report.jsontext import Json, amount, written
from promptlint.report.manual import RuleText
from promptlint.report.place import flat
from promptlint.report.view import View
from promptlint.result import Result
from promptlint.source import Span

__all__ = ["FINGERPRINT", "render"]

FINGERPRINT = "promptlint/v1"
"""Key of the fingerprint among the partial fingerprints of a result."""

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FLOW = (Role.SOURCE, Role.HOP, Role.BLOCK, Role.BREAKPOINT)
_BEFORE_THE_HOLE = (Role.SOURCE, Role.HOP)
_DRIVE = re.compile("[A-Za-z]:/")


def render(result: Result, view: View) -> str:
    """One run with the rules that reported, their results, and what could not be read."""
    diagnostics = ordered(result)
    names = sorted({diagnostic.rule for diagnostic in diagnostics})
    unread = troubles(result)
    run: Json = {
        "tool": {
            "driver": {
                "name": "promptlint",
                "version": view.version,
                "rules": [_rule(view.rule(name)) for name in names],
                "notifications": [{"id": kind} for kind in sorted({one.kind for one in unread})],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not any(trouble.fatal for trouble in unread),
                "toolExecutionNotifications": [_notification(trouble) for trouble in unread],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, names.index(diagnostic.rule)) for diagnostic in diagnostics],
        "properties": {"coverage": sentence(result.coverage, result.elsewhere)},
    }
    return written({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(card: RuleText) -> Json:
    return {
        "id": card.name,
        "name": card.name,
        "shortDescription": {"text": card.summary},
        "fullDescription": {"text": flat(card.why)},
        "help": {"text": manual.explain(card), "markdown": manual.markdown(card)},
        "defaultConfiguration": {"level": card.severity.word},
        "properties": {
            "precision": card.confidence.word,
            "problem.severity": card.severity.word.replace("note", "recommendation"),
            "tags": ["prompt-caching"],
        },
    }


def _result(diagnostic: Diagnostic, index: int) -> Json:
    lost, cost = diagnostic.tokens_lost, diagnostic.dollars_lost
    related = [_location(label.span, label.message) for label in diagnostic.labels]
    flow = _flow(diagnostic)
    document: dict[str, Json] = {
        "ruleId": diagnostic.rule,
        "ruleIndex": index,
        "level": diagnostic.severity.word,
        "message": {"text": diagnostic.message},
        "locations": [_location(diagnostic.span, "", _function(diagnostic))],
        "relatedLocations": [{"id": number, **one} for number, one in enumerate(related)],
        "partialFingerprints": {FINGERPRINT: diagnostic.fingerprint},
        "properties": {
            "confidence": diagnostic.confidence.word,
            "cacheMissReason": None if diagnostic.reason is None else diagnostic.reason.value,
            "tokensLost": None if lost is None else {"low": lost.low, "high": lost.high},
            "lostAt": None if lost is None else diagnostic.lost_at,
            "dollarsLostPer1000Calls": None if cost is None else amount(cost),
            "callerCount": diagnostic.caller_count,
            "diff": list(diagnostic.diff),
        },
    }
    if len(flow) > 1:
        document["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    if diagnostic.fix and all(edit.span.cell is None for edit in diagnostic.fix.edits):
        document["fixes"] = [_fix(diagnostic.fix)]
    return document


def _flow(diagnostic: Diagnostic) -> list[Json]:
    """The way of the value: read, passed on, put into the prompt, cached."""
    steps = [label for label in diagnostic.labels if label.role in _FLOW]
    if all(step.span != diagnostic.span for step in steps):
        hole = Label(diagnostic.span, Role.HOP, diagnostic.message)
        before = sum(step.role in _BEFORE_THE_HOLE for step in steps)
        steps.insert(before, hole)
    return [
        {
            "location": _location(step.span, step.message),
            "importance": "important" if step.role is Role.HOP else "essential",
        }
        for step in steps
    ]


def _function(diagnostic: Diagnostic) -> str:
    return diagnostic.function if diagnostic.call == diagnostic.span else ""


def _location(span: Span, message: str = "", function: str = "") -> dict[str, Json]:
    """A place. The lines of a notebook cell are no lines of its file, so the cell is named."""
    physical: dict[str, Json] = {"artifactLocation": _artifact(span.path), "region": _region(span)}
    location: dict[str, Json] = {"physicalLocation": physical}
    if span.cell is not None:
        name = f"cell {span.cell}, line {span.line}"
        location["logicalLocations"] = [{"name": name, "kind": "element"}]
    elif function:
        location["logicalLocations"] = [{"fullyQualifiedName": function, "kind": "function"}]
    if message:
        location["message"] = {"text": message}
    return location


def _artifact(path: str) -> Json:
    encoded = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    if path.startswith("/"):
        return {"uri": f"file://{encoded}"}
    return {"uri": f"file:///{encoded}" if _DRIVE.match(path) else encoded}


def _region(span: Span) -> Json:
    if span.cell is not None:
        return {"startLine": 1}
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(fix: Fix) -> Json:
    edits: dict[str, list[Edit]] = {}
    for edit in sorted(fix.edits, key=lambda one: (one.span.sort_key, one.content)):
        edits.setdefault(edit.span.path, []).append(edit)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [
                    {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.content}}
                    for edit in changes
                ],
            }
            for path, changes in edits.items()
        ],
        "properties": {"applicability": fix.applicability.value},
    }


def _notification(trouble: Trouble) -> Json:
    physical: dict[str, Json] = {"artifactLocation": _artifact(trouble.path)}
    if trouble.line is not None:
        physical["region"] = {"startLine": trouble.line}
    return {
        "descriptor": {"id": trouble.kind},
        "level": "error" if trouble.fatal else "warning",
        "message": {"text": trouble.message},
        "locations": [{"physicalLocation": physical}],
    }
