"""Which places can mean a method, and which only spell its name?"""

from __future__ import annotations

import ast

import pytest

from promptlint.facts import load_facts
from promptlint.meaning import meanings
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.scope import Scope

MODEL = """\
class Base:
    def answer(self, text):
        return self.send(text)
class Model(Base):
    def send(self, text):
        return text
"""


@pytest.mark.parametrize(
    ("others", "meant"),
    [
        ("def ask(model):\n    return model.send('a')\n", ["model.send"]),
        ("class Mail:\n    def ask(self):\n        return self.send('a')\n", []),
        ("class Mail:\n    def ask(self, model):\n        return model.send('a')\n", ["model.send"]),
        ("class Mail:\n    def ask(it):\n        return [it.send(a) for a in 'ab']\n", []),
        ("class Mail:\n    @staticmethod\n    def ask(it):\n        return it.send('a')\n", ["it.send"]),
        ("class Mail:\n    def ask(self):\n        return super().send('a')\n", []),
        ("class Loud(Model):\n    def ask(self):\n        return super().send('a')\n", ["super().send"]),
        (
            "class Mix:\n    def ask(self):\n        return self.send('a')\nclass Both(Mix, Model): ...\n",
            ["self.send"],
        ),
        ("from lib import Any\nclass Mail(Any):\n    def ask(self):\n        return self.send('a')\n", []),
        (
            "def made(A):\n    class Mail(A):\n        def ask(self):\n            return self.send('a')\n",
            ["self.send"],
        ),
        ("import smtp\ndef ask():\n    return smtp.send('a')\n", []),
        ("import smtp\ndef ask(smtp):\n    return smtp.send('a')\n", ["smtp.send"]),
        ("def ask(send):\n    return send('a')\n", []),
        ("def ask(model):\n    send = model.send\n    return send('a')\n", ["model.send"]),
        ("send = Model().send\ndef ask():\n    return send('a')\n", ["Model().send", "send"]),
    ],
)
def test_a_place_means_a_method_unless_something_else_is_known(others: str, meant: list[str]) -> None:
    project = read_program(Program.in_memory({"main.py": MODEL + others}), load_facts()).project
    source = project.source("main.py")
    assert source is not None
    holder = source.tree.body[1]
    assert isinstance(holder, ast.ClassDef)
    method = holder.body[0]
    assert isinstance(method, ast.FunctionDef)
    target = Scope(source, (holder, method))
    found = [ast.unparse(each.node) for each in meanings(project, target, source, "send")]
    assert sorted(found) == sorted(["self.send", *meant])
