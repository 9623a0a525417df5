"""A cell of five minutes under ``overview``, in a real kernel: ``make test-long``.

Its stacks are deep and never the same, which is the worst for what is kept of them.
``CELL_PROFILER_LONG`` is its length in seconds; the figures are printed.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import psutil
import pytest

from .documents import check
from .live import LiveKernel
from .watching import left_behind, watchers

SECONDS = float(os.environ.get("CELL_PROFILER_LONG", "300"))
MEGABYTE = 1_000_000

CELL = """
import random, time
rng = random.Random(1)

def leaf(seconds):
    end = time.perf_counter() + seconds
    block = bytearray(rng.randrange(1, 4) * 1_000_000)
    while time.perf_counter() < end:
        sum(block[:1000])

def one(depth):
    return deeper(depth)

def two(depth):
    if rng.random() < 0.5:
        return deeper(depth)
    return deeper(depth)

def three(depth):
    return [deeper(depth) for _ in range(1)]

def deeper(depth):
    if not depth:
        return leaf(rng.random() * 0.05)
    return rng.choice([one, two, three])(depth - 1)

end = time.perf_counter() + SECONDS
while time.perf_counter() < end:
    deeper(rng.randrange(5, 40))
"""


@pytest.mark.long
@pytest.mark.timeout(int(SECONDS) + 180)
def test_a_long_run_takes_bounded_memory_and_leaves_nothing(tmp_path: Path) -> None:
    kernel = LiveKernel(tmp_path)
    try:
        kernel.attach()
        pid = int(kernel.evaluate("__import__('os').getpid()"))
        assert kernel.arm("cell", "overview") == {"armed": True}
        begin = time.monotonic()
        run = kernel.send(CELL.replace("SECONDS", repr(SECONDS)), cell_id="cell")
        helper: list[tuple[float, int]] = []
        spies: list[tuple[float, int]] = []
        ended = 0.0

        def done() -> bool:
            nonlocal ended
            now = time.monotonic() - begin
            if now > (helper[-1][0] if helper else 0.0) + 0.5:
                found = {process.pid: rss_of(process) for process in watchers(pid)}
                spy = sum(rss for name, rss in found.values() if name == "py-spy")
                helper.append((now, sum(rss for _, rss in found.values()) - spy))
                spies.append((now, spy))
            ended = now
            return run.done

        kernel.wait_until(done, SECONDS + 60)
        (document,) = run.documents
        check(document)
        sections = document["sections"]
        (stacks,) = (s for s in sections if s["kind"] == "stacks")
        (rss,) = (s for s in sections if s["kind"] == "series" and s["name"] == "rss")
        (wall,) = (
            item["value"]
            for section in sections
            if section["kind"] == "totals"
            for item in section["items"]
            if item["name"] == "wall"
        )
        size = len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())
        sampled = sum(stacks["nodes"]["self"])
        timeline = stacks["timeline"]
        covered = timeline["t"][-1] + timeline["duration"][-1]
        looking = [(t, value) for t, value in helper if 5 < t < wall and value]
        grown = most(looking, wall / 2, wall) - most(looking, 0, wall / 2)
        spied = most(spies, wall / 2, wall) - most(spies, 0, wall / 2)
        print(
            f"\nwall {wall:.2f} s, around the cell {ended - wall:.2f} s\n"
            f"document {size} bytes, {len(stacks['nodes']['self'])} nodes, "
            f"{stacks['samples']} samples, {sampled:.2f} s, covered {covered:.2f} s\n"
            f"helper {looking[0][1] / MEGABYTE:.1f} MB at first, "
            f"{most(looking, 0, wall / 2) / MEGABYTE:.1f} MB at most in the first half, "
            f"{most(looking, wall / 2, wall) / MEGABYTE:.1f} MB in the second\n"
            f"py-spy {most(spies, 0, wall / 2) / MEGABYTE:.1f} MB at most in the first half, "
            f"{most(spies, wall / 2, wall) / MEGABYTE:.1f} MB in the second"
        )
        assert document["status"] == "ok"
        assert wall == pytest.approx(SECONDS, abs=2)
        assert grown < 20 * MEGABYTE
        assert most(looking, 0, wall) < 100 * MEGABYTE
        assert spied < 30 * MEGABYTE
        assert size < 200_000, "none is over 512 kB"
        assert sampled == pytest.approx(wall, rel=0.02)
        assert timeline["t"][0] < 2
        assert covered == pytest.approx(wall, rel=0.02)
        assert rss["t"][0] == 0
        assert rss["t"][-1] == pytest.approx(wall, rel=0.01)
        assert left_behind(pid) == []
        assert list(kernel.temporary.glob("cell-profiler*")) == []
    finally:
        kernel.stop()


def rss_of(process: psutil.Process) -> tuple[str, int]:
    """Name and resident memory; none of one that is gone."""
    try:
        return process.name(), process.memory_info().rss
    except psutil.Error:
        return "", 0


def most(points: list[tuple[float, int]], first: float, last: float) -> int:
    return max((value for t, value in points if first <= t < last), default=0)
