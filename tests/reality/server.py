"""The API on a loopback port: enough of it for the real SDK to talk to.

Each `Session` is a workspace of its own under ``http://127.0.0.1:PORT/NUMBER``. A program may
move its session's clock by ``POST NUMBER/_control`` with ``{"advance": seconds}`` and name the
activation that begins with ``{"activate": label}``; a process that owns the server uses the object.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from reality.prompt import Json
from reality.rejection import Host, Rejected
from reality.session import Session

__all__ = ["Server"]


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    type: str = "application/json"


class Server:
    """A context manager that serves sessions until it is left."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._sessions))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def open(self, session: Session) -> str:
        """Serve a session; its base URL, without a slash at the end."""
        number = str(len(self._sessions) + 1)
        self._sessions[number] = session
        return f"http://127.0.0.1:{self._http.server_address[1]}/{number}"


def _handler(sessions: Mapping[str, Session]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            self._reply(json.loads(self.rfile.read(length) or b"{}"))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
            """Write nothing: the session keeps the log."""

        def _reply(self, body: Json | None) -> None:
            number, *route = urlsplit(self.path).path.strip("/").split("/")
            reply = _not_found()
            if number in sessions and body is None:
                reply = _get(sessions[number], route)
            elif number in sessions and body is not None:
                reply = _post(sessions[number], route, body, self._betas())
            self.send_response(reply.status)
            self.send_header("content-type", reply.type)
            self.send_header("content-length", str(len(reply.body)))
            self.send_header("request-id", "req_test")
            self.end_headers()
            self.wfile.write(reply.body)

        def _betas(self) -> list[str]:
            headers = self.headers.get_all("anthropic-beta", [])
            names = [name.strip() for header in headers for name in header.split(",")]
            return [name for name in names if name]

    return Handler


def _get(session: Session, route: list[str]) -> _Reply:
    match route:
        case ["v1", "messages", "batches", batch] if session.results(batch):
            return _json({**session.batch(batch), "results_url": "/".join(("", *route, "results"))})
        case ["v1", "messages", "batches", batch, "results"]:
            lines = "".join(json.dumps(line) + "\n" for line in session.results(batch))
            return _Reply(HTTPStatus.OK, lines.encode(), "application/x-jsonl")
    return _not_found()


def _post(session: Session, route: list[str], body: Json, betas: list[str]) -> _Reply:
    try:
        return _call(session, route, body, betas)
    except Rejected as rejection:
        return _error(HTTPStatus.BAD_REQUEST, "invalid_request_error", str(rejection))


def _call(session: Session, route: list[str], body: Json, betas: list[str]) -> _Reply:
    match route:
        case ["_control"]:
            return _control(session, body)
        case ["v1", "messages"]:
            message = session.message(body, betas)
            return _stream(message) if body.get("stream") else _json(message)
        case ["v1", "messages", "count_tokens"]:
            return _json(session.count_tokens(body, betas))
        case ["v1", "messages", "batches"]:
            return _json(session.create_batch(body, betas))
        case ["model", model, "invoke"]:
            named = body.get("anthropic_beta")
            betas = named if isinstance(named, list) else []
            return _json(session.message({**body, "model": unquote(model)}, betas, Host.BEDROCK))
        case ["projects", *_, "models", call]:
            model, _, verb = unquote(call).rpartition(":")
            message = session.message({**body, "model": model}, betas)
            return _stream(message) if verb == "streamRawPredict" else _json(message)
    return _not_found()


def _control(session: Session, orders: Json) -> _Reply:
    seconds, label = orders.get("advance", 0), orders.get("activate")
    session.advance(float(str(seconds)))
    if label is not None:
        session.activate(str(label))
    return _json({"clock": session.clock})


def _json(body: Json) -> _Reply:
    return _Reply(HTTPStatus.OK, json.dumps(body).encode())


def _error(status: int, kind: str, message: str) -> _Reply:
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_test"}
    return _Reply(status, json.dumps(body).encode())


def _not_found() -> _Reply:
    return _error(HTTPStatus.NOT_FOUND, "not_found_error", "Not found")


def _stream(message: Json) -> _Reply:
    text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in _events(message))
    return _Reply(HTTPStatus.OK, text.encode(), "text/event-stream; charset=utf-8")


def _events(message: Json) -> Iterator[Json]:
    """The message as a stream: its whole input usage is in the first event."""
    blocks, usage = message["content"], message["usage"]
    assert isinstance(blocks, list)
    assert isinstance(usage, Mapping)
    first = {**usage, "output_tokens": 1}
    yield {
        "type": "message_start",
        "message": {**message, "content": [], "stop_reason": None, "usage": first},
    }
    for index, block in enumerate(blocks):
        is_text = block["type"] == "text"
        start = {**block, "text": ""} if is_text else {**block, "input": {}}
        delta = (
            {"type": "text_delta", "text": block["text"]}
            if is_text
            else {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        )
        yield {"type": "content_block_start", "index": index, "content_block": start}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
        "usage": {"output_tokens": usage["output_tokens"]},
    }
    yield {"type": "message_stop"}
