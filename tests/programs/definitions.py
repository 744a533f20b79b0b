"""How is text made elsewhere? Functions, closures, classes, module names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from programs.builder import Builder, Scope
from programs.expressions import several, text

__all__ = ["DEFINITIONS"]

Statement = Callable[[Builder], None]


def _helper(b: Builder) -> None:
    helper = b.fresh("helper")
    with b.definition(f"def {helper}(subject, style):", Scope(inputs=("subject", "style"))):
        name = b.assign(text(b))
        b.emit(f"{name} += subject")
        b.emit(f"return {b.random.choice((name, text(b)))}")
    call = b.random.choice(
        (f"{helper}({text(b)}, {text(b)})", f"{helper}(style={text(b)}, subject={text(b)})")
    )
    b.assign(call)


def _defaults(b: Builder) -> None:
    helper = b.fresh("helper")
    with b.definition(
        f"def {helper}(subject, tone={b.literal()}, *, end={b.literal()}):",
        Scope(inputs=("subject", "tone", "end")),
    ):
        b.emit('return f"{subject} {tone} {end}"')
    given = text(b)
    b.assign(b.random.choice((f"{helper}({given})", f"{helper}({given}, {text(b)})")))


def _keywords(b: Builder) -> None:
    helper = b.fresh("helper")
    with b.definition(f"def {helper}(subject, tone='calm', **more):", Scope(inputs=("subject", "tone"))):
        b.emit("text = subject + tone")
        with b.block("for key, value in more.items():"):
            b.emit('text += f" {key}:{value}"')
        b.emit("return text")
    options = b.fresh("options")
    b.emit(f'{options} = {{"tone": {text(b)}, "size": {text(b)}}}')
    b.assign(
        b.random.choice(
            (
                f"{helper}({text(b)}, **{options})",
                f"{helper}(subject={text(b)}, hue={text(b)})",
                f"{helper}(tone={text(b)}, subject='x', **{{'a': 'b'}})",
            )
        )
    )


def _positional(b: Builder) -> None:
    helper = b.fresh("helper")
    with b.definition(f"def {helper}(first, *others):", Scope(inputs=("first",))):
        b.emit('return first + ", ".join(others)')
    given = b.random.choice((several(b), f"*[{several(b, 2)}]", f"{text(b)}, *({text(b)},)"))
    b.assign(f"{helper}({given})")


def _mutating_helper(b: Builder) -> None:
    helper = b.fresh("change")
    if b.random.random() < 0.6:
        change = b.random.choice(
            (f"parts.append({b.literal()})", f"parts.insert(0, {b.literal()})", f"parts[0] = {b.literal()}")
        )
        with b.definition(f"def {helper}(parts):", Scope()):
            b.emit(change)
        b.emit(f"{helper}({b.listing().name})")
        return
    with b.definition(f"def {helper}(fields):", Scope()):
        b.emit(f'fields["role"] = {b.literal()}', "return fields")
    record = b.record()
    name = b.fresh("fields")
    b.emit(f"{name} = {helper}({record.name})")
    b.bind_record(name, (*record.keys, "role"))


def _builder_helper(b: Builder) -> None:
    """A function that returns a new list, called twice: two lists, not one."""
    helper, first, second = b.fresh("build"), b.fresh("parts"), b.fresh("parts")
    with b.definition(f"def {helper}(subject):", Scope(inputs=("subject",))):
        b.emit(f"return [{text(b)}, subject]")
    b.emit(f"{first} = {helper}({text(b)})", f"{second} = {helper}({text(b)})")
    b.emit(f"{first}.append({b.literal()})")
    b.bind_list(first, 3)
    b.bind_list(second, 2)


def _tuple_result(b: Builder) -> None:
    helper, first, second = b.fresh("pair"), b.fresh("text"), b.fresh("text")
    with b.definition(f"def {helper}(subject):", Scope(inputs=("subject",))):
        b.emit(f"return {text(b)}, {text(b)}")
    b.emit(f"{first}, {second} = {helper}({text(b)})")
    b.bind(first, second)


def _branching_helper(b: Builder) -> None:
    helper = b.fresh("helper")
    condition = b.condition()
    scope = Scope(inputs=("subject",))
    with b.definition(f"def {helper}(flag, subject):", scope):
        with b.block("if flag:"):
            b.emit(f"return {text(b)}")
        b.emit(f"return {text(b)}")
    b.assign(f"{helper}({condition}, {text(b)})")


def _closure(b: Builder) -> None:
    inner, captured = b.fresh("inner"), b.variable()
    with b.block(f"def {inner}(mark):"):
        b.emit(f'return f"{{{captured}}} {{mark}}"')
    if b.random.random() < 0.5:
        b.emit(f"{captured} += {text(b)}")
    b.assign(f"{inner}({text(b)})")


def _nonlocal(b: Builder) -> None:
    inner, captured = b.fresh("inner"), b.assign(text(b))
    with b.block(f"def {inner}():"):
        b.emit(f"nonlocal {captured}", f"{captured} += {b.literal()}")
    b.emit(f"{inner}()")
    if b.random.random() < 0.5:
        b.emit(f"{inner}()")


def _lambda(b: Builder) -> None:
    name = b.fresh("shape")
    b.emit(f"{name} = lambda subject, end={b.literal()}: subject + end")
    b.assign(b.random.choice((f"{name}({text(b)})", f"{name}({text(b)}, end={text(b)})")))


def _method(b: Builder) -> None:
    cls, item = b.fresh("Prompt"), b.fresh("prompt")
    b.define(
        f"class {cls}:",
        f"    def __init__(self, subject, tone={b.literal()}):",
        "        self.subject = subject",
        "        self.tone = tone",
        "        self.parts = []",
        "",
        "    def add(self, part):",
        "        self.parts.append(part)",
        "        return self",
        "",
        "    def render(self):",
        '        return f"{self.subject} {self.tone} " + "; ".join(self.parts)',
    )
    b.emit(f"{item} = {cls}({text(b)})")
    if b.random.random() < 0.5:
        b.emit(f"{item}.tone = {text(b)}")
    b.emit(f"{item}.add({text(b)}).add({text(b)})")
    b.assign(f"{item}.render()")


def _property(b: Builder) -> None:
    cls = b.fresh("Prompt")
    b.define(
        f"class {cls}:",
        f"    base = {b.literal()}",
        "",
        "    def __init__(self, subject):",
        "        self._subject = subject",
        "",
        "    @property",
        "    def full(self):",
        "        return self.base + self._subject",
    )
    b.assign(f"{cls}({text(b)}).full")


def _class_attribute(b: Builder) -> None:
    cls, child = b.fresh("Settings"), b.fresh("Settings")
    b.define(f"class {cls}:", f"    role = {b.literal()}", f"    parts = ({b.literal()}, {b.literal()})")
    b.define(f"class {child}({cls}):", f"    tone = {b.literal()}")
    b.assign(
        b.random.choice(
            (f"{cls}.role", f"{child}.role + {child}.tone", f"{child}().role", f"{cls}().parts[1]")
        )
    )


def _inheritance(b: Builder) -> None:
    base, child = b.fresh("Base"), b.fresh("Child")
    b.define(
        f"class {base}:",
        "    def __init__(self, subject):",
        "        self.subject = subject",
        "",
        "    def head(self):",
        f"        return {b.literal()}",
        "",
        "    def render(self):",
        "        return self.head() + self.subject",
    )
    b.define(
        f"class {child}({base}):",
        "    def __init__(self, subject):",
        f"        super().__init__(subject + {b.literal()})",
        "",
        "    def head(self):",
        f"        return super().head() + {b.literal()}",
    )
    b.assign(f"{b.random.choice((base, child))}({text(b)}).render()")


def _dataclass(b: Builder) -> None:
    cls, item = b.fresh("Persona"), b.fresh("persona")
    b.define(
        b.random.choice(("@dataclass", "@dataclass(frozen=True)", "@dataclasses.dataclass(slots=True)")),
        f"class {cls}:",
        "    role: str",
        f"    tone: str = {b.literal()}",
        "    notes: list = field(default_factory=list)",
        "",
        "    def render(self):",
        '        return f"{self.role} / {self.tone} / {len(self.notes)}"',
    )
    b.emit(f"{item} = {cls}({b.random.choice((text(b), 'role=' + text(b)))})")
    if b.random.random() < 0.4:
        b.emit(f"{item}.notes.append({b.literal()})")
    b.assign(b.random.choice((f"{item}.render()", f"{item}.tone + {item}.role")))


def _staticmethod(b: Builder) -> None:
    cls = b.fresh("Tools")
    b.define(
        f"class {cls}:",
        f"    mark = {b.literal()}",
        "",
        "    @staticmethod",
        "    def wrap(subject):",
        '        return "<" + subject + ">"',
        "",
        "    @classmethod",
        "    def marked(cls, subject):",
        "        return cls.mark + cls.wrap(subject)",
    )
    b.assign(f"{cls}.{b.random.choice(('wrap', 'marked'))}({text(b)})")


def _enum(b: Builder) -> None:
    cls = b.fresh("Tone")
    b.define(f"class {cls}(enum.Enum):", f"    CALM = {b.literal()}", f"    WARM = {b.literal()}")
    b.assign(f"{cls}.{b.random.choice(('CALM', 'WARM'))}.value")


def _constant(b: Builder) -> None:
    name = b.constant()
    if b.random.random() < 0.5:
        made = b.fresh("CONSTANT")
        b.definitions.append(f'{made} = f"v{{len("ab")}} {{{name}}}".strip()'.replace('"ab"', "'ab'"))
        b.constants.append(made)
        name = made
    b.assign(b.random.choice((name, f"{name} + {text(b)}")))


def _constant_table(b: Builder) -> None:
    name = b.fresh("TABLE")
    b.definitions.append(f'{name} = {{"calm": {b.literal()}, "warm": {b.literal()}}}')
    b.assign(f"{name}[{b.random.choice((repr('calm'), repr('warm')))}]")


def _chosen_key(b: Builder) -> None:
    """A constant table read by a key that a flag decides."""
    name = b.fresh("TABLE")
    b.definitions.append(f'{name} = {{"calm": {b.literal()}, "warm": {b.literal()}}}')
    b.assign(f"{name}['calm' if {b.condition()} else 'warm']")


def _global(b: Builder) -> None:
    """A name that a function rebinds: what it holds depends on who was called before."""
    name, setter = b.fresh("STATE"), b.fresh("setter")
    b.definitions.append(f"{name} = {b.literal()}")
    b.define(f"def {setter}():", f"    global {name}", f"    {name} = {b.literal()}")
    if b.random.random() < 0.7:
        b.emit(f"{setter}()")
    b.assign(name)


def _partial(b: Builder) -> None:
    helper, bound = b.fresh("helper"), b.fresh("bound")
    b.define(f"def {helper}(first, second, third='c'):", "    return first + second + third")
    b.emit(f"{bound} = functools.partial({helper}, {text(b)}, third={text(b)})")
    b.assign(f"{bound}({text(b)})")


DEFINITIONS: Mapping[str, Statement] = {
    "helper function": _helper,
    "default arguments": _defaults,
    "keyword arguments": _keywords,
    "positional arguments": _positional,
    "mutation in a helper": _mutating_helper,
    "helper that builds a list": _builder_helper,
    "tuple result": _tuple_result,
    "branching helper": _branching_helper,
    "closure": _closure,
    "nonlocal": _nonlocal,
    "lambda": _lambda,
    "method": _method,
    "property": _property,
    "class attribute": _class_attribute,
    "inheritance": _inheritance,
    "dataclass": _dataclass,
    "staticmethod": _staticmethod,
    "enum": _enum,
    "module constant": _constant,
    "constant table": _constant_table,
    "chosen key": _chosen_key,
    "global": _global,
    "partial": _partial,
}
