"""What is the prompt of a request? Its blocks in wire order, and the key of every prefix.

A request body is taken as it was sent: a dict whose key order is that of the wire. A plain string
is one text block. The key of a prefix covers the model, all blocks up to its end and the
parameters that the API documents as part of a level.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Block", "Json", "Level", "Prompt", "read_blocks", "read_prompt"]

Json = Mapping[str, object]

_UNMARKABLE = frozenset({"thinking", "redacted_thinking"})
_RUNS = frozenset({"tool_use", "tool_result"})
_RENDERED_INTO_SYSTEM = ("web_search_", "web_fetch_")
_DEFAULT_EFFORT = "high"


class Level(IntEnum):
    """A part of the prefix, in wire order."""

    TOOLS = 0
    SYSTEM = 1
    MESSAGES = 2


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a prompt."""

    level: Level
    path: str
    """Where it stands in the body, as error messages say it: ``messages.0.content.1``."""
    role: str
    """Of its message; empty for tools and system."""
    body: Json
    """The block without its marker."""
    marker: object
    """Its ``cache_control`` as it was sent, None without one; not yet validated."""

    @property
    def type(self) -> str:
        """The wire type; a custom tool has none on the wire and is ``tool``."""
        return str(self.body.get("type") or "tool")

    @property
    def is_empty(self) -> bool:
        """Whether it is a text block of nothing but whitespace."""
        return self.type == "text" and not str(self.body.get("text", "")).strip()

    @property
    def is_cacheable(self) -> bool:
        """Whether automatic caching may put its breakpoint here."""
        return self.type not in _UNMARKABLE and not self.is_empty and not self.body.get("defer_loading")

    @property
    def ttl(self) -> str:
        """Time to live of its marker; the default if the marker does not say."""
        return str(_mapping(self.marker).get("ttl") or "5m")

    @property
    def wire(self) -> str:
        """The exact text that is hashed: JSON in the key order of the request, and the role."""
        return f"{self.role} {dump(self.body)}"

    @property
    def characters(self) -> str:
        """The text whose length stands for the size of the block."""
        return str(self.body["text"]) if self.type == "text" else dump(self.body)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompt of one valid request."""

    model: str
    speed: str
    blocks: tuple[Block, ...]
    """Tools, system, messages; the automatic breakpoint, if any, is a marker like the others."""
    keys: tuple[str, ...]
    """Key of the prefix that ends at each block."""
    positions: tuple[int, ...]
    """Look-back position of each block: a run of tool calls or of tool results is one."""

    @property
    def breakpoints(self) -> tuple[int, ...]:
        """Indices of the blocks that carry a marker."""
        return tuple(index for index, block in enumerate(self.blocks) if block.marker is not None)

    def shared(self, other: Prompt) -> int:
        """How many leading blocks have the same key in both."""
        return _equal(self.keys, other.keys)

    def alike(self, other: Prompt) -> int:
        """How many leading blocks are the same, whatever the model and the parameters."""
        return _equal([block.wire for block in self.blocks], [block.wire for block in other.blocks])


def dump(value: object) -> str:
    """JSON text without spaces, in the order in which the keys came."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_blocks(body: Json) -> tuple[Block, ...]:
    """The blocks of a request body, with the markers that its author set."""
    return (*_tools(body), *_system(body), *_messages(body))


def read_prompt(body: Json, blocks: Sequence[Block], betas: Sequence[str] = ()) -> Prompt:
    """The prompt made of these blocks and of the body's parameters.

    Args:
        body: the request.
        blocks: of this request, with all breakpoints.
        betas: names in the ``anthropic-beta`` header.

    """
    model = str(body["model"])
    salts = {Level.SYSTEM: _system_salt(body, blocks), Level.MESSAGES: _messages_salt(body, blocks, betas)}
    key, level = _digest("", model), Level.TOOLS
    keys: list[str] = []
    for block in blocks:
        while level < block.level:
            level = Level(level + 1)
            key = _digest(key, salts[level])
        if not _is_rendered_into_system(block):
            key = _digest(key, block.wire)
        keys.append(key)
    return Prompt(model, str(body.get("speed") or ""), tuple(blocks), tuple(keys), _positions(blocks))


