"""What does ``value.name`` name?"""

from __future__ import annotations

import ast
import posixpath
from dataclasses import replace

from promptlint.evaluate import clock
from promptlint.evaluate.annotated import class_of, declared_field, may_be_text
from promptlint.evaluate.declared import declared_attribute
from promptlint.evaluate.definition import FunctionNode
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.hierarchy import is_open
from promptlint.evaluate.lineage import (
    enum_member,
    enum_members,
    has_base,
    is_named_tuple,
    is_text_enum,
    lineage,
    member,
)
from promptlint.evaluate.store import DictObject, Entry, Instance, ListObject
from promptlint.evaluate.text import choose, narrowed, passable
from promptlint.evaluate.value import (
    Bound,
    Choice,
    Class,
    Client,
    Condition,
    Const,
    Endpoint,
    External,
    FilePath,
    Function,
    Handed,
    Hole,
    Imported,
    Method,
    Module,
    One,
    Param,
    Partial,
    Reason,
    Ref,
    Super,
    Template,
    Text,
    Tuple,
    Unknown,
    Value,
    path_of,
    text,
)

__all__ = ["attribute", "lacks", "method_of", "parent_object"]


def attribute(receiver: Value, name: str, place: Place) -> Value:
    """Read an attribute."""
    match receiver:
        case Choice(condition, alternatives):
            raised = [a == Const(None) and name != "__class__" for a in alternatives]
            parts = [
                None if absent else attribute(a, name, place)
                for a, absent in zip(alternatives, raised, strict=True)
            ]
            result = passable(condition, parts)
            return result if result is not None else place.unknown(Reason.CONSTRUCT)
        case Module(module):
            return place.evaluation.project.member(module, name, place)
        case Imported():
            found = place.evaluation.project.resolved(receiver, place)
            return place.unknown(Reason.NAME) if found is None else attribute(found, name, place)
        case External(prefix):
            return _external(f"{prefix}.{name}", place)
        case Client():
            return Endpoint(receiver, (name,))
        case Endpoint(client, path):
            return Endpoint(client, (*path, name))
        case Class():
            return _class_attribute(receiver, name, place)
        case Ref():
            return _object_attribute(receiver, name, place)
        case Hole():
            part = clock.attribute(receiver, name, place)
            return part if part is not None else _of_hole(receiver, name, place)
        case Unknown() | Param():
            return _of_unknown(receiver, name, place)
        case FilePath(path):
            return _path_attribute(receiver, path, name)
        case Super():
            return _super_attribute(receiver, name, place)
        case Text() | Tuple() | Const() | Template():
            return Method(receiver, name)
        case Function(node=node) if name == "__doc__":
            return documentation(node, place)
        case Function() if name in ("__name__", "__qualname__"):
            return text(receiver.qualname.rpartition(".")[2])
        case Bound() if name.startswith("__"):
            return attribute(receiver.function, name, place)
        case Function() | Bound() | Partial() | Method():
            return Method(receiver, name)


def method_of(owner: Value, name: str, place: Place) -> Value | None:
    """What ``owner.name(…)`` calls: a method by its name where the object is not known.

    None where there is no object, which is an exception.
    """
    match owner:
        case Choice(condition, alternatives):
            return passable(condition, [method_of(one, name, place) for one in alternatives])
        case Param():
            return declared_attribute(owner, name, Method(owner, name), place)
        case Unknown() | Hole():
            return Method(owner, name)
        case Const(None):
            return None
        case _:
            return attribute(owner, name, place)


def _external(dotted: str, place: Place) -> Value:
    fact = place.evaluation.facts.sources.find(dotted)
    if fact is not None and fact.value and fact.cause is not None and fact.name == dotted:
        return place.hole(frozenset({fact.cause}), place.written, fact.type, fact.size)
    constant = CONSTANTS.get(dotted)
    return External(dotted, place.written) if constant is None else text(constant)


CONSTANTS = {"os.curdir": ".", "os.linesep": "\n", "os.pardir": "..", "os.sep": "/"}
"""Names of the standard library that are texts."""


def _of_hole(receiver: Hole, name: str, place: Place) -> Value:
    """A part of a run-time value varies as it does; an id or a time goes on under its own name.

    What is new in a request is its text. A field that cannot be text is a choice of the caller: it may
    well be the same at the next call.
    """
    if receiver.type == "str" or receiver.type in clock.CLOCK_TYPES:
        return Method(receiver, name)
    declared = None if receiver.declared is None else declared_field(*receiver.declared, name, place)
    if declared is not None and not may_be_text(*declared, place):
        return place.unknown(Reason.ATTRIBUTE, place.written)
    part = place.derived(receiver, receiver.name if receiver.type else place.written)
    return replace(part, declared=declared) if isinstance(part, Hole) else part


