"""Call a view without a server: python -m storefront.demo"""

from __future__ import annotations

from typing import Any

from storefront import create_app

app = create_app()


def view(path: str, args: dict[str, str], json: dict[str, Any]) -> Any:
    with app.test_request_context(args=args, json=json):
        return app.views[path]()


if __name__ == "__main__":
    print(view("/advise", {"lang": "en"}, {"question": "Is it waterproof?"}))
