"""Reading files: encodings, syntax, depth, notebooks, and places in them."""

from __future__ import annotations

import ast
import gc
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.diagnostic import Trouble
from promptlint.notebook import without_magics
from promptlint.parser import paused_collection, read_source
from promptlint.source import Source, Span


def source_of(data: bytes | str, path: str = "prompts.py") -> Source:
    parsed = read_source(path, data.encode() if isinstance(data, str) else data)
    assert parsed.troubles == ()
    assert parsed.source is not None
    return parsed.source


def trouble_of(data: bytes | str, path: str = "prompts.py") -> Trouble:
    parsed = read_source(path, data.encode() if isinstance(data, str) else data)
    assert parsed.source is None
    (trouble,) = parsed.troubles
    assert not trouble.fatal
    assert "\n" not in trouble.message
    return trouble


def constants(source: Source) -> list[object]:
    return [node.value for node in ast.walk(source.tree) if isinstance(node, ast.Constant)]


def node_of(source: Source, kind: type[ast.expr]) -> ast.expr:
    return next(node for node in ast.walk(source.tree) if isinstance(node, kind))


# -- encodings ------------------------------------------------------------------------------


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    source = source_of(b"\xef\xbb\xbfx = '\xc3\xa9'\n")
    assert source.text == "x = 'é'\n"
    assert source.span(source.tree.body[0]).column == 1


