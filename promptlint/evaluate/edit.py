"""What was changed of the sequences that elements come from, other than at their end?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.evaluate.value import Edit, Either, Element, Many, One, Param, Reason, Rest, Unknown

__all__ = ["edited", "edits_of"]


def edits_of(elements: Sequence[Element]) -> Iterator[Edit]:
    """Every change of the sequences that some elements stand for, in order."""
    for element in elements:
        match element:
            case Rest(Unknown(edits=edits)) | Many(edits=edits):
                yield from edits
            case Either(_, alternatives):
                for run in alternatives:
                    yield from edits_of(run)
            case _:
                pass


def edited(elements: tuple[Element, ...], edit: Edit | None) -> tuple[Element, ...]:
    """The elements, those that stand for any number of them marked as changed."""
    return elements if edit is None else tuple(_edited(element, edit) for element in elements)


def _edited(element: Element, edit: Edit) -> Element:
    match element:
        case Rest(Param(_, name, _, origin=origin) as value):
            part = Unknown(
                Reason.PARAMETER, name, edit.span, value, origin=origin, path=f"{name}[{edit.kind}]"
            )
            return _edited(Rest(part), edit)
        case Rest(Unknown() as value):
            return Rest(replace(value, edits=_with(value.edits, edit)))
        case Many():
            return replace(element, edits=_with(element.edits, edit))
        case Either(condition, alternatives):
            return Either(condition, tuple(edited(run, edit) for run in alternatives))
        case One() | Rest():
            return element


def _with(edits: tuple[Edit, ...], edit: Edit) -> tuple[Edit, ...]:
    return edits if edit in edits else (*edits, edit)
