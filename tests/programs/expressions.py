"""How is a string made of others in one expression?

Each construct returns the source of an expression that is a string for every argument.
Fields of f-strings are plain names: before Python 3.12 they cannot hold the outer quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from programs.builder import Builder

__all__ = ["EXPRESSIONS", "several", "text"]

Expression = Callable[[Builder], str]

_MAX_DEPTH = 3


def text(b: Builder) -> str:
    """A string expression: a name, a literal, or something made of them."""
    choice = b.random.random()
    if b.depth >= _MAX_DEPTH or choice < 0.35:
        return b.name()
    if choice < 0.55:
        return b.literal()
    name = b.random.choice(tuple(EXPRESSIONS))
    b.used.add(name)
    b.depth += 1
    expression = EXPRESSIONS[name](b)
    b.depth -= 1
    return expression


def several(b: Builder, low: int = 1, high: int = 3) -> str:
    """String expressions with commas between them."""
    return ", ".join(text(b) for _ in range(b.random.randint(low, high)))


def _plain(b: Builder) -> str:
    """A name, most often of a string that is wholly known or wholly an argument.

    What is done to characters one by one, or counts them, blurs a text that is only partly known.
    """
    names = (*b.scope.inputs, *b.constants)
    return b.random.choice(names) if names and b.random.random() < 0.85 else b.name()


def _fstring(b: Builder) -> str:
    first, second = b.name(), b.name()
    return b.random.choice(
        (
            f'f"Use {{{first}}} with {{{second}}}."',
            f'f"{{{first}}}{{{second}}}"',
            f"f'''<doc>{{{first}.strip()}}</doc>\n{{{second}}}'''",
            f'f"Braces {{{{{{{first}}}}}}} stay"',
            f'("Part one " f"is {{{first}}} " "and no more")',
        )
    )


def _fstring_spec(b: Builder) -> str:
    name, number = _plain(b), b.random.choice((*b.scope.numbers, "7"))
    return b.random.choice(
        (
            f'f"Column {{{name}:>12}}|"',
            f'f"Column {{{name}:.5}}|{{{name}:*<8}}"',
            f'f"Step {{{number}:03d}} of {{12345:,}}: {{0.125:.1%}} {{{name}:{{9}}}}"',
        )
    )


def _fstring_conversion(b: Builder) -> str:
    name = _plain(b)
    return b.random.choice((f'f"Value {{{name}!r}}."', f'f"Value {{{name}!s:>6}}."', f'f"{{{name}=}}"'))


def _percent(b: Builder) -> str:
    first, second = text(b), text(b)
    return b.random.choice(
        (
            f'"Use %s, then %s." % ({first}, {second})',
            f'"Use %s at 100%%." % ({first},)',
            f'"Use %(a)s; %(b)s; %(a)s." % {{"a": {first}, "b": {second}}}',
            f'"Count %03d and %5s|%.2f." % (7, {first}, 1.5)',
            f'"Shown as %r." % ({first},)',
        )
    )


def _format(b: Builder) -> str:
    first, second = text(b), text(b)
    return b.random.choice(
        (
            f'"Use {{}} and {{}}.".format({first}, {second})',
            f'"Use {{1}}, {{0}}, {{1}}.".format({first}, {second})',
            f'"Use {{first}}: {{second}}.".format(first={first}, second={second})',
            f'"Use {{a}}: {{b}}.".format(**{{"a": {first}, "b": {second}}})',
            f'"Use {{a}}.".format_map({{"a": {first}}})',
            f'"{{{{kept}}}} {{0:>7}} {{0!r}}".format({first})',
        )
    )


def _join(b: Builder) -> str:
    separator = b.random.choice(("', '", "'\\n'", "''", b.name()))
    unseen = b.random.choice((*b.scope.unseen, "['one', 'two']"))
    choices = [
        f"{separator}.join([{several(b, 2)}])",
        f"{separator}.join(({text(b)}, {text(b)}))",
        f"{separator}.join({unseen})",
        f"{separator}.join({b.listing().name})" if b.depth <= 1 else f"{separator}.join(['only'])",
    ]
    return b.random.choice(choices)


def _join_comprehension(b: Builder) -> str:
    unseen = b.random.choice((*b.scope.unseen, "['one', 'two', 'three']"))
    return b.random.choice(
        (
            f"'; '.join(f\"item {{each}}\" for each in {unseen})",
            f"'\\n'.join('- ' + each for each in ['red', 'green', {text(b)}])",
            "''.join(each.upper() for each in ('soft', 'loud') if each != 'soft')",
            f"', '.join(f'{{key}} is {{value}}' for key, value in {{'size': {text(b)}}}.items())",
            f"'\\n'.join([f\"{{number}}. {{each}}\" for number, each in enumerate({unseen}, 1)])",
            "' '.join(str(number * 2) for number in range(4) if number % 2)",
        )
    )


def _replace(b: Builder) -> str:
    return b.random.choice(
        (
            f"'Stay XX here XX and XX'.replace('XX', {text(b)})",
            f"'Stay XX here XX and XX'.replace('XX', {text(b)}, 2)",
            f"{_plain(b)}.replace('mark', 'sign', 1)",
            f"{_plain(b)}.replace('e', '')",
            f"f'Dear <who>, of {{{_plain(b)}}}'.replace('<who>', 'reader')",
        )
    )


def _slice(b: Builder) -> str:
    bounds = b.random.choice(("1:4", ":6", "-3:", "::2", "::-1", "2:-1", ":", "5:1", ":400"))
    return b.random.choice(
        (
            f"'Sliced words of a prompt'[{bounds}]",
            f"{_plain(b)}[{bounds}]",
            f"'abcdef'[{b.random.randint(-6, 5)}]",
            f"('Known head of ' + {_plain(b)})[:5]",
        )
    )


def _strip(b: Builder) -> str:
    name = _plain(b)
    return b.random.choice(
        (
            "'  spaced words \\n'.strip()",
            f"{name}.strip()",
            f"{name}.lstrip()",
            f"{name}.rstrip('.\\n ')",
            f"f'  {{{name}}} keeps its end \\n'.strip()",
            f"(' ' + {name} + ' ').strip()",
            f"'Note: {{}}'.removeprefix('Note: ').format({name})",
            f"{name}.removesuffix('.')",
        )
    )


def _case(b: Builder) -> str:
    name = _plain(b)
    return b.random.choice(
        (
            f"{name}.upper()",
            f"{name}.lower()",
            f"('ΟΔΟΣ' + {name}).lower()",
            f"{name}.title()",
            f"{name}.capitalize()",
            "'Shout This'.swapcase()",
        )
    )


def _times(b: Builder) -> str:
    number = b.random.choice((*b.scope.numbers, "3", "2", "0", "-1", "(4 - 1)"))
    return b.random.choice((f"'=-' * {number}", f"{number} * 'ab '", f"{b.name()} * 2"))


def _ternary(b: Builder) -> str:
    return f"({text(b)} if {b.condition()} else {text(b)})"


def _or(b: Builder) -> str:
    return b.random.choice(
        (f"({b.name()} or {b.literal()})", f"({b.name()} and {text(b)})", f"('' or {text(b)})")
    )


def _plus(b: Builder) -> str:
    return f"({text(b)} + {text(b)})" if b.random.random() < 0.5 else f"({text(b)} + ' ' + {text(b)})"


def _json(b: Builder) -> str:
    return b.random.choice(
        (
            f'json.dumps({{"tone": {text(b)}, "size": 3, "on": True, "none": None}})',
            f'json.dumps({{"b": {text(b)}, "a": [1, 2.5, "x"]}}, indent=2, sort_keys=True)',
            f"json.dumps([{several(b)}], ensure_ascii=False)",
            'json.dumps({"a": "ü", "b": 1}, separators=(",", ":"))',
        )
    )


def _template(b: Builder) -> str:
    return b.random.choice(
        (
            f"string.Template('Dear $who, use ${{what}} for $$5.').substitute(who={text(b)}, what={text(b)})",
            f"string.Template('Dear $who of $where.').safe_substitute({{'who': {text(b)}}})",
        )
    )


def _dedent(b: Builder) -> str:
    constant = b.random.choice(b.constants) if b.constants else b.constant()
    return b.random.choice(
        (
            'textwrap.dedent("""\\\n        First line\n          second line\n        third\n    """)',
            "textwrap.dedent('    first words\\n    second words\\n').strip()",
            f"textwrap.dedent(f'    known\\n    {{{constant}}}\\n')",
        )
    )


def _get(b: Builder) -> str:
    record = b.record() if b.depth <= 1 else None
    if record is None:
        return f'{{"calm": {text(b)}, "warm": "Be warm."}}.get("calm", "Be as you are.")'
    key = b.random.choice(record.keys)
    return b.random.choice(
        (f'{record.name}["{key}"]', f'{record.name}.get("{key}")', f'{record.name}.get("absent", {text(b)})')
    )


def _split(b: Builder) -> str:
    return b.random.choice(
        (
            "'one,two,three'.split(',')[1]",
            "'head: tail'.partition(': ')[2]",
            "' '.join('many   spaces here'.split())",
            "'line\\nother line'.splitlines()[0]",
            f"{_plain(b)}.split('\\n')[0]",
        )
    )


def _conversion(b: Builder) -> str:
    number = b.random.choice((*b.scope.numbers, "12", "True", "1.50", "None"))
    return b.random.choice((f"str({number})", f"repr({_plain(b)})", "format(7, '>4')", f"str({_plain(b)})"))


def _padding(b: Builder) -> str:
    return b.random.choice(
        (f"{_plain(b)}.ljust(6, '.')", "'7'.zfill(3)", "'mid'.center(9, '*')", f"{_plain(b)}.rjust(9)")
    )


def _sorted(b: Builder) -> str:
    return b.random.choice(
        (
            "', '.join(sorted(['pear', 'apple', 'fig']))",
            "', '.join(sorted({'pear', 'apple', 'fig'}, reverse=True))",
            "' '.join(sorted(['bbb', 'a', 'cc'], key=len))",
        )
    )


def _reversed(b: Builder) -> str:
    return b.random.choice(
        (
            f"' '.join(reversed([{several(b, 2)}]))",
            "''.join(reversed('abc'))",
            "' '.join(['x', 'y', 'z'][::-1])",
        )
    )


def _zip(b: Builder) -> str:
    return b.random.choice(
        (
            f"'; '.join(left + right for left, right in zip(('a', 'b', 'c'), [{several(b, 2, 2)}]))",
            "' '.join(k + v for k, v in dict(zip(['p', 'q'], ['1', '2'])).items())",
        )
    )


EXPRESSIONS: Mapping[str, Expression] = {
    "f-string": _fstring,
    "f-string spec": _fstring_spec,
    "f-string conversion": _fstring_conversion,
    "percent": _percent,
    "format": _format,
    "join": _join,
    "generator in join": _join_comprehension,
    "replace": _replace,
    "slice": _slice,
    "strip": _strip,
    "case": _case,
    "str times int": _times,
    "conditional expression": _ternary,
    "or": _or,
    "plus": _plus,
    "json.dumps": _json,
    "string.Template": _template,
    "dedent": _dedent,
    "dict get": _get,
    "split": _split,
    "conversion": _conversion,
    "padding": _padding,
    "sorted": _sorted,
    "reversed": _reversed,
    "zip": _zip,
}
