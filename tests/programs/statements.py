"""How is text built step by step? Local flow: assignment, branches, loops, exits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from programs.builder import Builder
from programs.expressions import several, text

__all__ = ["STATEMENTS", "small_step"]

Statement = Callable[[Builder], None]


def small_step(b: Builder) -> None:
    """One statement that changes what is already in scope."""
    variable = b.variable()
    choice = b.random.random()
    if choice < 0.5:
        b.used.add("augmented assignment")
        b.emit(f"{variable} += {text(b)}")
    elif choice < 0.7 and b.scope.lists:
        b.used.add("append")
        value = text(b)
        b.emit(f"{b.random.choice(b.scope.lists).name}.append({value})")
    elif choice < 0.85 and b.scope.records:
        b.used.add("dict item assignment")
        value = text(b)
        b.emit(f'{b.random.choice(b.scope.records).name}["note"] = {value}')
    else:
        b.used.add("assignment")
        b.emit(f"{variable} = {text(b)}")


def _assignment(b: Builder) -> None:
    value = text(b)
    first = b.fresh("text")
    if b.random.random() < 0.3:
        second = b.fresh("text")
        b.emit(f"{first} = {second} = {value}")
        b.bind(second)
    else:
        b.emit(f"{first}: str = {value}" if b.random.random() < 0.3 else f"{first} = {value}")
    b.bind(first)


def _augmented(b: Builder) -> None:
    value = text(b)
    variable = b.variable()
    b.emit(f"{variable} += {value}")
    if b.random.random() < 0.3:
        b.emit(f"{variable} *= 2")


def _if(b: Builder) -> None:
    b.variable()
    with b.block(f"if {b.condition()}:"):
        small_step(b)
    if b.random.random() < 0.4:
        with b.block(f"elif {b.condition()}:"):
            small_step(b)
    if b.random.random() < 0.6:
        with b.block("else:"):
            small_step(b)
            small_step(b)


def _constant_condition(b: Builder) -> None:
    b.variable()
    if b.random.random() < 0.5:
        flag = b.fresh("FLAG")
        b.definitions.append(f"{flag} = {b.random.choice((True, False))}")
    else:
        flag = b.random.choice(("2 > 3", "not ''", "'a' == 'a' and 1 <= 1 < 3", "None is None"))
    with b.block(f"if {flag}:"):
        small_step(b)
    with b.block("else:"):
        small_step(b)


def _guarded_binding(b: Builder) -> None:
    """Both branches bind a name that is read after them."""
    name = b.fresh("text")
    with b.block(f"if {b.condition()}:"):
        b.emit(f"{name} = {text(b)}")
    with b.block("else:"):
        b.emit(f"{name} = {text(b)}")
    b.bind(name)


def _for_known(b: Builder) -> None:
    variable, each = b.variable(), b.fresh("each")
    with b.block(f"for {each} in ({several(b, 1, 3)},):", inputs=(each,)):
        b.emit(f"{variable} += {b.random.choice((each, text(b)))}")
        if b.random.random() < 0.5:
            small_step(b)


def _for_list(b: Builder) -> None:
    variable, listing, each = b.variable(), b.listing(), b.fresh("each")
    with b.block(f"for {each} in {listing.name}:", inputs=(each,)):
        b.emit(f"{variable} = {variable} + '\\n* ' + {each}")


def _for_range(b: Builder) -> None:
    variable, number = b.variable(), b.fresh("number")
    bounds = b.random.choice(("3", "1, 4", "6, 0, -2", "0"))
    with b.block(f"for {number} in range({bounds}):", numbers=(number,)):
        b.emit(f'{variable} += f"{{{number}}}. "')
        if b.random.random() < 0.5:
            small_step(b)
    if b.random.random() < 0.3:
        with b.block("else:"):
            small_step(b)


def _for_enumerate(b: Builder) -> None:
    variable, number, each = b.variable(), b.fresh("number"), b.fresh("each")
    start = b.random.choice(("", ", start=1"))
    with b.block(f"for {number}, {each} in enumerate([{several(b)}]{start}):", inputs=(each,)):
        b.emit(f'{variable} += f"{{{number}}}) {{{each}}}; "')


def _for_unseen(b: Builder) -> None:
    if not b.scope.unseen:
        return _for_known(b)
    variable, each = b.variable(), b.fresh("each")
    fresh = b.assign(b.literal())
    with b.block(f"for {each} in {b.random.choice(b.scope.unseen)}:", inputs=(each,)):
        b.emit(f'{fresh} += f"- {{{each}}}\\n"')
        choice = b.random.random()
        if choice < 0.3:
            with b.block(f"if {b.condition()}:"):
                b.emit(f"{variable} += {b.literal()}")
        elif choice < 0.6:
            small_step(b)
    return None


def _while(b: Builder) -> None:
    variable, number = b.variable(), b.fresh("number")
    b.emit(f"{number} = 0")
    with b.block(f"while {number} < {b.random.randint(0, 4)}:", numbers=(number,)):
        b.emit(f"{number} += 1")
        b.emit(f'{variable} += f"round {{{number}}}, "')
        if b.random.random() < 0.5:
            small_step(b)


def _break(b: Builder) -> None:
    variable, number = b.variable(), b.fresh("number")
    condition = b.random.choice((f"{number} == 1", b.condition()))
    with b.block(f"for {number} in range(3):", numbers=(number,)):
        with b.block(f"if {condition}:"):
            b.emit("break")
        b.emit(f"{variable} += {text(b)}")
    if b.random.random() < 0.4:
        with b.block("else:"):
            b.emit(f"{variable} += {b.literal()}")


def _continue(b: Builder) -> None:
    variable, each = b.variable(), b.fresh("each")
    condition = b.random.choice((f"{each} == 'skip'", b.condition()))
    with b.block(f"for {each} in ['keep', 'skip', 'last']:", inputs=(each,)):
        with b.block(f"if {condition}:"):
            b.emit("continue")
        b.emit(f"{variable} += {each} + ' '")


def _try(b: Builder) -> None:
    variable = b.variable()
    failing = b.random.choice(("int('no number')", "{'a': 1}['b']", "raise ValueError('no')", ""))
    with b.block("try:"):
        small_step(b)
        if failing:
            b.emit(failing)
        b.emit(f"{variable} += {b.literal()}")
    with b.block(f"except {b.random.choice(('(ValueError, KeyError)', 'Exception', 'Exception as error'))}:"):
        small_step(b)
    if b.random.random() < 0.3:
        with b.block("else:"):
            small_step(b)
    if b.random.random() < 0.4:
        b.used.add("finally")
        with b.block("finally:"):
            b.emit(f"{variable} += {b.literal()}")


def _finally(b: Builder) -> None:
    variable = b.variable()
    with b.block("try:"):
        small_step(b)
    with b.block("finally:"):
        b.emit(f"{variable} += {b.literal()}")


def _with(b: Builder) -> None:
    if b.random.random() < 0.5:
        b.variable()
        with b.block(b.random.choice(("with contextlib.nullcontext():", "with open(os.devnull):"))):
            small_step(b)
        return
    name = b.fresh("text")
    with b.block(f"with contextlib.nullcontext({text(b)}) as {name}:"):
        b.emit("pass")
    b.bind(name)


def _walrus(b: Builder) -> None:
    name, variable = b.fresh("text"), b.variable()
    if b.random.random() < 0.5:
        b.emit(f"{variable} = ({name} := {text(b)}) + {variable}")
    else:
        with b.block(f"if ({name} := {text(b)}):"):
            b.emit(f"{variable} += {name}")
    b.bind(name)


def _match(b: Builder) -> None:
    variable = b.variable()
    subject, pattern = b.random.choice(
        (
            (b.name(), "'admin'"),
            ("'strict'", "'strict'"),
            ("'strict'", "'loose'"),
            (f"bool({b.condition()})", "True"),
        )
    )
    with b.block(f"match {subject}:"):
        with b.block(f"case {pattern}:"):
            b.emit(f"{variable} += {text(b)}")
        if b.random.random() < 0.3:
            with b.block("case 'one' | 'two':"):
                b.emit(f"{variable} += {b.literal()}")
        with b.block("case _:"):
            b.emit(f"{variable} = {b.literal()} + {variable}")


def _match_shape(b: Builder) -> None:
    first, second = b.fresh("text"), b.fresh("text")
    subject, pattern = b.random.choice(
        (
            (f"({text(b)}, {text(b)})", f"({first}, {second})"),
            (f"[{several(b, 2)}]", f"[{first}, {second}, *_]"),
            (f'{{"a": {text(b)}, "b": {text(b)}}}', f'{{"a": {first}, "b": {second}}}'),
        )
    )
    b.emit(f"{first} = {second} = {b.literal()}")
    with b.block(f"match {subject}:"), b.block(f"case {pattern}:"):
        b.emit("pass")
    b.bind(first, second)


def _unpack(b: Builder) -> None:
    first, second = b.fresh("text"), b.fresh("text")
    b.emit(f"{first}, {second} = {text(b)}, {text(b)}")
    if b.random.random() < 0.4:
        b.emit(f"{first}, {second} = {second}, {first}")
    b.bind(first, second)


def _star_unpack(b: Builder) -> None:
    name, rest = b.fresh("text"), b.fresh("parts")
    target = b.random.choice((f"{name}, *{rest}", f"*{rest}, {name}"))
    b.emit(f"{target} = [{several(b, 2, 4)}]")
    b.bind(name)
    b.bind_list(rest, 1)


def _early_return(b: Builder) -> None:
    """A guard that leaves the function; nothing is sent behind it."""
    if b.scope.conditions and b.random.random() < 0.5:
        with b.block(f"if {b.condition()} and not flag_b:"):
            b.emit(b.random.choice(("return None", "raise ValueError('no')")))
        return
    helper, value = b.fresh("helper"), b.literal()
    scope = replace(b.scope, inputs=("subject",), variables=(), lists=(), records=(), numbers=())
    with b.definition(f"def {helper}(subject):", replace(scope, conditions=("subject",), unseen=())):
        with b.block(f"if {b.random.choice(('not subject', 'len(subject) > 8', repr('') + ' == subject'))}:"):
            b.emit(f"return {value}")
        b.emit(f"return {text(b)}")
    b.used.add("helper function")
    b.assign(f"{helper}({text(b)})")


STATEMENTS: Mapping[str, Statement] = {
    "assignment": _assignment,
    "augmented assignment": _augmented,
    "if": _if,
    "constant condition": _constant_condition,
    "guarded binding": _guarded_binding,
    "for over known": _for_known,
    "for over list": _for_list,
    "for over range": _for_range,
    "enumerate": _for_enumerate,
    "for over unseen": _for_unseen,
    "while": _while,
    "break": _break,
    "continue": _continue,
    "try": _try,
    "finally": _finally,
    "with": _with,
    "walrus": _walrus,
    "match": _match,
    "match shape": _match_shape,
    "tuple unpacking": _unpack,
    "starred unpacking": _star_unpack,
    "early return": _early_return,
}
