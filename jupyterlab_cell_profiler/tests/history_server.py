"""A real Jupyter server for the tests, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOKEN = "a-token-of-the-tests"
OTHERS = dict.fromkeys(
    ("jupyter_lsp", "jupyter_server_terminals", "jupyterlab", "notebook", "notebook_shim"), False
)


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def message(self) -> str:
        """What an error says; each has a sentence in JSON."""
        assert self.headers["Content-Type"] == "application/json"
        assert set(self.json) >= {"message", "reason"}
        return str(self.json["message"])


class Server:
    """A server with folders of its own.

    Parameters
    ----------
    folder : holds what Jupyter keeps, and the folder that is served
    options : of the command line
    """

    def __init__(self, folder: Path, *options: str, token: str = TOKEN) -> None:
        self.folder = folder
        self.token = token
        self.base = "/base/"
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])
        places = {f"JUPYTER_{n}_DIR": str(folder / n.lower()) for n in ("CONFIG", "DATA")}
        runtime = {"JUPYTER_RUNTIME_DIR": str(folder / f"runtime-{self.port}")}
        (folder / "served").mkdir(parents=True, exist_ok=True)
        # What else is installed takes its time to start. Ours is on by itself.
        config = folder / "config" / "jupyter_server_config.json"
        config.parent.mkdir(parents=True, exist_ok=True)
        if not config.exists():
            config.write_text(json.dumps({"ServerApp": {"jpserver_extensions": OTHERS}}))
        self.log = folder / f"server-{self.port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                    f"--ServerApp.port={self.port}",
                    "--ServerApp.port_retries=0",
                    f"--ServerApp.base_url={self.base}",
                    f"--ServerApp.root_dir={folder / 'served'}",
                    f"--IdentityProvider.token={token}",
                    *options,
                ],
                env={**os.environ, **places, **runtime},
                stdout=log,
                stderr=log,
            )
        self._wait()

    @property
    def history(self) -> Path:
        return self.folder / "data" / "cell-profiler" / "history.sqlite"

    def _wait(self) -> None:
        for _ in range(300):
            try:
                if self.ask("GET", f"{self.base}api").status == 200:
                    return
            except OSError:
                pass
            assert self.process.poll() is None, self.log.read_text("utf-8")
            time.sleep(0.1)
        raise TimeoutError(self.log.read_text("utf-8"))

    def ask(
        self,
        method: str,
        path: str,
        data: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        token: bool = True,
    ) -> Answer:
        """One request. Paths that begin with no slash are below ``cell-profiler/api/``."""
        if not path.startswith("/"):
            path = f"{self.base}cell-profiler/api/{path}"
        sent = dict(headers or {})
        if token and self.token:
            sent["Authorization"] = f"token {self.token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def post(self, document: Any, **options: Any) -> Answer:
        """Send a document, or a body."""
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.ask("POST", "runs", data, **options)

    def cookies(self) -> dict[str, str]:
        """Those that a browser has after its first pages."""
        found: dict[str, str] = {}
        # A page that is not there is drawn as all others are, with a cookie against forgery.
        for page in (f"login?token={self.token}" if self.token else "login", "missing"):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                connection.request("GET", f"{self.base}{page}", headers=browser(found))
                answer = connection.getresponse()
                answer.read()
                for name, value in answer.getheaders():
                    if name == "Set-Cookie":
                        key, text = value.split(";")[0].split("=", 1)
                        found[key] = text
            finally:
                connection.close()
        return found

    def stop(self) -> None:
        """End as a person ends it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        text = self.log.read_text("utf-8")
        for trouble in ("Uncaught exception", "Exception in", "never retrieved", "could not be"):
            assert trouble not in text, text

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)


@contextmanager
def serving(
    folder: Path, *options: str, token: str = TOKEN, left: tuple[str, ...] | None = None
) -> Iterator[Server]:
    """A server, at whose end nothing but the history's file (or what ``left`` names) is there."""
    server = Server(folder, *options, token=token)
    try:
        yield server
        server.stop()
        if server.history.parent.is_dir():
            names = set(os.listdir(server.history.parent))
            assert names == {server.history.name} if left is None else names >= set(left)
    finally:
        if server.process.poll() is None:
            server.kill()


def browser(cookies: Mapping[str, str], **headers: str) -> dict[str, str]:
    """Headers of a page that has cookies."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), **headers}
