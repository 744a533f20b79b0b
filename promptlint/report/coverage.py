"""How much was read? The last lines of every report for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from promptlint.diagnostic import Trouble
from promptlint.report.color import Ink, Paint
from promptlint.report.place import counted, flat, place, printable
from promptlint.resolution import Resolution
from promptlint.result import Coverage, Result

__all__ = ["ending", "gaps", "sentence", "summary", "trouble_line", "troubles", "unknowns"]


def ending(result: Result, paint: Paint) -> list[str]:
    """Troubles, the number of findings, and the coverage, which is always the last line."""
    return [
        *(trouble_line(trouble, paint) for trouble in troubles(result)),
        *summary(result),
        *gaps(result),
        sentence(result.coverage, result.elsewhere),
    ]


def sentence(coverage: Coverage, elsewhere: int = 0) -> str:
    """Call sites by how far they could be reconstructed, and the files that they do not tell of.

    Without any, how many others there are.
    """
    unread = f"{counted(coverage.unread, 'file')} not fully read" if coverage.unread else ""
    if elsewhere and not coverage.call_sites:
        return "; ".join(filter(None, (_elsewhere(coverage.files, elsewhere), unread)))
    if not coverage.files:
        return "no Python file is selected, so no call sites are counted"
    if not coverage.call_sites:
        read = coverage.files - coverage.unread
        if not read:
            return f"{unread}, so no call sites are counted"
        return "; ".join(filter(None, (f"no Messages API call found in {counted(read, 'file')}", unread)))
    parts = [f"{coverage.full:,} resolved", f"{coverage.partial:,} partly", f"{coverage.opaque:,} opaque"]
    if coverage.forwarding:
        parts.append(f"{coverage.forwarding:,} forwarding")
    found = f"{counted(coverage.call_sites, 'call site')}: {', '.join(parts)}"
    return "; ".join(filter(None, (found, unread)))


def _elsewhere(files: int, calls: int) -> str:
    """No call is in the files themselves, but others send what is in them."""
    sending = f"{counted(calls, 'call')} elsewhere {'sends' if calls == 1 else 'send'}"
    match files:
        case 0:
            return f"no Python file is selected; {sending} what is"
        case 1:
            return f"no Messages API call in this file itself; {sending} what is in it"
        case _:
            return f"no Messages API call in these {files:,} files themselves; {sending} what is in them"


def summary(result: Result) -> list[str]:
    """One line with the number of findings; no line where nothing could be read."""
    counts = Counter(diagnostic.severity.word for diagnostic in result.diagnostics)
    if counts:
        parts = [counted(counts[word], word) for word in ("error", "warning", "note") if counts[word]]
        return [f"Found {', '.join(parts)}."]
    if not (result.coverage.full or result.coverage.partial):
        return []
    return ["No findings in what could be read." if result.coverage.unread else "No findings."]


def gaps(result: Result) -> list[str]:
    """One line with what promptlint could not follow, and at how many call sites; none where all is known."""
    found = Counter(
        reason
        for site in result.sites
        if site.resolution in (Resolution.PARTIAL, Resolution.OPAQUE)
        for reason in {one.reason for one in site.reasons if one.kind == "gap"}
    )
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return (
        [f"Not followed: {', '.join(f'{reason} ({count:,})' for reason, count in ranked)}."] if ranked else []
    )


def unknowns(result: Result, words: Mapping[str, str]) -> list[str]:
    """One line for each reason why something at a call site is not known; `words` say what it means."""
    sites = sorted(result.sites, key=lambda site: (site.span.sort_key, site.method))
    return [
        f"{place(site.span)}: {_KINDS.get(one.kind, one.kind)}: `{flat(one.name)}`: "
        f"{words.get(one.reason, one.reason)} ({printable(one.path)}:{one.line})"
        for site in sites
        for one in sorted(site.reasons)
    ]


_KINDS = {"edge": "not known", "gap": "not followed"}


def troubles(result: Result) -> list[Trouble]:
    """What could not be read, in file order."""
    return sorted(result.troubles, key=lambda one: (one.path, one.line or 0, one.kind, one.message))


def trouble_line(trouble: Trouble, paint: Paint) -> str:
    """``error: path:line: message``; a warning where the run can do without the file."""
    line = "" if trouble.line is None else f"{trouble.line}:"
    head = paint("error", Ink.ERROR) if trouble.fatal else paint("warning", Ink.WARNING)
    return f"{head}: {printable(trouble.path)}:{line} {flat(trouble.message)}"
