"""What does a comprehension make? A loop that only appends."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.evaluate.assign import assign, set_item
from promptlint.evaluate.branch import rejoin, split
from promptlint.evaluate.condition import test
from promptlint.evaluate.edit import edits_of
from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.sequence import elements_of, is_constant, members_of
from promptlint.evaluate.store import DictObject, Entry, ListObject, State
from promptlint.evaluate.survival import keep_visible
from promptlint.evaluate.text import blur, choose
from promptlint.evaluate.value import (
    Condition,
    Either,
    Element,
    Frame,
    Hole,
    Many,
    One,
    Ref,
    Rest,
    Text,
    Tuple,
    Value,
    count_of,
)
from promptlint.interval import Interval
from promptlint.variation import Topic

__all__ = ["comprehend"]

MAX_ITEMS = 64


def comprehend(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, place: Place) -> Value:
    """The list, set, dict or generator; a generator is the list of what it yields."""
    state, evaluation = place.state, place.evaluation
    outer = state.frame
    frame = Frame(outer.module, outer.source, outer.qualname, outer, "function")
    mark = state.store.mark()
    inner = State(state.store.fork(), frame, state.path, state.decided)
    at = Place(node, inner, evaluation)
    serial = evaluation.serial()
    with evaluation.loop(serial):
        elements = _generate(node, node.generators, at)
    keep_visible(state.store, inner.store, mark, frame, Tuple(elements))
    if isinstance(node, ast.DictComp):
        made = _dict(elements, place)
        obj, order = place.state.object(made), _order(node, place)
        if isinstance(obj, DictObject) and obj.rest is None and order is not None:
            place.state.put(made, replace(obj, order=order))
        return made
    return place.ref(ListObject(elements, is_set=isinstance(node, ast.SetComp)))


def _generate(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    generators: Sequence[ast.comprehension],
    place: Place,
) -> tuple[Element, ...]:
    evaluate = place.evaluation.interpreter.evaluate
    if not generators:
        if isinstance(node, ast.DictComp):
            key = evaluate(node.key, place.state, place.evaluation)
            return (One(Tuple((One(key), One(evaluate(node.value, place.state, place.evaluation))))),)
        return (One(evaluate(node.elt, place.state, place.evaluation)),)
    first = generators[0]
    iterable = evaluate(first.iter, place.state, place.evaluation)
    # A set has no order; a table is asked by its keys, and the order in which it was made seldom shows.
    go_through = members_of if isinstance(node, ast.SetComp | ast.DictComp) else elements_of
    source = go_through(iterable, Place(first.iter, place.state, place.evaluation))
    return _over(source, node, generators, place, [0])


def _over(
    source: Sequence[Element],
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    generators: Sequence[ast.comprehension],
    place: Place,
    done: list[int],
) -> tuple[Element, ...]:
    result: list[Element] = []
    over = place.evaluation.span(generators[0].iter, place.state)
    for element in source:
        match element:
            case One(value):
                done[0] += 1
                made = _item(value, node, generators, place)
                result.extend(made if done[0] <= MAX_ITEMS else (Many(made, Interval(0, 1)),))
            case Either(condition, alternatives):
                decided = place.state.decided.get(condition.key)
                if decided is not None:
                    result.extend(_over(alternatives[decided], node, generators, place, done))
                    continue
                runs = tuple(_over(run, node, generators, place, done) for run in alternatives)
                result.append(Either(condition, runs))
            case Many(body, over=whole):
                made = _over(body, node, generators, place, done)
                result.append(replace(element, elements=made, over=whole or over))
            case Rest(value):
                target = generators[0].target
                name = target.id if isinstance(target, ast.Name) else f"{value.name}[…]"
                item = Place(target, place.state, place.evaluation).item(value, name)
                made = _item(item, node, generators, place)
                result.append(Many(made, count_of(value), over, tuple(edits_of((element,)))))
    return tuple(result)


def _item(
    value: Value,
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    generators: Sequence[ast.comprehension],
    place: Place,
) -> tuple[Element, ...]:
    assign(generators[0].target, value, place.state, place.evaluation)
    return _filtered(generators[0].ifs, node, generators[1:], place)


def _filtered(
    conditions: Sequence[ast.expr],
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    generators: Sequence[ast.comprehension],
    place: Place,
) -> tuple[Element, ...]:
    if not conditions:
        return _generate(node, generators, place)
    answer = test(conditions[0], place.state, place.evaluation)
    if answer is False:
        return ()
    if answer is True:
        return _filtered(conditions[1:], node, generators, place)
    yes, no, mark = split(place.state, answer)
    kept = _filtered(conditions[1:], node, generators, Place(place.node, yes, place.evaluation))
    rejoin(place.state, answer, yes, no, mark)
    runs: tuple[tuple[Element, ...], ...] = (kept, ()) if answer.index == 0 else ((), kept)
    return (Either(answer.condition, runs),)


def _order(node: ast.DictComp, place: Place) -> Hole | None:
    """What stands for the order of the set that it goes through; only what may be asked twice is."""
    first = node.generators[0].iter
    if not isinstance(first, ast.Name | ast.Attribute | ast.Set):
        return None
    source = place.evaluation.interpreter.evaluate(first, place.state, place.evaluation)
    match elements_of(source, Place(first, place.state, place.evaluation)):
        case (Many((One(Hole() as hole),)),) if any(cause.topic is Topic.ORDER for cause in hole.causes):
            return hole
        case _:
            return None


def _dict(elements: Sequence[Element], place: Place) -> Ref:
    result = place.ref(DictObject({}))
    for element in elements:
        items = list(_entries(element, ()))
        if all(item is not None for item in items):
            for item in items:
                if item is not None:
                    _put(result, *item, place)
            continue
        obj = place.state.object(result)
        assert isinstance(obj, DictObject)
        key = _key_of(element)
        known = blur(key, place.span) if isinstance(key, Text) else key
        name = "" if isinstance(known, Hole) else "computed keys"
        unknown = place.evaluation.derived(known, name, place.span)
        place.state.put(result, DictObject(obj.entries, unknown))  # type: ignore[arg-type]
    return result


Conditions = tuple[tuple[Condition, int], ...]


def _entries(element: Element, conditions: Conditions) -> Iterator[tuple[Value, Value, Conditions] | None]:
    """The keys and values that an element adds, and what must hold for each; None for what is not known."""
    match element:
        case One(Tuple((One(key), One(value)))) if not conditions or is_constant(key):
            yield key, value, conditions
        case Either(condition, (run, ())):
            for inner in run:
                yield from _entries(inner, (*conditions, (condition, 0)))
        case Either(condition, ((), run)):
            for inner in run:
                yield from _entries(inner, (*conditions, (condition, 1)))
        case _:
            yield None


def _put(result: Ref, key: Value, value: Value, conditions: Conditions, place: Place) -> None:
    """Add an entry; where it is not there, what was there before stays."""
    if not conditions:
        set_item(result, key, value, place)
        return
    obj = place.state.object(result)
    assert isinstance(obj, DictObject)
    before = obj.entries.get(key)
    entry = Entry(value, conditions, place.span)
    if before is not None:
        for condition, branch in reversed(conditions):
            value = choose(condition, (value, before.value) if branch == 0 else (before.value, value))
        entry = Entry(value, before.conditions, entry.at)
    place.state.put(result, replace(obj, entries={**obj.entries, key: entry}))


def _key_of(element: Element) -> Value:
    """A key of repeated items, whose reason says why the keys are not known."""
    match element:
        case Many(body) if body:
            return _key_of(body[0])
        case Either(_, alternatives):
            return next((_key_of(run[0]) for run in alternatives if run), Tuple(()))
        case One(Tuple((One(key), *_))):
            return key
        case Rest(value):
            return value
        case One(value):
            return value
        case _:
            return Tuple(())