def test_the_coding_cookie_is_honoured(tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    assert constants(source_of(file.read_bytes())) == ["é"]


def test_a_cookie_on_the_second_line_counts_and_on_the_third_does_not() -> None:
    assert constants(source_of(b"#!python\n# coding: latin-1\nx = '\xe9'\n")) == ["é"]
    assert trouble_of(b"\n\n# coding: latin-1\nx = '\xe9'\n").kind == "encoding"


def test_bytes_that_are_not_utf_8_are_reported_with_their_line() -> None:
    assert trouble_of(b"x = 1\ny = '\xe9'\n") == Trouble(
        "prompts.py",
        2,
        "encoding",
        "byte 0xe9 is not utf-8; name the encoding in a `coding` comment",
        fatal=False,
    )


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13"])
def test_an_encoding_that_is_none_is_reported(name: str) -> None:
    assert trouble_of(f"# coding: {name}\nx = 1\n").kind == "encoding"


def test_utf_16_is_reported_not_guessed() -> None:
    assert trouble_of("x = 1\n".encode("utf-16")).kind == "encoding"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_of_python_counts_as_one(end: str) -> None:
    source = source_of(end.join(["x = 1", "", "y = (2)"]))
    assert source.span(source.tree.body[1]) == Span("prompts.py", None, 3, 1, 3, 8)
    assert source.rows == ["x = 1", "", "y = (2)"]


@pytest.mark.parametrize("odd", ["\x0c", "\x1c", "\x85", "\u2028"])
def test_characters_that_only_look_like_line_ends_do_not_shift_lines(odd: str) -> None:
    source = source_of(f"x = '''a{odd}b'''\ny = 2\n" if odd != "\x0c" else "x = 1\n\x0cy = 2\n")
    statement = source.tree.body[1]
    assert source.span(statement).line == 2
    assert source.line_at(source.span(statement)).strip() == "y = 2"


def test_an_empty_file_is_fine() -> None:
    source = source_of(b"")
    assert source.tree.body == []
    assert source.line_at(Span("prompts.py", None, 1, 1, 1, 1)) == ""


# -- syntax ---------------------------------------------------------------------------------


def test_a_syntax_error_names_line_and_reason() -> None:
    assert trouble_of("x = 1\ny = = 2\n") == Trouble(
        "prompts.py", 2, "syntax", "does not parse: invalid syntax", fatal=False
    )


def test_a_null_byte_is_reported_where_it_is() -> None:
    trouble = trouble_of(b"x = 1\ny = '\0'\n")
    assert (trouble.line, trouble.kind) == (2, "syntax")
    assert trouble.message == "does not parse: null byte in the source"


@pytest.mark.filterwarnings("error")
def test_warnings_about_somebody_elses_code_stay_silent() -> None:
    assert source_of("x = '\\d'\nif x is 1: pass\nassert (x, 'y')\n").tree.body


_NEWER = [
    ((3, 15), "lazy import os", "a lazy import"),
    ((3, 15), "x = [*row for row in rows]", "unpacking in a comprehension"),
    ((3, 14), "x = t'hello {name}'", "a t-string"),
    ((3, 14), "f(a, rt'hello {name}')", "a t-string"),
    ((3, 14), "try:\n    f()\nexcept KeyError, socket.Error:\n    pass", "`except` with several types"),
    ((3, 13), "class Box[T = int]: pass", "a default of a type parameter"),
    ((3, 12), "def first[T](items: list[T]) -> T: ...", "a type parameter list"),
    ((3, 12), "class Box[T]: pass", "a type parameter list"),
    ((3, 12), "type Row = list[int]", "a `type` statement"),
    ((3, 12), "x = f'{row['name']}'", "an f-string that reuses its own quotes"),
    ((3, 12), "x = f'{\"\\n\".join(rows)}'", "a backslash inside an f-string's braces"),
    ((3, 12), 'x = f"{", ".join(rows)}"', "an f-string that reuses its own quotes"),
    ((3, 12), 'x = f"{\n    rows\n}"', "an f-string that spans lines"),
    ((3, 12), "x = f'{\n    rows  # all\n!r:>{width}}' 'b'", "an f-string that spans lines"),
    ((3, 12), "x = f'''Names:\n{f'''{row}'''} {row['a']=}\n'''", "an f-string that spans lines"),
    ((3, 12), 'x = f"{f"{f"{row:>{{}["w"]}}"}"} \\N{BULLET} {{}}"', "an f-string"),
    ((3, 12), "x = f'{lookup(\n    row['a'],\n)}'", "an f-string"),
]


@pytest.mark.parametrize(("version", "code", "name"), _NEWER, ids=[code for _, code, _ in _NEWER])
def test_newer_syntax_names_the_version_it_needs(version: tuple[int, int], code: str, name: str) -> None:
    if sys.version_info >= version:
        assert source_of(code).tree.body
        return
    trouble = trouble_of(code)
    assert trouble.kind == "newer-syntax"
    assert trouble.message.startswith(name)
    needed, running = (".".join(map(str, each)) for each in (version, sys.version_info[:2]))
    assert trouble.message.endswith(f" needs Python {needed}; promptlint runs on Python {running} here")


@pytest.mark.parametrize(
    "code",
    [
        "print 'hello'",
        "x = 'don' t'",
        "def f(:\n    pass",
        "x = f'{'",
        'x = f"{\n    a b\n}"',
        'x = f"{\n}"',
        'x = f"{\n    rows\n}',
        'x = f"{\n    rows\n:>{"}"',
        'x = f"{\n    rows\n!z}"',
        'x = f"{\n    rows\n}"\ny = = 2',
        'x = f"a"\ny = "b',
        "type = = 3",
        pytest.param(
            "try:\n    f()\nexcept IOError, error:\n    pass",
            marks=pytest.mark.skipif(sys.version_info >= (3, 14), reason="it parses there"),
        ),
    ],
)
def test_what_is_merely_wrong_is_not_called_newer(code: str) -> None:
    assert trouble_of(code).kind == "syntax"


@pytest.mark.parametrize(
    "code",
    [
        "-" * 5_000 + "1",
        "(" * 5_000 + ")" * 5_000,
        "a" + ".b" * 20_000,
        "[" * 5_000,
        "x = " + "not " * 5_000 + "1",
    ],
    ids=["minus", "parentheses", "attributes", "brackets", "not"],
)
def test_nesting_beyond_pythons_own_parser_is_reported(code: str) -> None:
    parsed = read_source("deep.py", code.encode())
    if parsed.source is None:
        assert [trouble.kind for trouble in parsed.troubles] == ["too-deep"]
    else:  # a later parser may manage
        assert sys.version_info >= (3, 12)


def test_a_file_of_two_megabytes_is_read() -> None:
    source = source_of("x = 'some text, as long as a line of a prompt is'\n" * 40_000)
    assert len(source.text) > 1_900_000
    assert source.span(source.tree.body[-1]).line == 40_000


# -- places ---------------------------------------------------------------------------------


def test_columns_count_characters_not_bytes() -> None:
    source = source_of("é = 'ü'; zß = ask(  'ö' )\n")
    call = node_of(source, ast.Call)
    assert source.span(call) == Span("prompts.py", None, 1, 15, 1, 26)
    assert source.segment(call) == "ask(  'ö' )"


def test_a_node_of_several_lines_keeps_its_text() -> None:
    source = source_of("x = ask(\n    'é',\n    b)  # tail\n")
    call = node_of(source, ast.Call)
    assert source.segment(call) == "ask(\n    'é',\n    b)"
    assert source.span(call) == Span("prompts.py", None, 1, 5, 3, 7)
    assert source.line_at(source.span(call)) == "x = ask("


def test_a_name_inside_a_long_f_string_has_its_own_place() -> None:
    source = source_of('x = f"""You are é {who}.\n  Today is {now()}.\n"""\n')
    call = node_of(source, ast.Call)
    assert source.span(call) == Span("prompts.py", None, 2, 13, 2, 18)


def test_places_are_ordered_and_hold_each_other() -> None:
    outer, inner = Span("a.py", None, 1, 5, 3, 2), Span("a.py", None, 2, 1, 3, 2)
    assert outer.covers(inner)
    assert outer.covers(outer)
    assert not inner.covers(outer)
    assert not outer.covers(Span("b.py", None, 2, 1, 3, 2))
    assert not outer.covers(Span("a.py", 1, 2, 1, 3, 2))
    later = Span("a.py", 2, 1, 1, 1, 1)
    assert sorted([later, inner, outer], key=lambda span: span.sort_key) == [outer, inner, later]


def test_a_place_beyond_the_text_has_none() -> None:
    source = source_of("x = 1")
    assert source.line_at(Span("prompts.py", None, 9, 1, 9, 1)) == ""
    assert source.segment(ast.Name("x", ast.Load(), lineno=9, col_offset=0)) == ""


@given(st.binary(max_size=200), st.sampled_from(["a.py", "a.ipynb"]))
def test_no_bytes_make_the_reader_fail(data: bytes, path: str) -> None:
    parsed = read_source(path, data)
    assert (parsed.source is None) == (len(parsed.troubles) == 1)


# -- notebooks ------------------------------------------------------------------------------


def code(source: str | list[str]) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}


