"""How is text kept in lists and dicts until it is sent? Building, changing, sharing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from programs.builder import Builder
from programs.expressions import several, text

__all__ = ["CONTAINERS"]

Statement = Callable[[Builder], None]


def _list_comprehension(b: Builder) -> None:
    name = b.fresh("parts")
    source = b.random.choice((f"({several(b, 2)})", b.listing().name, "('red', 'green', 'blue')"))
    element = b.random.choice(('f"[{each}]"', "each.strip()", f"each + {b.name()}"))
    b.emit(f"{name} = [{element} for each in {source}]")
    b.bind_list(name, 2)


def _filtered_comprehension(b: Builder) -> None:
    name = b.fresh("parts")
    source, test = b.random.choice(
        (
            ("('red', 'green', 'blue')", "each != 'green'"),
            ("('red', '', 'blue')", "each"),
            (f"({b.literal()}, {b.literal()})", b.condition()),
            (b.random.choice((*b.scope.unseen, "['a']")), "each"),
        )
    )
    b.emit(f"{name} = [each for each in {source} if {test}]")
    b.bind_list(name, 0)


def _nested_comprehension(b: Builder) -> None:
    name = b.fresh("parts")
    b.emit(f"{name} = [left + right for left in ('a', 'b') for right in ({text(b)}, 'z')]")
    b.bind_list(name, 4)


def _dict_comprehension(b: Builder) -> None:
    name = b.fresh("fields")
    b.emit(f"{name} = {{key: f\"{{key}}: {{{b.name()}}}\" for key in ('role', 'tone')}}")
    b.bind_record(name, ("role", "tone"))


def _append(b: Builder) -> None:
    value = text(b)
    b.emit(f"{b.listing().name}.append({value})")


def _conditional_append(b: Builder) -> None:
    listing, value = b.listing(), text(b)
    with b.block(f"if {b.condition()}:"):
        b.emit(f"{listing.name}.append({value})")


def _extend(b: Builder) -> None:
    added = b.random.choice((f"[{several(b)}]", f"({text(b)},)", *b.scope.unseen))
    listing = b.listing()
    b.emit(b.random.choice((f"{listing.name}.extend({added})", f"{listing.name} += {added}")))


def _insert(b: Builder) -> None:
    value = text(b)
    b.emit(f"{b.listing().name}.insert({b.random.choice(('0', '1', '-1', '99'))}, {value})")


def _pop(b: Builder) -> None:
    parts, name = b.fresh("parts"), b.fresh("text")
    b.emit(f"{parts} = [{text(b)}, {text(b)}, {text(b)}, {b.literal()}]")
    b.emit(f"{name} = {parts}.pop({b.random.choice(('', '0', '1', '-2'))})")
    if b.random.random() < 0.4:
        b.emit(b.random.choice((f"del {parts}[0]", f"{parts}.reverse()", f"{parts}.remove({parts}[0])")))
    b.bind(name)
    b.bind_list(parts, 2)


def _item_assignment(b: Builder) -> None:
    value = text(b)
    b.emit(f"{b.listing().name}[{b.random.choice(('0', '1', '-1'))}] = {value}")


def _slice_assignment(b: Builder) -> None:
    parts = b.fresh("parts")
    b.emit(f"{parts} = [{several(b, 3, 3)}]")
    target = b.random.choice(("1:2", ":1", "2:", "1:1", ":"))
    b.emit(f"{parts}[{target}] = [{several(b, 1, 2)}]")
    b.bind_list(parts, 1)


def _list_plus(b: Builder) -> None:
    name = b.fresh("parts")
    first, second = b.listing().name, f"[{several(b)}]"
    b.emit(f"{name} = " + b.random.choice((f"{first} + {second}", f"{second} + {first}[1:]")))
    b.bind_list(name, 1)


def _list_spread(b: Builder) -> None:
    name = b.fresh("parts")
    unseen = b.random.choice((*b.scope.unseen, "('x', 'y')"))
    b.emit(f"{name} = [{text(b)}, *{b.random.choice((unseen, b.listing().name))}, {text(b)}]")
    b.bind_list(name, 2)


def _list_copy(b: Builder) -> None:
    """A copy does not share: what is added to it is not added to the first."""
    listing, name = b.listing(), b.fresh("parts")
    copied = b.random.choice(
        (f"list({listing.name})", f"{listing.name}[:]", f"{listing.name}.copy()", f"[*{listing.name}]")
    )
    b.emit(f"{name} = {copied}", f"{name}.append({b.literal()})")
    b.bind_list(name, listing.low + 1)


def _alias(b: Builder) -> None:
    listing, name = b.listing(), b.fresh("parts")
    b.emit(f"{name} = {listing.name}")
    b.emit(
        b.random.choice(
            (
                f"{name}.append({b.literal()})",
                f"{name} += [{b.literal()}]",
                f"{name}.insert(0, {b.literal()})",
                f"{name}[0] = {b.literal()}",
            )
        )
    )
    b.bind_list(name, listing.low)


def _dict_alias(b: Builder) -> None:
    record, name = b.record(), b.fresh("fields")
    b.emit(f"{name} = {record.name}", f'{name}["{record.keys[0]}"] = {b.literal()}')
    b.bind_record(name, record.keys)


def _dict_item(b: Builder) -> None:
    record, value = b.record(), text(b)
    key = b.random.choice((*record.keys, "extra"))
    b.emit(f'{record.name}["{key}"] = {value}')
    b.bind_record(record.name, (*record.keys, key))


def _update(b: Builder) -> None:
    record, value = b.record(), text(b)
    key = record.keys[0]
    b.emit(
        b.random.choice(
            (f'{record.name}.update({{"{key}": {value}}})', f"{record.name}.update({key}={value}, more='x')")
        )
    )


def _setdefault(b: Builder) -> None:
    record, value, name = b.record(), text(b), b.fresh("text")
    key = b.random.choice((*record.keys, "extra"))
    b.emit(f'{name} = {record.name}.setdefault("{key}", {value})')
    b.bind(name)


def _dict_pop(b: Builder) -> None:
    fields, name = b.fresh("fields"), b.fresh("text")
    b.emit(f'{fields} = {{"role": {text(b)}, "tone": {text(b)}}}')
    key = b.random.choice(('"role"', f'"absent", {b.literal()}'))
    b.emit(f"{name} = {fields}.pop({key})")
    b.bind(name)
    b.bind_record(fields, ("tone",))


def _dict_union(b: Builder) -> None:
    record, name = b.record(), b.fresh("fields")
    b.emit(f'{name} = {record.name} | {{"{record.keys[0]}": {text(b)}, "note": {b.literal()}}}')
    b.bind_record(name, (*record.keys, "note"))


def _dict_spread(b: Builder) -> None:
    record, name = b.record(), b.fresh("fields")
    added = f'"{record.keys[0]}": {text(b)}'
    spread = b.random.choice((f"**{record.name}, {added}", f"{added}, **{record.name}"))
    b.emit(f"{name} = {{{spread}}}")
    b.bind_record(name, record.keys)


def _dict_loop(b: Builder) -> None:
    variable, record = b.variable(), b.record()
    with b.block(f"for key, value in {record.name}.items():"):
        b.emit(f'{variable} += f"{{key}}={{value}};"')


def _nested(b: Builder) -> None:
    """A list inside a dict, changed through either way."""
    outer, inner = b.fresh("tree"), b.fresh("parts")
    b.emit(f"{inner} = [{text(b)}]", f'{outer} = {{"parts": {inner}, "depth": {{"tone": {text(b)}}}}}')
    b.emit(f'{outer}["parts"].append({text(b)})', f'{outer}["depth"]["tone"] += {b.literal()}')
    b.bind_list(inner, 2)
    b.assign(f'{outer}["depth"]["tone"]')


CONTAINERS: Mapping[str, Statement] = {
    "list comprehension": _list_comprehension,
    "filtered comprehension": _filtered_comprehension,
    "nested comprehension": _nested_comprehension,
    "dict comprehension": _dict_comprehension,
    "append": _append,
    "conditional append": _conditional_append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "item assignment": _item_assignment,
    "slice assignment": _slice_assignment,
    "list plus": _list_plus,
    "list spread": _list_spread,
    "list copy": _list_copy,
    "alias": _alias,
    "dict alias": _dict_alias,
    "dict item assignment": _dict_item,
    "update": _update,
    "setdefault": _setdefault,
    "dict pop": _dict_pop,
    "dict union": _dict_union,
    "dict spread": _dict_spread,
    "dict loop": _dict_loop,
    "nested containers": _nested,
}
