"""How is what was built sent? The request: system, messages, tools, markers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from programs.builder import Builder
from programs.expressions import text

__all__ = ["MESSAGES", "SYSTEMS", "TOOLS", "WAYS", "send"]

Part = Callable[[Builder], str]
"""Writes what is needed and returns the source of one argument."""

_MODELS = ("claude-sonnet-4-6", "claude-opus-4-6")
_CONTROLS = (
    '{"type": "ephemeral"}',
    '{"type": "ephemeral", "ttl": "1h"}',
    '{"type": "ephemeral", "ttl": "5m"}',
)


def _collected(b: Builder) -> str:
    """One string of nearly everything in scope, so that nothing built goes unseen."""
    name = b.fresh("prompt")
    chosen = b.random.sample(b.scope.variables, min(len(b.scope.variables), 6))
    parts = [f"{variable}" for variable in chosen]
    parts += [f'"|".join({listing.name})' for listing in b.scope.lists[-4:]]
    parts += [f'{record.name}["{key}"]' for record in b.scope.records[-2:] for key in record.keys[:2]]
    b.emit(f'{name} = "Task:"')
    for part in parts:
        b.emit(f'{name} += "\\n" + {part}')
    return name


def _block(content: str) -> str:
    return f'{{"type": "text", "text": "Note: " + {content}}}'


def _control(b: Builder) -> str:
    return b.random.choice(_CONTROLS)


def _system_text(b: Builder) -> str:
    return _collected(b)


def _system_list(b: Builder) -> str:
    name = _collected(b)
    marked = f'{{"type": "text", "text": {name}, "cache_control": {_control(b)}}}'
    return f"[{marked}, {_block(text(b))}]" if b.random.random() < 0.5 else f"[{marked}]"


def _system_marked_later(b: Builder) -> str:
    blocks = b.fresh("blocks")
    b.emit(f"{blocks} = [{_block(text(b))}]")
    b.emit(f"{blocks}.append({_block(_collected(b))})")
    b.emit(f'{blocks}[{b.random.choice(("-1", "0"))}]["cache_control"] = {_control(b)}')
    return blocks


def _system_marked_by_alias(b: Builder) -> str:
    blocks, last = b.fresh("blocks"), b.fresh("last")
    b.emit(f"{blocks} = [{_block(text(b))}, {_block(_collected(b))}]")
    b.emit(f"{last} = {blocks}[-1]", f'{last}["cache_control"] = {_control(b)}')
    return blocks


def _system_marked_in_loop(b: Builder) -> str:
    blocks, block = b.fresh("blocks"), b.fresh("block")
    b.emit(f"{blocks} = [{_block(text(b))}, {_block(_collected(b))}]")
    with b.block(f"for {block} in {blocks}:"):
        b.emit(f'{block}["cache_control"] = {_control(b)}')
    return blocks


def _system_marked_under_flag(b: Builder) -> str:
    blocks = b.fresh("blocks")
    b.emit(f"{blocks} = [{_block(_collected(b))}]")
    with b.block(f"if {b.condition()}:"):
        b.emit(f'{blocks}[0]["cache_control"] = {_control(b)}')
    return blocks


def _system_spread_marker(b: Builder) -> str:
    block = b.fresh("block")
    b.emit(f"{block} = {_block(_collected(b))}")
    return f'[{block} | {{"text": {text(b)} + "."}}, {{**{block}, "cache_control": {_control(b)}}}]'


def _system_marker_removed(b: Builder) -> str:
    blocks = b.fresh("blocks")
    control = _control(b)
    b.emit(
        f'{blocks} = [{{"type": "text", "text": "Note: " + {text(b)}, "cache_control": {control}}},'
        f" {_block(_collected(b))}]"
    )
    b.emit(
        f'{blocks}[0].pop("cache_control")'
        if b.random.random() < 0.5
        else f'del {blocks}[0]["cache_control"]'
    )
    return blocks


def _system_blocks_of_list(b: Builder) -> str:
    listing = b.listing()
    return f'[{{"type": "text", "text": "Part: " + each}} for each in ["head", *{listing.name}]]'


def _system_blocks_of_unseen(b: Builder) -> str:
    unseen = b.random.choice(b.scope.unseen)
    blocks = b.fresh("blocks")
    b.emit(f"{blocks} = [{_block(_collected(b))}]")
    with b.block(f"for each in {unseen}:"):
        b.emit(f'{blocks}.append({{"type": "text", "text": f"<doc>{{each}}</doc>"}})')
    if b.random.random() < 0.5:
        b.emit(f'{blocks}.append({{"type": "text", "text": "End.", "cache_control": {_control(b)}}})')
    return blocks


def _system_chosen_block(b: Builder) -> str:
    blocks = b.fresh("blocks")
    b.emit(f"{blocks} = [{_block(_collected(b))}]")
    with b.block(f"if {b.condition()}:"):
        b.emit(f"{blocks}.append({_block(text(b))})")
    with b.block("else:"):
        b.emit(f"{blocks}.insert(0, {_block(text(b))})")
    return blocks


def _one_message(b: Builder) -> str:
    return f'[{{"role": "user", "content": "Question: " + {text(b)}}}]'


def _message_blocks(b: Builder) -> str:
    marker = f', "cache_control": {_control(b)}' if b.random.random() < 0.5 else ""
    first = f'{{"type": "text", "text": "Document: " + {text(b)}{marker}}}'
    return f'[{{"role": "user", "content": [{first}, {_block(text(b))}]}}]'


def _messages_step_by_step(b: Builder) -> str:
    messages = b.fresh("messages")
    b.emit(f"{messages} = []")
    b.emit(f'{messages}.append({{"role": "user", "content": "First: " + {text(b)}}})')
    b.emit(f'{messages}.append({{"role": "assistant", "content": {b.literal()}}})')
    if b.random.random() < 0.5:
        with b.block(f"if {b.condition()}:"):
            b.emit(f'{messages}.append({{"role": "user", "content": {b.literal()}}})')
    b.emit(f'{messages} += [{{"role": "user", "content": "Last: " + {text(b)}}}]')
    if b.random.random() < 0.3:
        b.emit(f'{messages}[-1]["content"] += " Thank you."')
    return messages


def _messages_behind_history(b: Builder) -> str:
    new = f'{{"role": "user", "content": "Newest: " + {text(b)}}}'
    if b.random.random() < 0.6:
        return b.random.choice((f"[*history, {new}]", f"history + [{new}]"))
    messages = b.fresh("messages")
    b.emit(f"{messages} = list(history)", f"{messages}.append({new})")
    return messages


def _messages_of_unseen(b: Builder) -> str:
    return (
        f'[{{"role": "user", "content": f"Item: {{each}}"}} for each in {b.random.choice(b.scope.unseen)}]'
        f' + [{{"role": "user", "content": "Go on: " + {text(b)}}}]'
    )


def _one_tool(b: Builder) -> str:
    marker = f', "cache_control": {_control(b)}' if b.random.random() < 0.5 else ""
    return (
        f'[{{"name": "look_up", "description": "Look up: " + {text(b)},'
        f' "input_schema": {{"type": "object", "properties": {{}}}}{marker}}}]'
    )


def _tools_of_loop(b: Builder) -> str:
    tools = b.fresh("tools")
    b.emit(f"{tools} = []")
    with b.block("for tool_name in ('read', 'write'):"):
        b.emit(
            f'{tools}.append({{"name": tool_name, "description": f"To {{tool_name}} a file.",'
            ' "input_schema": {"type": "object"}})'
        )
    b.emit(f'{tools}[-1]["cache_control"] = {_control(b)}')
    return tools


SYSTEMS: Mapping[str, Part] = {
    "system as text": _system_text,
    "system as list": _system_list,
    "marker by item assignment": _system_marked_later,
    "marker through an alias": _system_marked_by_alias,
    "marker in a loop": _system_marked_in_loop,
    "marker under a flag": _system_marked_under_flag,
    "marker by spread": _system_spread_marker,
    "marker removed": _system_marker_removed,
    "blocks of a list": _system_blocks_of_list,
    "blocks of unseen items": _system_blocks_of_unseen,
    "chosen block": _system_chosen_block,
}

MESSAGES: Mapping[str, Part] = {
    "one message": _one_message,
    "message of blocks": _message_blocks,
    "messages step by step": _messages_step_by_step,
    "messages behind history": _messages_behind_history,
    "messages of unseen items": _messages_of_unseen,
}

TOOLS: Mapping[str, Part] = {"tool": _one_tool, "tools of a loop": _tools_of_loop}


def _chosen(b: Builder, parts: Mapping[str, Part]) -> str:
    name = b.random.choice(tuple(parts))
    b.used.add(name)
    return parts[name](b)


def send(b: Builder) -> None:
    """Write the call that sends the request."""
    arguments = {"model": repr(b.random.choice(_MODELS)), "max_tokens": "100"}
    arguments["system"] = _chosen(b, SYSTEMS)
    if b.random.random() < 0.25:
        arguments["tools"] = _chosen(b, TOOLS)
    arguments["messages"] = _chosen(b, MESSAGES)
    way = b.random.choices(tuple(WAYS), (5, 3, 1, 1))[0]
    b.used.add(way)
    WAYS[way](b, arguments)


def _given(arguments: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in arguments.items())


def _send_here(b: Builder, arguments: Mapping[str, str]) -> None:
    b.emit(f"client.messages.create({_given(arguments)})")


def _send_through_helper(b: Builder, arguments: Mapping[str, str]) -> None:
    """The call site is in a function of its own, which gets the parts from its caller."""
    names = ", ".join(name for name in arguments if name != "max_tokens")
    passed = _given({name: name for name in arguments if name != "max_tokens"})
    b.define(
        f"def ask({names}):",
        "    messages = list(messages)",
        f"    return client.messages.create(max_tokens=100, {passed})",
    )
    b.emit(f"ask({_given({name: value for name, value in arguments.items() if name != 'max_tokens'})})")


def _send_through_object(b: Builder, arguments: Mapping[str, str]) -> None:
    """The client and the model are fields of an object."""
    b.define(
        "class Service:",
        "    def __init__(self, model):",
        "        self.client = anthropic.Anthropic()",
        "        self.model = model",
        "",
        "    def ask(self, **parts):",
        "        return self.client.messages.create(model=self.model, **parts)",
    )
    parts = {name: value for name, value in arguments.items() if name != "model"}
    b.emit(f"Service({arguments['model']}).ask({_given(parts)})")


def _send_dict(b: Builder, arguments: Mapping[str, str]) -> None:
    name = b.fresh("request")
    late = b.random.choice(("system", "messages", "model"))
    items = ", ".join(f'"{key}": {value}' for key, value in arguments.items() if key != late)
    b.emit(f"{name} = {{{items}}}")
    if late == "system" and b.random.random() < 0.4:
        b.used.add("system under a flag")
        with b.block(f"if {b.condition()}:"):
            b.emit(f'{name}["system"] = {arguments[late]}')
    elif late == "model" and b.random.random() < 0.5:
        b.emit(f"{name}.update(model={arguments[late]})")
    else:
        b.emit(f'{name}["{late}"] = {arguments[late]}')
    b.emit(f"client.messages.create(**{name})")


WAYS: Mapping[str, Callable[[Builder, Mapping[str, str]], None]] = {
    "direct call": _send_here,
    "keyword dict": _send_dict,
    "call through a helper": _send_through_helper,
    "call through an object": _send_through_object,
}
