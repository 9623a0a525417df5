"""A JupyterLab for the benchmarks, with a folder, settings and kernels of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(url: str) -> None:
    """Wait until a server answers, a minute at most."""
    for _ in range(120):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.5)


@contextmanager
def serving(
    command: list[str], url: str, env: dict[str, str] | None = None, cwd: Path | None = None
) -> Iterator[None]:
    """A server, from when it answers until the end of the block."""
    server = subprocess.Popen(
        command,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(url)
        yield
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def lab(*arguments: str) -> Iterator[tuple[str, Path]]:
    """Address of a JupyterLab, and the folder that it shows; arguments are passed on."""
    folder = Path(tempfile.mkdtemp(prefix="cell-profiler-bench-"))
    root = folder / "root"
    root.mkdir()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    places = {
        f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    settings = (
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        f"--LabApp.workspaces_dir={folder}",
    )
    try:
        command = [sys.executable, "-m", "jupyterlab", *settings, *arguments]
        with serving(command, f"{url}/api", env=places):
            yield url, root
    finally:
        shutil.rmtree(folder, ignore_errors=True)