def text(source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells: object, **metadata: object) -> str:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def test_the_cells_of_a_notebook_are_one_module_with_places_of_their_own() -> None:
    source = source_of(
        notebook(text("# Title"), code(["import os\n", "a = 1"]), code("b = ask(\n    'é', a)\n")), "n.ipynb"
    )
    assert [type(node).__name__ for node in source.tree.body] == ["Import", "Assign", "Assign"]
    call = node_of(source, ast.Call)
    assert source.span(call) == Span("n.ipynb", 3, 1, 5, 2, 12)
    assert source.segment(call) == "ask(\n    'é', a)"
    assert source.line_at(source.span(call)) == "b = ask("
    assert [(cell.number, cell.first) for cell in source.cells] == [(2, 1), (3, 3)]
    assert source.written(3) == ("b = ask(", "    'é', a)", "")
    assert source.written(1) == ()


def test_a_cell_that_does_not_parse_leaves_the_others() -> None:
    parsed = read_source("n.ipynb", notebook(code("a = 1"), code("x\ndef f(:"), code("b = 2")).encode())
    assert parsed.troubles == (
        Trouble("n.ipynb", 2, "syntax", "cell 2: does not parse: invalid syntax", fatal=False),
    )
    assert parsed.source is not None
    assert [parsed.source.span(node).cell for node in parsed.source.tree.body] == [1, 3]
    assert parsed.source.text == "a = 1\n\n\nb = 2"


def test_magics_and_shell_lines_keep_everything_else_in_place() -> None:
    rows = [
        "%load_ext autoreload",
        "!pip install anthropic",
        "pip install anthropic",
        "files = !ls -la",
        "row = %sql select 1",
        "prompt = '''",
        "%s is not a magic here",
        "!nor is this",
        "'''",
        "if files:",
        "    %matplotlib inline",
        "%time reply = client.create(",
        "    model=name)",
        "%timeit -n 3 -r 2 ask(1)",
        "client?",
        "?client.create",
        "total = (7",
        "  % 3)",
        "!ls \\",
        "   'unclosed",
        "last = ask(2)",
    ]
    source = source_of(notebook(code("\n".join(rows))), "n.ipynb")
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    places = {ast.unparse(call): (source.span(call).line, source.span(call).column) for call in calls}
    assert places["client.create(model=name)"] == (12, 15)
    assert places["ask(1)"] == (14, 19)
    assert places["ask(2)"] == (21, 8)
    assert "\n%s is not a magic here\n!nor is this\n" in constants(source)
    assert [ast.unparse(node) for node in source.tree.body[3:5]] == [
        "files = get_ipython()",
        "row = get_ipython()",
    ]
    assert source.line_at(source.span(calls[0])) in rows


