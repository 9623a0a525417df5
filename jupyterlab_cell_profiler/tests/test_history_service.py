"""The history beside an event loop: nothing waits for the disk, nothing is left when it stops."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sqlite3
import time
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.history import service, thinning
from jupyterlab_cell_profiler.history.errors import Refused, Unavailable, Unknown
from jupyterlab_cell_profiler.history.queries import Filter
from jupyterlab_cell_profiler.history.service import History
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.history.thinning import Limits
from jupyterlab_cell_profiler.tests.history import NAME, add, body, nothing_left, profile

LOG = logging.getLogger("test")


def run(folder: Path, test: Callable[[History], Awaitable[None]], **limits: int) -> None:
    """Run a test with a history, and see that nothing of it is left."""

    @asynccontextmanager
    async def started() -> AsyncIterator[History]:
        history = History(folder / NAME, Limits(**limits), LOG)
        history.start()
        try:
            yield history
        finally:
            await history.stop()

    async def main() -> None:
        async with started() as history:
            await test(history)

    with nothing_left(folder, NAME):
        asyncio.run(main())


def test_from_the_document_to_the_archive(tmp_path: Path) -> None:
    async def test(history: History) -> None:
        data = body(profile(id="a", title="Ü"))
        summary, new = await history.add(data)
        assert new
        assert summary["size"] == len(data)
        assert await history.document("a") == data, "to the byte"
        again, new = await history.add(data)
        assert (again, new) == (summary, False)
        assert await history.page(Filter(), 10, 0) == (
            [summary],
            1,
            {"state": "ok", "message": None},
        )
        assert (await history.change("a", {"pinned": True}))["pinned"]
        pieces = [piece async for piece in await history.export(Filter(), ["a", "b", "a"])]
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as packed:
            (name,) = packed.namelist()
            assert packed.read(name) == data
        await history.delete("a")
        with pytest.raises(Unknown):
            await history.document("a")
        with pytest.raises(Unknown):
            await history.export(Filter(), None)
        assert (await history.restore("a"))["id"] == "a"
        with pytest.raises(Refused):
            await history.add(b"{}")

    run(tmp_path, test)


def test_a_started_history_has_its_file(tmp_path: Path) -> None:
    async def test(history: History) -> None:
        pass

    run(tmp_path, test)
    assert (tmp_path / NAME).stat().st_size > 0


def test_what_was_begun_is_finished_when_it_stops(tmp_path: Path) -> None:
    begun: list[asyncio.Task[object]] = []

    async def test(history: History) -> None:
        for number in range(20):
            begun.append(asyncio.create_task(history.add(body(profile(id=str(number))))))
        await asyncio.sleep(0)

    run(tmp_path, test)

    async def look(history: History) -> None:
        assert (await history.page(Filter(), 0, 0))[1] == 20

    run(tmp_path, look)


def test_the_event_loop_goes_on_while_others_write(tmp_path: Path) -> None:
    async def test(history: History) -> None:
        await history.add(body(profile(id="a")))
        other = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        adding = asyncio.create_task(history.add(body(profile(id="b"))))
        begin = time.monotonic()
        _, total, _ = await history.page(Filter(), 10, 0)
        assert total == 1, "reading does not wait"
        longest = 0.0
        for _ in range(20):
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)
        assert not adding.done()
        assert longest < 0.5
        other.execute("COMMIT")
        other.close()
        assert (await adding)[1]
        assert time.monotonic() - begin < 10

    run(tmp_path, test)


def test_old_runs_go_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_QUIET", 0.05)

    async def test(history: History) -> None:
        for number in range(12):
            await history.add(body(profile(id=str(number))))
        total = 12
        for _ in range(100):
            await asyncio.sleep(0.05)
            runs, total, _ = await history.page(Filter(), 10, 0)
            if total == 4:
                break
        assert [summary["id"] for summary in runs] == ["11", "10", "9", "8"]

    run(tmp_path, test, runs=4)


def test_what_comes_does_not_wait_until_all_is_thinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / NAME)
    for number in range(600):
        add(store, profile(id=str(number)))
    store.close()
    monkeypatch.setattr(thinning, "STEP", 1)
    slow = thinning._remove

    def remove(*arguments: Any) -> int:
        time.sleep(0.01)
        return slow(*arguments)

    monkeypatch.setattr(thinning, "_remove", remove)

    async def test(history: History) -> None:
        begin = time.monotonic()
        assert (await history.add(body(profile(id="new"))))[1]
        assert time.monotonic() - begin < 2
        assert (await history.page(Filter(), 0, 0))[1] > 300, "it goes on behind"

    run(tmp_path, test, runs=5)


def test_a_disk_that_hangs_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_WAITING", 3000)

    async def test(history: History) -> None:
        await history.add(body(profile(id="a")))
        other = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        tasks = [asyncio.create_task(history.add(body(profile(id=str(n))))) for n in range(20)]
        await asyncio.sleep(0.1)
        other.execute("COMMIT")
        other.close()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, Unavailable)]
        assert 0 < len(refused) < 20
        kept = (await history.page(Filter(), 0, 0))[1]
        assert kept == 1 + 20 - len(refused)
        assert (await history.add(body(profile(id="z"))))[1], "and goes on afterwards"

    run(tmp_path, test)


def test_a_history_that_cannot_be_kept_is_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    async def main() -> None:
        history = History(tmp_path / "file" / NAME, Limits(), LOG)
        history.start()
        runs, total, state = await history.page(Filter(), 10, 0)
        assert (runs, total, state["state"]) == ([], 0, "unavailable")
        with pytest.raises(Unavailable):
            await history.add(body(profile()))
        await history.stop()

    with nothing_left(tmp_path, "file"):
        asyncio.run(main())


def test_broken_documents_leave_the_thread_alive(tmp_path: Path) -> None:
    async def test(history: History) -> None:
        for data in (b"[" * 1_000_000, b"9" * 1_000_000, b"\xff", json.dumps([[]] * 9).encode()):
            with pytest.raises(Refused):
                await history.add(data)
        assert (await history.add(body(profile())))[1]

    run(tmp_path, test)
