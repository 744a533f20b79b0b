"""What do library functions give back? Summaries as a table, everything else from the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from promptlint.diagnostic import Confidence
from promptlint.evaluate import clock, files, jsontext, template
from promptlint.evaluate.builtin import BUILTINS
from promptlint.evaluate.containers import counted
from promptlint.evaluate.definition import define_named_tuple
from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.formatting import filled
from promptlint.evaluate.instance import as_dict, replaced
from promptlint.evaluate.leaf import leaves
from promptlint.evaluate.provenance import EditKind
from promptlint.evaluate.sequence import copied, elements_of, known, seen
from promptlint.evaluate.store import DictObject, ListObject
from promptlint.evaluate.strings import string_method
from promptlint.evaluate.text import choose, each
from promptlint.evaluate.textlib import TEXTS
from promptlint.evaluate.value import (
    Choice,
    Client,
    Const,
    Edit,
    Element,
    External,
    FilePath,
    Hole,
    HopKind,
    Many,
    One,
    Origin,
    Param,
    Partial,
    Reason,
    Ref,
    Text,
    Tuple,
    Unknown,
    Value,
    text,
)
from promptlint.facts import SourceFact
from promptlint.variation import Cause, Kind, Topic

__all__ = ["by_fact", "external_call", "value_method"]

Summary = Callable[[Arguments, Place], Value | None]


def external_call(name: str, arguments: Arguments, place: Place) -> Value:
    """The result of calling a library function by its dotted name."""
    facts = place.evaluation.facts
    summary = SUMMARIES.get(name) or BUILTINS.get(name)
    if summary is not None:
        result = summary(arguments, place)
        if result is not None:
            return result
    if name.startswith(STR) and arguments.positional:
        receiver, *rest = arguments.positional
        return string_call(
            receiver, name.removeprefix(STR), replace(arguments, positional=tuple(rest)), place
        )
    platform = facts.calls.platform(name)
    if platform is not None:
        return Client(platform, Confidence.HIGH, arguments.keywords, place.span)
    if facts.calls.is_wrapper(name):
        return arguments.positional[0] if arguments.positional else place.unknown(Reason.LIBRARY)
    if facts.calls.is_record(name):
        return _record(arguments, place)
    fact = facts.sources.find(name)
    if fact is not None:
        return by_fact(fact, name, arguments, place)
    owner, _, method = name.rpartition(".")
    if owner.rpartition(".")[2].isupper():
        constant = place.unknown(Reason.LIBRARY, owner)
        written = filled(constant, method, arguments, place)
        if written is not None:
            return written
    place.evaluation.lend(arguments)
    return place.unknown(Reason.LIBRARY, place.written_call, f"{name}()")


STR = "builtins.str."


def string_call(receiver: Value, name: str, arguments: Arguments, place: Place) -> Value:
    """``str.upper(receiver)``."""
    if isinstance(receiver, Text):
        return string_method(receiver, name, arguments, place)
    if isinstance(receiver, Choice):
        return each(receiver, lambda one: string_call(one, name, arguments, place))
    return place.derived(receiver, getattr(receiver, "name", ""))


def is_summarised(name: str) -> bool:
    """Whether it is known what a library function does with its arguments."""
    return name in SUMMARIES or name in BUILTINS or name.startswith(STR)


def _record(arguments: Arguments, place: Place) -> Value:
    if arguments.positional and isinstance(arguments.positional[0], Ref):
        return copied(arguments.positional[0], place)
    given, spans = dict(arguments.keywords), dict(arguments.spans)
    return place.evaluation.record(given, place.node, place.state, spans, arguments.double_star)


def by_fact(fact: SourceFact, name: str, arguments: Arguments, place: Place) -> Value:
    """The result of a call of which a fact tells how it varies."""
    written = place.written
    given = len(arguments.positional) + len(arguments.keywords)
    if fact.stable or (fact.pure_from is not None and given >= fact.pure_from):
        return _pure(arguments, written, fact, place)
    if fact.reason is not None:
        return place.unknown(Reason(fact.reason), place.written_call, f"{name}()")
    assert fact.cause is not None
    if name == "time.strftime":
        pattern = arguments.get("format", 0)
        now = place.hole(frozenset({fact.cause}), written, "struct_time", fact.size)
        return clock.formatted(now, pattern if isinstance(pattern, Text) else Text((now,)), place)
    return place.hole(frozenset({fact.cause}), written, fact.type, fact.size)


def _pure(arguments: Arguments, written: str, fact: SourceFact, place: Place) -> Value:
    """A function of its arguments alone: it varies as they do."""
    causes: frozenset[Cause] = frozenset()
    origin = Origin(HopKind.READ, place.span, written)
    confidence = Confidence.HIGH
    unknown: Value | None = None
    for leaf in leaves(arguments.values(), place.state):
        hole = leaf if isinstance(leaf, Hole) else _named(leaf, place)
        if hole is None:
            unknown = unknown or leaf
        elif hole.causes:
            causes |= hole.causes
            confidence = min(confidence, hole.confidence)
            origin = Origin(HopKind.CONVERTED, place.span, written, hole.origin)
    if unknown is not None and not causes:
        return place.derived(unknown, written)
    made = place.hole(causes, written, fact.type, fact.size, confidence)
    return replace(made, origin=origin)


def _named(leaf: Unknown | Param, place: Place) -> Hole | None:
    """An unknown value whose name tells how it varies."""
    cause = place.evaluation.facts.names.find(leaf.name)
    if cause is None:
        return None
    return Hole(frozenset({cause}), leaf.name, leaf.at, confidence=Confidence.MEDIUM, origin=leaf.origin)


# -- methods of paths, constants and tuples ---------------------------------------------------------


def value_method(receiver: Value, name: str, arguments: Arguments, place: Place) -> Value:
    """A method of a path, of an open file, of a number or of a tuple."""
    match receiver:
        case FilePath():
            return files.path_method(receiver, name, arguments, place)
        case Const(bytes() as data) if name == "decode":
            return text(data.decode(errors="replace"), place.span)
        case Const(int() | float()) if name == "is_integer":
            return Const(isinstance(receiver.value, int))
        case Tuple(elements) if name in ("index", "count"):
            return counted(elements, name, arguments, place)
        case _:
            return place.unknown(Reason.LIBRARY)


# -- summaries -------------------------------------------------------------------------------------


def _gathered(arguments: Arguments, place: Place) -> Value | None:
    """``asyncio.gather``: the results in the order of the arguments."""
    elements: tuple[Element, ...] = tuple(map(One, arguments.positional))
    rest = elements_of(arguments.star, place) if arguments.star is not None else ()
    return place.ref(ListObject((*elements, *rest)))


def _shuffled(arguments: Arguments, place: Place) -> Value | None:
    """``random.shuffle``: the same elements in another order at every call."""
    cause = Cause(Kind.ORDER_CALL, Topic.ORDER)
    for value in arguments.positional[:1]:
        obj = place.state.object(value) if isinstance(value, Ref) else None
        if isinstance(value, Ref) and isinstance(obj, ListObject) and len(obj.elements) > 0:
            item = place.hole(frozenset({cause}), place.written, "str")
            place.state.put(value, replace(obj, elements=(Many((One(item),), seen(obj.elements)),)))
    return Const(None)


def _named_tuple(arguments: Arguments, place: Place) -> Value | None:
    name, fields = arguments.get("typename", 0), arguments.get("field_names", 1)
    if not isinstance(name, Text) or name.constant is None or fields is None:
        return None
    if isinstance(fields, Text):
        names = (fields.constant or "").replace(",", " ").split()
    else:
        parts = known(elements_of(fields, place)) or []
        names = [part.constant or "" for part in parts if isinstance(part, Text)]
    return define_named_tuple(name.constant, names, place.node, place.state) if all(names) else None


def _default_dict(arguments: Arguments, place: Place) -> Value | None:
    made = BUILTINS["builtins.dict"](replace(arguments, positional=arguments.positional[1:]), place)
    factory = arguments.positional[0] if arguments.positional else Const(None)
    if isinstance(made, Ref) and factory != Const(None):
        obj = place.state.object(made)
        assert isinstance(obj, DictObject)
        place.state.put(made, replace(obj, factory=factory))
    return made


def _deepcopy(arguments: Arguments, place: Place) -> Value | None:
    value = arguments.get("x", 0)
    if isinstance(value, Unknown | Param):
        return place.derived(value, value.name)
    return copied(value, place) if value is not None and not isinstance(value, Client) else value


def _copy(arguments: Arguments, place: Place) -> Value | None:
    value = arguments.get("x", 0)
    if isinstance(value, Ref):
        return place.ref(replace(place.state.object(value)))
    return place.derived(value, value.name) if isinstance(value, Unknown | Param) else value


def _partial(arguments: Arguments, place: Place) -> Value | None:
    del place
    if not arguments.positional:
        return None
    return Partial(arguments.positional[0], arguments.positional[1:], arguments.keywords)


def _first(arguments: Arguments, place: Place) -> Value | None:
    del place
    return arguments.positional[0] if arguments.positional else None


def _wraps(arguments: Arguments, place: Place) -> Value | None:
    del arguments, place
    return External("promptlint.identity")


def _chain(arguments: Arguments, place: Place) -> Value | None:
    elements = [e for value in arguments.positional for e in elements_of(value, place)]
    return place.ref(ListObject(tuple(elements)))


def _deque(arguments: Arguments, place: Place) -> Value | None:
    """A list; of one with a ``maxlen``, the first elements are left out."""
    made = BUILTINS["builtins.list"](Arguments(arguments.positional[:1]), place)
    limit = arguments.get("maxlen", 1)
    obj = place.state.object(made) if isinstance(made, Ref) else None
    if isinstance(made, Ref) and isinstance(obj, ListObject) and limit not in (None, Const(None)):
        edit = Edit(EditKind.DROPPED, place.span, steady=True)
        place.state.put(made, replace(obj, edits=(edit,)))
    return made


def _random_choice(arguments: Arguments, place: Place) -> Value | None:
    cause = Cause(Kind.CALL, Topic.RANDOM)
    del arguments
    return place.hole(frozenset({cause}), place.written)


def _seeded(arguments: Arguments, place: Place) -> Value | None:
    """``Random(seed)``: constant draws if it is made for this call, else they go on from call to call."""
    if not arguments.positional:
        return place.hole(frozenset({Cause(Kind.CALL, Topic.RANDOM)}), place.written, "Random")
    return _pure(arguments, place.written, SourceFact("random.Random", None, type="Random"), place)


def _environ_get(arguments: Arguments, place: Place) -> Value | None:
    default = arguments.get("default", 1)
    hole = place.hole(frozenset({Cause(Kind.DEPLOY, Topic.DEPLOY)}), place.written, "str")
    if default is None or default == Const(None):
        return hole
    return choose(place.fresh("the variable is set"), (hole, default))


def _imported(arguments: Arguments, place: Place) -> Value | None:
    """``importlib.import_module(name)`` of a module of the project."""
    name = arguments.get("name", 0)
    if not isinstance(name, Text) or name.constant is None:
        return place.unknown(Reason.DYNAMIC)
    found = place.evaluation.project.module_named(name.constant, place.state.frame.module)
    return External(name.constant) if found is None else found


def _reduced(arguments: Arguments, place: Place) -> Value | None:
    del arguments
    return place.unknown(Reason.CONSTRUCT)


SUMMARIES: Mapping[str, Summary] = {
    **TEXTS,
    "contextlib.nullcontext": lambda a, p: p.ref(ListObject((One(a.get("enter_result", 0) or Const(None)),))),
    "asyncio.gather": _gathered,
    "random.shuffle": _shuffled,
    "numpy.random.shuffle": _shuffled,
    "collections.namedtuple": _named_tuple,
    "dataclasses.replace": replaced,
    "dataclasses.asdict": lambda a, p: as_dict(a.positional[0], p) if a.positional else None,
    "copy.deepcopy": _deepcopy,
    "copy.copy": _copy,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "promptlint.identity": _first,
    "typing.cast": lambda a, _: a.positional[1] if len(a.positional) > 1 else None,
    "typing.NewType": _reduced,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": lambda a, p: (
        _chain(Arguments(tuple(v for e in elements_of(a.positional[0], p) for v in (known((e,)) or []))), p)
        if a.positional
        else None
    ),
    "functools.reduce": _reduced,
    "random.choice": _random_choice,
    "random.sample": _random_choice,
    "random.Random": _seeded,
    "os.getenv": _environ_get,
    "os.environ.get": _environ_get,
    "json.dumps": jsontext.dumps,
    "json.loads": files.loads,
    "json.load": files.load,
    "yaml.safe_load": files.load_yaml,
    "yaml.load": files.load_yaml,
    "tomllib.load": files.load_toml,
    "tomllib.loads": files.load_toml,
    "pathlib.Path": files.path,
    "pathlib.PurePath": files.path,
    "os.path.join": files.join_path,
    "os.path.dirname": files.dirname,
    "os.path.abspath": files.same_path,
    "os.path.realpath": files.same_path,
    "os.path.expanduser": _reduced,
    "builtins.open": files.open_file,
    "io.open": files.open_file,
    "importlib.resources.files": files.resources,
    "importlib.resources.read_text": files.resource,
    "importlib.resources.read_binary": files.resource,
    "importlib.resources.as_file": _first,
    "pkgutil.get_data": files.resource,
    "importlib.import_module": _imported,
    "string.Template": template.string_template,
    "jinja2.Template": template.jinja_template,
    "jinja2.Environment": template.environment,
    "jinja2.FileSystemLoader": template.folder_loader,
    "jinja2.PackageLoader": template.package_loader,
    "asyncio.run": _first,
    "asyncio.wait_for": _first,
    "asyncio.shield": _first,
    "asyncio.ensure_future": _first,
    "asyncio.create_task": _first,
    "types.SimpleNamespace": lambda a, p: p.evaluation.record(dict(a.keywords), p.node, p.state),
    "collections.OrderedDict": BUILTINS["builtins.dict"],
    "collections.defaultdict": _default_dict,
    "collections.deque": _deque,
}
