"""A local chat-completions server that answers by rules and plays faults, one a request."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes import CapitalisedExtractor

Answer = dict[str, Any]


def by_rules(text: str) -> Answer:
    """What a model would note of a text, by the rules of `CapitalisedExtractor`."""
    found = CapitalisedExtractor().extract(text, "en")
    named = [m for m in found.mentions if not m.pronoun]
    statements = []
    for s in found.statements:
        ends = found.values if s.object_is_value else found.mentions
        subject, target = found.mentions[s.subject], ends[s.object]
        if not subject.pronoun and s.sentence:
            statements.append(
                {
                    "subject": text[subject.start : subject.end],
                    "predicate": s.predicate,
                    "object": text[target.start : target.end],
                    "quote": text[slice(*s.sentence)],
                    "negated": False,
                }
            )
    entities = [{"name": text[m.start : m.end], "type": m.type} for m in named]
    return {"entities": entities, "statements": statements}


@dataclass
class ChatServer:
    """`faults` are played first, one a request; `asked` keeps all that was asked."""

    url: str = ""
    answer: Callable[[str], Answer] = by_rules
    faults: list[str] = field(default_factory=list)
    always: Callable[[str], str] = lambda text: ""
    """A fault for every request about some text."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    says: str = ""
    """What it writes where a stream is asked for."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Handler(BaseHTTPRequestHandler):
    chat: ChatServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = asked["messages"][-1]["content"]
        with self.chat.lock:
            self.chat.asked.append(asked)
            self.chat.keys.append(self.headers.get("Authorization"))
            fault = self.chat.always(text) or (self.chat.faults.pop(0) if self.chat.faults else "")
        if asked.get("stream"):
            self._stream(asked, fault)
            return
        content = json.dumps(self.chat.answer(text))
        whole: dict[str, Any] = {
            "choices": [{"message": {"content": content}, "finish_reason": "stop"}]
        }
        if fault.isdigit():
            self._send(int(fault), b'{"error": "played"}')
        elif fault == "retry after":
            self._send(429, b"{}", {"Retry-After": "0"})
        elif fault == "no schema":
            self._send(400, b'{"error": "unknown field response_format"}')
        elif fault == "no json":
            whole["choices"][0]["message"]["content"] = "Sure! Here is what I found: {"
            self._send(200, json.dumps(whole).encode())
        elif fault == "other shape":
            whole["choices"][0]["message"]["content"] = '["Ann Lee"]'
            self._send(200, json.dumps(whole).encode())
        elif fault == "cut":
            whole["choices"][0]["finish_reason"] = "length"
            self._send(200, json.dumps(whole).encode())
        elif fault == "half":
            body = json.dumps(whole).encode()
            self._send(200, body[: len(body) // 2], {"Content-Length": str(len(body))})
        elif fault == "slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):  # a byte now and then: no single read ever times out
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        elif fault == "hang up":
            self.connection.close()
        else:
            self._send(200, json.dumps(whole).encode())

    def _stream(self, asked: dict[str, Any], fault: str) -> None:
        """Word by word, or as the fault has it."""
        if fault.isdigit():
            said = {"error": f"played for {self.headers.get('Authorization')}"}
            self._send(int(fault), json.dumps(said).encode())
            return
        if fault.startswith("no ") and fault[3:] in asked:
            self._send(400, json.dumps({"error": f"unsupported: {fault[3:]}"}).encode())
            return
        if fault == "not streamed":
            choice = {"message": {"content": self.chat.says}, "finish_reason": "stop"}
            body = json.dumps({"choices": [choice]}).encode()
            self._send(200, body, {"Content-Type": "application/json"})
            return
        if fault == "hang up":
            self.connection.close()
            return
        if fault == "a page":
            self._send(200, b"<html>It works!</html>", {"Content-Type": "text/html"})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        words = re.findall(r"\s*\S+", self.chat.says)
        self._line(b": a sign of life")
        for at, word in enumerate(words):
            if at == len(words) // 2 and fault == "cut off":
                return
            if at == len(words) // 2 and fault == "breaks":
                self._line(b'data: {"error": {"message": "out of memory"}}')
                return
            if fault == "no events":
                self._line(b"data: {{{")
            if fault == "stalls":
                time.sleep(0.2)
            event = {"choices": [{"delta": {"content": word}, "finish_reason": None}]}
            self._line(b"data: " + json.dumps(event).encode())
        reason = "length" if fault == "too long" else "stop"
        end = {"choices": [{"delta": {}, "finish_reason": reason}]}
        self._line(b"data: " + json.dumps(end).encode())
        self._line(b"data: [DONE]")

    def _line(self, line: bytes) -> None:
        self.wfile.write(line + b"\n\n")
        self.wfile.flush()

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is part of the play."""


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """A running server on a free port of this machine."""
    chat = ChatServer()
    handler = type("Handler", (_Handler,), {"chat": chat})
    server = _Server(("127.0.0.1", 0), handler)
    chat.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