@pytest.mark.parametrize("first", ["%%bash", "%%html", "%%writefile other.py", "%%sql"])
def test_a_cell_in_another_language_is_passed_over(first: str) -> None:
    source = source_of(notebook(code(f"{first}\n<b> 'x\n"), code("a = 1")), "n.ipynb")
    assert [ast.unparse(node) for node in source.tree.body] == ["a = 1"]
    assert source.span(source.tree.body[0]).cell == 2


@pytest.mark.parametrize("first", ["%%time", "%%capture out", "\n%%timeit -n 1"])
def test_a_timed_cell_is_still_python(first: str) -> None:
    source = source_of(notebook(code(f"{first}\na = 1")), "n.ipynb")
    statement = next(node for node in source.tree.body if isinstance(node, ast.Assign))
    assert source.span(statement).line == first.count("\n") + 2


def test_a_timed_loop_is_given_up_rather_than_the_cell() -> None:
    source = source_of(notebook(code("%time for x in y: f(x)\na = 1")), "n.ipynb")
    assert ast.unparse(source.tree.body[-1]) == "a = 1"


def test_half_a_character_in_a_cell_is_told() -> None:
    parsed = read_source("n.ipynb", notebook(code("x = '\ud800'"), code("y = 1")).encode())
    assert [(trouble.kind, trouble.message[:8]) for trouble in parsed.troubles] == [("encoding", "cell 1: ")]
    assert parsed.source is not None
    assert parsed.source.text == "\ny = 1"


@given(st.text(alphabet="ab =%!?('\"#\\\n[)]:;", max_size=60))
def test_replacing_magics_never_moves_a_line(cell: str) -> None:
    for cleaned in without_magics(cell):
        assert cleaned.count("\n") == cell.count("\n")


def test_python_is_never_taken_for_a_magic() -> None:
    fine = "x = 7 \\\n  % 3\ny = [a,\n%\nb]\nz = 'a' # it's % fine\nw = 1 if a != b else 2\nx %= 3"
    assert next(without_magics(fine)) == fine


def test_notebooks_of_the_third_format_are_read() -> None:
    cells = [
        {"cell_type": "code", "language": "python", "input": ["a = 1\n"]},
        {"cell_type": "heading", "source": "x"},
        {"cell_type": "code", "language": "ruby", "input": "puts 1"},
        {"cell_type": "code", "language": "python", "input": "b = 2"},
    ]
    old = json.dumps({"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3})
    source = source_of(old, "n.ipynb")
    assert [source.span(node).cell for node in source.tree.body] == [1, 4]


@pytest.mark.parametrize(
    "metadata",
    [{"kernelspec": {"language": "julia", "name": "julia-1.9"}}, {"language_info": {"name": "R"}}],
)
def test_a_notebook_of_another_language_is_skipped_without_a_word(metadata: dict[str, object]) -> None:
    parsed = read_source("n.ipynb", notebook(code("println(1)"), **metadata).encode())
    assert (parsed.source, parsed.troubles) == (None, ())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "is not a notebook: not JSON (line 1, column 1)"),
        (b"", "is not a notebook: not JSON (line 1, column 1)"),
        (b'{"cells": [{{ cookiecutter.cell }}]}', "is not a notebook: not JSON (line 1, column 13)"),
        (b"[1, 2]", "is not a notebook: its JSON is no object"),
        (b'{"nbformat": 4}', "is not a notebook: it has no list of cells"),
        (b"\xff\xfe{}", "is not a notebook: not UTF-8"),
        (b"[" * 100_000, "is not a notebook: nested too deeply"),
    ],
)
def test_a_broken_notebook_says_what_it_is(content: bytes, message: str) -> None:
    assert trouble_of(content, "n.ipynb") == Trouble("n.ipynb", None, "notebook", message, fatal=False)


def test_cells_of_odd_shapes_do_not_stop_the_others() -> None:
    odd = json.dumps(
        {"cells": [None, 3, {"cell_type": "code"}, {"cell_type": "code", "source": [1, "a = 1"]}]}
    )
    assert [ast.unparse(node) for node in source_of(odd, "n.ipynb").tree.body] == ["a = 1"]


def test_a_notebook_without_cells_is_an_empty_source() -> None:
    source = source_of(notebook(), "n.ipynb")
    assert (source.text, source.tree.body, source.cells) == ("", [], ())


# -- speed ----------------------------------------------------------------------------------


def test_the_collector_rests_and_resumes() -> None:
    assert gc.isenabled()
    with paused_collection():
        assert not gc.isenabled()
        with paused_collection():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
