"""Programs of the tests, which run until they are ended and are looked into meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

BUSY = """
def inner(): return sum(range(2000))
def outer():
    while True:
        inner()
print('go', flush=True)
outer()
"""
SLEEP = """
import time
print('go', flush=True)
while True:
    time.sleep(60)
"""
DEADLOCK = """
import threading, time
a, b = threading.Lock(), threading.Lock()
ready = threading.Barrier(2)
def one():
    with a:
        ready.wait()
        time.sleep(0.1)
        with b: pass
def two():
    with b:
        ready.wait()
        time.sleep(0.1)
        b_then_a = a.acquire()
threads = [threading.Thread(target=f, name=f.__name__, daemon=True) for f in (one, two)]
for thread in threads: thread.start()
time.sleep(0.5)
print('go', flush=True)
for thread in threads: thread.join()
"""
HOLDS = """
import ctypes
print('go', flush=True)
def held():
    while True:
        ctypes.PyDLL(None).usleep(900000)
held()
"""
POOL = """
import multiprocessing, sys, time
lock = multiprocessing.get_context('fork').Lock()
def work(n):
    print('go', flush=True)
    with lock:
        return n
if __name__ == '__main__':
    lock.acquire()
    with multiprocessing.get_context('fork').Pool(2) as pool:
        pool.map(work, [1, 2], 1)
"""
IDLE_POOL = """
import concurrent.futures, time
pool = concurrent.futures.ThreadPoolExecutor(3)
list(pool.map(time.sleep, [0.05] * 3))
print('go', flush=True)
time.sleep(600)
"""
ASYNC = """
import asyncio
async def main():
    server = await asyncio.start_server(lambda r, w: None, '127.0.0.1', 0)
    print('go', flush=True)
    async with server:
        await server.serve_forever()
asyncio.run(main())
"""


@contextlib.contextmanager
def running(
    source: str, folder: Path, lines: int = 1, arguments: tuple[str, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that has printed so many lines; whoever looked must have left it running."""
    script = folder / "program.py"
    script.write_text(source)
    child = subprocess.Popen(
        [sys.executable, str(script), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert child.stdout is not None
        for _ in range(lines):
            assert child.stdout.readline(), "it ended"
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def goes_on(child: subprocess.Popen[bytes]) -> bool:
    """Whether a program was neither ended nor left stopped."""
    stopped = (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    return child.poll() is None and psutil.Process(child.pid).status() not in stopped
