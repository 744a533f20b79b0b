"""Sorts letters. The marked prompt is too short to be cached at all."""

import anthropic

TRIAGE = "[triage-v1] Say in one word which department should read the letter: claims, sales or legal."


class Triage:
    def __init__(self) -> None:
        self.client = anthropic.Anthropic()
        self.system = {"type": "text", "text": TRIAGE}
        self.system["cache_control"] = {"type": "ephemeral"}

    def department(self, letter: str) -> str:
        response = self.client.messages.create(
            model="claude-sonnet-4-6",
            max_tokens=16,
            system=[self.system],
            messages=[{"role": "user", "content": letter}],
        )
        return response.content[0].text