def _of_unknown(receiver: Unknown | Param, name: str, place: Place) -> Value:
    path = f"{path_of(receiver)}.{name}"
    part = place.derived(receiver, place.written if _is_read(place, name) else path, path)
    if isinstance(part, Unknown) and part.reason is Reason.PARAMETER:
        part = replace(part, reason=Reason.ATTRIBUTE)
    return declared_attribute(receiver, name, part, place) if isinstance(receiver, Param) else part


def _is_read(place: Place, name: str) -> bool:
    """Whether the place is the expression that reads the attribute."""
    return isinstance(place.node, ast.Attribute) and place.node.attr == name


def _path_attribute(receiver: FilePath, path: str, name: str) -> Value:
    head, _, tail = path.rpartition("/")
    match name:
        case "parent":
            return FilePath(head or ("." if "/" not in path else "/"))
        case "parents":
            above = [posixpath.normpath(path)]
            while above[-1] not in (".", "/", ""):
                above.append(posixpath.dirname(above[-1]) or ".")
            return Tuple(tuple(One(FilePath(each)) for each in above[1:]))
        case "name":
            return text(tail)
        case "stem":
            return text(tail.rpartition(".")[0] or tail)
        case "suffix":
            return text("." + tail.rpartition(".")[2] if "." in tail else "")
        case _:
            return Method(receiver, name)


# -- classes ----------------------------------------------------------------------------------


def _class_attribute(cls: Class, name: str, place: Place) -> Value:
    found = enum_member(cls, name, place)
    value = found if found is not None else member(cls, name, place)
    match value:
        case None:
            match name:
                case "__name__" | "__qualname__":
                    return text(cls.node.name)
                case "__doc__":
                    return documentation(cls.node, place)
                case "__members__" if (members := enum_members(cls, place)) is not None:
                    return place.ref(DictObject({name: Entry(item) for name, item in members.items()}))
                case _:
                    return place.unknown(Reason.LIBRARY if has_base(cls) else Reason.ATTRIBUTE)
        case Function(kind="class"):
            return Bound(value, cls)
        case _:
            return value


def documentation(node: ast.ClassDef | FunctionNode | ast.Module, place: Place) -> Value:
    """A docstring as Python keeps it: with its indentation, up to 3.12."""
    found = None if isinstance(node, ast.Lambda) else ast.get_docstring(node, clean=False)
    return Const(None) if found is None else text(found, place.span)


def lacks(owner: Value, name: str, place: Place) -> bool:
    """Whether an object surely has no such attribute."""
    match owner:
        case Class():
            return member(owner, name, place) is None and not has_base(owner)
        case Ref():
            obj = place.state.object(owner)
            if not isinstance(obj, Instance):
                return not isinstance(owner.address.site, Handed) and not hasattr(_builtin(obj), name)
            known = name in obj.fields or member(obj.cls, name, place) is not None
            return not (known or obj.symbolic or has_base(obj.cls))
        case Text() | Const() | Tuple():
            return not hasattr(str if isinstance(owner, Text) else object, name)
        case _:
            return False


def _builtin(obj: ListObject | DictObject) -> type:
    if isinstance(obj, DictObject):
        return dict
    return set if obj.is_set else list


def _super_attribute(receiver: Super, name: str, place: Place) -> Value:
    for cls in above(receiver, place):
        value = place.state.variable(cls.members, name)
        if isinstance(value, Function) and isinstance(receiver.receiver, Ref):
            found = _bound(value, receiver.receiver, place)
            return found if found is not None else value
        if value is not None:
            return Bound(value, receiver.receiver) if isinstance(value, Function) else value
    return Method(receiver, name)


def above(value: Super, place: Place) -> tuple[Class, ...]:
    """The classes that follow the method's own class in the lineage of the object."""
    obj = place.state.object(value.receiver) if isinstance(value.receiver, Ref) else None
    cls = obj.cls if isinstance(obj, Instance) else value.receiver
    if not isinstance(cls, Class):
        return ()
    order = list(lineage(cls))
    own = next((i for i, c in enumerate(order) if c.id == value.owner), None)
    return tuple(order[own + 1 :]) if own is not None else ()


def parent_object(arguments: Arguments, place: Place) -> Value:
    """``super()``: the object seen from above the class whose method is running."""
    stack = place.evaluation.stack
    if not stack or not stack[-1].owner:
        return place.unknown(Reason.DYNAMIC, "super()")
    node = stack[-1].node
    first = next((a.arg for a in (*node.args.posonlyargs, *node.args.args)), None)
    receiver = place.state.variable(place.state.frame, first) if first is not None else None
    if len(arguments.positional) > 1:
        receiver = arguments.positional[1]
    return (
        Super(receiver, stack[-1].owner) if receiver is not None else place.unknown(Reason.DYNAMIC, "super()")
    )


