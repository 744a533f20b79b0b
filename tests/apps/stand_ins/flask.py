"""As much of Flask as lets a view be called inside a request context: decorators keep the function."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

View = Callable[..., Any]


class _Request:
    def __init__(self) -> None:
        self.args: dict[str, str] = {}
        self.json: dict[str, Any] = {}
        self.headers: dict[str, str] = {}


request = _Request()


class Blueprint:
    def __init__(self, name: str, module: str, **_: object) -> None:
        self.name = name
        self.module = module
        self.views: dict[str, View] = {}

    def get(self, path: str, **_: object) -> Callable[[View], View]:
        return self._add(path)

    def post(self, path: str, **_: object) -> Callable[[View], View]:
        return self._add(path)

    def _add(self, path: str) -> Callable[[View], View]:
        def keep(view: View) -> View:
            self.views[path] = view
            return view

        return keep


class Flask(Blueprint):
    def __init__(self, name: str) -> None:
        super().__init__(name, name)
        self.config: dict[str, Any] = {}

    def register_blueprint(self, blueprint: Blueprint, **_: object) -> None:
        self.views.update(blueprint.views)

    @contextmanager
    def test_request_context(self, args: dict[str, str], json: dict[str, Any]) -> Iterator[None]:
        request.args, request.json = args, json
        yield


def jsonify(**fields: Any) -> dict[str, Any]:
    return fields
