"""As much of FastAPI as lets a route be called directly: its decorators keep the function."""

from collections.abc import Callable
from typing import Any

Route = Callable[..., Any]


class APIRouter:
    def __init__(self, **options: object) -> None:
        self.options = options
        self.routes: list[tuple[str, str, Route]] = []

    def get(self, path: str, **_: object) -> Callable[[Route], Route]:
        return self._add("GET", path)

    def post(self, path: str, **_: object) -> Callable[[Route], Route]:
        return self._add("POST", path)

    def _add(self, verb: str, path: str) -> Callable[[Route], Route]:
        def keep(route: Route) -> Route:
            self.routes.append((verb, path, route))
            return route

        return keep


class FastAPI(APIRouter):
    def include_router(self, router: APIRouter) -> None:
        self.routes.extend(router.routes)


def Depends(dependency: Route) -> Any:  # noqa: N802 - FastAPI's own name
    """What FastAPI would inject; who calls a route directly hands it in."""
    return dependency
