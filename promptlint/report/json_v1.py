"""Diagnostics as JSON for programs, in the form ``json-v1``.

Keys may be added; none is renamed or removed. The form is described by a JSON Schema that ships
with the package.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import cast

from promptlint.diagnostic import Diagnostic, Fix, Trouble
from promptlint.report.concise import ordered
from promptlint.report.coverage import troubles
from promptlint.report.jsontext import Json, amount, written
from promptlint.report.view import View
from promptlint.result import Coverage, Result, SiteLine
from promptlint.source import Span

__all__ = ["MOST_CALLERS", "VERSION", "render", "schema"]

VERSION = "json-v1"
MOST_CALLERS = 20
"""Callers listed with a diagnostic; `caller_count` has the whole number."""


def render(result: Result, view: View) -> str:  # noqa: ARG001  # every format has this signature
    """The whole result; byte-equal for equal results whatever the order they were found in."""
    sites = sorted(result.sites, key=lambda site: (site.span.sort_key, site.method))
    return written(
        {
            "version": VERSION,
            "coverage": _coverage(result.coverage),
            "call_sites": [_site(site) for site in sites],
            "diagnostics": [_diagnostic(diagnostic) for diagnostic in ordered(result)],
            "errors": [_error(trouble) for trouble in troubles(result)],
        }
    )


def schema() -> dict[str, Json]:
    """The JSON Schema of the form."""
    text = (files("promptlint.report") / "schema" / "json-v1.schema.json").read_text(encoding="utf-8")
    return cast("dict[str, Json]", json.loads(text))


def _location(span: Span) -> dict[str, Json]:
    return {
        "path": span.path,
        "cell": span.cell,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _coverage(coverage: Coverage) -> Json:
    return {
        "files": coverage.files,
        "unread": coverage.unread,
        "call_sites": coverage.call_sites,
        "full": coverage.full,
        "partial": coverage.partial,
        "opaque": coverage.opaque,
        "forwarding": coverage.forwarding,
    }


def _site(site: SiteLine) -> Json:
    return {
        **_location(site.span),
        "method": site.method,
        "models": list(site.models),
        "resolution": site.resolution.value,
        "requests": site.requests,
        "reasons": [
            {
                "kind": one.kind,
                "reason": one.reason,
                "name": one.name,
                "path": one.path,
                "line": one.line,
            }
            for one in sorted(site.reasons)
        ],
    }


def _diagnostic(diagnostic: Diagnostic) -> Json:
    call, lost, cost = diagnostic.call, diagnostic.tokens_lost, diagnostic.dollars_lost
    callers = sorted(set(diagnostic.callers), key=lambda span: span.sort_key)
    return {
        **_location(diagnostic.span),
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.word,
        "confidence": diagnostic.confidence.word,
        "message": diagnostic.message,
        "call": None if call is None else {**_location(call), "function": diagnostic.function},
        "callers": [_location(span) for span in callers[:MOST_CALLERS]],
        "caller_count": diagnostic.caller_count,
        "cache_miss_reason": None if diagnostic.reason is None else diagnostic.reason.value,
        "tokens_lost": None if lost is None else {"low": lost.low, "high": lost.high},
        "lost_at": None if lost is None else diagnostic.lost_at,
        "dollars_lost_per_1000_calls": None if cost is None else amount(cost),
        "related": [
            {**_location(label.span), "role": label.role.value, "message": label.message}
            for label in diagnostic.labels
        ],
        "diff": list(diagnostic.diff),
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
        "fingerprint": diagnostic.fingerprint,
        "url": None,
    }


def _fix(fix: Fix) -> Json:
    edits = sorted(fix.edits, key=lambda edit: (edit.span.sort_key, edit.content))
    return {
        "applicability": fix.applicability.value,
        "title": fix.title,
        "edits": [{**_location(edit.span), "content": edit.content} for edit in edits],
    }


def _error(trouble: Trouble) -> Json:
    return {
        "path": trouble.path,
        "line": trouble.line,
        "kind": trouble.kind,
        "message": trouble.message,
        "fatal": trouble.fatal,
    }