def _object_attribute(ref: Ref, name: str, place: Place) -> Value:
    obj = place.state.object(ref)
    match obj:
        case ListObject() | DictObject():
            site = ref.address.site
            if isinstance(site, Handed) and not (hasattr(list, name) or hasattr(dict, name)):
                return _of_unknown(site.value, name, place)
            return Method(ref, name)
        case Instance(cls, fields):
            if name in fields:
                return narrowed(fields[name], place.state.decided)
            if name == "__class__":
                return cls
            if name == "__dict__":
                return place.evaluation.record(fields, place.node, place.state)
            value = member(cls, name, place)
            if obj.symbolic and value is not None and not isinstance(value, Function):
                assigned = place.evaluation.project.summaries.field(cls, name, place)
                if assigned is not None and not _is_circular(assigned):
                    _store_field(ref, name, assigned, place)
                    return assigned
            below = dispatched(cls, name, value, place) if obj.symbolic else None
            if below is not None:
                return below
            found = _bound(value, ref, place)
            if found is not None:
                return found
            if obj.symbolic:
                return symbolic_field(ref, obj, name, place)
            if "_value_" in fields and is_text_enum(cls):
                return attribute(fields["_value_"], name, place)
            if is_named_tuple(cls) or name in MODEL_METHODS:
                return Method(ref, name)
            return place.unknown(Reason.LIBRARY if has_base(cls) else Reason.ATTRIBUTE)


def _is_circular(value: Value) -> bool:
    return isinstance(value, Unknown) and value.reason is Reason.RECURSION


MODEL_METHODS = frozenset({"model_dump", "dict", "model_copy", "copy"})
"""Methods that data models have from their library."""


def _bound(value: Value | None, ref: Ref, place: Place) -> Value | None:
    match value:
        case None:
            return None
        case Function(kind="property"):
            event = CallEvent(place.node, Bound(value, ref), Arguments(), place.state, place.evaluation)
            result = place.evaluation.interpreter.call(event)
            if value.cached:
                _store_field(ref, value.qualname.rpartition(".")[2], result, place)
            return result
        case Function(kind="static"):
            return value
        case Function(kind="class"):
            obj = place.state.object(ref)
            return Bound(value, obj.cls) if isinstance(obj, Instance) else value
        case Function():
            return Bound(value, ref)
        case _:
            return value


def _store_field(ref: Ref, name: str, value: Value, place: Place) -> None:
    obj = place.state.object(ref)
    if isinstance(obj, Instance):
        place.state.put(ref, replace(obj, fields={**obj.fields, name: value}))


def _declared_field(cls: Class, name: str, place: Place) -> Value:
    """A field that no method assigns: any object of the class that it is annotated with."""
    for owner in lineage(cls):
        for statement in owner.node.body:
            match statement:
                case ast.AnnAssign(ast.Name(field), annotation) if field == name:
                    found = class_of(annotation, owner.members, place)
                    if found is not None:
                        return place.evaluation.project.summaries.any_object(found, place.evaluation)
                case _:
                    pass
    return place.unknown(Reason.ATTRIBUTE, f"self.{name}")


def dispatched(cls: Class, name: str, value: Value | None, place: Place) -> Value | None:
    """What the classes below say of a member; None if it is what the class itself says.

    They are asked for what a class leaves open, and where no object is of the class itself: which
    of them it is stays the same for all of its members.
    """
    project = place.evaluation.project
    below = project.hierarchy.concrete(cls, project)
    if is_open(value):
        below = below or project.hierarchy.below(cls, project)
        below = tuple(c for c in below if overrides(c, cls, name, place))
    elif not isinstance(value, Function) or not any(overrides(c, cls, name, place) for c in below):
        return None
    if not below:
        return place.unknown(Reason.ATTRIBUTE) if isinstance(value, Function) else None
    place.evaluation.assumed.add(f"{cls.id}.__init__")
    objects = [project.summaries.any_object(c, place.evaluation) for c in below]
    result = attribute(objects[-1], name, place)
    for each, ref in reversed(list(zip(below[:-1], objects[:-1], strict=True))):
        condition = Condition(("below", cls.id, each.id), place.span, each.node.name)
        result = choose(condition, (attribute(ref, name, place), result))
    return result


def overrides(below: Class, cls: Class, name: str, place: Place) -> bool:
    """Whether a class says more of a member than one above it does."""
    own = member(below, name, place)
    return own is not None and own != member(cls, name, place) and not is_open(own)


def symbolic_field(ref: Ref, obj: Instance, name: str, place: Place) -> Value:
    """A field of an object that stands for any object of its class: what the class assigns to it."""
    value = place.evaluation.project.summaries.field(obj.cls, name, place)
    if value is None:
        client = place.evaluation.project.summaries.client(obj.cls, name, place)
        value = client if client is not None else _declared_field(obj.cls, name, place)
    _store_field(ref, name, value, place)
    return value
