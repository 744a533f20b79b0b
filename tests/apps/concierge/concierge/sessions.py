from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Session:
    user_name: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    last_seen: float = field(default_factory=time.time)

    def add(self, role: str, content: Any) -> None:
        self.messages.append({"role": role, "content": content})
        self.last_seen = time.time()

    def transcript(self) -> str:
        return "\n".join(f"{message['role']}: {message['content']}" for message in self.messages)


class SessionStore:
    """Sessions in memory; they end after an hour of silence."""

    LIFETIME = 3600.0

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def get(self, user_name: str) -> Session:
        self._forget_old()
        return self._sessions.setdefault(user_name, Session(user_name))

    def _forget_old(self) -> None:
        limit = time.time() - self.LIFETIME
        for name, session in list(self._sessions.items()):
            if session.last_seen < limit:
                del self._sessions[name]
