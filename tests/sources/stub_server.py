"""A real HTTP server on loopback that serves files, and fails on demand."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StubServer(ThreadingHTTPServer):
    """Serve `files`, path to bytes; `rules`, path to functions, come first, one a request."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.rules, self.asked = {}, {}, []
        self.ranges, self.tag, self.dated = True, None, True
        self.stopped = threading.Event()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Say nothing about clients that hang up."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        self.server.asked.append((self.path, dict(self.headers)))
        rules = self.server.rules.get(path)
        if rules:
            (rules.pop(0) if len(rules) > 1 else rules[0])(self)
        elif path in self.server.files:
            self.give()
        else:
            self.send_error(404)

    def give(self, cut_at=None):
        """Send the file, from where Range says; end the connection at byte `cut_at` of the file."""
        body = self.server.files[self.path.partition("?")[0]]
        part = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(part[1]) if part and self.server.ranges and self.same() else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        if self.server.tag:
            self.send_header("ETag", self.server.tag)
        if self.server.dated:
            self.send_header("Last-Modified", formatdate(0, usegmt=True))
        self.end_headers()
        self.wfile.write(body[start:cut_at])
        self.close_connection = cut_at is not None

    def same(self):
        """Say whether If-Range names the file as it is."""
        known = {self.server.tag, formatdate(0, usegmt=True)}
        return self.headers.get("If-Range") in known

    def log_message(self, *words):
        pass


def plain(handler):
    handler.give()


def cut(at):
    return lambda handler: handler.give(cut_at=at)


def answer(status, body=b"", **headers):
    def rule(handler):
        handler.send_response(status)
        for name, value in {"content_length": len(body), **headers}.items():
            handler.send_header(name.replace("_", "-"), str(value))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return rule


def silent(handler):
    """Answer nothing until the test is over."""
    handler.server.stopped.wait(120)
    handler.close_connection = True


def stalling(handler):
    """Send half and then nothing more."""
    body = handler.server.files[handler.path]
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    silent(handler)


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.stopped.is_set():
        handler.wfile.write(b"\0" * 65536)


def drip(handler):
    """Send a byte of the body now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000000")
    handler.end_headers()
    _drip(handler, b"a")


def drip_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    _drip(handler, b"a")


def drip_continues(handler):
    _drip(handler, b"HTTP/1.1 100 Continue\r\n\r\n")


def _drip(handler, piece):
    while not handler.server.stopped.wait(0.02):
        handler.wfile.write(piece)


def paced(pause_s):
    """Send the whole file, 1 MB after each pause."""

    def rule(handler):
        body = handler.server.files[handler.path]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for start in range(0, len(body), 1_000_000):
            handler.server.stopped.wait(pause_s)
            handler.wfile.write(body[start : start + 1_000_000])

    return rule


@contextmanager
def serving():
    server = StubServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
