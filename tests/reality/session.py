"""What does the API answer? Messages, token counts and batches of one workspace, without sockets."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reality.cache import CacheService, Diagnosis, Reading
from reality.prompt import Json
from reality.rejection import Host, Rejected

__all__ = ["Answer", "Exchange", "Session"]

Answer = str | Json
"""A canned answer: text, or a tool call ``{"tool": name, "input": {…}}``."""

_TEXT = "All right."
_EPOCH = "2026-03-02T10:15:30Z"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as the server saw it."""

    activation: str
    """Label of the activation in which it came."""
    message_id: str
    reading: Reading | None
    """None: it was rejected."""
    diagnosis: Diagnosis | None
    """Compared with the request before it, whether or not the program asked for diagnostics."""
    error: str
    """Message of the 400; empty if there was none."""


class Session:
    """One workspace of the API: its cache, its clock, its canned answers and its log.

    Args:
        service: the cache; may be one that has been used before.
        answers: of the first requests of each activation; afterwards a short text.
        clock: logical time in seconds.
        thinks: real seconds until a response begins; requests that arrive meanwhile do not see what
            it will leave in the cache.

    """

    def __init__(
        self,
        service: CacheService,
        answers: Sequence[Answer] = (),
        clock: float = 0.0,
        thinks: float = 0.0,
    ) -> None:
        self.service = service
        self.clock = clock
        self._thinks = thinks
        self._answers = tuple(answers)
        self._left = list(answers)
        self._activation = ""
        self._log: list[Exchange] = []
        self._starts: dict[str, CacheService] = {}
        self._diagnosed: dict[str, Reading] = {}
        self._batches: dict[str, list[Json]] = {}
        self._lock = threading.RLock()

    def advance(self, seconds: float) -> None:
        """Let logical time pass."""
        with self._lock:
            self.clock += seconds

    def activate(self, label: str) -> None:
        """A new activation begins: later requests are logged under its label, answers start over."""
        with self._lock:
            self._activation = label
            self._starts[label] = self.service.copy()
            self._left = list(self._answers)

    def at_start_of(self, label: str) -> CacheService:
        """The cache as it was when an activation began."""
        return self._starts[label].copy()

    @property
    def log(self) -> tuple[Exchange, ...]:
        """All requests that create a message, in the order in which they came."""
        with self._lock:
            return tuple(self._log)

    def message(self, body: Json, betas: Sequence[str] = (), host: Host = Host.ANTHROPIC) -> Json:
        """Answer ``POST /v1/messages``.

        Raises:
            Rejected: the API answers 400.

        """
        with self._lock:
            reading = self._exchange(body, betas, host)
            message_id = self._log[-1].message_id
        if self._thinks:
            time.sleep(self._thinks)
        with self._lock:
            self.service.commit(reading)
            answer = self._left.pop(0) if self._left else _TEXT
            message = _message(message_id, body, reading, self._content(answer))
            if isinstance(asked := body.get("diagnostics"), Mapping):
                message["diagnostics"] = self._diagnostics(asked.get("previous_message_id"), reading)
            self._diagnosed[message_id] = reading
            return message

    def count_tokens(self, body: Json, betas: Sequence[str] = ()) -> Json:
        """Answer ``POST /v1/messages/count_tokens``.

        Raises:
            Rejected: the API answers 400.

        """
        with self._lock:
            return {"input_tokens": self.service.count({"max_tokens": 1, **body}, betas=betas)}

    def create_batch(self, body: Json, betas: Sequence[str] = ()) -> Json:
        """Answer ``POST /v1/messages/batches``: every entry is processed at once, in order."""
        with self._lock:
            batch_id = _identifier("msgbatch")
            requests = body.get("requests")
            entries = requests if isinstance(requests, list) else []
            self._batches[batch_id] = [self._entry(entry, betas) for entry in entries]
            return self.batch(batch_id)

    def batch(self, batch_id: str) -> Json:
        """Answer ``GET /v1/messages/batches/ID``."""
        kinds = [_mapping(entry["result"])["type"] for entry in self.results(batch_id)]
        counts = {kind: kinds.count(kind) for kind in ("succeeded", "errored", "canceled", "expired")}
        return {
            "id": batch_id,
            "type": "message_batch",
            "processing_status": "ended",
            "request_counts": {"processing": 0, **counts},
            "created_at": _EPOCH,
            "ended_at": _EPOCH,
            "expires_at": _EPOCH,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": None,
        }

    def results(self, batch_id: str) -> list[Json]:
        """The lines of a batch's results; none if the batch is unknown."""
        return self._batches.get(batch_id, [])

    def _exchange(self, body: Json, betas: Sequence[str], host: Host) -> Reading:
        """Read the cache and write the log."""
        message_id = _identifier("msg")
        try:
            reading = self.service.begin(body, betas=betas, clock=self.clock, host=host)
        except Rejected as rejection:
            self._log.append(Exchange(self._activation, message_id, None, None, str(rejection)))
            raise
        previous = next((past.reading for past in reversed(self._log) if past.reading), None)
        diagnosis = self.service.diagnose(previous.prompt, reading.prompt) if previous else None
        self._log.append(Exchange(self._activation, message_id, reading, diagnosis, ""))
        return reading

    def _entry(self, entry: Json, betas: Sequence[str]) -> Json:
        try:
            result: Json = {"type": "succeeded", "message": self.message(_mapping(entry["params"]), betas)}
        except Rejected as rejection:
            error = {"type": "invalid_request_error", "message": str(rejection)}
            result = {"type": "errored", "error": {"type": "error", "error": error}}
        return {"custom_id": entry.get("custom_id"), "result": result}

    def _content(self, answer: Answer) -> Json:
        if isinstance(answer, str):
            return {"type": "text", "text": answer}
        call = _identifier("toolu")
        return {"type": "tool_use", "id": call, "name": answer["tool"], "input": answer.get("input", {})}

    def _diagnostics(self, previous_id: object, reading: Reading) -> Json | None:
        if previous_id is None:
            return None
        if previous_id not in self._diagnosed:
            return {"cache_miss_reason": {"type": "previous_message_not_found"}}
        previous = self._diagnosed[str(previous_id)]
        diagnosis = self.service.diagnose(previous.prompt, reading.prompt)
        if diagnosis is None:
            return None
        if diagnosis.reason == "unavailable":
            return {"cache_miss_reason": {"type": "unavailable"}}
        missed = {"type": diagnosis.reason, "cache_missed_input_tokens": diagnosis.missed_tokens}
        return {"cache_miss_reason": missed}


def _message(message_id: str, body: Json, reading: Reading, block: Json) -> dict[str, object]:
    usage = reading.usage
    is_warm_up = body.get("max_tokens") == 0
    stop = "max_tokens" if is_warm_up else "tool_use" if block["type"] == "tool_use" else "end_turn"
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [] if is_warm_up else [block],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {
            "input_tokens": usage.input,
            "cache_creation_input_tokens": usage.written,
            "cache_read_input_tokens": usage.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": usage.written_5m,
                "ephemeral_1h_input_tokens": usage.written_1h,
            },
            "output_tokens": 0 if is_warm_up else 4,
            "service_tier": "standard",
        },
    }


def _identifier(kind: str) -> str:
    """As the API's: never the same twice."""
    return f"{kind}_{uuid.uuid4().hex[:24]}"


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}
