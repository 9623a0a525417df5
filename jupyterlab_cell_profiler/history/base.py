"""What the handlers of this extension have in common."""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, stream_request_body


@stream_request_body
class BodyHandler(APIHandler):
    """Takes a body as it comes, so that one that is too large is never held."""

    auth_resource = "cell-profiler"
    most_bytes = 64 * 1024

    def initialize(self, **known: Any) -> None:
        self._body = bytearray()
        self._too_large = False

    async def prepare(self) -> None:
        await super().prepare()
        # A browser asks with OPTIONS whether it may send who it is.
        if self.current_user is None and self.request.method != "OPTIONS":
            raise HTTPError(403)
        length = self.request.headers.get("Content-Length", "")
        self._too_large = length.isdecimal() and int(length) > self.most_bytes

    def data_received(self, chunk: bytes) -> None:
        # An answer before the end of the body would reset the connection, and nobody would
        # read it; so the rest is taken and dropped.
        if self._too_large or len(self._body) + len(chunk) > self.most_bytes:
            self._too_large = True
            self._body.clear()
        else:
            self._body += chunk

    def body(self) -> bytes:
        """The body of the request, as it came."""
        if self._too_large:
            raise HTTPError(413, f"The body is larger than {self.most_bytes // 1024} kB.")
        return bytes(self._body)

    def answer(self, value: object, status: int = 200) -> None:
        self.set_status(status)
        self.finish(json.dumps(value))
