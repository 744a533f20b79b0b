from __future__ import annotations

import logging

from concierge import commands, persona
from concierge.client import MODEL, get_client
from concierge.sessions import Session, SessionStore


log = logging.getLogger(__name__)


class Bot:
    def __init__(self, store: SessionStore, *, personal: bool) -> None:
        self._store = store
        self._personal = personal

    def handle(self, user_name: str, text: str) -> str:
        session = self._store.get(user_name)
        if text.startswith("/"):
            return commands.run(session, text)
        session.add("user", text)
        answer = self.reply(session)
        session.add("assistant", answer)
        return answer

    def reply(self, session: Session) -> str:
        make_system = persona.personal_system if self._personal else persona.shared_system
        response = get_client().messages.create(
            model=MODEL,
            max_tokens=400,
            cache_control={"type": "ephemeral"},
            system=make_system(session.user_name),
            messages=session.messages,
        )
        log.info("%s tokens were read from the cache", response.usage.cache_read_input_tokens)
        return response.content[0].text