def _tools(body: Json) -> Iterator[Block]:
    for index, tool in enumerate(_objects(body.get("tools"))):
        yield _block(Level.TOOLS, f"tools.{index}", "", tool)


def _system(body: Json) -> Iterator[Block]:
    system = body.get("system")
    if isinstance(system, str):
        system = [{"type": "text", "text": system}] if system else []
    for index, block in enumerate(_objects(system)):
        yield _block(Level.SYSTEM, f"system.{index}", "", block)


def _messages(body: Json) -> Iterator[Block]:
    for number, message in enumerate(_objects(body.get("messages"))):
        content = message.get("content")
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        for index, block in enumerate(_objects(content)):
            path = f"messages.{number}.content.{index}"
            yield _block(Level.MESSAGES, path, str(message.get("role")), block)


def _block(level: Level, path: str, role: str, wire: Json) -> Block:
    """A block, its marker taken out; one on its last sub-block counts as its own."""
    body, marker = _unmark(wire)
    source = body.get("source")
    if isinstance(source, Mapping):
        content, nested = _hoist(source.get("content"))
        if nested is not None:
            body["source"], marker = {**source, "content": content}, marker or nested
    content, nested = _hoist(body.get("content"))
    if nested is not None:
        body["content"], marker = content, marker or nested
    return Block(level, path, role, body, marker)


def _hoist(parts: object) -> tuple[object, object]:
    """Sub-blocks without the marker of the last one, and that marker."""
    if isinstance(parts, list) and parts and isinstance(parts[-1], Mapping):
        last, marker = _unmark(parts[-1])
        return [*parts[:-1], last], marker
    return parts, None


def _unmark(wire: Json) -> tuple[dict[str, object], object]:
    return {key: value for key, value in wire.items() if key != "cache_control"}, wire.get("cache_control")


def _objects(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _positions(blocks: Sequence[Block]) -> tuple[int, ...]:
    positions: list[int] = []
    for index, block in enumerate(blocks):
        in_run = index > 0 and block.type in _RUNS and blocks[index - 1].type == block.type
        positions.append(positions[-1] + (0 if in_run else 1) if positions else 0)
    return tuple(positions)


def _system_salt(body: Json, blocks: Sequence[Block]) -> str:
    """What renders into the system level besides its text: web tools, citations, skills, speed."""
    web = [block.wire for block in blocks if _is_rendered_into_system(block)]
    cites = any(_mapping(block.body.get("citations")).get("enabled") for block in blocks)
    return dump([web, cites, body.get("container"), body.get("speed")])


def _messages_salt(body: Json, blocks: Sequence[Block], betas: Sequence[str]) -> str:
    """The parameters that void the messages and leave tools and system in the cache."""
    output = dict(_mapping(body.get("output_config")))
    if output.get("effort") == _DEFAULT_EFFORT:
        del output["effort"]
    has_image = any(block.type == "image" for block in blocks)
    named = [body.get(name) for name in ("tool_choice", "thinking", "context_management", "output_format")]
    return dump([*named, output, has_image, sorted(set(betas))])


def _is_rendered_into_system(block: Block) -> bool:
    return block.level is Level.TOOLS and block.type.startswith(_RENDERED_INTO_SYSTEM)


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _digest(before: str, text: str) -> str:
    return hashlib.sha256(f"{before}\n{text}".encode(errors="surrogatepass")).hexdigest()


def _equal(ours: Sequence[str], theirs: Sequence[str]) -> int:
    count = 0
    for left, right in zip(ours, theirs, strict=False):
        if left != right:
            break
        count += 1
    return count
