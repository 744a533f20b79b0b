"""When does the API answer 400? The documented faults of a request, in the documented words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto

from reality.prompt import Block, Json

__all__ = ["Host", "Rejected", "place_breakpoints"]

_MOST_BREAKPOINTS = 4
_TTLS = ("5m", "1h")
_EXTRA = "Extra inputs are not permitted"


class Host(Enum):
    """Who serves the model; the legacy Bedrock endpoint knows no top-level marker."""

    ANTHROPIC = auto()
    BEDROCK = auto()


class Rejected(Exception):  # noqa: N818 - the API's answer, not a mistake of ours
    """The request gets 400 ``invalid_request_error`` with this message."""


def place_breakpoints(body: Json, blocks: Sequence[Block], host: Host = Host.ANTHROPIC) -> tuple[Block, ...]:
    """The blocks with every breakpoint as a marker, the automatic one included.

    Raises:
        Rejected: the API would not take this request.

    """
    for fault in _faults(body, blocks, host):
        raise Rejected(fault)
    marked = _place_automatic(body, blocks)
    count = sum(block.marker is not None for block in marked)
    if count > _MOST_BREAKPOINTS:
        raise Rejected(f"A maximum of 4 blocks with cache_control may be provided. Found {count}.")
    for fault in _order_faults(marked):
        raise Rejected(fault)
    return marked


def _faults(body: Json, blocks: Sequence[Block], host: Host) -> Iterator[str]:
    for name in ("model", "max_tokens", "messages"):
        if name not in body:
            yield f"{name}: Field required"
    if not body.get("messages"):
        yield "messages: at least one message is required"
    if host is Host.BEDROCK and body.get("cache_control") is not None:
        yield f"cache_control: {_EXTRA}"
    yield from _marker_faults("cache_control", body.get("cache_control"))
    yield from _message_faults(body)
    yield from _tool_faults(body)
    for block in blocks:
        yield from _block_faults(block)


def _message_faults(body: Json) -> Iterator[str]:
    messages = body.get("messages")
    for index, message in enumerate(messages if isinstance(messages, list) else []):
        if isinstance(message, Mapping) and message.get("cache_control") is not None:
            yield f"messages.{index}.cache_control: {_EXTRA}"


def _tool_faults(body: Json) -> Iterator[str]:
    tools = body.get("tools")
    for index, tool in enumerate(tools if isinstance(tools, list) else []):
        if not isinstance(tool, Mapping):
            continue
        if tool.get("defer_loading") and tool.get("cache_control") is not None:
            yield (
                f"Tool '{tool.get('name')}' cannot have both defer_loading=true and cache_control set. "
                "Tools with defer_loading cannot use prompt caching."
            )
        configs = tool.get("configs")
        for name, config in configs.items() if isinstance(configs, Mapping) else ():
            if isinstance(config, Mapping) and config.get("cache_control") is not None:
                yield f"tools.{index}.configs.{name}.cache_control: {_EXTRA}"


def _block_faults(block: Block) -> Iterator[str]:
    yield from _nested_faults(block)
    if block.marker is None:
        return
    if block.type in ("thinking", "redacted_thinking"):
        yield f"{block.path}.{block.type}.cache_control: {_EXTRA}"
    yield from _marker_faults(f"{block.path}.cache_control", block.marker)
    if block.is_empty:
        at = f"{block.path}.text" if block.path.startswith("messages") else block.path
        yield f"{at}: cache_control cannot be set for empty text blocks"


def _nested_faults(block: Block) -> Iterator[str]:
    """Markers on sub-blocks; the last one of ``content`` was hoisted to the block before."""
    source = block.body.get("source")
    nested = {
        f"{block.path}.{block.type}.content": block.body.get("content"),
        f"{block.path}.{block.type}.citations": block.body.get("citations"),
        f"{block.path}.{block.type}.source.content": source.get("content")
        if isinstance(source, Mapping)
        else None,
    }
    for path, parts in nested.items():
        for index, part in enumerate(parts if isinstance(parts, list) else []):
            if isinstance(part, Mapping) and part.get("cache_control") is not None:
                yield f"{path}.{index}.cache_control: {_EXTRA}"


def _marker_faults(path: str, marker: object) -> Iterator[str]:
    if marker is None:
        return
    if not isinstance(marker, Mapping):
        yield f"{path}: Input should be a valid dictionary or object to extract fields from"
        return
    if marker.get("type") != "ephemeral":
        yield (
            f"{path}: Input tag '{marker.get('type')}' found using 'type' does not match any of the "
            "expected tags: 'ephemeral'"
        )
    if marker.get("ttl") is not None and marker["ttl"] not in _TTLS:
        yield f"{path}.ephemeral.ttl: Input should be '5m' or '1h'"
    for key in marker:
        if key not in ("type", "ttl"):
            yield f"{path}.ephemeral.{key}: {_EXTRA}"


def _place_automatic(body: Json, blocks: Sequence[Block]) -> tuple[Block, ...]:
    marker = body.get("cache_control")
    if not isinstance(marker, Mapping):
        return tuple(blocks)
    for index in reversed(range(len(blocks))):
        block = blocks[index]
        if not block.is_cacheable:
            continue
        if block.marker is None:
            return (*blocks[:index], replace(block, marker=marker), *blocks[index + 1 :])
        wanted = str(marker.get("ttl") or "5m")
        if block.ttl != wanted:
            raise Rejected(
                f"Top-level cache_control has ttl='{wanted}' but the target block already has "
                f"cache_control with ttl='{block.ttl}'"
            )
        break
    return tuple(blocks)


def _order_faults(blocks: Sequence[Block]) -> Iterator[str]:
    seen_short = False
    for block in blocks:
        if block.marker is None:
            continue
        if block.ttl == "1h" and seen_short:
            yield (
                f"{block.path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a "
                "ttl='5m' cache_control block. Note that blocks are processed in the following order: "
                "tools, system, messages."
            )
        seen_short = seen_short or block.ttl == "5m"
