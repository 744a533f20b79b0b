from __future__ import annotations

from typing import Any


def ok(body: str) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
